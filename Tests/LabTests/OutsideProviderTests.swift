import Cryptography
import Foundation
import HTTP
import JOSE
import JSON
import OAuth
import Testing

@testable import Lab

@Suite("The outside OpenID provider") struct OutsideProviderTests {
    private let provider: OutsideProvider
    private let browser: TestBrowser
    private let verifier = String(repeating: "v", count: 43)

    init() throws {
        provider = try OutsideProvider(scene: LabScene.test(), environment: TestPartner.environment)
        browser = TestBrowser(provider.routes)
    }

    private func request(_ changes: [String: String?] = [:]) throws -> [(String, String)] {
        let challenge = try #require(CodeVerifier(verifier)).challenge
        var values: [String: String] = [
            "response_type": "code", "client_id": provider.clientID, "redirect_uri": provider.redirectURI,
            "scope": "openid profile email", "state": "s", "nonce": "n", "code_challenge": challenge.description,
            "code_challenge_method": "S256",
        ]
        for (name, value) in changes { values[name] = value }
        return values.sorted { $0.key < $1.key }
    }

    private func secret() -> String { provider.clientSecret.withBytes { String(decoding: $0, as: UTF8.self) } }

    private func signIn() async throws -> String {
        let form = try request() + [("email", provider.account.email), ("password", provider.password)]
        let answer = await browser.post("/northwind/authorize", form)
        let query = try Form.parse(String(answer.target.split(separator: "?", maxSplits: 1)[1]))
        #expect(try query.value("state") == "s")
        #expect(try query.value("iss") == provider.issuer)
        return try #require(try query.value("code"))
    }

    private func redeem(_ code: String, _ changes: [String: String] = [:]) async -> HTTPResponse {
        var values = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": provider.redirectURI,
            "code_verifier": verifier, "client_id": provider.clientID, "client_secret": secret(),
        ]
        for (name, value) in changes { values[name] = value }
        return await browser.post("/northwind/token", values.sorted { $0.key < $1.key })
    }

    @Test("Discovery names this issuer and addresses under it")
    func discovery() async throws {
        let document = try #require(await browser.get("/northwind/.well-known/openid-configuration").json)
        #expect(document["issuer"]?.string == provider.issuer)
        for name in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
            #expect(document[name]?.string?.hasPrefix(provider.issuer + "/") == true)
        }
    }

    @Test("A code is redeemed for an ID token by its published key, and userinfo")
    func codeFlow() async throws {
        let tokens = try #require(await redeem(try await signIn()).json)
        let keys = try JWKSet(try #require(await browser.get("/northwind/keys").json))
        let idToken = try #require(tokens["id_token"]?.string)
        let verified = try JWT.verify(idToken, keys: keys, algorithms: [.rs256])
        let rules = ClaimRules(issuer: .exactly(provider.issuer), audience: provider.clientID, nonce: "n")
        #expect(rules.checks(verified, now: TestPartner.now).firstFailure == nil)
        #expect(verified.claims["email"]?.string == provider.account.email)
        let token = try #require(tokens["access_token"]?.string)
        let userInfo = await browser.get("/northwind/userinfo", fields: [("Authorization", "Bearer \(token)")])
        #expect(userInfo.json?["sub"]?.string == verified.claims["sub"]?.string)
        #expect(await browser.get("/northwind/userinfo").status == 401)
    }

    @Test("A code is good once, for its verifier, its address and its client")
    func codeRefusals() async throws {
        let spent = try await signIn()
        #expect(await redeem(spent).status == 200)
        #expect(await redeem(spent).json?["error"]?.string == "invalid_grant")
        for (name, value, error) in [
            ("code_verifier", String(repeating: "w", count: 43), "invalid_grant"),
            ("redirect_uri", provider.redirectURI + "x", "invalid_grant"), ("client_secret", "x", "invalid_client"),
        ] {
            #expect(await redeem(try await signIn(), [name: value]).json?["error"]?.string == error)
        }
    }

    @Test("Whose request it is must be known before anything goes back", arguments: ["client_id", "redirect_uri"])
    func unknownClient(_ name: String) async throws {
        let answer = await browser.get(
            "/northwind/authorize?\(Form.encode(try request([name: "http://evil.example/"])))")
        #expect(answer.status == 400)
        #expect(answer.field("location") == nil)
    }

    @Test(
        "What is not supported is said to the client",
        arguments: [
            ("response_type", "token", "unsupported_response_type"), ("scope", "email", "invalid_scope"),
            ("code_challenge_method", "plain", "invalid_request"), ("prompt", "none", "login_required"),
        ])
    func refusedThere(_ name: String, _ value: String, _ error: String) async throws {
        let answer = await browser.get("/northwind/authorize?\(Form.encode(try request([name: value])))")
        #expect(answer.field("location")?.hasPrefix(provider.redirectURI + "?error=\(error)&") == true)
    }

    @Test("A wrong password and another's address are told alike")
    func wrongPassword() async throws {
        for (email, password) in [(provider.account.email, "wrong"), ("other@northwind.example", provider.password)] {
            let answer = await browser.post(
                "/northwind/authorize", try request() + [("email", email), ("password", password)])
            #expect(answer.status == 200)
            #expect(answer.shown.contains("do not belong together"))
        }
    }
}
