import Testing

@testable import SAML

@Suite("Raw DEFLATE") struct DeflateTests {
    @Test func `what is deflated inflates again`() throws {
        let text = Array(String(repeating: "<samlp:AuthnRequest/>", count: 500).utf8)
        #expect(try Deflate.inflate(Deflate.deflate(text), limit: 1 << 20) == text)
    }

    @Test func `a bomb is stopped at the limit`() {
        let bomb = Deflate.deflate([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 70_000)
        #expect(throws: Deflate.Fault.tooLarge) { try Deflate.inflate(bomb, limit: 1 << 20) }
    }

    @Test func `exactly the limit passes and one more does not`() throws {
        let bytes = [UInt8](repeating: 7, count: 1000)
        #expect(try Deflate.inflate(Deflate.deflate(bytes), limit: 1000) == bytes)
        #expect(throws: Deflate.Fault.tooLarge) { try Deflate.inflate(Deflate.deflate(bytes), limit: 999) }
    }

    @Test(arguments: [0, 1, 5, 20]) func `a stream that is cut off is refused`(missing: Int) {
        let whole = Deflate.deflate(Array("<a>some text that does not repeat: 0123456789</a>".utf8))
        let cut = missing == 0 ? [] : Array(whole.dropLast(missing))
        #expect(throws: Deflate.Fault.malformed) { try Deflate.inflate(cut, limit: 1000) }
    }

    @Test func `bytes after the stream are refused`() {
        let whole = Deflate.deflate(Array("<a/>".utf8))
        #expect(throws: Deflate.Fault.malformed) { try Deflate.inflate(whole + [0], limit: 1000) }
    }
}
