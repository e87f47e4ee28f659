import Glibc
import Testing

@testable import Server

@Suite("Control socket") struct ControlSocketTests {
    /// A directory that is gone after the test.
    private final class Directory {
        let path: String

        init() {
            var template = Array("/tmp/control.XXXXXX".utf8CString)
            path = template.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress, let made = mkdtemp(start) else { return "/nowhere" }
                return String(cString: made)
            }
        }

        deinit {
            unlink("\(path)/socket")
            rmdir(path)
        }
    }

    private func withSocket<Value: Sendable>(
        handler: @escaping ControlHandler, run body: (String, ControlSocket, Loop) async throws -> Value
    ) async throws -> Value {
        let directory = Directory()
        let group = LoopGroup(count: 1)
        try group.start()
        defer { group.stop() }
        let path = "\(directory.path)/socket"
        let socket = try ControlSocket(path: path, loop: group.loops[0], handler: handler)
        defer { socket.close() }
        return try await body(path, socket, group.loops[0])
    }

    private func call(_ path: String, _ line: String, descriptors: [Int32] = []) async throws -> ControlAnswer {
        try await onThread {
            try ControlSocket.call(
                path: path, request: Array(line.utf8), descriptors: descriptors, timeout: .seconds(5))
        }
    }

    @Test func `a line is answered with a line`() async throws {
        try await withSocket { loop, line, _ in
            loop.checkThread()
            return ControlAnswer(line.reversed())
        } run: { path, _, _ in
            let short = try await call(path, "{\"a\":1}")
            #expect(short.line == Array("}1:\"a\"{".utf8))
            let long = try await call(path, String(repeating: "l", count: 900_000))
            #expect(long.line.count == 900_000)
        }
    }

    @Test func `the file is its owner's only`() async throws {
        try await withSocket { _, line, _ in
            ControlAnswer(line)
        } run: { path, _, _ in
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func `descriptors go both ways`() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        defer {
            close(reader)
            close(writer)
        }
        try await withSocket { _, _, received in
            for descriptor in received {
                _ = write(descriptor, "in", 2)
                close(descriptor)
            }
            return ControlAnswer([], descriptors: [writer, writer])
        } run: { path, _, _ in
            let answer = try await call(path, "take", descriptors: [writer])
            #expect(answer.descriptors.count == 2)
            _ = write(answer.descriptors[1], "out", 3)
            for descriptor in answer.descriptors { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 8)
            #expect(read(reader, &bytes, 8) == 5)
            #expect(bytes.prefix(5).elementsEqual("inout".utf8))
        }
    }

    @Test func `a second server is refused while the first answers, and may take over`() async throws {
        try await withSocket { _, _, _ in
            ControlAnswer(Array("first".utf8))
        } run: { path, socket, loop in
            #expect(throws: ServerError.self) {
                try ControlSocket(path: path, loop: loop) { _, _, _ in ControlAnswer([]) }
            }
            let second = try ControlSocket(path: path, loop: loop, replacing: true) { _, _, _ in
                ControlAnswer(Array("second".utf8))
            }
            let replaced = try await call(path, "who")
            #expect(replaced.line == Array("second".utf8))
            socket.close()
            let still = try await call(path, "who")
            #expect(still.line == Array("second".utf8))
            second.close()
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test func `a file that nobody answers at is replaced`() async throws {
        let directory = Directory()
        let path = "\(directory.path)/socket"
        let group = LoopGroup(count: 1)
        try group.start()
        defer { group.stop() }
        close(creat(path, 0o600))
        let socket = try ControlSocket(path: path, loop: group.loops[0]) { _, line, _ in ControlAnswer(line) }
        let answer = try await call(path, "here")
        #expect(answer.line == Array("here".utf8))
        socket.close()
    }

    @Test func `no server and a path too long are told by name`() throws {
        let missing = #expect(throws: ServerError.self) { try ControlSocket.call(path: "/tmp/no/such", request: []) }
        #expect(missing?.sentence.contains("/tmp/no/such") == true)
        let long = "/tmp/" + String(repeating: "p", count: 120)
        let error = #expect(throws: ServerError.self) { try ControlSocket.call(path: long, request: []) }
        #expect(error?.sentence.contains("107 bytes") == true)
    }
}
