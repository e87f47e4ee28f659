import Synchronization

/// What one loop counted for one server. Written by that loop only, read by anybody.
final class LoopCounters: Sendable {
    let requests = Atomic<UInt64>(0)
    let connections = Atomic<UInt64>(0)
    let open = Atomic<UInt64>(0)
    let refusedConnections = Atomic<UInt64>(0)
    let refusedRequests = Atomic<UInt64>(0)
    let timeouts = Atomic<UInt64>(0)
    let handshakeFailures = Atomic<UInt64>(0)
    let acceptPauses = Atomic<UInt64>(0)
    let bytesSent = Atomic<UInt64>(0)
}

extension Atomic<UInt64> {
    /// One writer, so that a plain load and store suffice.
    func add(_ amount: UInt64 = 1) { store(load(ordering: .relaxed) &+ amount, ordering: .relaxed) }
    func subtractOne() { store(load(ordering: .relaxed) &- 1, ordering: .relaxed) }
}

/// The server's counts at one moment, summed over its loops; all but `openConnections` only grow.
package struct ServerCounters: Sendable, Equatable {
    /// Requests answered by the handler.
    package var requests: UInt64 = 0
    package var connections: UInt64 = 0
    package var openConnections: UInt64 = 0
    /// Connections reset at once because of a limit on connections.
    package var refusedConnections: UInt64 = 0
    /// Requests that never reached the handler: malformed, too large, too slow.
    package var refusedRequests: UInt64 = 0
    /// Connections closed by a deadline, idle ones not counted.
    package var timeouts: UInt64 = 0
    package var handshakeFailures: UInt64 = 0
    /// Times accepting paused because the process had no descriptor left.
    package var acceptPauses: UInt64 = 0
    package var bytesSent: UInt64 = 0

    mutating func add(_ counters: LoopCounters) {
        requests += counters.requests.load(ordering: .relaxed)
        connections += counters.connections.load(ordering: .relaxed)
        openConnections += counters.open.load(ordering: .relaxed)
        refusedConnections += counters.refusedConnections.load(ordering: .relaxed)
        refusedRequests += counters.refusedRequests.load(ordering: .relaxed)
        timeouts += counters.timeouts.load(ordering: .relaxed)
        handshakeFailures += counters.handshakeFailures.load(ordering: .relaxed)
        acceptPauses += counters.acceptPauses.load(ordering: .relaxed)
        bytesSent += counters.bytesSent.load(ordering: .relaxed)
    }
}
