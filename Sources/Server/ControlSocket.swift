internal import COpenSSL
import Glibc
import Synchronization

/// What a control request is answered with: one line of JSON, and descriptors to hand to the caller. The server's own
/// copies of these descriptors stay open.
package struct ControlAnswer: Sendable {
    package let line: [UInt8]
    package let descriptors: [Int32]

    package init(_ line: [UInt8], descriptors: [Int32] = []) { (self.line, self.descriptors) = (line, descriptors) }
}

/// Answers a request line (without its newline). The received descriptors are the handler's to close.
package typealias ControlHandler = @Sendable (isolated Loop, [UInt8], [Int32]) async -> ControlAnswer

/// A Unix stream socket for the commands of this installation's owner. Each connection carries one line and its
/// answer. The file is mode 0600 and the peer's user must be ours or root, so that a descriptor which leaked does not
/// open the door.
package final class ControlSocket: Sendable {
    package let path: String
    private let loop: Loop
    private let descriptor: Int32
    private let file: (device: UInt64, inode: UInt64)
    private let isClosed = Atomic<Bool>(false)

    /// Longest line, either way.
    static let maximumLine = 1 << 20

    /// Listens at `path`. A file there is replaced when nobody answers at it, or with `replacing` (a take-over, where
    /// the earlier server is alive) in one step, so that a command finds one server or the other.
    package init(
        path: String, loop: Loop, replacing: Bool = false, deadline: Duration = .seconds(10),
        handler: @escaping ControlHandler
    ) throws(ServerError) {
        if !replacing, let other = try? Self.connect(to: path, timeout: .seconds(1)) {
            Glibc.close(other)
            throw ServerError("another server answers at the control socket \(path)")
        }
        let temporary = "\(path).\(getpid())"
        unlink(temporary)
        descriptor = try Self.bind(temporary)
        // Nobody can connect before `listen`, so nobody can before the mode is set.
        var status = stat()
        guard chmod(temporary, 0o600) == 0, listen(descriptor, 64) == 0, stat(temporary, &status) == 0,
            rename(temporary, path) == 0
        else {
            let error = ServerError.system("the control socket \(path) cannot be made")
            Glibc.close(descriptor)
            unlink(temporary)
            throw error
        }
        (self.path, self.loop) = (path, loop)
        file = (UInt64(status.st_dev), UInt64(status.st_ino))
        let descriptor = descriptor
        loop.submit { loop in
            loop.watch(descriptor, .read) { _ in
                Self.accept(descriptor, on: loop, deadline: deadline, handler: handler)
            }
        }
    }

    deinit { close() }

    /// Stops listening, and removes the file unless a later server's stands there. Requests under way go on.
    package func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var status = stat()
        if stat(path, &status) == 0, (UInt64(status.st_dev), UInt64(status.st_ino)) == file { unlink(path) }
        let descriptor = descriptor
        loop.submit { loop in
            loop.unwatch(descriptor: descriptor)
            Glibc.close(descriptor)
        }
    }

    private static func accept(
        _ listener: Int32, on loop: isolated Loop, deadline: Duration, handler: @escaping ControlHandler
    ) {
        let descriptor = shim_accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        let user = shim_peer_user(descriptor)
        guard user == Int(geteuid()) || user == 0 else {
            Glibc.close(descriptor)
            return
        }
        ControlConnection(descriptor, handler).begin(on: loop, deadline: deadline)
    }

    // MARK: The client's side, blocking

    /// Sends one line and waits for the answer, without a loop.
    ///
    /// - Throws: ``ServerError`` when nobody listens at the path, the answer does not come in time, or is too long.
    package static func call(
        path: String, request: [UInt8], descriptors: [Int32] = [], timeout: Duration = .seconds(30)
    ) throws(ServerError) -> ControlAnswer {
        let socket = try connect(to: path, timeout: timeout)
        defer { Glibc.close(socket) }
        var unsent = ArraySlice(request + [UInt8(ascii: "\n")])
        var carried = descriptors
        while !unsent.isEmpty {
            let sent = try ListenerHandover.sendBytes(unsent, with: carried, over: socket)
            guard sent > 0 else { throw ServerError("the server at \(path) did not take the request in time") }
            unsent = unsent.dropFirst(sent)
            carried = []
        }
        var line: [UInt8] = []
        var received: [Int32] = []
        let buffer = OwnedBuffer<UInt8>(capacity: 16_384)
        while line.last != UInt8(ascii: "\n") {
            let bytes = UnsafeMutableRawBufferPointer(start: buffer.start, count: buffer.capacity)
            let (count, more) = try ListenerHandover.receiveBytes(into: bytes, over: socket)
            received += more
            guard count > 0, line.count + count <= maximumLine + 1 else {
                for descriptor in received { Glibc.close(descriptor) }
                throw ServerError(
                    count < 0
                        ? "the server at \(path) did not answer in time"
                        : count == 0
                            ? "the server at \(path) closed without an answer"
                            : "the server at \(path) answered more than a line may hold")
            }
            line.append(contentsOf: UnsafeBufferPointer(start: buffer.start, count: count))
        }
        line.removeLast()
        return ControlAnswer(line, descriptors: received)
    }

    private static func connect(to path: String, timeout: Duration) throws(ServerError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("no Unix socket could be made") }
        let wait = max(1, timeout.milliseconds)
        var time = timeval(tv_sec: Int(wait / 1000), tv_usec: Int(wait % 1000) * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        let result = try withAddress(path) { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let error = ServerError.system("no server answers at the control socket \(path)")
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func bind(_ path: String) throws(ServerError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .system("no Unix socket could be made") }
        guard try withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let error = ServerError.system("the control socket \(path) cannot be made")
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(ServerError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            throw ServerError(
                "the control socket's path \(path) is longer than the 107 bytes that a Unix socket allows")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
