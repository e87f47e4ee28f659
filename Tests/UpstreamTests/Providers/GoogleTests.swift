import Directory
import JSON
import Testing

@testable import Upstream

@Suite("Google") struct GoogleTests {
    private static let issuer = "https://accounts.google.com"

    private func signIn(_ claims: JSONObject = [:], trusts: Bool = true, hint: SignInHint = SignInHint()) async throws
        -> TestSignIn
    {
        try await Stand.signIn(.google, issuer: Self.issuer, trustsVerifiedEmail: trusts, hint: hint, claims: claims)
    }

    @Test func `is asked with a proof key and a nonce, and gets the secret in the form`() async throws {
        let signIn = try await signIn(hint: SignInHint(loginHint: "ada@gmail.com", domainHint: "x.example"))
        #expect(signIn.query["scope"] == "openid profile email")
        #expect(signIn.query["nonce"] == signIn.transaction.nonce)
        #expect(signIn.query["code_challenge_method"] == "S256")
        #expect(signIn.query["login_hint"] == "ada@gmail.com")
        #expect(signIn.query["domain_hint"] == nil)
        let identity = try await signIn.identity()
        #expect(identity.kind == .google)
        #expect(identity.key == IdentityKey(issuer: Self.issuer, subject: "sub-1"))
        let form = try signIn.tokenForm()
        #expect(form["client_secret"] == Stand.appSecret && form["code_verifier"] != nil)
    }

    /// Both spellings are Google's, and one person stays one person.
    @Test(arguments: ["https://accounts.google.com", "accounts.google.com"])
    func `names itself with and without https`(_ issuer: String) async throws {
        let identity = try await signIn(["iss": .string(issuer)]).identity()
        #expect(identity.key.issuer == Self.issuer)
    }

    @Test(arguments: ["http://accounts.google.com", "accounts.google.com/", "https://accounts.google.com.evil.example"])
    func `another issuer is another's`(_ issuer: String) async throws {
        #expect(try await signIn().rule(["iss": .string(issuer)]) == "id_token.issuer_mismatch")
    }

    @Test(
        arguments: [
            (["email": "ada@gmail.com", "email_verified": true], true),
            (["email": "ada@googlemail.com", "email_verified": true], true),
            (["email": "ada@corp.example", "email_verified": true, "hd": "corp.example"], true),
            // Google saw this address once, when the account was made.
            (["email": "ada@corp.example", "email_verified": true], false),
            (["email": "ada@corp.example", "email_verified": true, "hd": ""], false),
            (["email": "ada@corp.example", "email_verified": false, "hd": "corp.example"], false),
            (["email": "ada@gmail.com", "email_verified": "true"], false), (["email": "ada@gmail.com"], false),
            (["email": "ada@gmail.com.evil.example", "email_verified": true], false),
        ] as [(JSONObject, Bool)])
    func `whose word on an address holds`(_ claims: JSONObject, _ isVerified: Bool) async throws {
        #expect(try await signIn(claims).identity().emailIsVerified == isVerified)
    }

    @Test func `its word on addresses can be switched off`() async throws {
        let identity = try await signIn(["email": "ada@gmail.com", "email_verified": true], trusts: false).identity()
        #expect(identity.email?.description == "ada@gmail.com" && !identity.emailIsVerified)
    }

    @Test func `never says when, so a fresh sign-in can't be asked of it`() async throws {
        for hint in [SignInHint(forcesLogin: true), SignInHint(maxAge: 600)] {
            await #expect(throws: UpstreamError.cannotProveAuthenticationTime) { try await signIn(hint: hint) }
        }
    }
}
