import Glibc
import HTTP
import Synchronization
import Testing

@testable import Server

@Suite("Draining and handing over") struct DrainTests {
    @Test func `a request in progress is finished, and its connection is closed`() async throws {
        let gate = Gate()
        let server = try TestServer(loops: 2) { _, request in
            if request.path == "/slow" { await gate.pass() }
            return .text(request.path)
        }
        async let slow = onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /behind HTTP/1.1\r\nHost: a\r\n\r\n")
            let responses = try (try client.response(), client.response())
            #expect(client.isClosed())
            return responses
        }
        await gate.arrived()
        async let drained = server.server.drain(deadline: .seconds(5), grace: .zero)
        try await refused(server.port)
        await gate.open()
        let (first, second) = try await slow
        #expect(first.body == "/slow")
        #expect(second.body == "/behind")
        #expect(second.closes)
        #expect(await drained)
    }

    /// Once nothing listens any more, the drain has begun.
    private func refused(_ port: UInt16) async throws {
        try await onThread { while (try? TestClient(port: port)) != nil {} }
    }

    @Test func `half a request is waited for`() async throws {
        let server = try TestServer()
        let client = try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.send("GET /half HTT")
            return client
        }
        await server.server.counted(connections: 1)
        async let drained = server.server.drain(deadline: .seconds(5), grace: .zero)
        try await refused(server.port)
        try await onThread {
            try client.send("P/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.response()
            #expect(answer.body == "/half")
            #expect(answer.closes)
        }
        #expect(await drained)
    }

    private func idleClient(_ server: TestServer) async throws -> TestClient {
        try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/first")
            #expect(try client.response().body == "/first")
            return client
        }
    }

    @Test func `without a grace an idle connection is closed at once`() async throws {
        let server = try TestServer()
        let client = try await idleClient(server)
        #expect(await server.server.drain(deadline: .seconds(5), grace: .zero))
        #expect(try await onThread { client.isClosed() })
    }

    @Test func `within the grace an idle connection may send one more`() async throws {
        let server = try TestServer()
        let client = try await idleClient(server)
        async let drained = server.server.drain(deadline: .seconds(5), grace: .seconds(4))
        try await refused(server.port)
        try await onThread {
            try client.get("/second")
            let response = try client.response()
            #expect(response.body == "/second")
            #expect(response.closes)
        }
        #expect(await drained)
    }

    @Test func `at the deadline what is left is reset`() async throws {
        let gate = Gate()
        let server = try TestServer { _, _ in
            await gate.pass()
            return .text("late")
        }
        let client = try await onThread { [port = server.port] in
            let client = try TestClient(port: port)
            try client.get("/")
            return client
        }
        await gate.arrived()
        #expect(await !server.server.drain(deadline: .milliseconds(30), grace: .zero))
        #expect(try await onThread { client.isClosed() })
        await gate.open()
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// What one client saw under load.
    private struct Tally: Sendable {
        var answered = 0
        var failures: [String] = []
    }

    /// Half of the clients keep their connection until told that it closes; half make one per request.
    private static func load(port: UInt16, keepsAlive: Bool, until isDone: @Sendable () -> Bool) -> Tally {
        var tally = Tally()
        var client: TestClient?
        while !isDone() {
            do {
                let connection = try client ?? TestClient(port: port)
                try connection.get("/load", keepsAlive ? "" : "Connection: close\r\n")
                let response = try connection.response()
                guard response.status == 200, response.body == "/load" else {
                    throw TestClient.Failure(description: "bad")
                }
                tally.answered += 1
                client = keepsAlive && !response.closes ? connection : nil
            } catch {
                tally.failures.append("\(error)")
                client = nil
            }
        }
        return tally
    }

    @Test func `listeners pass from server to server under load without a failure`() async throws {
        let first = try TestServer(loops: 2)
        let port = first.port
        let end = Flag()
        let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await onThread {
                        Self.load(port: port, keepsAlive: number % 2 == 0) { end.isSet.load(ordering: .relaxed) }
                    }
                }
            }
            var current = first
            for _ in 0..<5 {
                var ends: [Int32] = [0, 0]
                #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
                try ListenerHandover.send(current.server.listeningDescriptors, over: ends[0])
                let received = try ListenerHandover.receive(over: ends[1])
                #expect(received.count == 2)
                for end in ends { close(end) }
                let next = try TestServer(loops: 2, adopting: received)
                #expect(next.port == port)
                await next.server.counted(requests: 50)
                #expect(await current.server.drain(deadline: .seconds(5), handedOver: true))
                await next.server.counted(requests: 200)
                current = next
            }
            end.isSet.store(true, ordering: .relaxed)
            var tallies: [Tally] = []
            for try await tally in group { tallies.append(tally) }
            return (tallies, current)
        }
        #expect(tallies.0.flatMap(\.failures) == [])
        #expect(tallies.0.allSatisfy { $0.answered > 0 })
    }

    @Test func `descriptors that nobody configured are closed and an adopted one keeps its port`() throws {
        let group = LoopGroup(count: 3)
        let listener = ListenerConfiguration(address: "127.0.0.1", port: 0)
        let made = try HTTPServer(loops: group, listeners: [listener], handler: TestServer.echo)
        #expect(made.listeningDescriptors.count == 3)
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        let copies = made.listeningDescriptors.map { dup($0) }
        let adopted = try HTTPServer(
            loops: group, listeners: [listener], adopting: copies + [ends[0]], handler: TestServer.echo)
        #expect(adopted.boundAddresses[0].port == made.boundAddresses[0].port)
        #expect(adopted.listeningDescriptors == copies)
        var byte: UInt8 = 0
        #expect(recv(ends[1], &byte, 1, Int32(MSG_DONTWAIT)) == 0)
    }
}

extension HTTPServer {
    /// Waits until the server counted this much. A counter has no event; the wait yields between looks.
    func counted(connections: UInt64 = 0, requests: UInt64 = 0) async {
        while counters.connections < connections || counters.requests < requests { await Task.yield() }
    }
}
