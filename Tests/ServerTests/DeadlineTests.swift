import Glibc
import HTTP
import Synchronization
import Testing

@testable import Server

@Suite("Deadlines and limits") struct DeadlineTests {
    @Test func `a head that trickles is refused at the absolute deadline`() async throws {
        let server = try TestServer(limits: ServerLimits(head: .milliseconds(60), idle: .seconds(30)))
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            let start = Loop.monotonicMilliseconds()
            var refused: TestClient.Response?
            // A byte at a time for as long as the server takes them; each arrives well within any inactivity limit.
            for byte in ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 1000)).utf8 {
                do { try client.send([byte]) } catch { break }
                var waiting = pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&waiting, 1, 5) > 0 {
                    refused = try client.response()
                    break
                }
            }
            let took = Loop.monotonicMilliseconds() - start
            #expect(refused?.status == 408)
            #expect(took >= 59 && took < 2000)
            client.endSending()
            #expect(client.isClosed())
        }
        #expect(server.server.counters.timeouts == 1)
    }

    @Test func `a body that stops is refused`() async throws {
        let server = try TestServer(limits: ServerLimits(body: .milliseconds(40)))
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try client.response().status == 408)
        }
    }

    @Test func `a silent connection is closed without a word`() async throws {
        let server = try TestServer(limits: ServerLimits(idle: .milliseconds(40)))
        try await onThread { [port = server.port] in
            let silent = try TestClient(port: port)
            #expect(silent.isClosed())
            let used = try TestClient(port: port)
            try used.get("/")
            _ = try used.response()
            #expect(used.isClosed())
        }
        #expect(server.server.counters.timeouts == 0)
    }

    @Test func `the deadline of one request is not the next one's`() async throws {
        let server = try TestServer(limits: ServerLimits(head: .milliseconds(150)))
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            let start = Loop.monotonicMilliseconds()
            // Each request is begun together with the end of the one before, so that the connection is never idle.
            try client.send("GET / HTTP/1.1\r\nHo")
            while Loop.monotonicMilliseconds() - start < 400 {
                var nothing = pollfd(fd: -1, events: 0, revents: 0)
                poll(&nothing, 1, 50)
                try client.send("st: a\r\n\r\nGET / HTTP/1.1\r\nHo")
                #expect(try client.response().status == 200)
            }
        }
    }

    @Test func `a client that does not read is reset`() async throws {
        let body = String(repeating: "z", count: 32 << 20)
        let server = try TestServer(limits: ServerLimits(write: .milliseconds(50))) { _, _ in .text(body) }
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/")
            // Seen without having read a byte: POLLRDHUP, which Glibc's module hides.
            let hungUp: Int16 = 0x2000
            var waiting = pollfd(fd: client.descriptor, events: hungUp, revents: 0)
            #expect(poll(&waiting, 1, 5000) == 1)
        }
        #expect(server.server.counters.timeouts == 1)
    }

    @Test func `connections over the limit of one address are reset and others are not`() async throws {
        let server = try TestServer(loops: 2, limits: ServerLimits(connectionsPerAddress: 3))
        try await onThread { [port = server.port] in
            var kept: [TestClient] = []
            for _ in 0..<3 {
                let client = try TestClient(port: port)
                try client.get("/")
                _ = try client.response()
                kept.append(client)
            }
            for _ in 0..<100 {
                // The reset may come while connecting already.
                guard let over = try? TestClient(port: port) else { continue }
                #expect(over.isClosed())
            }
            let other = try TestClient(port: port, from: "127.0.0.2")
            try other.get("/other")
            #expect(try other.response().body == "/other")
            try kept[0].get("/still")
            #expect(try kept[0].response().body == "/still")
        }
        #expect(server.server.counters.refusedConnections == 100)
    }

    @Test func `a place is given back when a connection ends`() async throws {
        let server = try TestServer(limits: ServerLimits(connectionsPerAddress: 1))
        try await onThread { [port = server.port] in
            for _ in 0..<20 {
                let client = try TestClient(port: port)
                try client.get("/", "Connection: close\r\n")
                #expect(try client.response().status == 200)
                #expect(client.isClosed())
            }
        }
    }

    @Test func `two thousand idle connections leave the next one unharmed`() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 8192)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        try #require(limit.rlim_cur >= 4500)
        let server = try TestServer(loops: 2, limits: ServerLimits(connectionsPerAddress: 5000))
        try await onThread { [port = server.port] in
            var idle: [TestClient] = []
            for number in 0..<2000 {
                let client = try TestClient(port: port)
                try client.get("/\(number)")
                #expect(try client.response().status == 200)
                idle.append(client)
            }
            let client = try TestClient(port: port)
            try client.get("/next")
            #expect(try client.response().body == "/next")
        }
        #expect(server.server.counters.connections == 2001)
    }

    @Test func `without descriptors accepting pauses and goes on`() async throws {
        let failures = Mutex(3)
        let server = try TestServer(accept: { listener in
            let fails = failures.withLock { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
            return fails ? .failed(EMFILE) : systemAccept(listener)
        })
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/patient")
            #expect(try client.response().body == "/patient")
        }
        #expect(server.server.counters.acceptPauses == 3)
    }
}
