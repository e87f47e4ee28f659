import Testing

@testable import Cryptography

@Suite("Keys in and out") struct KeyTests {
    static let kinds: [KeyKind] = [.ec(.p256), .ec(.p384), .ec(.p521), .ed25519]

    static func keys() throws -> [SigningKey] {
        try [SigningKey(pem: utf8(Fixtures.rsa2048))] + kinds.map { try SigningKey.generate($0) }
    }

    @Test func `every form comes back as the same key`() throws {
        for key in try Self.keys() {
            let copies = [
                try SigningKey(pkcs8DER: key.pkcs8DER().bytes), try SigningKey(pem: key.pem().bytes),
                try SigningKey(components: key.components),
            ]
            for copy in copies {
                #expect(copy.kind == key.kind)
                #expect(copy.publicKey == key.publicKey)
                #expect(copy.components == key.components)
                let signature = try copy.sign([1, 2], key.kind.usualScheme)
                #expect(key.publicKey.isValid(signature, for: [1, 2], key.kind.usualScheme))
            }
            let publicCopies = [
                try VerificationKey(spkiDER: key.publicKey.spkiDER()), try VerificationKey(pem: key.publicKey.pem()),
                try VerificationKey(components: key.publicKey.components),
            ]
            for copy in publicCopies {
                #expect(copy == key.publicKey)
                #expect(copy.spkiDER() == key.publicKey.spkiDER())
            }
        }
    }

    @Test func `components have the lengths that JWK asks for`() throws {
        for curve in EllipticCurve.allCases {
            for _ in 0..<20 {
                guard case .ec(curve, let x, let y, let d) = try SigningKey.generate(.ec(curve)).components else {
                    Issue.record("not \(curve)")
                    return
                }
                #expect([x.count, y.count, d.count] == [curve.byteCount, curve.byteCount, curve.byteCount])
            }
        }
    }

    @Test func `a generated RSA key is of the size asked for`() throws {
        let key = try SigningKey.generate(.rsa(bits: 2048))
        #expect(key.kind == .rsa(bits: 2048))
        #expect(throws: CryptographyError.weakKey(bits: 1024)) { try SigningKey.generate(.rsa(bits: 1024)) }
        #expect(throws: CryptographyError.unsupportedKey) { try SigningKey.generate(.rsa(bits: 1 << 20)) }
    }

    @Test func `private parts do not print`() throws {
        for key in try Self.keys() {
            let components = key.components
            var dumped = ""
            dump(components, to: &dumped)
            let printed = "\(components) \(dumped)"
            let secret: Secret =
                switch components {
                case .rsa(let rsa): rsa.d
                case .ec(_, _, _, let d), .ed25519(_, let d): d
                }
            let numbers = secret.bytes.prefix(6).map(String.init).joined(separator: ", ")
            #expect(!printed.contains(numbers))
        }
    }

    @Test func `a weak RSA key is refused`() throws {
        let weak = try VerificationKey(pem: utf8(Fixtures.rsa1024Public), minimumBits: 1024)
        guard case .rsa(let n, let e) = weak.components else { return }
        #expect(throws: CryptographyError.weakKey(bits: 1024)) {
            try VerificationKey(pem: utf8(Fixtures.rsa1024Public))
        }
        #expect(throws: CryptographyError.weakKey(bits: 1024)) { try VerificationKey(rsaModulus: n, exponent: e) }
        #expect(throws: CryptographyError.weakKey(bits: 1024)) { try VerificationKey(spkiDER: weak.spkiDER()) }
        // Zeros in front do not make it longer.
        let padded = [UInt8](repeating: 0, count: 128) + n
        #expect(throws: CryptographyError.weakKey(bits: 1024)) { try VerificationKey(rsaModulus: padded, exponent: e) }
    }

    @Test func `an RSA key of impossible numbers is refused`() throws {
        guard case .rsa(let n, let e) = try SigningKey(pem: utf8(Fixtures.rsa2048)).publicKey.components else { return }
        for exponent: [UInt8] in [[], [0], [1], [2], [1, 0, 0], [UInt8](repeating: 0xFF, count: 9), n] {
            #expect(throws: CryptographyError.self) { try VerificationKey(rsaModulus: n, exponent: exponent) }
        }
        var even = n
        even[even.count - 1] &= 0xFE
        #expect(throws: CryptographyError.malformedKey) { try VerificationKey(rsaModulus: even, exponent: e) }
        for modulus: [UInt8] in [
            [], [0], [3], [UInt8](repeating: 0xFF, count: 1025), [UInt8](repeating: 1, count: 5000),
        ] {
            #expect(throws: CryptographyError.self) { try VerificationKey(rsaModulus: modulus, exponent: e) }
        }
        #expect(try VerificationKey(rsaModulus: [0] + n, exponent: [0] + e).components == .rsa(n: n, e: e))
        #expect(try VerificationKey(rsaModulus: n, exponent: [3]).kind == .rsa(bits: 2048))
    }

    @Test("A point off its curve is refused", arguments: EllipticCurve.allCases)
    func offCurve(_ curve: EllipticCurve) throws {
        guard case .ec(_, let x, let y) = try SigningKey.generate(.ec(curve)).publicKey.components else { return }
        var wrong = y
        wrong[wrong.count - 1] ^= 1
        let zero = [UInt8](repeating: 0, count: curve.byteCount)
        let large = [UInt8](repeating: 0xFF, count: curve.byteCount)
        for (x, y) in [(x, wrong), (zero, zero), (large, y), (x, large), (x, []), (x.dropLast(), y), ([0] + x, y)] {
            #expect(throws: CryptographyError.malformedKey) { try VerificationKey(curve: curve, x: Array(x), y: y) }
        }
        #expect(throws: Never.self) { try VerificationKey(curve: curve, x: x, y: y) }
    }

    @Test func `a private key must be that of its public part`() throws {
        guard case .ec(let curve, let x, let y, _) = try SigningKey.generate(.ec(.p256)).components,
            case .ec(_, _, _, let other) = try SigningKey.generate(.ec(.p256)).components
        else { return }
        let zero = Secret([UInt8](repeating: 0, count: 32))
        for d in [other, zero, Secret(curve.order), Secret([])] {
            #expect(throws: CryptographyError.self) { try SigningKey(components: .ec(curve, x: x, y: y, d: d)) }
        }
        guard case .ed25519(let x, _) = try SigningKey.generate(.ed25519).components,
            case .ed25519(_, let d) = try SigningKey.generate(.ed25519).components
        else { return }
        #expect(throws: CryptographyError.malformedKey) { try SigningKey(components: .ed25519(x: x, d: d)) }
        guard case .rsa(var rsa) = try SigningKey(pem: utf8(Fixtures.rsa2048)).components else { return }
        (rsa.p, rsa.dp) = (rsa.q, rsa.dq)
        #expect(throws: CryptographyError.malformedKey) { try SigningKey(components: .rsa(rsa)) }
    }

    @Test func `other kinds and forms are refused`() throws {
        let refused: [(String, CryptographyError)] = [
            (Fixtures.encryptedPKCS8, .encryptedKey), (Fixtures.secp256k1, .unsupportedKey),
            (Fixtures.rsa1024Public, .malformedKey), ("", .malformedKey),
            ("-----BEGIN PRIVATE KEY-----", .malformedKey),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", .malformedKey),
            ("-----BEGIN PRIVATE KEY-----\nAA*A\n-----END PRIVATE KEY-----\n", .malformedKey),
        ]
        for (pem, error) in refused { #expect(throws: error) { try SigningKey(pem: utf8(pem)) } }
        let key = try SigningKey.generate(.ec(.p256))
        #expect(throws: CryptographyError.malformedKey) { try SigningKey(pkcs8DER: key.pkcs8DER().bytes + [0]) }
        #expect(throws: CryptographyError.malformedKey) { try SigningKey(pkcs8DER: []) }
        #expect(throws: CryptographyError.malformedKey) { try VerificationKey(spkiDER: key.publicKey.spkiDER() + [0]) }
        #expect(throws: CryptographyError.malformedKey) { try VerificationKey(spkiDER: []) }
        #expect(throws: CryptographyError.unsupportedKey) { try VerificationKey(pem: key.pem().bytes) }
    }
}

