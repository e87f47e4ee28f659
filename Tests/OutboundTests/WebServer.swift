import Glibc
import Synchronization

/// A web server of a few lines on 127.0.0.1, with threads of its own, for a client's tests: whatever the handler answers
/// goes out as it is. A connection stays open while answers say how long they are.
final class WebServer: Sendable {
    struct Seen {
        var requests: [String] = []
        var connections = 0
    }

    enum Reply: Sendable {
        /// Bytes as they are; the connection stays.
        case bytes([UInt8])
        /// Bytes, then the end.
        case last([UInt8])
        /// Nothing, and the connection stays open until the client leaves.
        case silence

        static func text(_ body: String, status: String = "200 OK", fields: String = "") -> Reply {
            .bytes(Array("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
        }
    }

    let port: Int
    private let listener: LoopbackListener
    private let seen = Mutex(Seen())
    private let handler: @Sendable (String) -> Reply

    var requests: [String] { seen.withLock { $0.requests } }
    var connections: Int { seen.withLock { $0.connections } }

    init(_ handler: @escaping @Sendable (String) -> Reply) {
        self.handler = handler
        listener = LoopbackListener()
        port = listener.port
        listener.accept { [self] client in
            seen.withLock { $0.connections += 1 }
            serve(client)
        }
    }

    func stop() { listener.stop() }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    private func serve(_ client: Int32) {
        defer { close(client) }
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            pending.append(contentsOf: buffer[..<count])
            let text = String(decoding: pending, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let length =
                text.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
            guard text[end.upperBound...].utf8.count >= length else { continue }
            pending = []
            seen.withLock { $0.requests.append(text) }
            switch handler(text) {
            case .bytes(let bytes): guard sendAll(client, bytes) else { return }
            case .last(let bytes):
                _ = sendAll(client, bytes)
                return
            case .silence: continue
            }
        }
    }
}

/// A listening socket on 127.0.0.1, on a port that the kernel chose, with a thread for each connection.
final class LoopbackListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                listen(descriptor, 64)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func accept(_ serve: @escaping @Sendable (Int32) -> Void) {
        let descriptor = descriptor
        spawn {
            while true {
                let client = Glibc.accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                spawn { serve(client) }
            }
        }
    }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

func sendAll(_ client: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return false }
        sent += count
    }
    return true
}

private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

func spawn(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, Unmanaged.passRetained(Work(body)).toOpaque())
    pthread_detach(thread)
}

extension String {
    /// Foundation's `range(of:)` for the one thing that is needed here.
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        let bytes = Array(utf8)
        let wanted = Array(needle.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<start + wanted.count].elementsEqual(wanted) {
            let lower = utf8.index(startIndex, offsetBy: start)
            return lower..<utf8.index(lower, offsetBy: wanted.count)
        }
        return nil
    }
}
