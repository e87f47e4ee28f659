internal import COpenSSL

/// What a watcher wants to be told of.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes to read, a connection to accept, or the peer's end of stream.
    package static let read = Interest(rawValue: shim_epoll_in | shim_epoll_rdhup)
    /// Room to write.
    package static let write = Interest(rawValue: shim_epoll_out)
    /// Told once per change instead of as long as it lasts.
    package static let edge = Interest(rawValue: shim_epoll_edge)
    /// One of the loops that watch the same descriptor is told, not all.
    static let exclusive = Interest(rawValue: shim_epoll_exclusive)
}

/// What a descriptor is ready for. Hang-up and failure are told whether asked for or not.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ events: UInt32) { rawValue = events }

    package static let readable = Readiness(rawValue: shim_epoll_in)
    package static let writable = Readiness(rawValue: shim_epoll_out)
    /// The peer will send no more.
    package static let endOfStream = Readiness(rawValue: shim_epoll_rdhup)
    /// Both directions are closed.
    package static let hangUp = Readiness(rawValue: shim_epoll_hup)
    /// The socket has an error (`SO_ERROR`).
    package static let failed = Readiness(rawValue: shim_epoll_err)
}

/// Names one watch of one descriptor; a later watch of the same number has another name.
package struct WatchID: Hashable, Sendable {
    let descriptor: Int32
    let generation: UInt32

    var mark: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
}

/// What the loop tells of events.
protocol EventSink: AnyObject {
    func ready(_ readiness: Readiness, on loop: isolated Loop)

    /// The loop ends and will tell no more.
    func abandon()
}

extension EventSink {
    func abandon() {}
}

final class ClosureSink: EventSink {
    private let action: (Readiness) -> Void

    init(_ action: @escaping (Readiness) -> Void) { self.action = action }

    func ready(_ readiness: Readiness, on loop: isolated Loop) { action(readiness) }
}
