import Glibc
import Server
import Testing

@testable import Outbound

/// One group of loops for all tests: what is on trial is the client, not the loops.
enum TestLoops {
    static let group: LoopGroup = {
        let group = LoopGroup(count: 2)
        do { try group.start() } catch { fatalError("\(error)") }
        return group
    }()

    static func fetcher() throws -> Fetcher { try Fetcher(fallback: group.loops[0]) }
}

@Suite("Fetcher") struct FetcherTests {
    @Test func `a document is fetched with its fields`() async throws {
        let server = WebServer { _ in
            .text("hello", fields: "Content-Type: Application/JSON; charset=utf-8\r\nX-A: 1\r\nX-A:\t2 \r\n")
        }
        defer { server.stop() }
        let result = try await TestLoops.fetcher().send(
            FetchRequest(.get, server.url("/a?b=c"), fields: [("Accept", "application/json")]), policy: .development)
        #expect(result.status == 200)
        #expect(result.body == Array("hello".utf8))
        #expect(result.mediaType == "application/json")
        #expect(result.fields.filter { $0.name == "x-a" }.map(\.value) == ["1", "2"])
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("GET /a?b=c HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAccept: application/json\r\n"))
        #expect(request.contains("\r\nUser-Agent: Vestibule\r\n"))
        #expect(!request.lowercased().contains("accept-encoding"))
    }

    @Test func `a large document goes to a file, and not a byte more than is allowed`() async throws {
        let document = String(repeating: "0123456789", count: 50_000)
        let server = WebServer { _ in .text(document) }
        defer { server.stop() }
        let file = try TemporaryFile()
        var request = FetchRequest(.get, server.url(), maximumBytes: document.utf8.count, file: file.descriptor)
        let result = try await TestLoops.fetcher().send(request, policy: .development)
        #expect(result.status == 200 && result.body.isEmpty)
        var bytes = [UInt8](repeating: 0, count: document.utf8.count + 1)
        #expect(pread(file.descriptor, &bytes, bytes.count, 0) == document.utf8.count)
        #expect(Array(bytes.dropLast()) == Array(document.utf8))
        request.maximumBytes -= 1
        await #expect(throws: FetchError.self) {
            try await TestLoops.fetcher().send(request, policy: .development)
        }
    }

    @Test func `a form is posted as it is`() async throws {
        let server = WebServer { _ in .text("{}", status: "400 Bad Request") }
        defer { server.stop() }
        let body = Array("a=b&c=\u{0}".utf8)
        let result = try await TestLoops.fetcher().send(
            FetchRequest(
                .post, server.url(), fields: [("Content-Type", "application/x-www-form-urlencoded"), ("X-Empty", "")],
                body: body), policy: .development)
        #expect(result.status == 400)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST / HTTP/1.1\r\n"))
        #expect(request.contains("\r\nX-Empty:\r\n"))
        #expect(!request.contains("Expect:"))
        #expect(Array(request.utf8.suffix(body.count)) == body)
    }

    @Test func `an interim answer is not the answer`() async throws {
        let server = WebServer { _ in
            .bytes(
                Array(
                    "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Late: 1\r\n\r\nok"
                        .utf8))
        }
        defer { server.stop() }
        let result = try await TestLoops.fetcher().send(FetchRequest(.get, server.url()), policy: .development)
        #expect(result.status == 200)
        #expect(result.field("x-early") == nil)
        #expect(result.field("x-late") == "1")
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let server = WebServer { _ in .text("", status: "302 Found", fields: "Location: http://127.0.0.1:1/\r\n") }
        defer { server.stop() }
        let result = try await TestLoops.fetcher().send(FetchRequest(.get, server.url()), policy: .development)
        #expect(result.status == 302)
        #expect(server.requests.count == 1)
    }

    @Test func `a server that says nothing is left in time`() async throws {
        let server = WebServer { _ in .silence }
        defer { server.stop() }
        await #expect(throws: FetchError.timeout(host: "127.0.0.1")) {
            try await TestLoops.fetcher().send(
                FetchRequest(.get, server.url(), timeout: .milliseconds(200)), policy: .development)
        }
    }

    @Test(arguments: [true, false]) func `an answer beyond the limit ends the transfer`(_ announced: Bool) async throws
    {
        let server = WebServer { _ in
            let body = String(repeating: "x", count: 20_000)
            return announced
                ? .text(body) : .last(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)".utf8))
        }
        defer { server.stop() }
        await #expect(throws: FetchError.tooLarge(host: "127.0.0.1", limit: 10_000)) {
            try await TestLoops.fetcher().send(
                FetchRequest(.get, server.url(), maximumBytes: 10_000), policy: .development)
        }
        let whole = try await TestLoops.fetcher().send(
            FetchRequest(.get, server.url(), maximumBytes: 20_000), policy: .development)
        #expect(whole.body.count == 20_000)
    }

    @Test func `a header without end ends the transfer`() async throws {
        let fields = String(repeating: "X-A: \(String(repeating: "a", count: 1000))\r\n", count: 80)
        let server = WebServer { _ in .text("", fields: fields) }
        defer { server.stop() }
        await #expect(throws: FetchError.malformed(host: "127.0.0.1", "the header is too long")) {
            try await TestLoops.fetcher().send(FetchRequest(.get, server.url()), policy: .development)
        }
    }

    @Test func `what is not HTTP is no answer`() async throws {
        let server = WebServer { _ in .last(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)) }
        defer { server.stop() }
        await #expect(throws: FetchError.self) {
            try await TestLoops.fetcher().send(FetchRequest(.get, server.url()), policy: .development)
        }
    }

    @Test(arguments: [
        ("X-A", "b\r\nHost: evil"), ("X-A", "b\u{0}"), ("X A", "b"), ("X-A:", "b"), ("", "b"), ("X\n", "b"),
    ])
    func `a field with a line of its own is refused`(_ name: String, _ value: String) async throws {
        await #expect(throws: FetchError.self) {
            try await TestLoops.fetcher().send(
                FetchRequest(.get, "https://idp.example/", fields: [(name, value)]), policy: .publicInternetOnly)
        }
    }

    @Test func `nobody listening is a sentence`() async throws {
        let server = WebServer { _ in .silence }
        server.stop()
        do {
            _ = try await TestLoops.fetcher().send(FetchRequest(.get, "http://127.0.0.1:1/"), policy: .development)
            Issue.record("something listens on port 1")
        } catch {
            guard case FetchError.connect(host: "127.0.0.1", _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a canceled request ends at once`() async throws {
        let server = WebServer { _ in .silence }
        defer { server.stop() }
        let url = server.url()
        let task = Task {
            try await TestLoops.fetcher().send(FetchRequest(.get, url, timeout: .seconds(60)), policy: .development)
        }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: FetchError.canceled) { try await task.value }
    }

    @Test func `a caller on a loop is served on that loop`() async throws {
        let server = WebServer { _ in .text("ok") }
        defer { server.stop() }
        let fetcher = try TestLoops.fetcher()
        let url = server.url()
        let stayed = try await TestLoops.group.loops[1].stays {
            _ = try await fetcher.send(FetchRequest(.get, url), policy: .development)
        }
        #expect(stayed)
    }

    @Test func `many requests at once all come back`() async throws {
        let server = WebServer { request in .text(String(request.prefix { $0 != "\r\n" })) }
        defer { server.stop() }
        let fetcher = try TestLoops.fetcher()
        let base = server.url()
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask {
                    let result = try await fetcher.send(FetchRequest(.get, "\(base)\(number)"), policy: .development)
                    return (number, String(decoding: result.body, as: UTF8.self))
                }
            }
            for try await (number, line) in group { #expect(line == "GET /\(number) HTTP/1.1") }
        }
    }
}

extension Loop {
    /// Whether the body, run on this loop, ends on its thread.
    func stays(_ body: @Sendable () async throws -> Void) async throws -> Bool {
        try await body()
        return isOnThread
    }
}

@Suite("SSRF") struct ServerSideRequestForgeryTests {
    private func refusal(_ url: String, _ policy: EgressPolicy) async throws -> String? {
        do {
            _ = try await TestLoops.fetcher().send(FetchRequest(.get, url, timeout: .seconds(2)), policy: policy)
            return nil
        } catch FetchError.notAllowed(let reason) {
            return reason
        } catch {
            return nil
        }
    }

    @Test(
        arguments: [
            "https://127.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://0177.0.0.1/",
            "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
            "https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://10.0.0.1/",
            "https://0.0.0.0/", "https://[::]/", "https://100.64.0.1/", "https://224.0.0.1/", "http://idp.example/",
        ]) func `an address that is not the public internet's is refused, and named`(_ url: String) async throws
    {
        #expect(try await refusal(url, .publicInternetOnly) != nil)
    }

    /// Rebinding: whatever the name meant when it was checked, what counts is where the socket goes.
    @Test func `a name that leads to loopback is refused when it connects`() async throws {
        let server = WebServer { _ in .text("secret") }
        defer { server.stop() }
        let reason = try #require(try await refusal("https://localhost:\(server.port)/", .publicInternetOnly))
        #expect(reason.contains("localhost is at"))
        #expect(reason.contains("loopback"))
        #expect(server.connections == 0)
    }

    @Test func `a name allowed at one port is refused at another`() async throws {
        let server = WebServer { _ in .text("secret") }
        defer { server.stop() }
        let policy = EgressPolicy(name: "t", allowances: [.host("localhost", port: server.port + 1)])
        #expect(try await refusal("https://localhost:\(server.port)/", policy) != nil)
        #expect(server.connections == 0)
    }

    @Test func `a redirect to a refused address is never followed`() async throws {
        let inner = WebServer { _ in .text("secret") }
        let outer = WebServer { _ in .text("", status: "307 Redirect", fields: "Location: \(inner.url())\r\n") }
        defer {
            inner.stop()
            outer.stop()
        }
        let result = try await TestLoops.fetcher().send(FetchRequest(.get, outer.url()), policy: .development)
        #expect(result.status == 307)
        #expect(inner.connections == 0)
    }

    @Test func `connections are kept within a policy and not shared with another`() async throws {
        let server = WebServer { _ in .text("ok") }
        defer { server.stop() }
        let fetcher = try TestLoops.fetcher()
        let first = EgressPolicy(name: "first \(server.port)", allowsPlainHTTPToLoopback: true)
        let second = EgressPolicy(name: "second \(server.port)", allowsPlainHTTPToLoopback: true)
        for _ in 0..<5 { _ = try await fetcher.send(FetchRequest(.get, server.url()), policy: first) }
        #expect(server.connections == 1)
        _ = try await fetcher.send(FetchRequest(.get, server.url()), policy: second)
        #expect(server.connections == 2)
        // A narrower policy must not be served by what a wider one opened.
        await #expect(throws: FetchError.self) {
            try await fetcher.send(FetchRequest(.get, server.url()), policy: .publicInternetOnly)
        }
        #expect(server.requests.count == 6)
    }
}
