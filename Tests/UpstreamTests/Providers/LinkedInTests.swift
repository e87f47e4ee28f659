import Directory
import JSON
import Testing

@testable import Upstream

@Suite("LinkedIn") struct LinkedInTests {
    private func signIn(_ claims: JSONObject = [:], trusts: Bool = false) async throws -> TestSignIn {
        let signIn = try await Stand.signIn(
            .linkedIn, issuer: "https://www.linkedin.com/oauth", trustsVerifiedEmail: trusts)
        signIn.provider.change { state in
            // What LinkedIn leaves out.
            state.claims["nonce"] = .null
            for (name, value) in claims.members { state.claims[name] = value }
        }
        return signIn
    }

    @Test func `returns no nonce and takes no verifier`() async throws {
        let signIn = try await signIn()
        #expect(signIn.query["code_challenge"] == nil)
        let identity = try await signIn.identity()
        #expect(identity.key == IdentityKey(issuer: "https://www.linkedin.com/oauth", subject: "sub-1"))
        #expect(try signIn.tokenForm()["code_verifier"] == nil)
    }

    @Test func `a nonce that is there must be ours`() async throws {
        #expect(try await signIn(["nonce": "somebody else's"]).rule() == "id_token.nonce_mismatch")
    }

    @Test func `without the state nothing is looked at`() async throws {
        let signIn = try await signIn()
        #expect(await signIn.rule([:], [("code", "c0de")]) == "state")
    }

    @Test func `email_verified is a text, and counts only where the setting says so`() async throws {
        let claims: JSONObject = ["email": "ada@corp.example", "email_verified": "true"]
        #expect(try await signIn(claims).identity().emailIsVerified == false)
        #expect(try await signIn(claims, trusts: true).identity().emailIsVerified)
    }

    @Test func `the locale is an object`() async throws {
        let identity = try await signIn(["locale": ["language": "en", "country": "US"]]).identity()
        #expect(identity.preferredLanguage == "en-US")
    }
}
