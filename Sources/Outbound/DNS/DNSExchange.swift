import Glibc
internal import Server

/// One query to one server and what came of it, on the loop. Its socket is its own, so each query has a source port of
/// the kernel's choice, and it is connected, so the kernel lets in nothing but that server's.
final class DNSExchange {
    enum Transport: Sendable {
        case udp
        case tcp
    }

    enum Outcome: Sendable, Hashable {
        case reply(DNSReply)
        /// The last message that was ignored meanwhile, if one was.
        case timeout(ignored: DNSMessageFlaw?)
        case malformed(DNSMessageFlaw)
        /// The number of the system's error.
        case unreachable(Int32)
    }

    private let query: DNSQuery
    private let transport: Transport
    private let descriptor: Int32
    private var completion: ((Outcome) -> Void)?
    private var watch: WatchID?
    private var timer: TimerID?
    private var unsent: ArraySlice<UInt8>
    private var received: [UInt8] = []
    private var ignored: DNSMessageFlaw?

    /// More than a server sends without being asked to (RFC 1035 §4.2.1: 512).
    private static let datagram = 4096
    /// Read in one turn, so that a flood leaves the loop to others.
    private static let datagramsPerTurn = 64

    init(
        _ query: DNSQuery, with server: SocketAddress, over transport: Transport,
        completion: @escaping (Outcome) -> Void
    ) {
        self.query = query
        self.transport = transport
        self.completion = completion
        descriptor = OutgoingSocket.connect(transport == .udp ? .datagram : .stream, to: server)
        let message = query.message
        let length = [UInt8(message.count >> 8), UInt8(message.count & 0xFF)]
        unsent = transport == .udp ? message[...] : (length + message)[...]
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func start(timeout: Duration, on loop: isolated Loop) {
        guard descriptor >= 0 else { return end(.unreachable(-descriptor), on: loop) }
        timer = loop.schedule(after: timeout) { self.end(.timeout(ignored: self.ignored), on: loop) }
        watch = loop.watch(descriptor, .write) { _ in self.ready(on: loop) }
    }

    private func end(_ outcome: Outcome, on loop: isolated Loop) {
        if let watch { loop.unwatch(watch) }
        if let timer { loop.cancel(timer) }
        (watch, timer) = (nil, nil)
        let completion = completion
        self.completion = nil
        completion?(outcome)
    }

    private func ready(on loop: isolated Loop) {
        guard unsent.isEmpty else { return write(on: loop) }
        switch transport {
        case .udp: readDatagrams(on: loop)
        case .tcp: readStream(on: loop)
        }
    }

    private func write(on loop: isolated Loop) {
        let count = unsent.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count >= 0 else { return failed(errno, on: loop) }
        unsent = unsent.dropFirst(count)
        if unsent.isEmpty, let watch { loop.update(watch, .read) }
    }

    private func failed(_ number: Int32, on loop: isolated Loop) {
        if number != EAGAIN && number != EINTR { end(.unreachable(number), on: loop) }
    }

    private func readDatagrams(on loop: isolated Loop) {
        var buffer = [UInt8](repeating: 0, count: Self.datagram)
        for _ in 0..<Self.datagramsPerTurn {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { return failed(errno, on: loop) }
            do throws(DNSMessageFlaw) {
                return end(.reply(try DNSReply(Array(buffer[..<count]), to: query)), on: loop)
            } catch {
                // Anybody can send from the server's address; only its own answer has our number and question.
                ignored = error
            }
        }
    }

    private func readStream(on loop: isolated Loop) {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { return failed(errno, on: loop) }
        guard count > 0 else { return end(.malformed(.truncated), on: loop) }
        received.append(contentsOf: buffer[..<count])
        guard received.count >= 2 else { return }
        let length = Int(received[0]) << 8 | Int(received[1])
        guard received.count >= 2 + length else { return }
        do throws(DNSMessageFlaw) {
            let reply = try DNSReply(Array(received[2..<(2 + length)]), to: query)
            end(reply == .truncated ? .malformed(.truncated) : .reply(reply), on: loop)
        } catch {
            end(.malformed(error), on: loop)
        }
    }
}

extension Loop {
    func exchange(
        _ query: DNSQuery, with server: SocketAddress, over transport: DNSExchange.Transport, timeout: Duration
    ) async -> DNSExchange.Outcome {
        await withCheckedContinuation { continuation in
            DNSExchange(query, with: server, over: transport) { continuation.resume(returning: $0) }
                .start(timeout: timeout, on: self)
        }
    }
}
