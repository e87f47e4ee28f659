import Cryptography
import Directory
import FoundationEssentials
import JOSE
import JSON
import Outbound
import Testing

@testable import Upstream

@Suite("A guest of an OpenID Provider") struct OIDCSignInTests {
    @Test func `the request says everything once, and what comes back is bound to it`() async throws {
        let hint = SignInHint(
            loginHint: "ada+x@partner.example", domainHint: "partner.example", uiLocales: ["de", "en"], maxAge: 900,
            acrValues: ["phr", "mfa"])
        let signIn = try await TestSignIn(try FakeProvider(), hint: hint)
        let parts = signIn.location.split(separator: "?")
        #expect(parts[0] == "https://idp.example/authorize")
        let query = parameters(parts[1])
        let transaction = signIn.transaction
        #expect(query["response_type"] == "code")
        #expect(query["client_id"] == "client")
        #expect(query["scope"] == "openid profile email")
        #expect(
            query["redirect_uri"]
                == "https://gateway.example/11111111-1111-1111-1111-111111111111/federation/idp/callback")
        #expect(query["state"] == transaction.state)
        #expect(query["nonce"] == transaction.nonce)
        #expect(query["code_challenge_method"] == "S256")
        #expect(query["code_challenge"] == Base64URL.encode(Digest.sha256(Array(transaction.verifier.utf8))))
        #expect(query["login_hint"] == "ada+x@partner.example")
        #expect(query["ui_locales"] == "de en")
        #expect(query["acr_values"] == "phr mfa")
        #expect(query["max_age"] == "900")
        #expect(query["prompt"] == nil)
        #expect(query["domain_hint"] == nil)
        #expect(query["verifier"] == nil && !signIn.location.contains(transaction.verifier))
        #expect(UpstreamTransaction.signIn(inState: transaction.state) == TestSignIn.signIn)
        #expect(UpstreamTransaction.signIn(inState: "x") == nil)
        #expect(UpstreamTransaction(json: transaction.json) == transaction)
    }

    @Test func `no two transactions share a secret`() async throws {
        let provider = try FakeProvider()
        let a = try await TestSignIn(provider).transaction
        let b = try await TestSignIn(provider).transaction
        #expect(a.state != b.state && a.nonce != b.nonce && a.verifier != b.verifier)
    }

    @Test func `an honest answer is a vouched identity`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change {
            $0.claims["email"] = "Ada@Partner.example"
            $0.claims["email_verified"] = true
            $0.claims["name"] = "Ada Lovelace"
            $0.claims["given_name"] = "Ada"
            $0.claims["family_name"] = "Lovelace"
            $0.claims["groups"] = ["g1", "g2"]
            $0.claims["amr"] = ["pwd", "mfa"]
            $0.claims["acr"] = "phr"
        }
        let vouched = try await signIn.finish()
        let identity = vouched.identity
        #expect(identity.key == IdentityKey(issuer: "https://idp.example/t", subject: "sub-1"))
        #expect(identity.kind == .oidc)
        #expect(identity.partner == signIn.context.partner.id)
        #expect(identity.email?.description == "Ada@partner.example")
        #expect(identity.emailIsVerified)
        #expect(identity.displayName == "Ada Lovelace")
        #expect(identity.homeGroups == ["g1", "g2"])
        #expect(identity.authentication.multiFactor == true)
        #expect(identity.authentication.context == "phr")
        #expect(identity.authentication.authenticatedAt == signIn.provider.environment.now())
        #expect(identity.evidenceDigest.utf8.count == 64)
        #expect(vouched.checks.allSatisfy { $0.passed })
        for name in ["state", "iss", "id_token.signature", "id_token.audience", "id_token.nonce", "subject"] {
            #expect(vouched.checks.contains { $0.name == name }, "\(name)")
        }
        let exchange = try #require(signIn.provider.requests(to: "/token").first)
        let form = parameters(String(decoding: exchange.body, as: UTF8.self))
        #expect(form["grant_type"] == "authorization_code")
        #expect(form["code"] == "c0de")
        #expect(form["code_verifier"] == signIn.transaction.verifier)
        #expect(form["redirect_uri"] == signIn.transaction.redirectURI)
        #expect(form["client_secret"] == nil)
    }

    // MARK: How we prove ourselves

    @Test func `client_secret_basic encodes each half before it joins them`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        _ = try await signIn.finish()
        let request = try #require(signIn.provider.requests(to: "/token").first)
        let field = try #require(request.fields.first { $0.name == "Authorization" }?.value)
        let pair = String(decoding: try #require(Base64.decode(String(field.dropFirst(6)))), as: UTF8.self)
        #expect(pair == "client:s%3Ae%20c%25ret")
    }

    private func connection(_ method: Partner.ClientAuthentication, _ provider: FakeProvider) -> Partner.Connection {
        .oidc(
            Partner.OIDCConnection(
                issuer: provider.issuer, clientID: provider.clientID, clientAuthentication: method, secretName: "s",
                algorithms: ["ES256"]))
    }

    @Test func `client_secret_post sends both in the form`() async throws {
        let provider = try FakeProvider()
        let signIn = try await TestSignIn(provider, connection: connection(.clientSecretPost, provider))
        _ = try await signIn.finish()
        let request = try #require(provider.requests(to: "/token").first)
        let form = parameters(String(decoding: request.body, as: UTF8.self))
        #expect(form["client_id"] == "client")
        #expect(form["client_secret"] == "s:e c%ret")
        #expect(!request.fields.contains { $0.name == "Authorization" })
    }

    @Test func `private_key_jwt is for one issuer, one minute and one use`() async throws {
        let provider = try FakeProvider()
        let key = try SigningKey.generate(.ec(.p256))
        let signer = try JWSSigner(key: key, keyID: "ours", algorithm: .es256, type: "JWT")
        let signIn = try await TestSignIn(
            provider, connection: connection(.privateKeyJWT, provider), secret: nil, assertionKey: signer)
        _ = try await signIn.finish()
        _ = try await signIn.finish()
        let forms = provider.requests(to: "/token").map { parameters(String(decoding: $0.body, as: UTF8.self)) }
        var identifiers: Set<String> = []
        for form in forms {
            #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            let assertion = try JWT.verify(
                try #require(form["client_assertion"]), keys: JWKSet([try FakeProvider.jwk(key, "ours")]),
                algorithms: [.es256])
            #expect(assertion.claims["iss"] == "client")
            #expect(assertion.claims["sub"] == "client")
            #expect(assertion.claims["aud"] == "https://idp.example/t")
            #expect(assertion.claims["exp"] == 1_800_000_060)
            identifiers.insert(try #require(assertion.claims["jti"]?.string))
        }
        #expect(identifiers.count == 2)
    }

    @Test func `a secret that is not set is the administrator's to mend`() async throws {
        let signIn = try await TestSignIn(try FakeProvider(), secret: nil)
        #expect(await signIn.refusal() == .misconfigured("its client secret is not set"))
    }

    // MARK: The token endpoint

    @Test func `the token endpoint's refusal keeps its words, made printable`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change {
            $0.tokenResponse = { _ in
                FetchResult(
                    status: 400, body: Array(#"{"error":"invalid_grant","error_description":"no\nGET /"}"#.utf8))
            }
        }
        #expect(
            await signIn.refusal()
                == .tokenEndpointRefused(status: 400, error: "invalid_grant", description: "no?GET /"))
    }

    @Test(
        arguments: [
            #"{"error":"x"}"#, #"{"token_type":"Bearer"}"#, #"{"id_token":"x"}"#,
            #"{"id_token":1,"token_type":"Bearer"}"#,
            #"{"id_token":"a.b.c","token_type":"mac"}"#, "[]", "", "<html>",
            #"{"id_token":"a","id_token":"b","token_type":"Bearer"}"#,
        ]) func `an answer that is no token answer is refused`(_ body: String) async throws
    {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change { $0.tokenResponse = { _ in FetchResult(status: 200, body: Array(body.utf8)) } }
        #expect(await signIn.refusal() != nil)
    }

    @Test func `a provider that can't be reached is said to be`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        _ = try await signIn.finish()
        signIn.provider.change { $0.failure = .timeout(host: "idp.example") }
        #expect(await signIn.refusal() == .unreachable(.timeout(host: "idp.example"), asking: "token endpoint"))
    }

    // MARK: Userinfo and claims

    private func withUserInfo() async throws -> TestSignIn {
        let provider = try FakeProvider()
        return try await TestSignIn(
            provider,
            connection: .oidc(
                Partner.OIDCConnection(
                    issuer: provider.issuer, clientID: provider.clientID, clientAuthentication: .clientSecretBasic,
                    secretName: "s", algorithms: ["ES256"], usesUserInfo: true)))
    }

    @Test func `userinfo fills what the token lacks`() async throws {
        let signIn = try await withUserInfo()
        signIn.provider.change {
            $0.claims["name"] = "From the token"
            $0.userInfo = [
                "sub": "sub-1", "name": "From userinfo", "email": "ada@partner.example", "email_verified": true,
            ]
        }
        let identity = try await signIn.finish().identity
        #expect(identity.displayName == "From the token")
        #expect(identity.email?.description == "ada@partner.example")
        #expect(identity.emailIsVerified)
        let request = try #require(signIn.provider.requests(to: "/userinfo").first)
        #expect(request.fields.contains { $0.name == "Authorization" && $0.value == "Bearer access" })
    }

    @Test func `userinfo about one address does not vouch for another`() async throws {
        let signIn = try await withUserInfo()
        signIn.provider.change {
            $0.claims["email"] = "victim@partner.example"
            $0.userInfo = ["sub": "sub-1", "email": "mallory@evil.example", "email_verified": true]
        }
        let identity = try await signIn.finish().identity
        #expect(identity.email?.description == "victim@partner.example")
        #expect(!identity.emailIsVerified)
    }

    @Test(arguments: [["sub": "sub-2"], [:], ["sub": 1], ["sub": "SUB-1"]] as [JSONObject])
    func `userinfo of another subject is refused`(_ userInfo: JSONObject) async throws {
        let signIn = try await withUserInfo()
        signIn.provider.change { $0.userInfo = userInfo }
        #expect(await signIn.refusal() == .userInfoSubjectMismatch)
    }

    @Test(arguments: ["true", 1, "1", .null, false] as [JSONValue])
    func `an address is verified by JSON's true alone`(_ value: JSONValue) async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change {
            $0.claims["email"] = "ada@partner.example"
            $0.claims["email_verified"] = value
        }
        #expect(try await signIn.finish().identity.emailIsVerified == false)
    }

    @Test func `a provider that is not trusted about addresses is not`() async throws {
        let provider = try FakeProvider()
        let signIn = try await TestSignIn(
            provider,
            connection: .oidc(
                Partner.OIDCConnection(
                    issuer: provider.issuer, clientID: provider.clientID, clientAuthentication: .clientSecretBasic,
                    secretName: "s", algorithms: ["ES256"], trustsVerifiedEmail: false)))
        provider.change {
            $0.claims["email"] = "ada@partner.example"
            $0.claims["email_verified"] = true
        }
        let identity = try await signIn.finish().identity
        #expect(identity.email != nil)
        #expect(!identity.emailIsVerified)
    }

    @Test func `what is unfit for display is not displayed`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        signIn.provider.change {
            $0.claims["name"] = .string(String(repeating: "a", count: 257))
            $0.claims["given_name"] = "Ada\u{202E}"
            $0.claims["family_name"] = "Love\nlace"
            $0.claims["email"] = "not an address"
            $0.claims["email_verified"] = true
        }
        let identity = try await signIn.finish().identity
        #expect(identity.displayName == nil && identity.givenName == nil && identity.surname == nil)
        #expect(identity.email == nil && !identity.emailIsVerified)
    }

    @Test func `groups beyond reason are refused, not cut`() async throws {
        let signIn = try await TestSignIn(try FakeProvider())
        let many = JSONValue.array((0...1000).map { .string("g\($0)") })
        #expect(await signIn.refusal(claims: ["groups": many])?.rule == "claim.groups")
        #expect(await signIn.refusal(claims: ["groups": [1]])?.rule == "claim.groups")
        #expect(
            await signIn.refusal(claims: ["groups": [.string(String(repeating: "g", count: 257))]])?.rule
                == "claim.groups")
        #expect(await signIn.refusal(claims: ["groups": "one"]) == nil)
    }

    @Test func `authentication anew must be proven to be new`() async throws {
        let signIn = try await TestSignIn(try FakeProvider(), hint: SignInHint(forcesLogin: true, maxAge: 900))
        let query = parameters(signIn.location.split(separator: "?")[1])
        #expect(query["prompt"] == "login")
        #expect(query["max_age"] == "0")
        signIn.provider.advance(600)
        #expect(await signIn.refusal(claims: ["auth_time": 1_799_999_000])?.rule == "id_token.authn_statement")
        #expect(await signIn.refusal(claims: ["auth_time": .null])?.rule == "id_token.authn_statement")
        #expect(await signIn.refusal(claims: ["auth_time": 1_800_000_001]) == nil)
    }

    @Test func `max_age is enforced`() async throws {
        let signIn = try await TestSignIn(try FakeProvider(), hint: SignInHint(maxAge: 100))
        #expect(await signIn.refusal(claims: ["auth_time": 1_799_999_000])?.rule == "id_token.authn_statement")
        #expect(await signIn.refusal(claims: ["auth_time": 1_799_999_950]) == nil)
    }
}
