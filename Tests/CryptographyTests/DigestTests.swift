import Testing

@testable import Cryptography

@Suite("FIPS 180-4 digests") struct DigestTests {
    static let vectors: [(DigestAlgorithm, String, String)] = [
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            .sha384, "abc",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512, "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                + "454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ]

    @Test(arguments: vectors) func vector(algorithm: DigestAlgorithm, message: String, digest: String) {
        #expect(Digest.hash(algorithm, utf8(message)) == hex(digest))
        var state = HashState(algorithm)
        for byte in utf8(message) { state.update([byte]) }
        #expect(state.finalize() == hex(digest))
        #expect(algorithm.byteCount * 2 == digest.count)
    }

    @Test func `parts and whole agree`() {
        let message = (0..<1000).map { UInt8($0 & 255) }
        var state = HashState(.sha256)
        state.update(message[..<333])
        state.update(Array(message[333..<334]))
        state.update(message[334...])
        #expect(state.finalize() == Digest.sha256(message))
    }

    @Test func `many threads share the contexts`() async {
        let expected = Digest.sha256([7])
        await withTaskGroup { group in
            for _ in 0..<64 { group.addTask { (0..<200).allSatisfy { _ in Digest.sha256([7]) == expected } } }
            for await all in group { #expect(all) }
        }
    }
}

@Suite("RFC 4231 HMAC") struct HMACTests {
    struct Vector: Sendable { let key: String, data: String, sha256: String, sha512: String }

    static let vectors = [
        Vector(
            key: String(repeating: "0b", count: 20), data: "4869205468657265",
            sha256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            sha512: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4"
                + "be9d914eeb61f1702e696c203a126854"),
        Vector(
            key: "4a656665", data: "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            sha512: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
                + "caeab1a34d4a6b4b636e070a38bce737"),
        Vector(
            key: String(repeating: "aa", count: 131),
            data: "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579"
                + "204669727374",
            sha256: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            sha512: "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e52"
                + "95e64f73f63f0aec8b915a985d786598"),
    ]

    @Test(arguments: vectors) func vector(_ vector: Vector) {
        let key = Secret(hex: vector.key)
        #expect(MAC.hmac(.sha256, key: key, hex(vector.data)) == hex(vector.sha256))
        #expect(MAC.hmac(.sha512, key: key, hex(vector.data)) == hex(vector.sha512))
    }

    @Test func `no key is a key, and not the last one`() {
        _ = MAC.hmac(.sha256, key: Secret(utf8: "before"), [])
        let empty = hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        #expect(MAC.hmac(.sha256, key: Secret([]), []) == empty)
    }

    @Test func `RFC 2202 SHA-1`() {
        let mac = MAC.hmac(.sha1, key: Secret(utf8: "Jefe"), utf8("what do ya want for nothing?"))
        #expect(mac == hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"))
    }
}

@Suite("RFC 5869 HKDF") struct HKDFTests {
    @Test func `A.1 basic`() {
        let okm = KeyDerivation.hkdf(
            .sha256, secret: Secret(hex: String(repeating: "0b", count: 22)), salt: hex("000102030405060708090a0b0c"),
            info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(
            okm.bytes
                == hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
    }

    @Test func `A.2 longer inputs`() {
        let okm = KeyDerivation.hkdf(
            .sha256, secret: Secret((0x00...0x4F).map { UInt8($0) }), salt: (0x60...0xAF).map { UInt8($0) },
            info: (0xB0...0xFF).map { UInt8($0) }, count: 82)
        #expect(
            okm.bytes
                == hex(
                    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                        + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"))
    }

    @Test func `A.3 neither salt nor info`() {
        let okm = KeyDerivation.hkdf(
            .sha256, secret: Secret(hex: String(repeating: "0b", count: 22)), salt: [], info: [], count: 42)
        #expect(
            okm.bytes
                == hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
    }

    @Test func `another info is another key`() {
        let keys = ["a", "b", ""].map {
            KeyDerivation.hkdf(.sha512, secret: Secret([1]), salt: [], info: utf8($0), count: 64).bytes
        }
        #expect(Set(keys).count == 3)
    }
}
