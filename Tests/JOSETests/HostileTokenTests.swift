import Cryptography
import JOSE
import JSON
import Testing

/// One test per attack on signed tokens that was published, by its name. Each begins from a token that is accepted.
@Suite("Hostile tokens") struct HostileTokenTests {
    static let claims = #"{"iss":"https://issuer.example","sub":"admin"}"#
    static let both = JWKSet(TestKey.rsa.keys.keys + TestKey.p256.keys.keys)

    /// What a verifier says that knows both keys and takes every algorithm.
    func verdict(_ token: String) -> String? {
        refusal { try JWT.verify(token, keys: Self.both, algorithms: SignatureAlgorithm.all) }
    }

    @Test func `the tokens that the attacks begin from are accepted`() throws {
        #expect(try verdict(TestKey.rsa.sign(Self.claims)) == nil)
        #expect(try verdict(TestKey.p256.sign(Self.claims)) == nil)
    }

    @Test("alg none, in every spelling", arguments: ["none", "None", "NONE", "nOnE", "none ", ""])
    func algNone(name: String) throws {
        let header = #"{"alg":"\#(name)","kid":"rsa"}"#
        let expected = name.isEmpty ? "bad_header" : "alg_not_allowed"
        #expect(verdict(encoded(header) + "." + encoded(Self.claims) + ".") == expected)
        // With the signature of a good token kept.
        let good = try TestKey.rsa.sign(Self.claims)
        #expect(verdict(encoded(header) + "." + good.part(1) + "." + good.part(2)) == expected)
    }

    /// The public key, in the forms that libraries took for an HMAC secret.
    @Test func `RS256 to HS256 confusion`() throws {
        let key = TestKey.rsa.key.publicKey
        let forms = [key.pem(), key.spkiDER(), JSONWriter.write(TestKey.rsa.jwk.json)]
        for form in forms {
            let token = try SharedSecretJWS.sign(
                payload: Array(Self.claims.utf8), type: "JWT", keyID: "rsa", secret: Secret(form), algorithm: .hs256)
            #expect(verdict(String(decoding: token, as: UTF8.self)) == "alg_not_allowed")
        }
        #expect(SignatureAlgorithm.named("HS256") == nil)
        #expect(SignatureAlgorithm.named("none") == nil)
    }

