import Directory
import FoundationEssentials
import Testing

@testable import Outbound

@Suite("Mail") struct MIMEMessageTests {
    private func message(
        subject: String = "You are invited", text: String = "Hello", html: String? = nil, fromName: String? = nil
    ) -> MIMEMessage {
        MIMEMessage(
            from: address("invites@gateway.example"), fromName: fromName,
            to: address("ada@partner.example"),
            subject: subject, text: text, html: html, messageID: "1234@gateway.example",
            date: Date(timeIntervalSince1970: 1_800_000_000))
    }

    private func encoded(_ message: MIMEMessage) throws -> String {
        String(decoding: try message.encoded(), as: UTF8.self)
    }

    @Test func `a plain mail is what RFC 5322 says`() throws {
        #expect(
            try encoded(message()) == """
                Date: Fri, 15 Jan 2027 08:00:00 +0000\r
                From: <invites@gateway.example>\r
                To: <ada@partner.example>\r
                Subject: You are invited\r
                Message-ID: <1234@gateway.example>\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                Hello
                """)
    }

    @Test func `text and HTML are alternatives, the better one last`() throws {
        let text = try encoded(message(html: "<p>Hello</p>"))
        #expect(text.contains("Content-Type: multipart/alternative;\r\n boundary=\"=_1234gatewayexample\"\r\n\r\n--=_"))
        #expect(text.contains("text/plain; charset=utf-8"))
        let plain = try #require(text.firstRange(of: "text/plain"))
        let html = try #require(text.firstRange(of: "text/html"))
        #expect(plain.lowerBound < html.lowerBound)
        #expect(text.hasSuffix("\r\n<p>Hello</p>\r\n--=_1234gatewayexample--\r\n"))
    }

    @Test func `the unsubscribe address takes one click`() throws {
        var mail = message()
        mail.unsubscribeURL = "https://gateway.example/t/unsubscribe?k=1"
        let text = try encoded(mail)
        #expect(text.contains("\r\nList-Unsubscribe: <https://gateway.example/t/unsubscribe?k=1>\r\n"))
        #expect(text.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"))
        mail.unsubscribeURL = "https://a.example/>,<mailto:x@evil.example"
        #expect(throws: MailError.self) { try mail.encoded() }
    }

    @Test(
        arguments: [
            "a\r\nBcc: victim@x.example", "a\nBcc: v@x.example", "a\rb", "a\u{0}b", "a\u{85}b", "a\u{2028}b", "a\u{7F}",
        ]) func `a header within a header is refused`(_ value: String)
    {
        #expect(throws: MailError.headerInjection(field: "Subject")) { try message(subject: value).encoded() }
        #expect(throws: MailError.headerInjection(field: "From")) { try message(fromName: value).encoded() }
        var mail = message()
        mail.headers = [("X-A", value)]
        #expect(throws: MailError.headerInjection(field: "X-A")) { try mail.encoded() }
        mail = message()
        mail.messageID = value + "@x"
        #expect(throws: MailError.self) { try mail.encoded() }
        mail = message()
        mail.unsubscribeURL = "https://a.example/" + value
        #expect(throws: MailError.self) { try mail.encoded() }
    }

    @Test(arguments: ["Bcc", "To", "from", "Subject", "X A", "X:", "", "X\n", "Content-Type", "Return-Path"])
    func `a field that is ours, or none, is refused`(_ name: String) {
        var mail = message()
        mail.headers = [(name, "x")]
        #expect(throws: MailError.self) { try mail.encoded() }
    }

    @Test(arguments: ["x", "@x", "x@", "a b@x", "a@b@c", "<a@b>", "a@b\r\n"])
    func `a Message-ID that is none is refused`(_ id: String) {
        var mail = message()
        mail.messageID = id
        #expect(throws: MailError.self) { try mail.encoded() }
    }

    @Test func `every line is short and ASCII, whatever was written`() throws {
        let long = String(repeating: "Grüße an alle 🎉 ", count: 40)
        let bytes = try message(
            subject: long, text: long + "\n.\nFrom me \t\n" + long, html: "<p>\(long)</p>", fromName: long
        ).encoded()
        #expect(bytes.allSatisfy { $0 < 0x80 })
        let lines = String(decoding: bytes, as: UTF8.self).components("\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(!lines.contains { $0.contains("\r") || $0.contains("\n") })
        #expect(!lines.contains("."))
        #expect(!lines.contains { $0.hasSuffix(" ") || $0.hasSuffix("\t") })
    }

    @Test func `quoted-printable is what RFC 2045 says`() {
        func encode(_ text: String) -> String {
            var out: [UInt8] = []
            QuotedPrintable.encode(text, into: &out)
            return String(decoding: out, as: UTF8.self)
        }
        #expect(encode("a=b") == "a=3Db")
        #expect(encode("é") == "=C3=A9")
        #expect(encode("a \nb") == "a=20\r\nb")
        #expect(encode("a\r\nb\rc\nd") == "a\r\nb\r\nc\r\nd")
        #expect(encode("a b") == "a b")
        #expect(encode(".") == "=2E")
        #expect(encode(String(repeating: "a", count: 76)) == String(repeating: "a", count: 76))
        #expect(
            encode(String(repeating: "a", count: 77)) == String(repeating: "a", count: 75) + "=\r\naa")
    }

    @Test func `a name is quoted or encoded, and never an address`() throws {
        #expect(
            try encoded(message(fromName: "Ada \"A\" <x@evil.example>")).contains(
                "From: \"Ada \\\"A\\\" <x@evil.example>\""))
        #expect(try encoded(message(fromName: "Jürgen")).contains("From: =?utf-8?Q?J=C3=BCrgen?= <"))
    }

    @Test func `a subject that looks encoded is encoded, so that it reads as written`() {
        #expect(EncodedWord.encode("=?utf-8?Q?x?=", after: 9) == "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=")
        #expect(EncodedWord.encode("Invitation from Ada", after: 9) == "Invitation from Ada")
    }

    @Test(
        arguments: [
            (0.0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_709_164_799, "Wed, 28 Feb 2024 23:59:59 +0000"), (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 +0000"),
            (880_127_706, "Fri, 21 Nov 1997 15:55:06 +0000"),
        ]) func `a date is written as mail writes it`(_ seconds: Double, _ text: String)
    {
        #expect(mailDate(Date(timeIntervalSince1970: seconds)) == text)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
