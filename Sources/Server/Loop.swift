internal import COpenSSL
import Glibc
import Synchronization

/// One thread that waits for sockets and timers and runs everything isolated to it: an actor whose serial executor is
/// that thread.
///
/// What a handler does between two awaits must be short: while it runs, this loop's other connections wait.
package actor Loop {
    nonisolated package let index: Int
    nonisolated let executor = LoopExecutor()
    nonisolated package var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Monotonic milliseconds at the start of this turn; for deadlines, not for measuring.
    package private(set) var now = Loop.monotonicMilliseconds()

    /// Room to receive into, shared by everything on the loop because nothing keeps bytes there across an await.
    let receiveBuffer = OwnedBuffer<UInt8>(capacity: 64 * 1024)

    private struct Entry {
        var generation: UInt32 = 0
        var sink: (any EventSink)?
    }

    private struct Sleeper {
        let timer: TimerID
        let continuation: CheckedContinuation<Bool, Never>
    }

    private static let maximumEvents = 256
    private static let wakeMark = UInt64.max

    private let poll = shim_epoll_make()
    private let events = OwnedBuffer<epoll_event>(capacity: maximumEvents)
    private var entries: [Entry] = []
    private var timers = LoopTimers()
    private var deferred: [() -> Void] = []
    private var sleepers: [UInt64: Sleeper] = [:]
    private var nextSleeper: UInt64 = 0
    private var attachments: [Int: Any] = [:]

    package init(index: Int = 0) {
        self.index = index
        shim_epoll_add(poll, executor.wakeDescriptor, shim_epoll_in, Loop.wakeMark)
    }

    deinit {
        close(poll)
    }

    // MARK: The thread

    /// The loop whose thread this is, nil elsewhere.
    nonisolated package static var current: Loop? {
        guard let pointer = pthread_getspecific(currentLoopKey) else { return nil }
        return Unmanaged<Loop>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Ends the process with a message when not on this loop's thread.
    nonisolated package func checkThread() { executor.checkIsolated() }

    nonisolated package var isOnThread: Bool { executor.isOnThread }

    /// Runs the action on the loop, from any thread, in the order submitted.
    nonisolated package func submit(_ action: @escaping @Sendable (isolated Loop) -> Void) { executor.submit(action) }

    /// Runs the body on the loop and waits for its value.
    package func run<Value, Failure: Error>(
        _ body: @Sendable (isolated Loop) throws(Failure) -> sending Value
    ) throws(Failure) -> sending Value {
        try body(self)
    }

    /// Starts the thread, which keeps the loop alive until ``stop()``.
    nonisolated func start() throws(ServerError) -> pthread_t {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let loop = Unmanaged<Loop>.fromOpaque(argument).takeRetainedValue()
                loop.executor.bind(to: argument)
                loop.assumeIsolated { $0.turn() }
                return nil
            }, retained.toOpaque())
        guard result == 0 else {
            retained.release()
            throw .system("a loop's thread could not be started", result)
        }
        return thread
    }

    /// Lets the thread end once nothing is ready to run. Tasks that still wait for something here never resume.
    nonisolated func stop() { executor.stop() }

    private func turn() {
        while true {
            let count = epoll_wait(poll, events.start, Int32(Loop.maximumEvents), timeout())
            now = Loop.monotonicMilliseconds()
            if count > 0 {
                for index in 0..<Int(count) { deliver(events.start[index].data.u64, events.start[index].events) }
            }
            while let action = timers.takeDue(now) { action() }
            if !deferred.isEmpty {
                let batch = deferred
                deferred.removeAll()
                for action in batch { action() }
            }
            executor.runReady(on: self)
            if executor.isStopping && !executor.hasReady && deferred.isEmpty { break }
        }
        for entry in entries { entry.sink?.abandon() }
        entries.removeAll()
        attachments.removeAll()
    }

    private func timeout() -> Int32 {
        if executor.hasReady || !deferred.isEmpty { return 0 }
        guard let deadline = timers.nextDeadline() else { return -1 }
        let current = Loop.monotonicMilliseconds()
        return deadline <= current ? 0 : Int32(min(deadline - current, 3_600_000))
    }

    private func deliver(_ mark: UInt64, _ events: UInt32) {
        if mark == Loop.wakeMark {
            executor.takeInbox()
            return
        }
        let descriptor = Int(mark & 0xFFFF_FFFF)
        guard descriptor < entries.count, entries[descriptor].generation == UInt32(mark >> 32) else { return }
        entries[descriptor].sink?.ready(Readiness(events), on: self)
    }

    // MARK: Sockets

    /// Calls `ready` on the loop whenever the descriptor is ready for what `interest` names, until ``unwatch(_:)``.
    /// Level-triggered unless the interest holds `.edge`. The descriptor stays the caller's to close, after
    /// `unwatch`; watching one again replaces the earlier watch.
    @discardableResult
    package func watch(
        _ descriptor: Int32, _ interest: Interest, _ ready: @escaping (Readiness) -> Void
    ) -> WatchID {
        register(descriptor, interest, ClosureSink(ready))
    }

    package func update(_ watch: WatchID, _ interest: Interest) {
        guard isCurrent(watch) else { return }
        _ = shim_epoll_modify(poll, watch.descriptor, interest.rawValue, watch.mark)
    }

    package func unwatch(_ watch: WatchID) {
        guard isCurrent(watch) else { return }
        entries[Int(watch.descriptor)].sink = nil
        entries[Int(watch.descriptor)].generation &+= 1
        _ = shim_epoll_remove(poll, watch.descriptor)
    }

    /// Ends whatever watches the descriptor, for one who did not keep the name.
    func unwatch(descriptor: Int32) {
        guard Int(descriptor) < entries.count else { return }
        unwatch(WatchID(descriptor: descriptor, generation: entries[Int(descriptor)].generation))
    }

    func register(_ descriptor: Int32, _ interest: Interest, _ sink: any EventSink) -> WatchID {
        let index = Int(descriptor)
        while entries.count <= index { entries.append(Entry()) }
        entries[index].generation = (entries[index].generation &+ 1) & 0x7FFF_FFFF
        entries[index].sink = sink
        let watch = WatchID(descriptor: descriptor, generation: entries[index].generation)
        if shim_epoll_add(poll, descriptor, interest.rawValue, watch.mark) != 0, errno == EEXIST {
            _ = shim_epoll_modify(poll, descriptor, interest.rawValue, watch.mark)
        }
        return watch
    }

    /// Forgets a descriptor that the caller closes at once: closing takes it out of epoll, which saves the call.
    func forget(_ watch: WatchID) {
        guard isCurrent(watch) else { return }
        entries[Int(watch.descriptor)].sink = nil
        entries[Int(watch.descriptor)].generation &+= 1
    }

    /// What watches here, in no particular order.
    func sinks<Sink: EventSink>(of type: Sink.Type) -> [Sink] { entries.compactMap { $0.sink as? Sink } }

    private func isCurrent(_ watch: WatchID) -> Bool {
        Int(watch.descriptor) < entries.count && entries[Int(watch.descriptor)].generation == watch.generation
    }

    // MARK: Time

    /// Runs the action on the loop after at least this long.
    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerID {
        let deadline = Loop.monotonicNanoseconds() &+ delay.nanoseconds &+ 999_999
        return timers.schedule(at: deadline / 1_000_000, action)
    }

    /// Runs the action on the loop at a monotonic millisecond (see ``now``), or in the next turn when that is past.
    @discardableResult
    package func schedule(at deadline: UInt64, _ action: @escaping () -> Void) -> TimerID {
        timers.schedule(at: deadline, action)
    }

    @discardableResult
    package func cancel(_ timer: TimerID) -> Bool { timers.cancel(timer) }

    /// Runs the action in the next turn, after sockets and timers had theirs.
    package func inNextTurn(_ action: @escaping () -> Void) { deferred.append(action) }

    /// Waits without a thread. Throws as soon as the task is cancelled.
    package func sleep(for duration: Duration) async throws(CancellationError) {
        let id = nextSleeper
        nextSleeper += 1
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: false) }
                let timer = schedule(after: duration) { self.wakeSleeper(id, slept: true) }
                sleepers[id] = Sleeper(timer: timer, continuation: continuation)
            }
        } onCancel: {
            submit { $0.wakeSleeper(id, slept: false) }
        }
        guard slept else { throw CancellationError() }
    }

    private func wakeSleeper(_ id: UInt64, slept: Bool) {
        guard let sleeper = sleepers.removeValue(forKey: id) else { return }
        timers.cancel(sleeper.timer)
        sleeper.continuation.resume(returning: slept)
    }

    nonisolated package static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    nonisolated package static func monotonicMilliseconds() -> UInt64 { monotonicNanoseconds() / 1_000_000 }

    // MARK: Things that live on the loop

    /// A value of the loop's own, such as a driver that serves every request handled here. Not Sendable needed: it
    /// never leaves the loop.
    package subscript<Value>(_ key: LoopKey<Value>) -> Value? {
        get { attachments[key.number] as? Value }
        set { attachments[key.number] = newValue }
    }
}

private let loopKeys = Atomic<Int>(0)

/// Names a place for a value on every loop. Make one per purpose and keep it in a `static let`.
package struct LoopKey<Value>: Sendable {
    let number: Int

    package init() { number = loopKeys.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Uninitialized memory for trivial elements, freed with its owner.
final class OwnedBuffer<Element> {
    let start: UnsafeMutablePointer<Element>
    let capacity: Int

    init(capacity: Int) {
        start = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { start.deallocate() }
}
