import Testing

@testable import Cryptography

/// OpenSSL's own function; the tests do not import its module.
@_silgen_name("ERR_peek_error") private func oldestOpenSSLError() -> UInt

@Suite("OpenSSL's error queue") struct ErrorQueueTests {
    /// The TLS code on the same thread reads the queue to learn why a read failed: a line left over from a forged
    /// signature would end somebody else's connection.
    @Test func `nothing that fails leaves a line behind`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        let ec = try SigningKey.generate(.ec(.p256))
        let ed = try SigningKey.generate(.ed25519)
        let good = try ec.sign([1], .ecdsa(.sha256))
        let attempts: [(String, () -> Void)] = [
            (
                "RSA verify",
                { _ = key.publicKey.isValid([UInt8](repeating: 255, count: 256), for: [], .rsaPKCS1(.sha256)) }
            ),
            ("PSS verify", { _ = key.publicKey.isValid([UInt8](repeating: 1, count: 256), for: [], .rsaPSS(.sha256)) }),
            ("ECDSA verify", { _ = ec.publicKey.isValid(good, for: [2], .ecdsa(.sha256)) }),
            ("Ed25519 verify", { _ = ed.publicKey.isValid([UInt8](repeating: 255, count: 64), for: [], .ed25519) }),
            ("SPKI", { _ = try? VerificationKey(spkiDER: [0x30, 0x03, 1, 2, 3]) }),
            ("PKCS #8", { _ = try? SigningKey(pkcs8DER: [0x30, 0x03, 1, 2, 3]) }),
            ("PKCS #8 inside", { _ = try? SigningKey(pkcs8DER: ec.pkcs8DER().bytes.dropLast(40) + [0]) }),
            ("other curve", { _ = try? SigningKey(pem: utf8(Fixtures.secp256k1)) }),
            (
                "off the curve",
                {
                    _ = try? VerificationKey(
                        curve: .p256, x: hex(String(repeating: "11", count: 32)),
                        y: hex(String(repeating: "22", count: 32)))
                }
            ),
            ("RSA numbers", { _ = try? VerificationKey(rsaModulus: [], exponent: []) }),
            ("OAEP", { _ = try? RSAOAEP.decrypt([UInt8](repeating: 1, count: 256), with: key, .sha1) }),
            (
                "OAEP too long",
                { _ = try? RSAOAEP.encrypt(Secret([UInt8](repeating: 1, count: 300)), to: key.publicKey, .sha1) }
            ),
            (
                "GCM",
                {
                    _ = AESGCM.open(
                        [1], key: Secret([UInt8](repeating: 1, count: 16)), iv: [UInt8](repeating: 1, count: 12),
                        aad: [], tag: [UInt8](repeating: 1, count: 16))
                }
            ),
            (
                "CBC",
                {
                    _ = AESCBC.decrypt(
                        [UInt8](repeating: 1, count: 32), key: Secret([UInt8](repeating: 1, count: 16)),
                        iv: [UInt8](repeating: 1, count: 16))
                }
            ),
            ("certificate", { _ = try? Certificate(der: [0x30, 0x03, 1, 2, 3]) }),
            (
                "names",
                {
                    _ = try? CertificateAuthority.make(name: "x", days: 1, environment: .live).issueServerCertificate(
                        names: ["a b"], days: 1, environment: .live)
                }
            ),
            ("a good key", { _ = try? SigningKey(pkcs8DER: key.pkcs8DER().bytes) }),
            ("a good certificate", { _ = try? CertificateAuthority.make(name: "x", days: 1, environment: .live) }),
        ]
        for (name, attempt) in attempts {
            attempt()
            #expect(oldestOpenSSLError() == 0, "\(name)")
        }
    }
}
