import Testing

@testable import Cryptography

/// Our signatures, keys and ciphertexts against the `openssl` command, in both directions.
@Suite("The openssl command agrees") struct OpenSSLCommandTests {
    let openssl: OpenSSLCommand

    init() throws { openssl = try OpenSSLCommand() }

    @Test("RSA signatures", arguments: [("sha256", DigestAlgorithm.sha256), ("sha384", .sha384), ("sha512", .sha512)])
    func rsa(name: String, digest: DigestAlgorithm) throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        try openssl.write(key.pem().bytes, to: "key.pem")
        try openssl.write(key.publicKey.pem(), to: "public.pem")
        try openssl.write(utf8("message"), to: "message")
        let pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sigopt rsa_mgf1_md:\(name)"
        for (scheme, options) in [(SignatureScheme.rsaPKCS1(digest), ""), (.rsaPSS(digest), pss)] {
            try openssl.write(try key.sign(utf8("message"), scheme), to: "ours")
            let verify = "dgst -\(name) \(options) -verify public.pem -signature ours message"
            #expect(try openssl.run(verify).contains("Verified OK"))
            try openssl.run("dgst -\(name) \(options) -sign key.pem -out theirs message")
            #expect(key.publicKey.isValid(try openssl.read("theirs"), for: utf8("message"), scheme))
        }
    }

    @Test func `PSS with another salt length is not ours`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        try openssl.write(key.pem().bytes, to: "key.pem")
        try openssl.write(utf8("message"), to: "message")
        for length in ["0", "20", "max"] {
            try openssl.run(
                "dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:\(length) -sign key.pem -out s message"
            )
            #expect(!key.publicKey.isValid(try openssl.read("s"), for: utf8("message"), .rsaPSS(.sha256)))
        }
    }

    @Test("ECDSA signatures", arguments: [(EllipticCurve.p256, "P-256"), (.p384, "P-384"), (.p521, "P-521")])
    func ecdsa(curve: EllipticCurve, name: String) throws {
        let digest = "sha\(curve.digest.byteCount * 8)"
        try openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:\(name) -out key.pem")
        try openssl.run("pkey -in key.pem -pubout -out public.pem")
        try openssl.write(utf8("message"), to: "message")
        let key = try SigningKey(pem: openssl.read("key.pem"))
        #expect(try VerificationKey(pem: openssl.read("public.pem")) == key.publicKey)
        let scheme = SignatureScheme.ecdsa(curve.digest)
        let ours = try key.sign(utf8("message"), scheme)
        try openssl.write(try #require(ECDSASignature.der(raw: ours, curve: curve)), to: "ours")
        #expect(try openssl.run("dgst -\(digest) -verify public.pem -signature ours message").contains("Verified OK"))
        try openssl.run("dgst -\(digest) -sign key.pem -out theirs message")
        let theirs = try openssl.read("theirs").withUnsafeBufferPointer { ECDSASignature.raw(der: $0, curve: curve) }
        #expect(key.publicKey.isValid(try #require(theirs), for: utf8("message"), scheme))
    }

    @Test func `Ed25519 signatures`() throws {
        try openssl.run("genpkey -algorithm ED25519 -out key.pem")
        try openssl.run("pkey -in key.pem -pubout -out public.pem")
        try openssl.write(utf8("message"), to: "message")
        let key = try SigningKey(pem: openssl.read("key.pem"))
        try openssl.write(try key.sign(utf8("message"), .ed25519), to: "ours")
        let verified = try openssl.run("pkeyutl -verify -pubin -inkey public.pem -rawin -in message -sigfile ours")
        #expect(verified.contains("Verified"))
        try openssl.run("pkeyutl -sign -inkey key.pem -rawin -in message -out theirs")
        #expect(key.publicKey.isValid(try openssl.read("theirs"), for: utf8("message"), .ed25519))
    }

    @Test func `keys of the older forms are read`() throws {
        try openssl.write(utf8(Fixtures.rsa2048), to: "key.pem")
        try openssl.run("rsa -in key.pem -traditional -out rsa.pem")
        #expect(String(decoding: try openssl.read("rsa.pem"), as: UTF8.self).contains("BEGIN RSA PRIVATE KEY"))
        #expect(try SigningKey(pem: openssl.read("rsa.pem")).kind == .rsa(bits: 2048))
        try openssl.run("ecparam -name prime256v1 -genkey -out ec.pem")
        #expect(try SigningKey(pem: openssl.read("ec.pem")).kind == .ec(.p256))
        try openssl.run("rsa -in key.pem -traditional -aes128 -passout pass:secret -out locked.pem")
        #expect(throws: CryptographyError.encryptedKey) { try SigningKey(pem: openssl.read("locked.pem")) }
    }

    @Test func `explicit curve parameters are refused`() throws {
        // CVE-2020-0601: a curve described by its numbers can have a generator that the attacker chose.
        try openssl.run("ecparam -name prime256v1 -param_enc explicit -genkey -noout -out explicit.pem")
        #expect(throws: CryptographyError.unsupportedKey) { try SigningKey(pem: openssl.read("explicit.pem")) }
        try openssl.run("ec -in explicit.pem -pubout -param_enc explicit -out public.pem")
        #expect(throws: CryptographyError.unsupportedKey) { try VerificationKey(pem: openssl.read("public.pem")) }
    }

    @Test("OAEP", arguments: [("sha1", DigestAlgorithm.sha1), ("sha256", .sha256)])
    func oaep(name: String, digest: DigestAlgorithm) throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        try openssl.write(key.pem().bytes, to: "key.pem")
        try openssl.write(key.publicKey.pem(), to: "public.pem")
        try openssl.write(utf8("content key"), to: "plain")
        let options = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:\(name) -pkeyopt rsa_mgf1_md:\(name)"
        try openssl.run("pkeyutl -encrypt -pubin -inkey public.pem -in plain -out theirs \(options)")
        #expect(try RSAOAEP.decrypt(openssl.read("theirs"), with: key, digest) == Secret(utf8: "content key"))
        try openssl.write(RSAOAEP.encrypt(Secret(utf8: "content key"), to: key.publicKey, digest), to: "ours")
        try openssl.run("pkeyutl -decrypt -inkey key.pem -in ours -out opened \(options)")
        #expect(try openssl.read("opened") == utf8("content key"))
    }

    @Test func `agreement`() throws {
        try openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out theirs.pem")
        let ours = try SigningKey.generate(.ec(.p384))
        try openssl.write(ours.publicKey.pem(), to: "ours.pem")
        try openssl.run("pkeyutl -derive -inkey theirs.pem -peerkey ours.pem -out shared")
        let peer = try SigningKey(pem: openssl.read("theirs.pem")).publicKey
        #expect(try ECDH.sharedSecret(ours, peer).bytes == openssl.read("shared"))
    }
}
