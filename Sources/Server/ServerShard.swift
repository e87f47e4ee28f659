import Glibc
internal import HTTP

/// One server's part on one loop: its acceptors, what its connections share, and the end of them all. Lives in the
/// loop's isolation.
final class ServerShard {
    let shared: ServerShared
    let counters: LoopCounters
    /// Answers gather here within a turn and leave with one call. Empty between turns of a connection.
    var output: [UInt8] = []
    private(set) var isDraining = false
    private var open = 0
    private var acceptors: [Acceptor] = []
    private var drained: CheckedContinuation<Void, Never>?
    private var second: time_t = 0
    private var secondText = ""

    init(_ shared: ServerShared, _ counters: LoopCounters) {
        (self.shared, self.counters) = (shared, counters)
    }

    func listen(_ descriptor: Int32, _ configuration: ListenerConfiguration, isShared: Bool, on loop: isolated Loop) {
        let acceptor = Acceptor(descriptor, configuration, shard: self)
        acceptor.begin(on: loop, isShared: isShared)
        acceptors.append(acceptor)
    }

    /// The value of the Date field, made once a second.
    func date() -> String {
        let now = time(nil)
        if now != second {
            second = now
            secondText = HTTPDate.text(now)
        }
        return secondText
    }

    /// Empties what was sent, and gives back the room that one large answer took.
    func clearOutput() { if output.capacity > 1 << 20 { output = [] } else { output.removeAll(keepingCapacity: true) } }

    func opened() {
        open += 1
        counters.open.add()
        counters.connections.add()
    }

    func closed() {
        open -= 1
        counters.open.subtractOne()
        if open == 0 { finishDraining() }
    }

    // MARK: The end

    /// Stops accepting; unless another process takes over the listeners, first takes what already waits in them.
    /// From now on each answer ends its connection.
    func stopAccepting(takingQueue: Bool, on loop: isolated Loop) {
        isDraining = true
        for acceptor in acceptors { acceptor.end(takingQueue: takingQueue, on: loop) }
        acceptors = []
    }

    /// Ends the connections between requests, after the grace.
    func endIdle(grace: UInt64, on loop: isolated Loop) {
        for connection in connections(on: loop) { connection.drain(grace: grace, on: loop) }
    }

    /// Waits for the last connection, and ends those that are left at the deadline. True when none was.
    func waitUntilDrained(deadline: UInt64, on loop: isolated Loop) async -> Bool {
        guard open > 0 else { return true }
        var isLate = false
        let timer = loop.schedule(at: deadline) {
            isLate = true
            for connection in self.connections(on: loop) { connection.reset(on: loop) }
        }
        await withCheckedContinuation { drained = $0 }
        loop.cancel(timer)
        return !isLate
    }

    private func finishDraining() {
        drained?.resume()
        drained = nil
    }

    private func connections(on loop: isolated Loop) -> [Connection] {
        loop.sinks(of: Connection.self).filter { $0.shard === self }
    }
}
