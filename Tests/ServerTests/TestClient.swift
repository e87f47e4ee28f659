import Glibc

@testable import Server

/// A blocking client over a plain socket; five seconds is the longest that any call waits. For use inside `onThread`.
///
/// `@unchecked Sendable`: a test uses its client from one thread at a time.
final class TestClient: @unchecked Sendable {
    struct Response: Equatable {
        let status: Int
        let head: String
        let body: String
        var closes: Bool { head.lowercased().contains("connection: close") }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var descriptor: Int32
    private var received: [UInt8] = []

    init(port: UInt16, to host: String = "127.0.0.1", from source: String? = nil) throws {
        guard let address = SocketAddress(host, port: port) else { throw Failure(description: "bad address") }
        descriptor = socket(address.isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var time = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        if let source, let from = SocketAddress(source) {
            _ = from.withKernelForm { bind(descriptor, $0, $1) }
        }
        guard address.withKernelForm({ connect(descriptor, $0, $1) }) == 0 else {
            let number = errno
            Glibc.close(descriptor)
            descriptor = -1
            throw Failure(description: "connect: \(number)")
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws { try Self.send(bytes, over: descriptor) }

    static func send(_ bytes: [UInt8], over descriptor: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(errno)") }
            sent += count
        }
    }

    func get(_ path: String, _ more: String = "") throws { try send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(more)\r\n") }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What one read brings: empty at the end of the stream.
    private func read() throws -> ArraySlice<UInt8> {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(description: "recv: \(errno)") }
        return buffer[..<count]
    }

    /// One response whose length its head says.
    func response(isHead: Bool = false) throws -> Response {
        while true {
            if let end = headEnd() {
                let head = String(decoding: received[..<end], as: UTF8.self)
                let length = isHead ? 0 : contentLength(head)
                if received.count >= end + length {
                    let body = String(decoding: received[end..<(end + length)], as: UTF8.self)
                    received.removeFirst(end + length)
                    return Response(status: Int(head.split(separator: " ")[1]) ?? 0, head: head, body: body)
                }
            }
            let more = try read()
            guard !more.isEmpty else { throw Failure(description: "closed with \(received.count) bytes") }
            received += more
        }
    }

    private func headEnd() -> Int? {
        guard received.count >= 4 else { return nil }
        for index in 0...(received.count - 4) where received[index..<(index + 4)].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }

    private func contentLength(_ head: String) -> Int {
        for line in head.lowercased().split(separator: "\r\n") where line.hasPrefix("content-length: ") {
            return Int(line.dropFirst(16)) ?? 0
        }
        return 0
    }

    /// Everything up to the server's end of the stream.
    func rest() throws -> String {
        while case let more = try read(), !more.isEmpty { received += more }
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Whether the server ends the connection, by an end of stream or a reset, without another byte.
    func isClosed() -> Bool {
        do { return try received.isEmpty && read().isEmpty } catch { return "\(error)" == "recv: \(ECONNRESET)" }
    }
}

/// Runs blocking work on a thread of its own, so that it does not hold one of the few that tasks share.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    return try await withCheckedThrowingContinuation { continuation in
        let box = ThreadBody { continuation.resume(with: Result { try body() }) }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(box).toOpaque())
        pthread_detach(thread)
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
