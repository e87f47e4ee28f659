import Testing

@testable import Cryptography

@Suite("RFC 4648 encodings") struct Base64Tests {
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("§10", arguments: vectors) func vector(plain: String, encoded: String) {
        let unpadded = encoded.filter { $0 != "=" }
        #expect(Base64.encode(utf8(plain)) == encoded)
        #expect(Base64.decode(encoded) == utf8(plain))
        #expect(Base64URL.encode(utf8(plain)) == unpadded)
        #expect(Base64URL.encodedBytes(utf8(plain)) == utf8(unpadded))
        #expect(Base64URL.decode(unpadded) == utf8(plain))
        #expect(Base64URL.decode(utf8("..\(unpadded)..")[2..<(2 + unpadded.utf8.count)]) == utf8(plain))
    }

    @Test func `every length comes back`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(($0 * 37 + 251) & 255) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeLenient(utf8(Base64.encode(bytes))) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func `the alphabets differ in two characters`() {
        #expect(Base64URL.encode([0xFB, 0xEF, 0xFF]) == "--__")
        #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
    }

    @Test(
        "Base64URL refuses",
        arguments: [
            "A", "AAAAA", "Zg==", "Zg=", "Zm8=", "=", "====", "Zm9v ", " Zm9v", "Zm\n9v", "Zm9v\n", "Zm9+", "Zm9/",
            "Zm9.", "Zm9v\0", "Zé8", "Zh", "Zg\r\n", "Zm9", "Zn", "Z*==", "__9",
        ])
    func urlRefuses(_ text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(
        "Base64 refuses",
        arguments: [
            "Zg", "Zg=", "Zg===", "Zm8", "Zm9v====", "=Zm9", "Z=g=", "Zm9-", "Zm9_", "Zm 9v", "Zm9v\n", "Zh==",
            "Zm9=", "A===", "====", "=", "==", "Zg==Zg==",
        ])
    func standardRefuses(_ text: String) { #expect(Base64.decode(text) == nil) }

    @Test func `the lenient reader forgives white space only`() {
        #expect(Base64.decodeLenient(utf8(" Zm\r\n9v\tYg = =\n")) == utf8("foob"))
        for text in ["Zm9vYg", "Zm9vYg=", "Zm-v", "Zm9v\u{A0}"] { #expect(Base64.decodeLenient(utf8(text)) == nil) }
    }

    @Test func `each byte string has one encoding`() {
        // Of all two-character strings only those with zero bits left over decode: 256 of 4096.
        let alphabet = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let decoding = alphabet.flatMap { a in alphabet.filter { Base64URL.decode([a, $0]) != nil } }
        #expect(decoding.count == 256)
    }

    @Test func `hexadecimal is digits in pairs`() {
        #expect(Hex.encode([0, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
        #expect(Hex.decode("00Fa") == [0, 0xFA])
        for text in ["0", "0g", " 00", "0x00", "００"] { #expect(Hex.decode(text) == nil) }
    }
}
