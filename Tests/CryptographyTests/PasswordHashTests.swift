import Testing

@testable import Cryptography

@Suite("RFC 7914 scrypt and password hashes", .serialized) struct PasswordHashTests {
    static let cheap = cost(4, 8, 1)

    static func cost(_ logN: Int, _ r: Int, _ p: Int) -> ScryptCost { ScryptCost(logN: logN, r: r, p: p) ?? .standard }

    static let vectors: [(String, String, ScryptCost, String)] = [
        (
            "", "", cost(4, 1, 1),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb"
                + "2e0d3628cf35e20c38d18906"
        ),
        (
            "password", "NaCl", cost(10, 8, 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb9"
                + "4a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", cost(14, 8, 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc"
                + "0d651e40dfcf017b45575887"
        ),
    ]

    @Test("§12", arguments: vectors)
    func vector(password: String, salt: String, cost: ScryptCost, derived: String) {
        let key = KeyDerivation.scrypt(Secret(utf8: password), salt: utf8(salt), cost: cost, count: 64)
        #expect(key.bytes == hex(derived))
    }

    @Test func `a password verifies against its own hash`() async {
        let password = Secret(utf8: "correct horse")
        let hash = await PasswordHash.make(password, environment: .live, cost: Self.cheap)
        #expect(hash.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(await PasswordHash.verify(password, against: hash))
        #expect(await !PasswordHash.verify(Secret(utf8: "correct horse "), against: hash))
        #expect(await !PasswordHash.verify(Secret(utf8: ""), against: hash))
        #expect(await PasswordHash.make(password, environment: .live, cost: Self.cheap) != hash)
        #expect(PasswordHash.isOutdated(hash))
    }

    @Test func `the usual cost is written down`() async {
        let hash = await PasswordHash.make(Secret(utf8: "x"), environment: .fixed)
        #expect(hash.hasPrefix("$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"))
        #expect(!PasswordHash.isOutdated(hash))
        #expect(await PasswordHash.verify(Secret(utf8: "x"), against: hash))
    }

    @Test func `nobody's password takes as long as somebody's`() async {
        let clock = ContinuousClock()
        let hash = await PasswordHash.make(Secret(utf8: "x"), environment: .fixed)
        let known = await clock.measure { #expect(await !PasswordHash.verify(Secret(utf8: "y"), against: hash)) }
        let unknown = await clock.measure { #expect(await !PasswordHash.verify(Secret(utf8: "y"), against: nil)) }
        let unreadable = await clock.measure { #expect(await !PasswordHash.verify(Secret(utf8: "y"), against: "!")) }
        // Generous, since other tests run beside it; without the dummy hash the ratio is in the thousands.
        #expect(unknown > known / 20)
        #expect(unreadable > known / 20)
    }

    @Test func `nobody's password costs what a new hash does`() async {
        let hash = await PasswordHash.make(Secret(utf8: "x"), environment: .fixed)
        for encoded in [hash, nil, "", "!"] { #expect(PasswordHash.verificationCost(of: encoded) == .standard) }
        let cheap = await PasswordHash.make(Secret(utf8: "x"), environment: .fixed, cost: Self.cheap)
        #expect(PasswordHash.verificationCost(of: cheap) == Self.cheap)
    }

    @Test(arguments: [
        "", "$scrypt$", "$scrypt$ln=15,r=8,p=1$AAECAwQFBgcICQoLDA0ODw", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
        "$scrypt$ln=30,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8",
        "$scrypt$ln=15,r=80,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8",
        "$scrypt$ln=+4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8",
        "$scrypt$ln=0,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8",
        "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8",
        "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$",
    ])
    func `a hash that cannot be read verifies nothing`(_ encoded: String) async {
        #expect(await !PasswordHash.verify(Secret(utf8: ""), against: encoded))
        #expect(PasswordHash.isOutdated(encoded))
    }

    @Test func `many at once take turns`() async {
        let hash = await PasswordHash.make(Secret(utf8: "x"), environment: .fixed, cost: Self.cheap)
        await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { await PasswordHash.verify(Secret(utf8: "x"), against: hash) } }
            for await valid in group { #expect(valid) }
        }
    }
}
