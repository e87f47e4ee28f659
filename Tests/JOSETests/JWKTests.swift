import Cryptography
import JOSE
import JSON
import Testing

@Suite("RFC 7517 JWK") struct JWKTests {
    @Test func `RFC 7638 §3.1, the published thumbprint`() throws {
        let jwk = try JWK(JSONReader.read(RFCVectors.rfc7638Key))
        #expect(jwk.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test func `RFC 8037 A.3, the thumbprint of an Ed25519 key`() throws {
        let (jwk, _) = try JWK.privateKey(JSONReader.read(RFCVectors.rfc8037Key))
        #expect(jwk.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test(
        "a key comes back from its JSON",
        arguments: [KeyKind.rsa(bits: 2048), .ec(.p256), .ec(.p384), .ec(.p521), .ed25519])
    func roundTrip(kind: KeyKind) throws {
        let key = try SigningKey.generate(kind)
        let jwk = JWK(signing: key.publicKey, algorithm: .usual(for: kind))
        #expect(jwk.keyID == jwk.thumbprint)
        let read = try JWK(JSONReader.read(JSONWriter.write(jwk.json)))
        #expect(read == jwk)
        #expect(jwk.json["d"] == nil)
        let (again, privateKey) = try jwk.json(withPrivate: key).withBytes {
            try JWK.privateKey(JSONReader.read($0))
        }
        #expect(again == jwk)
        #expect(privateKey.components == key.components)
        #expect(refusal { try jwk.json(withPrivate: key).withBytes { try JWK(JSONReader.read($0)) } } == "key_private")
    }

