import Cryptography
import JOSE
import JSON
import Testing

@Suite("Published examples of JWS") struct PublishedJWSTests {
    @Test(
        "RFC 7515 appendix A",
        arguments: [
            (RFCVectors.rfc7515A2, RFCVectors.rfc7515A2Key, SignatureAlgorithm.rs256),
            (RFCVectors.rfc7515A3, RFCVectors.rfc7515A3Key, .es256),
            (RFCVectors.rfc7515A4, RFCVectors.rfc7515A4Key, .es512),
            (RFCVectors.rfc8037A4, RFCVectors.rfc8037Key, .edDSA),
        ])
    func rfc7515(token: String, key: String, algorithm: SignatureAlgorithm) throws {
        let key = try TestKey(key, algorithm)
        let verified = try JWS.verify(token, keys: key.keys, algorithms: [algorithm])
        #expect(Base64URL.encode(verified.payload) == token.part(1))
        #expect(verified.header.algorithm == algorithm.name)
    }

    @Test func `RFC 7515 A.1, a shared secret by its own door`() throws {
        let secret = Secret(try #require(Base64URL.decode(RFCVectors.rfc7515A1Secret)))
        let token = Array(RFCVectors.rfc7515A1.utf8)
        let verified = try SharedSecretJWS.verify(token, secret: secret, algorithms: [.hs256])
        #expect(try JSONReader.read(verified.payload)["iss"] == "joe")
        #expect(verified.header.type == "JWT")
        let other = Secret([UInt8](repeating: 7, count: 64))
        #expect(
            refusal { try SharedSecretJWS.verify(token, secret: other, algorithms: [.hs256]) } == "signature_invalid")
    }

    @Test func `RFC 7515 A.5, unsecured, and appendix E, an unknown crit`() throws {
        for keys in [TestKey.rsa.keys, TestKey.p256.keys, JWKSet([])] {
            #expect(
                refusal { try JWS.verify(RFCVectors.rfc7515A5, keys: keys, algorithms: SignatureAlgorithm.all) }
                    == "alg_not_allowed")
            #expect(
                refusal { try JWS.verify(RFCVectors.rfc7515E, keys: keys, algorithms: SignatureAlgorithm.all) }
                    == "crit_unsupported")
        }
    }

    @Test(
        "RFC 7520 §4",
        arguments: [
            (RFCVectors.rfc7520Section41, RFCVectors.rfc7520RSAKey, SignatureAlgorithm.rs256),
            (RFCVectors.rfc7520Section42, RFCVectors.rfc7520RSAKey, .ps384),
            (RFCVectors.rfc7520Section43, RFCVectors.rfc7520ECKey, .es512),
        ])
    func rfc7520(token: String, key: String, algorithm: SignatureAlgorithm) throws {
        let key = try TestKey(key, algorithm)
        let verified = try JWS.verify(token, keys: key.keys, algorithms: [algorithm])
        #expect(Base64URL.encode(verified.payload) == RFCVectors.rfc7520Payload)
        #expect(verified.header.keyID == "bilbo.baggins@hobbiton.example")
    }

    /// RS256 and EdDSA have one signature for a message, so ours is the published one.
    @Test func `deterministic signatures are reproduced`() throws {
        let rsa = try TestKey(RFCVectors.rfc7515A2Key, .rs256)
        let payload = try #require(Base64URL.decode(RFCVectors.rfc7515A2.part(1)))
        let input = Array((RFCVectors.rfc7515A2.part(0) + "." + RFCVectors.rfc7515A2.part(1)).utf8)
        #expect(
            Base64URL.encode(try rsa.key.sign(input, SignatureAlgorithm.rs256.scheme))
                == RFCVectors.rfc7515A2.part(2))
        let ours = try rsa.sign(String(decoding: payload, as: UTF8.self))
        #expect(ours.part(1) == RFCVectors.rfc7515A2.part(1))

        let edwards = try TestKey(RFCVectors.rfc8037Key, .edDSA)
        let message = Array((RFCVectors.rfc8037A4.part(0) + "." + RFCVectors.rfc8037A4.part(1)).utf8)
        #expect(
            Base64URL.encode(try edwards.key.sign(message, SignatureAlgorithm.edDSA.scheme))
                == RFCVectors.rfc8037A4.part(2))
    }
}

@Suite("Tokens made by joserfc") struct JoserfcTests {
    let file: JWKFile

    init() throws { file = try JWKFile(bytes: Array(JoserfcVectors.keys.utf8)) }

    @Test("are verified", arguments: JoserfcVectors.signed) func verified(name: String, token: String) throws {
        let algorithm = try #require(SignatureAlgorithm.named(name))
        let verified = try JWT.verify(token, keys: file.publicKeys, algorithms: [algorithm])
        #expect(try verified.claims == JSONReader.read(JoserfcVectors.claims).object)
        // Every other list of algorithms refuses it before it looks for a key.
        for other in SignatureAlgorithm.all where other != algorithm {
            #expect(
                refusal { try JWT.verify(token, keys: file.publicKeys, algorithms: [other]) } == "alg_not_allowed")
        }
    }

    @Test("are decrypted", arguments: JoserfcVectors.encrypted) func decrypted(name: String, token: String) throws {
        let keys = file.privateKeys.map { JWEDecryptionKey(keyID: $0.jwk.keyID, key: $0.key) }
        let decrypted = try JWE.decrypt(
            Array(token.utf8), keys: keys, keyManagement: JWEKeyManagement.allCases,
            contentEncryption: JWEContentEncryption.allCases, environment: .live)
        #expect(decrypted.plaintext == Array("Live long and prosper.".utf8))
        #expect(name.hasPrefix("\(decrypted.keyManagement.rawValue) \(decrypted.contentEncryption.rawValue) "))
    }

    @Test("what we sign with the same keys, we verify", arguments: JoserfcVectors.signed.map(\.name))
    func roundTrip(name: String) throws {
        let algorithm = try #require(SignatureAlgorithm.named(name))
        let signer = try #require(file.privateKeys.first { algorithm.fits($0.key.kind) })
        let token = try JWS.sign(
            payload: Array(JoserfcVectors.claims.utf8), type: "JWT", keyID: signer.jwk.keyID ?? "", key: signer.key,
            algorithm: algorithm)
        let verified = try JWT.verify(token, keys: file.publicKeys, algorithms: [algorithm])
        #expect(verified.claims["sub"] == "248289761001")
        #expect(verified.key.keyID == signer.jwk.keyID)
    }
}
