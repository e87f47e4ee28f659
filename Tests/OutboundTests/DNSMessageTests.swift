import Cryptography
import Directory
import Testing

@testable import Outbound

/// Messages as dnslib 0.9.26 makes them: fabrikam.com, number 0x1234.
enum SampleMessages {
    static let query = "1234010000010000000000000866616272696b616d03636f6d0000100001"
    /// Two records: `DirectFedAuthUrl=…` in two character-strings, and a sender policy.
    static let twoRecords =
        "1234818000010002000000000866616272696b616d03636f6d0000100001c00c001000010000012c0038324469726563744665644175"
        + "746855726c3d68747470733a2f2f66616272696b616d636f6e676c6f6d65726174652e636f6d2f0461646673c00c00100001000001"
        + "2c000c0b763d73706631202d616c6c"
    static let soa =
        "c00c000600010000003c0027036e7331c00c0a686f73746d6173746572c00c0000000100000002000000030000000400000005"
    static let noData = "1234818000010000000100000866616272696b616d03636f6d0000100001" + soa
    static let noSuchName = "1234818300010000000100000866616272696b616d03636f6d0000100001" + soa
    static let serverFailure = "1234818200010000000000000866616272696b616d03636f6d0000100001"
    /// fabrikam.com is another name for evil.example.net, which has the TXT record "x".
    static let alias =
        "1234818000010002000000000866616272696b616d03636f6d0000100001c00c000500010000012c0012046576696c076578616d706c"
        + "65036e657400c02a001000010000012c00020178"

    static func bytes(_ hex: String) -> [UInt8] {
        guard let bytes = Hex.decode(hex) else { preconditionFailure("no hexadecimal digits") }
        return bytes
    }

    static let name = DNSName(domain("fabrikam.com"))

    static func domain(_ text: String) -> DomainName {
        guard let domain = DomainName(text) else { preconditionFailure("\(text) is no domain") }
        return domain
    }
}

@Suite("RFC 1035 messages") struct DNSMessageTests {
    private let query = DNSQuery(id: 0x1234, name: SampleMessages.name)

    private func read(_ hex: String) throws -> DNSReply { try DNSReply(SampleMessages.bytes(hex), to: query) }

    @Test func `a query is written as others write it`() {
        #expect(query.message == SampleMessages.bytes(SampleMessages.query))
    }

    @Test func `the strings of one record are one text`() throws {
        let texts = ["DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs", "v=spf1 -all"]
        #expect(try read(SampleMessages.twoRecords) == .answer(.records(texts.map { Array($0.utf8) })))
    }

    @Test func `what is not there is told apart from what could not be asked`() throws {
        #expect(try read(SampleMessages.noData) == .answer(.noRecords))
        #expect(try read(SampleMessages.noSuchName) == .answer(.noSuchName))
        #expect(try read(SampleMessages.serverFailure) == .failed(code: 2))
    }

    @Test func `what an alias leads to is not told`() throws {
        let target = DNSName(SampleMessages.domain("evil.example.net"))
        #expect(try read(SampleMessages.alias) == .answer(.alias(of: target)))
        // The alias of a name that is not there: the code is about that one (RFC 6604).
        var bytes = SampleMessages.bytes(SampleMessages.alias)
        bytes[3] = 0x83
        #expect(try DNSReply(bytes, to: query) == .answer(.alias(of: target)))
    }

    @Test func `a truncated answer says so, whatever is in it`() throws {
        var bytes = SampleMessages.bytes(SampleMessages.twoRecords)
        bytes[2] |= 0x02
        #expect(try DNSReply(bytes, to: query) == .truncated)
    }

    @Test func `a record of another name is nobody's`() throws {
        let foreign =
            "1234818000010001000000000866616272696b616d03636f6d00001000010465 76696c00001000010000012c00020178"
        #expect(try read(foreign.filter { $0 != " " }) == .answer(.noRecords))
    }

