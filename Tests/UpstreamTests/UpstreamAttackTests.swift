import Cryptography
import Directory
import FoundationEssentials
import JOSE
import JSON
import Outbound
import Testing

@testable import Upstream

@Suite("Attacks on the relying party") struct UpstreamAttackTests {
    @Test func `state from another browser`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let other = try await TestSignIn(signIn.provider)
        for state in [
            other.transaction.state, "", "x", signIn.transaction.state + "A", signIn.transaction.state.lowercased(),
        ] {
            #expect(await signIn.refusal([("code", "c"), ("state", state)]) == .stateMismatch)
        }
        #expect(await signIn.refusal([("code", "c")]) == .stateMismatch)
        // An error without the state is as foreign as a code without it.
        #expect(await signIn.refusal([("error", "access_denied")]) == .stateMismatch)
        #expect(signIn.provider.requests(to: "/token").isEmpty)
    }

    @Test func `a parameter sent twice`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        for name in ["state", "code", "iss", "error"] {
            let twice = signIn.honest + [(name, "x"), (name, "y")]
            guard case .responseMalformed = await signIn.refusal(twice) else {
                Issue.record("\(name)")
                continue
            }
        }
        #expect(signIn.provider.requests(to: "/token").isEmpty)
    }

    @Test func `an error of the home is reported once it is known to be an answer to us`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let answer = [
            ("error", "access_denied"), ("error_description", "No\r\nway"), ("state", signIn.transaction.state),
            ("iss", signIn.provider.issuer),
        ]
        #expect(await signIn.refusal(answer) == .partnerRefused(error: "access_denied", description: "No??way"))
    }

    @Test func `mix-up: an answer that is another provider's`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        for issuer in [
            "https://evil.example", "https://idp.example/t/", "https://IDP.example/t", "https://idp.example",
        ] {
            let answer = [("code", "c"), ("state", signIn.transaction.state), ("iss", issuer)]
            #expect(await signIn.refusal(answer) == .mixUp(expected: signIn.provider.issuer, actual: issuer))
        }
        #expect(signIn.provider.requests(to: "/token").isEmpty)
    }

    @Test func `mix-up: an announced iss that is missing`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        #expect(
            await signIn.refusal([("code", "c"), ("state", signIn.transaction.state)])
                == .issuerParameterMissing(expected: signIn.provider.issuer))
        let quiet = try FakeProvider()
        quiet.change { $0.discovery["authorization_response_iss_parameter_supported"] = nil }
        let other = try await TestSignIn(quiet)
        #expect(await other.refusal([("code", "c"), ("state", other.transaction.state)]) == nil)
    }

    @Test func `cross-connection replay: an answer at another partner's callback`() async throws {
        var signIn = try await TestSignIn(try FakeProvider())
        let other = try await TestSignIn(signIn.provider, name: "other")
        signIn.context = other.context
        #expect(await signIn.refusal()?.rule == "transaction")
        // The same partner after its issuer was changed in the settings.
        var changed = try await TestSignIn(signIn.provider)
        changed.transaction.issuer = "https://before.example"
        #expect(await changed.refusal()?.rule == "transaction")
        changed = try await TestSignIn(signIn.provider)
        changed.transaction.redirectURI = "https://gateway.example/elsewhere"
        #expect(await changed.refusal()?.rule == "transaction")
    }

    @Test func `an answer after an hour`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.advance(3601)
        #expect(await signIn.refusal() == .transactionExpired)
    }

    @Test(
        arguments: [
            (["nonce": "x"], "nonce_mismatch"), (["nonce": .null], "nonce_mismatch"),
            (["iss": "https://evil.example"], "issuer_mismatch"),
            (["iss": "https://idp.example/t/"], "issuer_mismatch"),
            (["iss": .null], "issuer_mismatch"), (["aud": "other"], "aud_mismatch"), (["aud": .null], "aud_mismatch"),
            (["aud": ["other"]], "aud_mismatch"), (["aud": ["client", "other"]], "azp_mismatch"),
            (["aud": ["client", "other"], "azp": "other"], "azp_mismatch"), (["azp": "other"], "azp_mismatch"),
            (["exp": 1_799_999_000], "expired"), (["exp": .null], "expired"), (["iat": .null], "iat_invalid"),
            (["iat": 1_799_990_000], "iat_invalid"), (["iat": 1_800_000_600], "iat_invalid"),
            (["nbf": 1_800_000_600], "not_yet_valid"), (["sub": .null], "subject_missing"),
            (["sub": ""], "subject_missing"), (["at_hash": "AAAA"], "at_hash_mismatch"),
            (["sub": 1], "subject_missing"),
        ] as [(JSONObject, String)])
    func `a token that is not for us, now`(_ claims: JSONObject, _ reason: String) async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let refusal = try #require(await signIn.refusal(claims: claims))
        guard case .idToken(let error) = refusal else {
            Issue.record("\(refusal)")
            return
        }
        #expect(reason == "subject_missing" ? error == .subjectMissing : error.reasonCode == reason)
    }

    private func token(_ header: String, _ payload: String = #"{"sub":"a"}"#, signature: String = "") -> String {
        "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(Array(payload.utf8))).\(signature)"
    }

    @Test(
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS256","kid":"k1"}"#, #"{"alg":"RS256","kid":"k1"}"#,
            #"{"alg":"ES384","kid":"k1"}"#, #"{"alg":""}"#, #"{}"#,
        ]) func `alg confusion and none`(_ header: String) async throws
    {
        let signIn = try await TestSignIn(try FakeProvider())
        let forged = token(header, signature: "AAAA")
        signIn.provider.change { $0.idToken = forged }
        guard case .idToken = await signIn.refusal() else {
            Issue.record("\(header)")
            return
        }
        // Nothing was asked for a token that no key could save.
        #expect(signIn.provider.requests(to: "/keys").isEmpty)
    }

    @Test func `HMAC with the public key`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let input = String(token(#"{"alg":"HS256","kid":"k1"}"#).dropLast())
        let mac = MAC.hmac(
            .sha256, key: Secret(signIn.provider.signer.publicKey.pem()), Array(input.utf8))
        signIn.provider.change { $0.idToken = "\(input).\(Base64URL.encode(mac))" }
        #expect(await signIn.refusal() == .idToken(.algNotAllowed("HS256")))
    }

    @Test func `a key that the token brings along`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let mallory = try SigningKey.generate(.ec(.p256))
        let own = try FakeProvider.jwk(mallory, "k1")
        let claims = try JWS.parse(signIn.provider.idToken()).payload
        for extra in [[("jwk", own.json)], [("jku", "https://evil.example/keys")], []] as [[(String, JSONValue)]] {
            let signer = try JWSSigner(key: mallory, keyID: "k1", algorithm: .es256, type: "JWT", extra: extra)
            let forged = String(decoding: try signer.sign(claims), as: UTF8.self)
            signIn.provider.change { $0.idToken = forged }
            guard case .idToken = await signIn.refusal() else {
                Issue.record("\(extra)")
                continue
            }
        }
        #expect(signIn.provider.state.withLock { $0.requests.allSatisfy { $0.url.hasPrefix("https://idp.example/") } })
    }

    @Test func `a critical extension that we do not know`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change { $0.idToken = nil }
        let forged = token(#"{"alg":"ES256","kid":"k1","crit":["x"],"x":1}"#, signature: "AAAA")
        signIn.provider.change { $0.idToken = forged }
        guard case .idToken(.critUnsupported) = await signIn.refusal() else {
            Issue.record("another outcome")
            return
        }
    }

    @Test(arguments: ["", "a.b", "a.b.c.d", "....", "a.b.c=", " "]) func `what is no token`(_ text: String) async throws
    {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change { $0.idToken = text }
        guard case .idToken = await signIn.refusal() else {
            Issue.record("another outcome")
            return
        }
    }

    @Test func `an access token in an ID Token's place`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let claims = try JWS.parse(signIn.provider.idToken()).payload
        let key = try SigningKey.generate(.ec(.p256))
        let typed = try JWSSigner(key: key, keyID: "k2", algorithm: .es256, type: "at+jwt")
        let jwk = try FakeProvider.jwk(key, "k2")
        let forged = String(decoding: try typed.sign(claims), as: UTF8.self)
        signIn.provider.change {
            $0.keys.append(jwk)
            $0.idToken = forged
        }
        guard case .idToken(.typMismatch) = await signIn.refusal() else {
            Issue.record("another outcome")
            return
        }
    }
}
