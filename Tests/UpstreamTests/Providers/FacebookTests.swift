import Cryptography
import Directory
import FoundationEssentials
import JSON
import Outbound
import Testing

@testable import Upstream

@Suite("Facebook") struct FacebookTests {
    private static let token = "EAAB-token"

    /// - Parameters:
    ///   - debug: Changes to what the token debugger says.
    ///   - me: The account.
    private func classic(
        debug: JSONObject = [:], me: JSONValue = ["id": "10158000000000001", "name": "Ada Lovelace"],
        hint: SignInHint = SignInHint()
    ) async throws -> TestSignIn {
        let fake = try FakeProvider()
        let now = Int64(fake.environment.now().timeIntervalSince1970)
        var data: JSONObject = [
            "app_id": "4711", "type": "USER", "is_valid": true, "user_id": "10158000000000001",
            "expires_at": .integer(now + 3600), "scopes": ["public_profile"],
        ]
        for (name, value) in debug.members { data[name] = value.isNull ? nil : value }
        let answer: JSONValue = ["data": .object(data)]
        fake.change { state in
            state.pages["https://graph.facebook.com/oauth/access_token"] = { _ in
                Stand.json(["access_token": .string(Self.token), "token_type": "bearer", "expires_in": 5_183_944])
            }
            state.pages["https://graph.facebook.com/debug_token"] = { _ in Stand.json(answer) }
            state.pages["https://graph.facebook.com/me"] = { _ in Stand.json(me) }
        }
        return try await TestSignIn(
            fake,
            connection: .provider(ProviderConnection(.facebook(.classic), clientID: "4711", secretName: "s")),
            hint: hint, secret: Secret(utf8: Stand.appSecret), name: "facebook")
    }

    @Test func `every call of its API proves that it is the app's`() async throws {
        let signIn = try await classic()
        #expect(signIn.location.hasPrefix("https://www.facebook.com/dialog/oauth?"))
        #expect(signIn.query["scope"] == "public_profile email")
        let identity = try await signIn.identity()
        #expect(identity.kind == .facebook)
        #expect(identity.key == IdentityKey(issuer: "https://www.facebook.com", subject: "10158000000000001"))
        #expect(identity.displayName == "Ada Lovelace")
        let requests = signIn.provider.state.withLock { $0.requests }
        let me = try #require(requests.last.map { Stand.query($0) })
        let proof = MAC.hmac(.sha256, key: Secret(utf8: Stand.appSecret), Array(Self.token.utf8))
        #expect(me["appsecret_proof"] == Hex.encode(proof))
        let debug = try #require(requests.first { $0.url.contains("debug_token") }.map { Stand.query($0) })
        #expect(debug["input_token"] == Self.token && debug["access_token"] == "4711|app secret")
    }

    /// Facebook token for another app: one that a shop elsewhere got from the victim signs nobody in here.
    @Test(
        arguments: [
            (["app_id": "666"], "token"), (["app_id": .null], "token"), (["is_valid": false], "token"),
            (["is_valid": .null], "token"), (["is_valid": "true"], "token"), (["user_id": "1"], "token"),
            (["user_id": .null], "token"), (["user_id": "x"], "token"), (["expires_at": 1_700_000_000], "token"),
            (["expires_at": .null], "token"), (["type": "PAGE"], "token"),
        ] as [(JSONObject, String)])
    func `a token for another app, person or time`(_ debug: JSONObject, _ rule: String) async throws {
        #expect(try await classic(debug: debug).rule() == rule)
    }

    @Test func `a token that never expires, and an app id that is a number`() async throws {
        #expect(try await classic(debug: ["expires_at": 0, "app_id": 4711]).rule() == nil)
    }

    @Test(arguments: [[:], ["id": ""], ["id": 7], ["id": "a1"], ["error": ["message": "no"]]] as [JSONValue])
    func `an account without a number is nobody's`(_ me: JSONValue) async throws {
        #expect(try await classic(me: me).rule() == "account")
    }

    /// An address may be missing, and is not proven where it is there.
    @Test func `its addresses are no evidence`() async throws {
        #expect(try await classic().identity().email == nil)
        let me: JSONValue = ["id": "10158000000000001", "email": "victim@woodgrove.example", "verified": true]
        let identity = try await classic(me: me).identity()
        #expect(identity.email?.description == "victim@woodgrove.example" && !identity.emailIsVerified)
    }

    @Test func `errors are objects`() async throws {
        let signIn = try await classic()
        signIn.provider.change { state in
            state.pages["https://graph.facebook.com/oauth/access_token"] = { _ in
                Stand.json(
                    ["error": ["message": "This code has been used.", "type": "OAuthException", "code": 100]],
                    status: 400)
            }
        }
        let error = await signIn.refusal(signIn.plain)
        #expect(
            error
                == .tokenEndpointRefused(
                    status: 400, error: "OAuthException", description: "This code has been used."))
    }

    @Test func `never says when`() async throws {
        await #expect(throws: UpstreamError.cannotProveAuthenticationTime) {
            try await classic(hint: SignInHint(forcesLogin: true))
        }
    }

    // MARK: OpenID Connect

    private func openID(_ login: FacebookLogin, _ claims: JSONObject = [:]) async throws -> TestSignIn {
        let issuer = login == .limited ? "https://limited.facebook.com" : "https://www.facebook.com"
        let fake = try FakeProvider(issuer: issuer, clientID: "4711", signsWithRSA: true)
        let (key, now) = (fake.publicKey, fake.environment.now())
        _ = now
        fake.change { state in
            for (name, value) in claims.members { state.claims[name] = value }
            state.pages["\(issuer)/.well-known/oauth/openid/jwks/"] = { _ in Stand.json(["keys": [key.json]]) }
            state.pages["https://graph.facebook.com/oauth/access_token"] = { [unowned fake] _ in
                Stand.json([
                    "access_token": "EAAB", "token_type": "bearer", "id_token": .string(fake.idToken()),
                ])
            }
        }
        return try await TestSignIn(
            fake, connection: .provider(ProviderConnection(.facebook(login), clientID: "4711", secretName: "s")),
            secret: Secret(utf8: Stand.appSecret), name: "facebook")
    }

    @Test(arguments: [FacebookLogin.openID, .limited])
    func `an ID Token names the same person as the classic login`(_ login: FacebookLogin) async throws {
        let claims: JSONObject = ["sub": "10158000000000001", "email": "ada@corp.example", "email_verified": true]
        let signIn = try await openID(login, claims)
        #expect(signIn.query["scope"] == "openid public_profile email")
        #expect(signIn.query["nonce"] == signIn.transaction.nonce)
        #expect(signIn.query["code_challenge_method"] == "S256")
        let identity = try await signIn.identity()
        #expect(identity.key == IdentityKey(issuer: "https://www.facebook.com", subject: "10158000000000001"))
        #expect(identity.email != nil && !identity.emailIsVerified)
    }

    @Test(
        arguments: [
            (["iss": "https://limited.facebook.com"], "id_token.issuer_mismatch"),
            (["aud": "666"], "id_token.aud_mismatch"),
            (["nonce": "x"], "id_token.nonce_mismatch"),
        ] as [(JSONObject, String)])
    func `an ID Token of another login, app or sign-in`(_ claims: JSONObject, _ rule: String) async throws {
        let signIn = try await openID(.openID)
        #expect(await signIn.rule(claims) == rule)
    }
}
