import Cryptography
import JSON
import Testing

@testable import JOSE

@Suite("RFC 7516 JWE") struct JWETests {
    static func decrypt(
        _ token: String, _ key: SigningKey, keyID: String? = nil,
        keyManagement: [JWEKeyManagement] = JWEKeyManagement.allCases,
        contentEncryption: [JWEContentEncryption] = JWEContentEncryption.allCases
    ) throws(JOSEError) -> DecryptedJWE {
        try JWE.decrypt(
            Array(token.utf8), keys: [JWEDecryptionKey(keyID: keyID, key: key)], keyManagement: keyManagement,
            contentEncryption: contentEncryption, environment: .live)
    }

    @Test func `RFC 7516 A.1, RSA-OAEP with A256GCM`() throws {
        let (_, key) = try JWK.privateKey(JSONReader.read(RFCVectors.rfc7516A1Key))
        let decrypted = try Self.decrypt(RFCVectors.rfc7516A1, key)
        #expect(
            String(decoding: decrypted.plaintext, as: UTF8.self)
                == "The true sign of intelligence is not knowledge but imagination.")
    }

    @Test func `RFC 7516 A.2, RSA1_5 is refused by name`() throws {
        let (_, key) = try JWK.privateKey(JSONReader.read(RFCVectors.rfc7516A1Key))
        #expect(refusal { try Self.decrypt(RFCVectors.rfc7516A2, key) } == "alg_not_allowed")
    }

    @Test(
        "RFC 7520 §5.2 and §5.5",
        arguments: [
            (RFCVectors.rfc7520Section52, RFCVectors.rfc7520Section52Key),
            (RFCVectors.rfc7520Section55, RFCVectors.rfc7520Section55Key),
        ])
    func rfc7520(token: String, key: String) throws {
        let (jwk, key) = try JWK.privateKey(JSONReader.read(key))
        let decrypted = try Self.decrypt(token, key, keyID: jwk.keyID)
        #expect(String(decoding: decrypted.plaintext, as: UTF8.self) == RFCVectors.rfc7520Plaintext)
    }

    static let combinations = JWEKeyManagement.allCases.flatMap { management in
        JWEContentEncryption.allCases.map { (management, $0) }
    }

    static func recipient(_ management: JWEKeyManagement) -> TestKey { management == .ecdhES ? .p256 : .rsa }

    @Test("what we encrypt, we decrypt", arguments: combinations)
    func roundTrip(management: JWEKeyManagement, content: JWEContentEncryption) throws {
        let recipient = Self.recipient(management)
        for plaintext in [[], Array("x".utf8), [UInt8](repeating: 5, count: 1000)] {
            let token = try JWE.encrypt(
                plaintext, to: recipient.jwk, keyManagement: management, contentEncryption: content,
                contentType: "JWT", environment: .live)
            let decrypted = try Self.decrypt(
                String(decoding: token, as: UTF8.self), recipient.key, keyID: recipient.jwk.keyID)
            #expect(decrypted.plaintext == plaintext)
            #expect(decrypted.header.contentType == "JWT")
        }
    }

    /// Every part changed, shortened and lengthened: one failure for all of them (a padding oracle needs two).
    @Test("a changed token fails in one way", arguments: combinations)
    func uniform(management: JWEKeyManagement, content: JWEContentEncryption) throws {
        let recipient = Self.recipient(management)
        let token = try JWE.encrypt(
            Array("attack at dawn".utf8), to: recipient.jwk, keyManagement: management, contentEncryption: content,
            environment: .live)
        let parts = String(decoding: token, as: UTF8.self).split(separator: ".", omittingEmptySubsequences: false)
            .map { Base64URL.decode(Array($0.utf8)) ?? [] }
        var codes: Set<String?> = []
        func attempt(_ parts: [[UInt8]]) {
            let changed = parts.map { Base64URL.encode($0) }.joined(separator: ".")
            codes.insert(refusal { try Self.decrypt(changed, recipient.key, keyID: recipient.jwk.keyID) })
        }
        for index in 1..<5 where !parts[index].isEmpty {
            for position in [0, parts[index].count / 2, parts[index].count - 1] {
                var changed = parts
                changed[index][position] ^= 0x41
                attempt(changed)
            }
            var shorter = parts
            shorter[index].removeLast()
            attempt(shorter)
            var longer = parts
            longer[index].append(0)
            attempt(longer)
            var none = parts
            none[index] = []
            attempt(none)
        }
        #expect(codes == ["decrypt_failed"])
    }

    @Test func `a shorter tag is not easier to guess`() throws {
        let token = try JWE.encrypt(
            [1], to: TestKey.rsa.jwk, keyManagement: .rsaOAEP, contentEncryption: .a128GCM, environment: .live)
        let text = String(decoding: token, as: UTF8.self)
        let tag = try #require(Base64URL.decode(text.part(4)))
        let short = (0..<4).map { text.part($0) }.joined(separator: ".") + "." + Base64URL.encode(Array(tag[..<12]))
        #expect(refusal { try Self.decrypt(short, TestKey.rsa.key, keyID: "rsa") } == "decrypt_failed")
    }

    @Test func `what the caller did not list is refused before the key is used`() throws {
        let token = try JWE.encrypt(
            [1], to: TestKey.rsa.jwk, keyManagement: .rsaOAEP, contentEncryption: .a128CBCHS256, environment: .live)
        let text = String(decoding: token, as: UTF8.self)
        #expect(
            refusal { try Self.decrypt(text, TestKey.rsa.key, keyManagement: [.rsaOAEP256]) } == "alg_not_allowed")
        #expect(
            refusal { try Self.decrypt(text, TestKey.rsa.key, contentEncryption: [.a256GCM]) } == "alg_not_allowed")
        #expect(refusal { try Self.decrypt(text, TestKey.rsa.key, keyID: "another") } == "key_not_found")
        #expect(refusal { try Self.decrypt(text, TestKey.p256.key, keyID: "rsa") } == "key_unsuitable")
        #expect(refusal { try Self.decrypt(text + ".AA", TestKey.rsa.key) } == "not_jwt")
        #expect(refusal { try Self.decrypt(TestKey.rsa.sign("{}"), TestKey.rsa.key) } == "not_jwt")
    }

    /// The header is protected, but these are judged before the tag is.
    @Test(
        "headers that are refused",
        arguments: [
            (#"{"alg":"ECDH-ES","enc":"A128GCM"}"#, "bad_header"),
            (#"{"alg":"ECDH-ES","enc":"A128GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}"#, "bad_header"),
            (#"{"alg":"ECDH-ES","enc":"A128GCM","epk":\#(RFCVectors.rfc7515A3Key)}"#, "bad_header"),
            (#"{"alg":"ECDH-ES"}"#, "bad_header"),
            (#"{"alg":"ECDH-ES","enc":"A128GCM","zip":"DEF"}"#, "bad_header"),
            (#"{"alg":"ECDH-ES","enc":"A128GCM","crit":["exp"],"exp":1}"#, "crit_unsupported"),
            (#"{"alg":"dir","enc":"A128GCM"}"#, "alg_not_allowed"),
            (#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":100000000,"p2s":"AAAA"}"#, "alg_not_allowed"),
            (#"{"alg":"ECDH-ES+A128KW","enc":"A128GCM"}"#, "alg_not_allowed"),
            (#"{"alg":"ECDH-ES","enc":"A192GCM"}"#, "alg_not_allowed"),
            (#"{"alg":"none","enc":"none"}"#, "alg_not_allowed"),
        ])
    func headers(header: String, code: String) {
        let token = encoded(header) + "..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA"
        #expect(refusal { try Self.decrypt(token, TestKey.p256.key) } == code)
    }

    /// A point that is not on the curve would leak the private key bit by bit.
    @Test func `invalid-curve attack, CVE-2017-16007`() throws {
        func token(y: String) -> String {
            let point = #"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"\#(y)"}"#
            return encoded(#"{"alg":"ECDH-ES","enc":"A128GCM","epk":\#(point)}"#)
                + "..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA"
        }
        let onCurve = token(y: "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps")
        #expect(refusal { try Self.decrypt(onCurve, TestKey.p256.key) } == "decrypt_failed")
        let offCurve = token(y: "SLW-xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps")
        #expect(refusal { try Self.decrypt(offCurve, TestKey.p256.key) } == "bad_header")
    }
}

@Suite("RFC 7518 appendix C, ECDH-ES") struct ConcatKDFTests {
    @Test func `the derived key is the published one`() throws {
        let (_, alice) = try JWK.privateKey(
            JSONReader.read(
                #"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","#
                    + #""y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps","#
                    + #""d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}"#))
        let (bob, _) = try JWK.privateKey(
            JSONReader.read(
                #"{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","#
                    + #""y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","#
                    + #""d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#))
        let shared = try ECDH.sharedSecret(alice, bob.key)
        let derived = ConcatKDF.derive(
            shared, algorithm: "A128GCM", count: 16, apu: Array("Alice".utf8), apv: Array("Bob".utf8))
        #expect(derived.withBytes { Base64URL.encode($0) } == "VqqN6vgjbSBcIijNcacQGg")
    }
}
