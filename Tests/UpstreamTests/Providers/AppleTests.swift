import Cryptography
import Directory
import FoundationEssentials
import JOSE
import JSON
import Testing

@testable import Upstream

@Suite("Apple") struct AppleTests {
    private static let issuer = "https://appleid.apple.com"
    private let key: SigningKey

    init() throws { key = try SigningKey.generate(.ec(.p256)) }

    private func signIn(_ claims: JSONObject = [:], secret: Secret? = nil) async throws -> TestSignIn {
        try await Stand.signIn(
            .apple(teamID: "TEAM123456", keyID: "KEY1234567"), issuer: Self.issuer, secret: secret ?? key.pem(),
            claims: claims)
    }

    @Test func `answers by a form, so the sign-in's cookie must travel with it`() async throws {
        let signIn = try await signIn()
        #expect(signIn.query["response_mode"] == "form_post")
        #expect(signIn.query["scope"] == "openid name email")
        #expect(signIn.query["nonce"] == signIn.transaction.nonce)
        #expect(signIn.query["code_challenge"] == nil)
        #expect(signIn.transaction.returnsByPost)
    }

    @Test func `the client secret is a token of ours, signed by the team's key for five minutes`() async throws {
        let signIn = try await signIn()
        _ = try await signIn.identity()
        let form = try signIn.tokenForm()
        #expect(form["client_id"] == "client" && form["code_verifier"] == nil)
        let secret = try #require(form["client_secret"])
        let keys = JWKSet([JWK(key.publicKey, keyID: "KEY1234567", use: "sig", algorithm: "ES256")])
        let token = try JWT.verify(secret, keys: keys, algorithms: [.es256])
        let now = Int64(signIn.provider.environment.now().timeIntervalSince1970)
        #expect(token.claims["iss"]?.string == "TEAM123456")
        #expect(token.claims["sub"]?.string == "client")
        #expect(token.claims["aud"]?.string == Self.issuer)
        #expect(token.claims["iat"]?.integer == now && token.claims["exp"]?.integer == now + 300)
        #expect(try JWS.parse(secret).header.keyID == "KEY1234567")
    }

    @Test func `a key that can't sign is told`() async throws {
        #expect(try await signIn(secret: Secret(utf8: "no key")).rule() == "configuration")
    }

    @Test(
        arguments: [
            ("true", true), (true, true), ("false", false), (false, false), ("TRUE", false), (1, false), (.null, false),
        ] as [(JSONValue, Bool)])
    func `booleans may be texts`(_ value: JSONValue, _ isVerified: Bool) async throws {
        let identity = try await signIn([
            "email": "x7k2@privaterelay.appleid.com", "email_verified": value, "is_private_email": "true",
        ]).identity()
        #expect(identity.emailIsVerified == isVerified)
    }

    /// Apple without email: nothing is made up, and the invited address has to be proven by our own code.
    @Test func `without an address there is none`() async throws {
        let identity = try await signIn(["email_verified": "true"]).identity()
        #expect(identity.email == nil && !identity.emailIsVerified)
        #expect(identity.key == IdentityKey(issuer: Self.issuer, subject: "sub-1"))
    }

    @Test func `the name comes once, unsigned, and is only shown`() async throws {
        let signIn = try await signIn()
        let user = """
            {"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"victim@woodgrove.example","email_verified":true}
            """
        let first = try await signIn.finish(signIn.plain + [("user", user)]).identity
        #expect(first.displayName == "Ada Lovelace" && first.givenName == "Ada" && first.surname == "Lovelace")
        #expect(first.email == nil && !first.emailIsVerified)
        let second = try await signIn.identity()
        #expect(second.displayName == nil && second.key == first.key)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"name":"Ada"}"#, #"{"name":{"firstName":7}}"#, #"{"name":{"firstName":"\u202eadA"}}"#,
        #"{"sub":"other","name":null}"#,
    ])
    func `a field that is no name is passed over`(_ user: String) async throws {
        let signIn = try await signIn()
        let identity = try await signIn.finish(signIn.plain + [("user", user)]).identity
        #expect(identity.displayName == nil && identity.key.subject == "sub-1")
    }

    @Test func `the person turned back`() async throws {
        let signIn = try await signIn()
        let answer = [("state", signIn.transaction.state), ("error", "user_cancelled_authorize")]
        #expect(await signIn.rule([:], answer.map { (name: $0.0, value: $0.1) }) == "refused")
    }
}
