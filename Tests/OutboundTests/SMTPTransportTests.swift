import Cryptography
import Glibc
import Synchronization
import Testing

@testable import Outbound

/// A mail server of a few lines: it says yes to everything but what a test has it refuse.
private final class MailServer: Sendable {
    struct Seen {
        var commands: [String] = []
        var mails: [String] = []
        var connections = 0
    }

    let port: Int
    private let listener = LoopbackListener()
    private let seen = Mutex(Seen())
    private let answer: @Sendable (String) -> String?

    var commands: [String] { seen.withLock { $0.commands } }
    var mails: [String] { seen.withLock { $0.mails } }
    var connections: Int { seen.withLock { $0.connections } }

    /// - Parameter answer: Asked for each command, `greeting` first and `.` for the end of a mail; nil: the usual one.
    init(_ answer: @escaping @Sendable (String) -> String? = { _ in nil }) {
        self.answer = answer
        port = listener.port
        listener.accept { [self] client in serve(client) }
    }

    func stop() { listener.stop() }

    private func usual(_ command: String) -> String {
        switch command.prefix(4).uppercased() {
        case "GREE": "220 mail.example ready"
        case "EHLO": "250-mail.example\r\n250 8BITMIME"
        case "DATA": "354 go on"
        case "QUIT": "221 bye"
        default: "250 fine"
        }
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        seen.withLock { $0.connections += 1 }
        func reply(_ command: String) -> Bool {
            sendAll(client, Array(((answer(command) ?? usual(command)) + "\r\n").utf8))
        }
        guard reply("greeting") else { return }
        var pending: [UInt8] = []
        var mail: [UInt8]?
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            pending.append(contentsOf: buffer[..<count])
            while let end = pending.firstIndex(of: 0x0A) {
                let line = Array(pending[...end])
                pending.removeFirst(end + 1)
                if let soFar = mail {
                    guard line == Array(".\r\n".utf8) else {
                        mail = soFar + (line.first == UInt8(ascii: ".") ? Array(line.dropFirst()) : line)
                        continue
                    }
                    seen.withLock { $0.mails.append(String(decoding: soFar, as: UTF8.self)) }
                    mail = nil
                    guard reply(".") else { return }
                    continue
                }
                let command = String(decoding: line.dropLast(2), as: UTF8.self)
                seen.withLock { $0.commands.append(command) }
                guard reply(command) else { return }
                if command.uppercased() == "DATA", answer(command) == nil { mail = [] }
                if command.uppercased() == "QUIT" { return }
            }
        }
    }
}

@Suite("SMTP") struct SMTPTransportTests {
    private func transport(
        _ port: Int, _ security: SMTPConfiguration.Security = .none, host: String = "127.0.0.1"
    ) throws -> SMTPTransport {
        try SMTPTransport(
            SMTPConfiguration(host: host, port: port, security: security, timeout: .seconds(5)),
            domain: address("invites@gateway.example").domain, loop: TestLoops.group.loops[0])
    }

    private func send(_ transport: SMTPTransport, _ text: String = "Subject: x\r\n\r\nHello\r\n") async
        -> DeliveryOutcome
    {
        await transport.send(
            Array(text.utf8), from: address("invites@gateway.example"), to: [address("o'ada+x@partner.example")])
    }

    @Test func `a mail is handed over as it is`() async throws {
        let server = MailServer()
        defer { server.stop() }
        let text = "Subject: x\r\n\r\n.\r\n..two\r\nHello\r\n"
        #expect(await send(try transport(server.port), text) == .delivered)
        #expect(server.mails == [text])
        #expect(server.commands.first == "EHLO gateway.example")
        #expect(server.commands.contains { $0.hasPrefix("MAIL FROM:<invites@gateway.example>") })
        #expect(server.commands.contains("RCPT TO:<o'ada+x@partner.example>"))
    }

    @Test func `one connection serves several mails`() async throws {
        let server = MailServer()
        defer { server.stop() }
        let transport = try transport(server.port)
        for _ in 0..<5 { #expect(await send(transport) == .delivered) }
        #expect(server.mails.count == 5)
        #expect(server.connections == 1)
    }

    /// libcurl would give a connection that became TLS by STARTTLS to a transport that trusts other authorities.
    @Test func `two transports share no connection`() async throws {
        let server = MailServer()
        defer { server.stop() }
        for _ in 0..<2 { #expect(await send(try transport(server.port)) == .delivered) }
        #expect(server.connections == 2)
    }

    @Test(arguments: ["MAIL", "RCPT", "DATA", "."])
    func `what the server will never take is refused, in its words`(_ step: String) async throws {
        let server = MailServer { $0.hasPrefix(step) ? "550 5.1.1 no such user" : nil }
        defer { server.stop() }
        guard case .refused(let reason) = await send(try transport(server.port)) else {
            Issue.record("it was not refused")
            return
        }
        #expect(reason.contains("550 5.1.1 no such user"))
    }

    @Test(
        arguments: [
            ("greeting", "554 go away"), ("greeting", "421 busy"), ("EHLO", "502 what"), ("MAIL", "451 later"),
            ("RCPT", "450 greylisted"), ("DATA", "452 disk full"), (".", "451 scanner down"), ("MAIL", "530 log in"),
        ]) func `what may yet be mended is tried again`(_ step: String, _ reply: String) async throws
    {
        let server = MailServer { $0.hasPrefix(step) || step == "EHLO" && $0.hasPrefix("HELO") ? reply : nil }
        defer { server.stop() }
        guard case .failedForNow(let reason) = await send(try transport(server.port)) else {
            Issue.record("it was not a failure for now")
            return
        }
        #expect(reason.contains(reply.prefix(3)))
    }

    @Test func `a server that does not offer TLS gets nothing`() async throws {
        let server = MailServer()
        defer { server.stop() }
        guard case .failedForNow = await send(try transport(server.port, .startTLS)) else {
            Issue.record("it was not a failure for now")
            return
        }
        #expect(!server.commands.contains { $0.hasPrefix("MAIL") })
        #expect(server.mails.isEmpty)
    }

    @Test func `nobody there is a failure for now`() async throws {
        guard case .failedForNow(let reason) = await send(try transport(1)) else {
            Issue.record("it was not a failure for now")
            return
        }
        #expect(reason.contains("127.0.0.1"))
    }

    @Test func `mail without TLS goes to loopback only, and a password never goes without`() async throws {
        let policy = EgressPolicy(name: "mail", allowances: [.host("192.0.2.1", port: 25)])
        var loopback = policy
        loopback.isLoopbackOnly = true
        let url = try #require(OutboundURL("smtp://192.0.2.1:25/x"))
        let place = try #require(RemoteAddress("10.0.0.1"))
        #expect(loopback.verdict(on: place, port: 25, for: url) != .allowed)
        guard case .failedForNow(let reason) = await send(try transport(25, host: "8.8.8.8")) else {
            Issue.record("it was sent")
            return
        }
        #expect(reason.contains("loopback only"))
        #expect(throws: FetchError.self) {
            try SMTPTransport(
                SMTPConfiguration(
                    host: "127.0.0.1", port: 25, security: .none, username: "u", password: Secret(utf8: "p")),
                domain: address("a@gateway.example").domain, loop: TestLoops.group.loops[0])
        }
    }

    @Test(arguments: ["", "a b", "mail.example/x", "u@mail.example", "mail.example?x", "mail.example#x"])
    func `what is no host is refused at start`(_ host: String) {
        #expect(throws: FetchError.self) { try transport(25, .startTLS, host: host) }
    }
}
