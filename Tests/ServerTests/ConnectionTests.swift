import Glibc
import HTTP
import Synchronization
import Testing

@testable import Server

@Suite("Connection") struct ConnectionTests {
    @Test func `a connection carries one request after another`() async throws {
        let server = try TestServer()
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            for number in 0..<3 {
                try client.get("/\(number)")
                let response = try client.response()
                #expect(response.status == 200)
                #expect(response.body == "/\(number)")
                #expect(!response.closes)
            }
        }
        #expect(server.server.counters.requests == 3)
        #expect(server.server.counters.connections == 1)
    }

    @Test func `pipelined requests are answered in order, also when the first waits`() async throws {
        let gate = Gate()
        let server = try TestServer { loop, request in
            if request.path == "/slow" { await gate.pass() }
            loop.checkThread()
            return .text(request.path)
        }
        async let bodies = onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.send(
                ["/slow", "/a", "/slow", "/b", "/c"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            return try (0..<5).map { _ in try client.response().body }
        }
        await gate.arrived()
        #expect(server.server.counters.requests == 0)
        await gate.open()
        #expect(try await bodies == ["/slow", "/a", "/slow", "/b", "/c"])
    }

    @Test func `a request split into single bytes is the same request`() async throws {
        let server = try TestServer()
        let response = try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            for byte in "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".utf8 { try client.send([byte]) }
            return try client.response()
        }
        #expect(response.body == "/xabc")
    }

    @Test func `a thousand pipelined requests with a large answer each arrive whole`() async throws {
        let body = String(repeating: "x", count: 20_000)
        let server = try TestServer { _, _ in .text(body) }
        let client = try await onThread { [port = server.port] in try TestClient(port: port) }
        let requests = String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 1000)
        async let sent: Void = onThread { try client.send(requests) }
        let count = try await onThread {
            var count = 0
            for _ in 0..<1000 { count += try client.response().body.utf8.count }
            return count
        }
        try await sent
        #expect(count == 20_000_000)
    }

    @Test func `a client that ends its side first still gets its answer`() async throws {
        let gate = Gate()
        let server = try TestServer { _, request in
            await gate.pass()
            return .text(request.path)
        }
        async let rest = onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/half")
            client.endSending()
            return try client.rest()
        }
        await gate.arrived()
        await gate.open()
        #expect(try await rest.hasSuffix("\r\n\r\n/half"))
    }

    @Test func `Connection close is honoured`() async throws {
        let server = try TestServer()
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/", "Connection: close\r\n")
            #expect(try client.response().closes)
            #expect(client.isClosed())
        }
    }

    @Test func `HEAD has the length and no body`() async throws {
        let server = try TestServer()
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response(isHead: true).head.contains("content-length: 5"))
            try client.get("/next")
            #expect(try client.response().body == "/next")
        }
    }

    @Test func `100 Continue is sent before the content`() async throws {
        let server = try TestServer()
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try client.response().status == 100)
            try client.send("ok")
            #expect(try client.response().body == "/ok")
        }
    }

    @Test func `a refusal is read by a client that goes on sending`() async throws {
        let server = try TestServer()
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            let field = String(repeating: "y", count: 150_000)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nX: \(field)")
            let response = try client.response()
            #expect(response.status == 431)
            #expect(response.closes)
            client.endSending()
            #expect(client.isClosed())
        }
        #expect(server.server.counters.refusedRequests == 1)
    }

    @Test func `a client that leaves during its request harms nobody`() async throws {
        let gate = Gate()
        let server = try TestServer { _, request in
            if request.path == "/leave" { await gate.pass() }
            return .text(request.path)
        }
        try await onThread { [port = server.port] in try TestClient(port: port).get("/leave") }
        await gate.arrived()
        await gate.open()
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/stay")
            #expect(try client.response().body == "/stay")
        }
        // Draining waits for both, so both were let go.
        #expect(await server.server.drain(deadline: .seconds(5), grace: .zero))
        #expect(server.server.counters.openConnections == 0)
    }

    @Test func `an answered request is told with its figures`() async throws {
        let log = Mutex<[AnsweredRequest]>([])
        let server = try TestServer(onAnswered: { answered in log.withLock { $0.append(answered) } })
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/logged?code=secret")
            _ = try client.response()
        }
        let entry = try #require(log.withLock { $0.first })
        #expect(entry.method == .get && entry.path == "/logged" && entry.status == 200)
        #expect(entry.remoteAddress == "127.0.0.1")
        #expect(entry.bytes > 50)
    }

    @Test func `a trusted proxy's client is the peer, another's claim is ignored`() async throws {
        let handler: Handler = { _, request in .text("\(request.remoteAddress) \(request.isSecure)") }
        let trusting = try TestServer(proxies: [try #require(AddressRange("127.0.0.0/8"))], handler: handler)
        let doubting = try TestServer(proxies: [try #require(AddressRange("10.0.0.0/8"))], handler: handler)
        for (server, expected) in [(trusting, "203.0.113.9 true"), (doubting, "127.0.0.1 false")] {
            let body = try await onThread { [port = server.port] in
                let client = try TestClient(port: port)
                try client.get("/", "X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n")
                return try client.response().body
            }
            #expect(body == expected)
        }
    }

    @Test func `IPv6 is served`() async throws {
        let server = try TestServer(address: "::1") { _, request in .text(request.remoteAddress) }
        let body = try await onThread { [port = server.port] in
            let client = try TestClient(port: port, to: "::1")
            try client.get("/")
            return try client.response().body
        }
        #expect(body == "::1")
    }

    @Test func `a port in use is told with its name, also when another server of ours has it`() throws {
        let server = try TestServer()
        let listener = ListenerConfiguration(address: "127.0.0.1", port: server.port)
        let error = #expect(throws: ServerError.self) {
            try HTTPServer(loops: LoopGroup(count: 1), listeners: [listener], handler: TestServer.echo)
        }
        #expect(error?.sentence == "127.0.0.1:\(server.port) cannot be listened on: Address already in use")
    }

    @Test(arguments: ["example.org", "127.0.0.1:80", ""])
    func `an address that needs a resolver is refused by name`(_ address: String) {
        let error = #expect(throws: ServerError.self) {
            try HTTPServer(
                loops: LoopGroup(count: 1), listeners: [ListenerConfiguration(address: address, port: 0)],
                handler: TestServer.echo)
        }
        #expect(error?.sentence.hasPrefix("\(address) is not an address") == true)
    }
}
