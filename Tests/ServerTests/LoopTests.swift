import Glibc
import Synchronization
import Testing

@testable import Server

/// A plain async function of nobody's actor: the loop whose thread it runs on, after a suspension.
private func plainAsync() async -> Loop? {
    await Task.yield()
    return Loop.current
}

@concurrent private func concurrentAsync() async -> Loop? { Loop.current }

@Suite("Loop") struct LoopTests {
    private func withLoop<Value: Sendable>(_ body: (Loop) async throws -> Value) async throws -> Value {
        let group = LoopGroup(count: 1)
        try group.start()
        defer { group.stop() }
        return try await body(group.loops[0])
    }

    @Test func `a plain async function stays on the loop's thread and a concurrent one leaves it`() async throws {
        try await withLoop { loop in
            let seen = await Self.loops(from: loop)
            #expect(seen.plain === loop)
            #expect(seen.concurrent == nil)
            #expect(seen.after === loop)
        }
    }

    private static func loops(from loop: isolated Loop) async -> (plain: Loop?, concurrent: Loop?, after: Loop?) {
        let plain = await plainAsync()
        let concurrent = await concurrentAsync()
        return (plain, concurrent, Loop.current)
    }

    @Test func `the current loop is known on its thread only`() async throws {
        try await withLoop { loop in
            #expect(await loop.run { _ in Loop.current } === loop)
            #expect(Loop.current == nil)
            #expect(!loop.isOnThread)
        }
    }

    @Test func `an immediate task that never waits is done before the call returns`() async throws {
        try await withLoop { loop in #expect(await Self.runsInline(loop)) }
    }

    private static func runsInline(_ loop: isolated Loop) -> Bool {
        final class Flag { var isSet = false }
        let flag = Flag()
        Task.immediate {
            loop.checkThread()
            flag.isSet = true
        }
        return flag.isSet
    }

    @Test func `submitted actions run in order`() async throws {
        try await withLoop { loop in
            let seen = Mutex<[Int]>([])
            for number in 0..<100 { loop.submit { _ in seen.withLock { $0.append(number) } } }
            await loop.run { _ in }
            // The last action may come in the turn after the job's.
            await withCheckedContinuation { done in loop.submit { _ in done.resume() } }
            #expect(seen.withLock { $0 } == Array(0..<100))
        }
    }

    @Test func `timers fire in the order of their deadlines, and a cancelled one does not`() async throws {
        try await withLoop { loop in
            let seen = Mutex<[String]>([])
            await withCheckedContinuation { done in
                loop.submit { loop in
                    loop.schedule(after: .milliseconds(6)) { done.resume() }
                    loop.schedule(after: .milliseconds(3)) { seen.withLock { $0.append("second") } }
                    let cancelled = loop.schedule(after: .milliseconds(2)) { seen.withLock { $0.append("never") } }
                    loop.schedule(after: .milliseconds(1)) { seen.withLock { $0.append("first") } }
                    let results = (loop.cancel(cancelled), loop.cancel(cancelled))
                    #expect(results == (true, false))
                }
            }
            #expect(seen.withLock { $0 } == ["first", "second"])
        }
    }

    @Test func `a timer never fires early`() async throws {
        try await withLoop { loop in
            let start = Loop.monotonicNanoseconds()
            try await loop.sleep(for: .milliseconds(5))
            #expect(Loop.monotonicNanoseconds() - start >= 5_000_000)
        }
    }

    @Test func `a cancelled sleep ends at once`() async throws {
        try await withLoop { loop in
            let task = Task { try await loop.sleep(for: .seconds(3600)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `a watched pipe tells of bytes until unwatched`() async throws {
        try await withLoop { loop in
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            let (reader, writer) = (ends[0], ends[1])
            let seen = Mutex(0)
            await withCheckedContinuation { done in
                loop.submit { loop in
                    var watch: WatchID?
                    watch = loop.watch(reader, .read) { readiness in
                        #expect(readiness.contains(.readable))
                        seen.withLock { $0 += 1 }
                        if let watch { loop.unwatch(watch) }
                        done.resume()
                    }
                }
                _ = write(writer, "x", 1)
            }
            await loop.run { _ in }
            // The byte is still there: a level-triggered watch would have told again.
            #expect(seen.withLock { $0 } == 1)
            close(reader)
            close(writer)
        }
    }

    @Test func `a value lives on its loop`() async throws {
        final class Driver {}
        try await withLoop { loop in
            let key = LoopKey<Driver>()
            let other = LoopKey<Driver>()
            await loop.run { $0[key] = Driver() }
            #expect(await loop.run { $0[key] != nil })
            #expect(await loop.run { $0[other] == nil })
        }
    }
}

@Suite("Timers") struct LoopTimersTests {
    @Test func `actions come out by deadline, whatever was cancelled`() {
        var timers = LoopTimers()
        var fired: [UInt64] = []
        var ids: [UInt64: TimerID] = [:]
        var state: UInt64 = 42
        var deadlines: [UInt64] = []
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let deadline = state >> 40
            guard ids[deadline] == nil else { continue }
            deadlines.append(deadline)
            ids[deadline] = timers.schedule(at: deadline) { fired.append(deadline) }
        }
        let cancelled = deadlines.filter { $0 % 3 != 0 }
        for deadline in cancelled {
            let wasWaiting = timers.cancel(ids[deadline]!)
            #expect(wasWaiting)
        }
        let left = deadlines.filter { $0 % 3 == 0 }.sorted()
        #expect(timers.count == left.count)
        let next = timers.nextDeadline()
        #expect(next == left.first)
        while let action = timers.takeDue(.max) { action() }
        #expect(fired == left)
        #expect(timers.count == 0)
    }

    @Test func `a name is not reused with its slot`() {
        var timers = LoopTimers()
        let first = timers.schedule(at: 1) {}
        timers.cancel(first)
        let second = timers.schedule(at: 1) {}
        let results = (timers.cancel(first), timers.cancel(second))
        #expect(results == (false, true))
    }
}
