internal import COpenSSL
import Glibc

/// What `accept4` made of a listening descriptor.
package enum AcceptOutcome: Sendable {
    /// A non-blocking descriptor; nil address for one that is not IP.
    case accepted(Int32, from: SocketAddress?)
    /// The error number.
    case failed(Int32)
}

/// The system call that accepts, as an argument of the server, so that a test can run out of descriptors.
package typealias AcceptCall = @Sendable (_ listener: Int32) -> AcceptOutcome

/// The system's `accept4`, non-blocking and close-on-exec.
package let systemAccept: AcceptCall = { listener in
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let descriptor = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { shim_accept(listener, $0, &length) }
    }
    return descriptor < 0 ? .failed(errno) : .accepted(descriptor, from: SocketAddress(storage))
}

/// Takes connections from one listening socket, which it does not own.
///
/// Without a free descriptor it pauses: the clients wait in the socket's queue, where they lose nothing, and the loop
/// is not spun by a readiness that it cannot use.
final class Acceptor: EventSink {
    private static let pause = Duration.milliseconds(50)
    /// Per turn, so that a burst of connections does not hold up those that exist.
    private static let batch = 64

    private let descriptor: Int32
    private let tls: TLSContextStore?
    private let forwarded: ForwardedFor?
    private let isInternal: Bool
    private unowned let shard: ServerShard
    private var watch: WatchID?
    private var interest = Interest.read
    private var timer: TimerID?

    init(_ descriptor: Int32, _ configuration: ListenerConfiguration, shard: ServerShard) {
        self.descriptor = descriptor
        tls = configuration.tls
        forwarded = configuration.proxies.isEmpty ? nil : ForwardedFor(proxies: configuration.proxies)
        isInternal = configuration.isInternal
        self.shard = shard
    }

    /// - Parameter isShared: Other loops watch the same socket; one of them is woken.
    func begin(on loop: isolated Loop, isShared: Bool) {
        // EPOLLEXCLUSIVE is allowed with few other events, EPOLLRDHUP not among them.
        if isShared { interest = Interest(rawValue: shim_epoll_in).union(.exclusive) }
        watch = loop.register(descriptor, interest, self)
    }

    func end(takingQueue: Bool, on loop: isolated Loop) {
        if takingQueue { while accept(on: loop) == .accepted {} }
        if let watch { loop.unwatch(watch) }
        if let timer { loop.cancel(timer) }
        (watch, timer) = (nil, nil)
    }

    func ready(_ readiness: Readiness, on loop: isolated Loop) {
        for _ in 0..<Self.batch {
            switch accept(on: loop) {
            case .accepted: continue
            case .none: return
            case .exhausted: return pause(on: loop)
            }
        }
    }

    private enum Outcome {
        case accepted
        case none
        case exhausted
    }

    private func accept(on loop: isolated Loop) -> Outcome {
        let descriptor: Int32
        let address: SocketAddress
        switch shard.shared.accept(self.descriptor) {
        case .accepted(let accepted, let from):
            guard let from else {
                close(accepted)
                return .accepted
            }
            (descriptor, address) = (accepted, from)
        case .failed(let number):
            switch number {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            // The client left while it waited, or a signal came: the next may be well.
            case ECONNABORTED, EINTR, EPROTO, EPERM: return .accepted
            default: return .none
            }
        }
        let isTrusted = forwarded?.trusts(address) ?? false
        let key = isTrusted ? nil : Admission.Key(address)
        guard shard.shared.admission.enter(key) else {
            shard.counters.refusedConnections.add()
            ListeningSocket.reset(descriptor)
            return .accepted
        }
        let origin = ConnectionOrigin(
            address: address, key: key, forwarded: isTrusted ? forwarded : nil, isInternal: isInternal)
        Connection(descriptor, origin, shard: shard).begin(tls?.context, on: loop)
        return .accepted
    }

    private func pause(on loop: isolated Loop) {
        guard let watch, timer == nil else { return }
        shard.counters.acceptPauses.add()
        loop.unwatch(watch)
        self.watch = nil
        timer = loop.schedule(after: Self.pause) {
            self.timer = nil
            self.watch = loop.register(self.descriptor, self.interest, self)
        }
    }
}
