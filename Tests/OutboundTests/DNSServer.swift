import Glibc
import Server
import Synchronization

/// A name server of a few lines on 127.0.0.1, one port for UDP and TCP, with threads of its own: what the handler answers
/// goes out as it is, each message a datagram or behind its length.
final class DNSServer: Sendable {
    let address: SocketAddress
    private let datagrams: Int32
    private let streams: Int32
    private let seen = Mutex<[Question]>([])

    struct Question: Sendable {
        let message: [UInt8]
        let isTCP: Bool
        /// Of the socket that asked.
        let port: UInt16

        /// The number of the query, which an answer repeats.
        var id: [UInt8] { Array(message.prefix(2)) }
    }

    var questions: [Question] { seen.withLock { $0 } }

    init(_ handler: @escaping @Sendable (Question) -> [[UInt8]]) {
        var (datagrams, streams, port) = (Int32(-1), Int32(-1), UInt16(0))
        repeat {
            if streams >= 0 {
                close(streams)
                close(datagrams)
            }
            streams = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            port = bindToLoopback(streams, 0) ?? 0
            // Somebody's datagrams may come in there already; then another port serves.
        } while bindToLoopback(datagrams, port) == nil
        listen(streams, 16)
        (self.datagrams, self.streams) = (datagrams, streams)
        guard let address = SocketAddress("127.0.0.1", port: port) else { preconditionFailure("127.0.0.1") }
        self.address = address
        spawn { [self, datagrams] in serveDatagrams(datagrams, handler) }
        spawn { [self, streams] in
            while true {
                let client = accept(streams, nil, nil)
                guard client >= 0 else { break }
                serveStream(client, handler)
            }
            close(streams)
        }
    }

    /// Where nobody listened a moment ago.
    static func nobody() -> SocketAddress? {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        return bindToLoopback(descriptor, 0).flatMap { SocketAddress("127.0.0.1", port: $0) }
    }

    func stop() {
        shutdown(streams, Int32(SHUT_RDWR))
        shutdown(datagrams, Int32(SHUT_RDWR))
    }

    private func serveDatagrams(_ descriptor: Int32, _ handler: (Question) -> [[UInt8]]) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var from = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &from) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { break }
            let question = Question(
                message: Array(buffer[..<count]), isTCP: false, port: UInt16(bigEndian: from.sin_port))
            seen.withLock { $0.append(question) }
            for answer in handler(question) {
                withUnsafePointer(to: &from) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        _ = sendto(descriptor, answer, answer.count, 0, $0, length)
                    }
                }
            }
        }
        close(descriptor)
    }

    private func serveStream(_ client: Int32, _ handler: (Question) -> [[UInt8]]) {
        defer { close(client) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 2 else { return }
        let question = Question(message: Array(buffer[2..<count]), isTCP: true, port: 0)
        seen.withLock { $0.append(question) }
        for answer in handler(question) {
            _ = sendAll(client, [UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer)
        }
    }
}

/// The port it has got; nil: it is taken.
private func bindToLoopback(_ descriptor: Int32, _ port: UInt16) -> UInt16? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    return isBound ? UInt16(bigEndian: address.sin_port) : nil
}