    @Test(arguments: [
        ("another number", 1, UInt8(0x35), DNSMessageFlaw.otherID), ("a query", 2, 0x01, .notAnAnswer),
        ("an update's answer", 2, 0xA9, .notAnAnswer), ("another name", 13, 0x67, .otherQuestion),
        ("another type", 27, 1, .otherQuestion), ("another class", 29, 3, .otherQuestion),
        ("no question", 5, 0, .otherQuestion),
    ])
    func `an answer to anything else is none`(what: String, at: Int, value: UInt8, flaw: DNSMessageFlaw) {
        var bytes = SampleMessages.bytes(SampleMessages.twoRecords)
        bytes[at] = value
        #expect(throws: flaw, "\(what)") { try DNSReply(bytes, to: query) }
    }

    @Test func `the question may come back in capitals`() throws {
        var bytes = SampleMessages.bytes(SampleMessages.noData)
        bytes[13] -= 32
        #expect(try DNSReply(bytes, to: query) == .answer(.noRecords))
    }

    /// §4.1.4's own example: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
    @Test func `names are followed by their pointers`() throws {
        var message = [UInt8](repeating: 0xFF, count: 93)
        message.replaceSubrange(
            20..<32, with: [1] + Array("F".utf8) + [3] + Array("ISI".utf8) + [4] + Array("ARPA".utf8) + [0])
        message.replaceSubrange(40..<46, with: [3] + Array("FOO".utf8) + [0xC0, 20])
        message.replaceSubrange(64..<66, with: [0xC0, 26])
        message[92] = 0
        for (position, expected, end) in [
            (20, "f.isi.arpa", 32), (40, "foo.f.isi.arpa", 46), (64, "arpa", 66), (92, ".", 93),
        ] {
            var reader = DNSReader(message)
            _ = try reader.bytes(position)
            #expect(try reader.name().description == expected)
            #expect(reader.position == end)
        }
    }

    @Test(
        arguments: [
            ("at itself", [0xC0, 0]), ("forward", [0xC0, 2, 0]), ("at each other", [0xC0, 2, 0xC0, 0]),
            ("back into itself", [1, 0x61, 0xC0, 0]), ("past the end", [0xC0]),
        ] as [(String, [UInt8])])
    func `pointers that do not lead back are refused`(what: String, bytes: [UInt8]) {
        var reader = DNSReader(bytes)
        #expect(throws: DNSMessageFlaw.self, "\(what)") { try reader.name() }
    }

    @Test func `a name is 255 octets at most and has no other kinds of labels`() {
        let label = [UInt8(63)] + [UInt8](repeating: 0x61, count: 63)
        let longest = label + label + label + [61] + [UInt8](repeating: 0x61, count: 61) + [0]
        var reader = DNSReader(longest)
        #expect(throws: Never.self) { try reader.name() }
        reader = DNSReader(label + label + label + label + [0])
        #expect(throws: DNSMessageFlaw.name) { try reader.name() }
        reader = DNSReader([0x41, 0x61, 0])
        #expect(throws: DNSMessageFlaw.name) { try reader.name() }
    }

    @Test func `every shortening of an answer is refused or ends the answer section whole`() {
        let whole = SampleMessages.bytes(SampleMessages.twoRecords)
        for count in 0..<whole.count {
            #expect(throws: DNSMessageFlaw.self) { try DNSReply(Array(whole[..<count]), to: query) }
        }
    }

    @Test func `a string longer than its record is refused`() {
        var bytes = SampleMessages.bytes(SampleMessages.twoRecords)
        bytes[bytes.count - 12] = 12
        #expect(throws: DNSMessageFlaw.record) { try DNSReply(bytes, to: query) }
    }

    @Test func `whatever bytes come, there is an end`() {
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var bytes = SampleMessages.bytes(SampleMessages.alias)
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            _ = try? DNSReply(bytes, to: query)
        }
    }
}
