import Cryptography
import Server
import Testing

@testable import Outbound

@Suite("Asking for TXT records") struct TXTResolverTests {
    private let domain = SampleMessages.domain("fabrikam.com")

    private func resolver(_ servers: [SocketAddress], timeout: Duration = .seconds(60)) -> TXTResolver {
        TXTResolver(
            .listed(servers), fallback: TestLoops.group.loops[0], environment: .live, timeout: timeout)
    }

    private func reply(_ hex: String, to question: DNSServer.Question) -> [UInt8] {
        question.id + SampleMessages.bytes(hex).dropFirst(2)
    }

    @Test func `records come by UDP`() async throws {
        let server = DNSServer { [reply(SampleMessages.twoRecords, to: $0)] }
        defer { server.stop() }
        guard case .records(let records) = try await resolver([server.address]).records(of: domain) else {
            Issue.record("no records")
            return
        }
        #expect(records.count == 2)
        #expect(server.questions.map(\.isTCP) == [false])
        #expect(server.questions.first?.message.dropFirst(2) == SampleMessages.bytes(SampleMessages.query).dropFirst(2))
    }

    @Test func `each question has a number and a port of its own`() async throws {
        let server = DNSServer { [reply(SampleMessages.noData, to: $0)] }
        defer { server.stop() }
        for _ in 0..<8 { #expect(try await resolver([server.address]).records(of: domain) == .noRecords) }
        #expect(Set(server.questions.map(\.id)).count > 1)
        #expect(Set(server.questions.map(\.port)).count > 1)
    }

    @Test func `what others send is ignored`() async throws {
        let server = DNSServer { question in
            var forged = reply(SampleMessages.noSuchName, to: question)
            forged[1] &+= 1
            var elsewhere = reply(SampleMessages.noSuchName, to: question)
            elsewhere[13] = 0x67
            return [[], [0xFF], forged, elsewhere, reply(SampleMessages.noData, to: question)]
        }
        defer { server.stop() }
        #expect(try await resolver([server.address]).records(of: domain) == .noRecords)
    }

    @Test func `a truncated answer is asked for again by TCP`() async throws {
        let server = DNSServer { question in
            var bytes = reply(SampleMessages.twoRecords, to: question)
            if !question.isTCP { bytes[2] |= 0x02 }
            return [bytes]
        }
        defer { server.stop() }
        guard case .records = try await resolver([server.address]).records(of: domain) else {
            Issue.record("no records")
            return
        }
        #expect(server.questions.map(\.isTCP) == [false, true])
        #expect(Set(server.questions.map(\.id)).count == 2)
    }

    @Test func `truncation by TCP too, and an answer to something else there, are failures`() async {
        let server = DNSServer { question in
            var bytes = reply(SampleMessages.twoRecords, to: question)
            bytes[2] |= 0x02
            return [bytes]
        }
        defer { server.stop() }
        await #expect(throws: DNSFailure.self) { try await resolver([server.address]).records(of: domain) }
        #expect(server.questions.map(\.isTCP) == [false, true, false, true])
    }

    @Test func `the next server is asked where one fails, and not where one knows`() async throws {
        let failing = DNSServer { [reply(SampleMessages.serverFailure, to: $0)] }
        let knowing = DNSServer { [reply(SampleMessages.noSuchName, to: $0)] }
        defer {
            failing.stop()
            knowing.stop()
        }
        let answer = try await resolver([failing.address, knowing.address]).records(of: domain)
        #expect(answer == .noSuchName)
        #expect(try await resolver([knowing.address, failing.address]).records(of: domain) == .noSuchName)
        #expect(failing.questions.count == 1)
        #expect(knowing.questions.count == 2)
    }

    @Test func `a server that fails twice is named`() async {
        let server = DNSServer { [reply(SampleMessages.serverFailure, to: $0)] }
        defer { server.stop() }
        let error = await #expect(throws: DNSFailure.self) { try await resolver([server.address]).records(of: domain) }
        let clause = "127.0.0.1 port \(server.address.port) answered with SERVFAIL"
        #expect(error?.description == "\(clause); \(clause).")
    }

    @Test func `silence ends at the deadline, and says what was ignored`() async {
        let server = DNSServer { _ in [[0, 0]] }
        defer { server.stop() }
        let error = await #expect(throws: DNSFailure.self) {
            try await resolver([server.address], timeout: .milliseconds(30)).records(of: domain)
        }
        #expect(error?.attempts.count == 2)
        #expect(error?.description.contains("did not answer") == true)
    }

    @Test func `a port where nobody listens is told at once`() async throws {
        let gone = try #require(DNSServer.nobody())
        let error = await #expect(throws: DNSFailure.self) { try await resolver([gone, gone]).records(of: domain) }
        #expect(error?.attempts.count == 2)
    }

    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1", 53), ("127.0.0.1:5353", "127.0.0.1", 5353), ("2001:db8::53", "2001:db8::53", 53),
            ("[2001:db8::53]:5353", "2001:db8::53", 5353), ("::1", "::1", 53),
        ] as [(String, String, UInt16)])
    func `a server is an address, with or without a port`(text: String, address: String, port: UInt16) {
        #expect(NameServers.address(text)?.text == address)
        #expect(NameServers.address(text)?.port == port)
    }

    @Test(arguments: [
        "localhost", "localhost:53", "dns.example", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1:",
        "[127.0.0.1]:53", "[::1]", "", ":53", "2001:db8::53:5353:1:2:3:4:5",
    ])
    func `what is no address is refused`(text: String) { #expect(NameServers.address(text) == nil, "\(text)") }

    @Test func `resolv_conf names three at most`() {
        let text = """
            # nameserver 192.0.2.1
            domain example.com
            nameserver 192.0.2.2
            nameserver\t2001:db8::3
            nameserver none
            options edns0
            nameserver 192.0.2.4
            nameserver 192.0.2.5
            """
        #expect(NameServers.addresses(resolverFile: text).map(\.text) == ["192.0.2.2", "2001:db8::3", "192.0.2.4"])
    }

    @Test func `without a file the machine itself is asked`() {
        #expect(NameServers.file("/nowhere/resolv.conf").addresses.map(\.text) == ["127.0.0.1"])
    }
}