    static let refused: [(String, String)] = [
        (#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}"#, "key_private"),
        (#"{"kty":"RSA","e":"AQAB","n":"AQAB","d":"AQAB"}"#, "key_private"),
        (#"{"kty":"RSA","e":"AQAB"}"#, "key_unsuitable"),
        (#"{"kty":"RSA","e":"AQAB","n":7}"#, "key_unsuitable"),
        (#"{"kty":"rsa","e":"AQAB","n":"AQAB"}"#, "key_unsuitable"),
        (#"{"e":"AQAB","n":"AQAB"}"#, "key_unsuitable"),
        (#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#, "key_unsuitable"),
        (#"{"kty":"OKP","crv":"X25519","x":"AA"}"#, "key_unsuitable"),
        (#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, "key_unsuitable"),
        (#"["kty"]"#, "key_unsuitable"),
    ]

    @Test("is refused", arguments: refused) func refusedKeys(json: String, code: String) throws {
        let value = try JSONReader.read(json)
        #expect(refusal { try JWK(value) } == code)
    }

    @Test func `RSA below 2048 bits is refused`() throws {
        // The modulus of RFC 7515 A.2, cut to 1024 bits; the last byte is odd.
        let full = try #require(JSONReader.read(RFCVectors.rfc7515A2Key)["n"]?.string)
        let modulus = Array(try #require(Base64URL.decode(full)).suffix(127))
        let json: JSONValue = ["kty": "RSA", "e": "AQAB", "n": .string(Base64URL.encode([0xC1] + modulus))]
        #expect(refusal { try JWK(json) } == "weak_key")
    }

    @Test func `padding and the other alphabet are refused, a zero in front is not`() throws {
        let json = try #require(JSONReader.read(RFCVectors.rfc7638Key).object)
        let modulus = try #require(json["n"]?.string)
        for changed in [modulus + "=", modulus.replacing("-", with: "+"), " " + modulus] {
            var members = json
            members["n"] = .string(changed)
            #expect(refusal { try JWK(.object(members)) } == "key_unsuitable")
        }
        var members = json
        members["n"] = .string(Base64URL.encode([0] + (try #require(Base64URL.decode(modulus)))))
        #expect(try JWK(.object(members)).thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test func `parts that do not belong together are no private key`() throws {
        var members = try #require(JSONReader.read(RFCVectors.rfc7515A3Key).object)
        members["d"] = try JSONReader.read(RFCVectors.rfc7520Section55Key)["d"]
        #expect(refusal { try JWK.privateKey(.object(members)) } == "key_unsuitable")
    }
}

@Suite("RFC 7517 JWK Set") struct JWKSetTests {
    static func set(_ members: String...) throws -> JWKSet {
        try JWKSet(bytes: Array("{\"keys\":[\(members.joined(separator: ","))]}".utf8))
    }

    static func publicJSON(_ key: TestKey, _ changes: (inout JWK) -> Void = { _ in }) -> String {
        var jwk = key.jwk
        changes(&jwk)
        return String(decoding: JSONWriter.write(jwk.json), as: UTF8.self)
    }

    @Test func `members that we cannot use are skipped, and said when they are asked for`() throws {
        let set = try Self.set(
            #"{"kty":"EC","crv":"secp256k1","kid":"k1","x":"AA","y":"AA"}"#, #"{"kty":"AKP","kid":"pq"}"#,
            Self.publicJSON(.p256))
        #expect(set.keys.map(\.keyID) == ["p256"])
        #expect(set.skipped.map(\.keyID) == ["k1", "pq"])
        let token = try TestKey.p256.sign("{}")
        #expect(try JWS.verify(token, keys: set, algorithms: [.es256]).key.keyID == "p256")
        let other = forged(header: #"{"alg":"ES256","kid":"k1"}"#, payload: "{}")
        #expect(refusal { try JWS.verify(other, keys: set, algorithms: [.es256]) } == "key_unsuitable")
    }

    @Test(
        "is refused",
        arguments: [
            ("[]", "bad_json"), ("{}", "bad_json"), (#"{"keys":{}}"#, "bad_json"), ("{", "bad_json"),
            (#"{"keys":[],"keys":[]}"#, "bad_json"), (#"{"keys":[{"kty":"oct","k":"AA"}]}"#, "key_private"),
            (#"{"keys":[\#(RFCVectors.rfc7515A3Key)]}"#, "key_private"),
        ])
    func refused(json: String, code: String) {
        #expect(refusal { try JWKSet(bytes: Array(json.utf8)) } == code)
    }

    @Test func `a key is chosen by id, kind, use, operations and algorithm`() throws {
        let token = try TestKey.p256.sign("{}")
        func verify(_ set: JWKSet) -> String? { refusal { try JWS.verify(token, keys: set, algorithms: [.es256]) } }
        #expect(try verify(Self.set(Self.publicJSON(.p256))) == nil)
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.use = "sig" })) == nil)
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.algorithm = "ES256" })) == nil)
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.operations = ["verify"] })) == nil)
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.keyID = nil })) == nil)
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.use = "enc" })) == "key_unsuitable")
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.algorithm = "ES384" })) == "key_unsuitable")
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.operations = ["encrypt"] })) == "key_unsuitable")
        #expect(try verify(Self.set(Self.publicJSON(.rsa) { $0.keyID = "p256" })) == "key_unsuitable")
        #expect(try verify(Self.set(Self.publicJSON(.p256) { $0.keyID = "other" })) == "key_not_found")
        #expect(try verify(Self.set()) == "key_not_found")
    }

    @Test func `without an id at most four keys are tried`() throws {
        let mine = TestKey.p256
        let others = try (0..<4).map { _ in
            JWK(try SigningKey.generate(.ec(.p256)).publicKey, keyID: nil)
        }
        let token = try JWS.sign(
            payload: Array("{}".utf8), type: nil, keyID: "unused", key: mine.key, algorithm: .es256)
        let anonymous = forged(
            header: #"{"alg":"ES256"}"#, payload: "{}",
            signature: try mine.key.sign(
                Array((encoded(#"{"alg":"ES256"}"#) + "." + encoded("{}")).utf8), SignatureAlgorithm.es256.scheme))
        #expect(try JWS.verify(token, keys: mine.keys.anonymous, algorithms: [.es256]).payload == Array("{}".utf8))
        let four = JWKSet(others.prefix(3) + [mine.jwk])
        #expect(try JWS.verify(anonymous, keys: four, algorithms: [.es256]).key == mine.jwk)
        let five = JWKSet(others + [mine.jwk])
        #expect(refusal { try JWS.verify(anonymous, keys: five, algorithms: [.es256]) } == "key_ambiguous")
        #expect(five.candidates(keyID: nil, algorithm: .es256).count == 4)
    }

    @Test func `a key file holds public, private and shared keys`() throws {
        let file = try JWKFile(
            bytes: Array(
                #"{"keys":[\#(RFCVectors.rfc7515A3Key),{"kty":"oct","kid":"s","k":"\#(RFCVectors.rfc7515A1Secret)"}]}"#
                    .utf8))
        #expect(file.publicKeys.keys.count == 1)
        #expect(file.privateKeys.count == 1)
        #expect(file.shared.map(\.keyID) == ["s"])
        #expect(try JWKFile(bytes: Array(RFCVectors.rfc7638Key.utf8)).publicKeys.keys.count == 1)
        #expect(refusal { try JWKFile(bytes: Array(#"{"kty":"EC"}"#.utf8)) } == "key_unsuitable")
    }
}

extension JWKSet {
    var anonymous: JWKSet {
        JWKSet(
            keys.map {
                var key = $0
                key.keyID = nil
                return key
            })
    }
}