@Suite("Key transport and agreement") struct KeyTransportTests {
    @Test func `OAEP opens with the same digest and key only`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        let secret = Secret((0..<32).map { UInt8($0) })
        for (digest, other) in [(DigestAlgorithm.sha1, DigestAlgorithm.sha256), (.sha256, .sha1)] {
            let encrypted = try RSAOAEP.encrypt(secret, to: key.publicKey, digest)
            #expect(try RSAOAEP.decrypt(encrypted, with: key, digest) == secret)
            #expect(throws: CryptographyError.decryptionFailed) { try RSAOAEP.decrypt(encrypted, with: key, other) }
            for changed in [Array(encrypted.dropLast()), encrypted + [0], [], [UInt8](repeating: 255, count: 256)] {
                #expect(throws: CryptographyError.decryptionFailed) { try RSAOAEP.decrypt(changed, with: key, digest) }
            }
        }
        let long = Secret([UInt8](repeating: 1, count: 256))
        #expect(throws: CryptographyError.encryptionFailed) { try RSAOAEP.encrypt(long, to: key.publicKey, .sha256) }
        let ec = try SigningKey.generate(.ec(.p256))
        #expect(throws: CryptographyError.schemeDoesNotFitKey) { try RSAOAEP.encrypt(secret, to: ec.publicKey, .sha1) }
        #expect(throws: CryptographyError.schemeDoesNotFitKey) { try RSAOAEP.decrypt([], with: ec, .sha1) }
    }

    @Test func `RFC 5903 8.1 agreement on P-256`() throws {
        let key = try SigningKey(
            components: .ec(
                .p256, x: hex("DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"),
                y: hex("5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3"),
                d: Secret(hex: "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433")))
        let peer = try VerificationKey(
            curve: .p256, x: hex("D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"),
            y: hex("56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB"))
        let shared = try ECDH.sharedSecret(key, peer)
        #expect(shared.bytes == hex("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"))
    }

    @Test("Both sides agree", arguments: EllipticCurve.allCases) func agreement(_ curve: EllipticCurve) throws {
        let (a, b) = (try SigningKey.generate(.ec(curve)), try SigningKey.generate(.ec(curve)))
        let shared = try ECDH.sharedSecret(a, b.publicKey)
        #expect(try ECDH.sharedSecret(b, a.publicKey) == shared)
        #expect(shared.count == curve.byteCount)
    }

    @Test func `keys of different curves do not agree`() throws {
        let (a, b) = (try SigningKey.generate(.ec(.p256)), try SigningKey.generate(.ec(.p384)))
        let ed = try SigningKey.generate(.ed25519)
        #expect(throws: CryptographyError.schemeDoesNotFitKey) { try ECDH.sharedSecret(a, b.publicKey) }
        #expect(throws: CryptographyError.schemeDoesNotFitKey) { try ECDH.sharedSecret(ed, ed.publicKey) }
    }
}
