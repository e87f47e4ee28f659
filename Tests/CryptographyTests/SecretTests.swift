import Testing

@testable import Cryptography

@Suite("Secret") struct SecretTests {
    struct Holder { let name = "holder", secret = Secret(utf8: "hunter2") }
    struct Refused: Error { let secret = Secret(utf8: "hunter2") }

    @Test func `a secret does not print`() {
        let secret = Secret(utf8: "hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        var dumpedHolder = ""
        dump(Holder(), to: &dumpedHolder)
        let printed = [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.debugDescription, dumped,
            "\(Holder())", String(reflecting: Holder()), dumpedHolder, "\([secret])", "\(["k": secret])",
            "\(Optional(secret) as Any)", "\(Refused())", String(reflecting: Refused()),
        ]
        for text in printed {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104, 117"))  // the same as numbers
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `equality compares every byte`() {
        let bytes: [UInt8] = Array(0..<64)
        #expect(Secret(bytes) == Secret(bytes))
        #expect(Secret([]) == Secret([]))
        #expect(Secret(bytes) != Secret(Array(bytes.dropLast())))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(Secret(bytes) != Secret(other))
            #expect(!constantTimeEqual(bytes, other))
        }
        #expect(constantTimeEqual(bytes, Array(0..<64)))
        #expect(!constantTimeEqual([], [0]))
    }

    @Test func `a copy taken out outlives the secret`() {
        let copy = Secret([1, 2, 3]).withBytes { $0 }
        #expect(copy == [1, 2, 3])
    }

    @Test func `an error thrown while reading keeps its type`() {
        func read() throws(CryptographyError) -> Int {
            try Secret([1]).withBytes { _ throws(CryptographyError) -> Int in throw .malformedKey }
        }
        #expect(throws: CryptographyError.malformedKey) { try read() }
    }

    @Test func `random bytes are handed out once`() {
        var seen = Set<[UInt8]>()
        for _ in 0..<2000 { seen.insert(Environment.live.randomBytes(16)) }
        #expect(seen.count == 2000)
        for count in [0, 1, 127, 128, 129, 512, 513, 5000] {
            #expect(Environment.live.randomBytes(count).count == count)
        }
        let many = Environment.live.randomBytes(4096)
        #expect(Set(many).count > 200)
    }
}