    @Test func `a key for another algorithm is not used`() throws {
        let good = try TestKey.rsa.sign(Self.claims)
        for name in ["PS256", "RS512", "ES256", "EdDSA"] {
            let token = encoded(#"{"alg":"\#(name)","kid":"rsa"}"#) + "." + good.part(1) + "." + good.part(2)
            let code = verdict(token)
            #expect(code == "signature_invalid" || code == "key_unsuitable")
        }
    }

    @Test func `embedded jwk, CVE-2018-0114`() throws {
        let attacker = try SigningKey.generate(.ec(.p256))
        let jwk = JWK(attacker.publicKey, keyID: "attacker")
        let token = try JWS.sign(
            payload: Array(Self.claims.utf8), type: nil, keyID: "attacker", key: attacker, algorithm: .es256,
            header: [("jwk", jwk.json)])
        #expect(verdict(String(decoding: token, as: UTF8.self)) == "bad_header")
        // Not even beside a good signature: no token for us has a reason to bring its key.
        #expect(try verdict(TestKey.p256.sign(Self.claims, header: [("jwk", TestKey.p256.jwk.json)])) == "bad_header")
    }

    /// Some issuers send `jku` with every token. It changes nothing: the key is looked for among the issuer's own.
    @Test func `jku, x5u and x5c choose no key`() throws {
        let header: [(String, JSONValue)] = [
            ("jku", "https://attacker.example/keys"), ("x5u", "https://attacker.example/cert"), ("x5c", ["MIIB"]),
        ]
        #expect(try verdict(TestKey.p256.sign(Self.claims, header: header)) == nil)
        let attacker = try SigningKey.generate(.ec(.p256))
        for (keyID, code) in [("attacker", "key_not_found"), ("p256", "signature_invalid")] {
            let token = try JWS.sign(
                payload: Array(Self.claims.utf8), type: nil, keyID: keyID, key: attacker, algorithm: .es256,
                header: header)
            #expect(verdict(String(decoding: token, as: UTF8.self)) == code)
        }
    }

    @Test func `psychic signatures, CVE-2022-21449`() throws {
        let input = encoded(#"{"alg":"ES256","kid":"p256"}"#) + "." + encoded(Self.claims)
        let order: [UInt8] = Array(
            try #require(Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")))
        let zero = [UInt8](repeating: 0, count: 32)
        let one = [UInt8](repeating: 0, count: 31) + [1]
        for signature in [zero + zero, zero + one, one + zero, order + order, order + one, one + order] {
            #expect(verdict(input + "." + Base64URL.encode(signature)) == "signature_invalid")
        }
    }

    @Test func `an ECDSA signature in DER, or of another length`() throws {
        let good = try TestKey.p256.sign(Self.claims)
        let raw = try #require(Base64URL.decode(good.part(2)))
        let input = good.part(0) + "." + good.part(1) + "."
        func integer(_ half: ArraySlice<UInt8>) -> [UInt8] {
            let trimmed = Array(half.drop { $0 == 0 })
            let body = trimmed.first.map { $0 >= 0x80 } == true ? [0] + trimmed : trimmed
            return [2, UInt8(body.count)] + body
        }
        let inner = integer(raw[..<32]) + integer(raw[32...])
        let der = [0x30, UInt8(inner.count)] + inner
        for signature in [der, raw + [0], [0] + raw, Array(raw.dropLast()), raw + raw, Array(raw[..<32])] {
            #expect(verdict(input + Base64URL.encode(signature)) == "signature_invalid")
        }
    }

    @Test func `an empty signature`() throws {
        for key in [TestKey.rsa, .p256] {
            let good = try key.sign(Self.claims)
            #expect(verdict(good.part(0) + "." + good.part(1) + ".") == "signature_invalid")
        }
    }

    /// A token that only encrypts was accepted as if its content had been signed.
    @Test func `JWE around an unsigned JWT, CVE-2026-29000`() throws {
        let unsigned = encoded(#"{"alg":"none"}"#) + "." + encoded(Self.claims) + "."
        for inner in [unsigned, Self.claims] {
            let token = try JWE.encrypt(
                Array(inner.utf8), to: TestKey.rsa.jwk, keyManagement: .rsaOAEP, contentEncryption: .a128GCM,
                contentType: "JWT", environment: .live)
            #expect(verdict(String(decoding: token, as: UTF8.self)) == "not_jwt")
            let decrypted = try JWE.decrypt(
                token, keys: [JWEDecryptionKey(keyID: nil, key: TestKey.rsa.key)], keyManagement: [.rsaOAEP],
                contentEncryption: [.a128GCM], environment: .live)
            #expect(verdict(String(decoding: decrypted.plaintext, as: UTF8.self)) != nil)
        }
    }

    /// Read as JSON it is one token, cut at its dots another.
    @Test func `polyglot of JSON and compact, CVE-2022-39227`() throws {
        let good = try TestKey.rsa.sign(Self.claims)
        let forged = encoded(#"{"sub":"attacker"}"#)
        let polyglot =
            #"{"  \#(good.part(0)).\#(forged).":"","protected":"\#(good.part(0))","payload":"\#(good.part(1))","#
            + #""signature":"\#(good.part(2))"}"#
        #expect(verdict(polyglot) == "bad_base64")
        let flattened =
            #"{"protected":"\#(good.part(0))","payload":"\#(good.part(1))","signature":"\#(good.part(2))"}"#
        #expect(verdict(flattened) == "not_jwt")
    }

    @Test func `what is around a token or between its parts`() throws {
        let good = try TestKey.p256.sign(Self.claims)
        let cases = [
            (good + ".", "not_jwt"), (good + "." + good.part(2), "not_jwt"),
            (good.part(0) + "." + good.part(1), "not_jwt"),
            ("", "not_jwt"), (".", "not_jwt"), ("....", "not_jwt"), (good + "garbage!", "bad_base64"),
            (good + "=", "bad_base64"), (good + " ", "bad_base64"), (" " + good, "bad_base64"),
            (good + "\n", "bad_base64"), (good + "\0", "bad_base64"), ("Bearer " + good, "bad_base64"),
            (good.replacing(".", with: ". "), "bad_base64"), ("..", "bad_json"),
            (good.part(0) + "=." + good.part(1) + "." + good.part(2), "bad_base64"),
            (good.part(0) + "." + good.part(1) + "%2E" + good.part(2), "not_jwt"),
            (good.replacing("_", with: "/").replacing("-", with: "+"), "bad_base64"),
        ]
        for (token, code) in cases where token != good { #expect(verdict(token) == code, "\(token)") }
    }

    /// Two encodings of one signature are two tokens to a list of spent ones.
    @Test func `bits left over at the end of a part`() throws {
        let good = try TestKey.p256.sign(Self.claims)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try #require(good.last.flatMap { alphabet.firstIndex(of: $0) })
        #expect(verdict(String(good.dropLast()) + String(alphabet[last | 1])) == "bad_base64")
    }

    @Test(
        "headers that are refused",
        arguments: [
            (#"{"alg":"RS256","alg":"none"}"#, "bad_json"), (#"{"alg":"RS256"}{"alg":"none"}"#, "bad_json"),
            (#"{"alg":"RS256",}"#, "bad_json"), ("\u{FEFF}" + #"{"alg":"RS256"}"#, "bad_json"),
            (#"["RS256"]"#, "bad_header"), (#""RS256""#, "bad_header"), ("{}", "bad_header"),
            (#"{"alg":null}"#, "bad_header"), (#"{"alg":["RS256"]}"#, "bad_header"),
            (#"{"alg":"RS256","kid":1}"#, "bad_header"), (#"{"alg":"RS256","typ":{}}"#, "bad_header"),
            (#"{"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1}"#, "crit_unsupported"),
            (#"{"alg":"RS256","kid":"rsa","crit":["b64"],"b64":false}"#, "crit_unsupported"),
            (#"{"alg":"RS256","kid":"rsa","b64":false}"#, "crit_unsupported"),
            (#"{"alg":"RS256","kid":"rsa","crit":[]}"#, "bad_header"),
            (#"{"alg":"RS256","kid":"rsa","crit":"exp"}"#, "bad_header"),
            (#"{"alg":"RS256","kid":"rsa","zip":"DEF"}"#, "bad_header"),
            (#"{"alg":"rs256","kid":"rsa"}"#, "alg_not_allowed"), (#"{"alg":"RS1","kid":"rsa"}"#, "alg_not_allowed"),
            (#"{"alg":"ES256K","kid":"p256"}"#, "alg_not_allowed"),
            (#"{"alg":"RS256","kid":"../../etc/passwd"}"#, "key_not_found"),
            (#"{"alg":"RS256","kid":"' OR 1=1 --"}"#, "key_not_found"),
        ])
    func headers(header: String, code: String) {
        #expect(verdict(forged(header: header, payload: Self.claims)) == code)
    }

    @Test func `sizes are limited before anything is decoded`() throws {
        let long = String(repeating: "A", count: 70_000)
        #expect(verdict(long) == "too_large")
        let header = #"{"alg":"RS256","kid":"\#(String(repeating: "k", count: 8200))"}"#
        #expect(verdict(forged(header: header, payload: "{}")) == "bad_header")
        let deep = #"{"alg":"RS256","x":\#(String(repeating: "[", count: 1000))"#
        #expect(verdict(forged(header: deep, payload: "{}")) == "bad_json")
        let limits = JOSELimits(token: 100)
        let token = try TestKey.rsa.sign(Self.claims)
        #expect(refusal { try JWS.parse(token, limits: limits) } == "too_large")
    }

    @Test func `a payload that is no claims set`() throws {
        for (payload, code) in [
            ("", "bad_json"), ("[]", "not_jwt"), ("\"x\"", "not_jwt"), (#"{"sub":"a","sub":"b"}"#, "bad_json"),
            (#"{"sub":"a"} "#, nil), (#"{"sub":"a"}x"#, "bad_json"),
        ] as [(String, String?)] {
            #expect(try verdict(TestKey.p256.sign(payload)) == code, "\(payload)")
        }
    }

    @Test func `a key of another issuer`() throws {
        let token = try TestKey.rsa.sign(Self.claims)
        #expect(
            refusal { try JWT.verify(token, keys: TestKey.p256.keys, algorithms: SignatureAlgorithm.all) }
                == "key_not_found")
        // The other issuer's key under the same id, as an attacker would register it.
        var impostor = JWK(try SigningKey.generate(.rsa(bits: 2048)).publicKey, keyID: "rsa")
        impostor.use = "sig"
        #expect(
            refusal { try JWT.verify(token, keys: JWKSet([impostor]), algorithms: [.rs256]) } == "signature_invalid")
    }

    @Test func `any changed bit`() throws {
        for key in [TestKey.rsa, .p256] {
            let good = try key.sign(Self.claims)
            let signature = try #require(Base64URL.decode(good.part(2)))
            for position in stride(from: 0, to: signature.count, by: 7) {
                var changed = signature
                changed[position] ^= 0x10
                let token = good.part(0) + "." + good.part(1) + "." + Base64URL.encode(changed)
                #expect(verdict(token) == "signature_invalid")
            }
            let other = encoded(Self.claims.replacing("admin", with: "Admin"))
            #expect(verdict(good.part(0) + "." + other + "." + good.part(2)) == "signature_invalid")
        }
    }

    @Test func `shared secrets are long`() throws {
        let short = Secret([UInt8](repeating: 1, count: 31))
        #expect(
            refusal {
                try SharedSecretJWS.sign(payload: [], type: nil, keyID: nil, secret: short, algorithm: .hs256)
            } == "weak_key")
        let token = Array(RFCVectors.rfc7515A1.utf8)
        #expect(refusal { try SharedSecretJWS.verify(token, secret: short, algorithms: [.hs256]) } == "weak_key")
        #expect(
            refusal { try SharedSecretJWS.verify(token, secret: short, algorithms: [.hs512]) } == "alg_not_allowed")
        let signed = Array(try TestKey.rsa.sign("{}").utf8)
        #expect(
            refusal { try SharedSecretJWS.verify(signed, secret: short, algorithms: SharedSecretAlgorithm.allCases) }
                == "alg_not_allowed")
    }
}

@Suite("Explicit typing, RFC 8725 §3.11") struct TypeTests {
    func verdict(_ type: String?, expected: String?) throws -> String? {
        let token = try TestKey.p256.sign("{}", type: type)
        return refusal {
            try JWT.verify(token, keys: TestKey.p256.keys, algorithms: [.es256], type: expected)
        }
    }

    @Test func `without ASCII case, the prefix being optional`() throws {
        for type in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/at+JWT"] {
            #expect(try verdict(type, expected: "at+jwt") == nil)
            #expect(try verdict(type, expected: "application/at+jwt") == nil)
        }
        for type in ["JWT", "at+jwt ", "text/at+jwt", "application/x/at+jwt", "", nil] {
            #expect(try verdict(type, expected: "at+jwt") == "typ_mismatch")
        }
        // The Kelvin sign is no K, and the dotless i no I.
        #expect(try verdict("to\u{212A}en+jwt", expected: "token+jwt") == "typ_mismatch")
    }

    @Test func `an access token is no ID Token, nor a logout token either of them`() throws {
        for type in ["JWT", "jwt", nil, "JOSE"] { #expect(try verdict(type, expected: nil) == nil) }
        for type in ["at+jwt", "application/at+jwt", "logout+jwt", "dpop+jwt", "client-authentication+jwt"] {
            #expect(try verdict(type, expected: nil) == "typ_mismatch")
        }
        let token = Array(try TestKey.p256.sign("{}", type: "client-authentication+jwt").utf8)
        let types = [nil, "client-authentication+jwt"]
        #expect(
            try JWT.verify(token, keys: TestKey.p256.keys, algorithms: [.es256], types: types).header.type
                == "client-authentication+jwt")
    }
}
