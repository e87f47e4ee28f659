import Testing

@testable import Cryptography

@Suite("AES") struct AESTests {
    static let plaintext = hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5"
            + "aa0de657ba637b39")
    static let key = "feffe9928665731c6d6a8f9467308308"
    static let iv = hex("cafebabefacedbaddecaf888")
    static let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")

    /// Test cases 4, 10 and 16 of the specification of GCM that NIST adopted.
    static let vectors: [(key: String, ciphertext: String, tag: String)] = [
        (
            key,
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b39"
                + "6a0aac973d58e091", "5bc94fbc3221a5db94fae95ae7121a47"
        ),
        (
            key + "feffe9928665731c",
            "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b"
                + "2fe324d9ccda2710", "2519498e80f1478f37ba55bd6d27618c"
        ),
        (
            key + key,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
                + "93ba7a0abcc9f662", "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test("GCM", arguments: vectors) func gcm(key: String, ciphertext: String, tag: String) {
        let key = Secret(hex: key)
        let sealed = AESGCM.seal(Self.plaintext, key: key, iv: Self.iv, aad: Self.aad)
        #expect(sealed.ciphertext == hex(ciphertext))
        #expect(sealed.tag == hex(tag))
        let opened = AESGCM.open(sealed.ciphertext, key: key, iv: Self.iv, aad: Self.aad, tag: sealed.tag)
        #expect(opened == Self.plaintext)
    }

    @Test func `GCM test case 1, nothing sealed`() {
        let key = Secret([UInt8](repeating: 0, count: 16))
        let iv = [UInt8](repeating: 0, count: 12)
        let sealed = AESGCM.seal([], key: key, iv: iv, aad: [])
        #expect(sealed.ciphertext.isEmpty)
        #expect(sealed.tag == hex("58e2fccefa7e3061367f1d57a4e7455a"))
        #expect(AESGCM.open([], key: key, iv: iv, aad: [], tag: sealed.tag) == [])
    }

    @Test func `GCM opens nothing that was changed`() {
        let key = Secret(hex: Self.key)
        let (ciphertext, tag) = AESGCM.seal([1, 2, 3, 4], key: key, iv: Self.iv, aad: [5, 6])
        func flipped(_ bytes: [UInt8]) -> [[UInt8]] {
            bytes.indices.map { index in
                var other = bytes
                other[index] ^= 1
                return other
            }
        }
        for other in flipped(ciphertext) {
            #expect(AESGCM.open(other, key: key, iv: Self.iv, aad: [5, 6], tag: tag) == nil)
        }
        for other in flipped(tag) {
            #expect(AESGCM.open(ciphertext, key: key, iv: Self.iv, aad: [5, 6], tag: other) == nil)
        }
        for other in flipped(Self.iv) {
            #expect(AESGCM.open(ciphertext, key: key, iv: other, aad: [5, 6], tag: tag) == nil)
        }
        for other in flipped([5, 6]) + [[], [5], [5, 6, 0]] {
            #expect(AESGCM.open(ciphertext, key: key, iv: Self.iv, aad: other, tag: tag) == nil)
        }
        #expect(AESGCM.open(ciphertext, key: key, iv: Self.iv, aad: [5, 6], tag: Array(tag.prefix(12))) == nil)
        #expect(AESGCM.open(ciphertext, key: key, iv: Self.iv, aad: [5, 6], tag: []) == nil)
        #expect(AESGCM.open(ciphertext, key: key, iv: [], aad: [5, 6], tag: tag) == nil)
        #expect(AESGCM.open(ciphertext, key: Secret([1]), iv: Self.iv, aad: [5, 6], tag: tag) == nil)
        #expect(AESGCM.open(ciphertext, key: key, iv: Self.iv, aad: [5, 6], tag: tag) == [1, 2, 3, 4])
    }

    @Test func `CBC as in RFC 7518 B.1`() {
        let key = Secret((0x10...0x1F).map { UInt8($0) })
        let iv = hex("1af38c2dc2b96ffdd86694092341bc04")
        let plaintext = utf8(
            "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy "
                + "without inconvenience")
        let ciphertext = hex(
            "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f"
                + "399a221489f16362c703233609d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b384c486f3a54c5"
                + "1078158ee5d79de59fbd34d848b3d69550a67646344427ade54b8851ffb598f7f80074b9473c82e2db")
        #expect(AESCBC.encrypt(plaintext, key: key, iv: iv) == ciphertext)
        #expect(AESCBC.decrypt(ciphertext, key: key, iv: iv) == plaintext)
    }

    @Test func `CBC refuses broken lengths and padding`() {
        let key = Secret([UInt8](repeating: 9, count: 32))
        let iv = [UInt8](repeating: 1, count: 16)
        for count in [0, 1, 15, 16, 17, 64] {
            let plaintext = [UInt8](repeating: 5, count: count)
            let encrypted = AESCBC.encrypt(plaintext, key: key, iv: iv)
            #expect(encrypted.count == (count / 16 + 1) * 16)
            #expect(AESCBC.decrypt(encrypted, key: key, iv: iv) == plaintext)
            #expect(AESCBC.decrypt(Array(encrypted.dropLast()), key: key, iv: iv) == nil)
        }
        #expect(AESCBC.decrypt([], key: key, iv: iv) == nil)
        // One block whose padding byte is 1 ^ 1 = 0.
        var wrongIV = iv
        let block = AESCBC.encrypt([UInt8](repeating: 5, count: 15), key: key, iv: iv)
        wrongIV[15] ^= 1
        #expect(AESCBC.decrypt(block, key: key, iv: wrongIV) == nil)
    }
}
