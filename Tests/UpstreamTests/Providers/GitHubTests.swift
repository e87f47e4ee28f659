import Cryptography
import Directory
import JSON
import Outbound
import Testing

@testable import Upstream

@Suite("GitHub") struct GitHubTests {
    private func signIn(
        user: JSONValue = ["id": 583_231, "login": "octocat", "name": "Mona", "email": "public@else.example"],
        emails: FetchResult? = nil, token: JSONValue? = nil, origin: String? = nil, hint: SignInHint = SignInHint()
    ) async throws -> TestSignIn {
        let fake = try FakeProvider()
        let site = origin ?? "https://github.com"
        let api = origin.map { "\($0)/api/v3" } ?? "https://api.github.com"
        let addresses =
            emails
            ?? Stand.json([
                ["email": "old@corp.example", "primary": false, "verified": true],
                ["email": "mona@corp.example", "primary": true, "verified": true, "visibility": "private"],
            ])
        fake.change { state in
            state.pages["\(site)/login/oauth/access_token"] = { _ in
                Stand.json(token ?? ["access_token": "gho_x", "token_type": "bearer", "scope": "read:user,user:email"])
            }
            state.pages["\(api)/user"] = { _ in Stand.json(user) }
            state.pages["\(api)/user/emails"] = { _ in addresses }
        }
        return try await TestSignIn(
            fake, connection: .provider(ProviderConnection(.gitHub, clientID: "app", secretName: "s", origin: origin)),
            hint: hint, secret: Secret(utf8: Stand.appSecret), name: "github")
    }

    @Test func `is asked for the account, and for JSON`() async throws {
        let signIn = try await signIn(hint: SignInHint(loginHint: "mona@corp.example"))
        #expect(signIn.location.hasPrefix("https://github.com/login/oauth/authorize?"))
        #expect(signIn.query["scope"] == "read:user user:email")
        #expect(signIn.query["login"] == "mona@corp.example")
        #expect(signIn.query["code_challenge_method"] == "S256")
        #expect(signIn.query["nonce"] == nil)
        let identity = try await signIn.identity()
        #expect(identity.kind == .gitHub)
        #expect(identity.key == IdentityKey(issuer: "https://github.com", subject: "583231"))
        #expect(identity.email?.description == "mona@corp.example" && identity.emailIsVerified)
        #expect(identity.displayName == "Mona")
        #expect(identity.authentication.multiFactor == nil)
        let requests = signIn.provider.state.withLock { $0.requests }
        #expect(requests.allSatisfy { $0.fields.contains { $0.name == "Accept" && $0.value == "application/json" } })
        #expect(try signIn.tokenForm()["client_secret"] == Stand.appSecret)
    }

    /// Login names are given to others again.
    @Test func `the number is the person, not the name`() async throws {
        let before = try await signIn(user: ["id": 1, "login": "octocat"]).identity()
        let after = try await signIn(user: ["id": 2, "login": "octocat"]).identity()
        #expect(before.key != after.key && before.displayName == "octocat")
    }

    @Test(arguments: [["login": "octocat"], ["id": "583231"], ["id": 0], ["id": -1], ["id": 1.5], []] as [JSONValue])
    func `without a number there is nobody`(_ user: JSONValue) async throws {
        #expect(try await signIn(user: user).rule() == "account")
    }

    @Test func `an error comes with status 200`() async throws {
        let error: JSONValue = ["error": "bad_verification_code", "error_description": "The code is expired."]
        #expect(try await signIn(token: error).rule() == "token_endpoint.refused")
        #expect(try await signIn(token: ["token_type": "bearer"]).rule() == "token_endpoint")
    }

    /// GitHub unverified email: an address that nobody confirmed is no evidence, and neither is the public one.
    @Test(
        arguments: [
            [["email": "victim@woodgrove.example", "primary": true, "verified": false]],
            [["email": "victim@woodgrove.example", "primary": true]],
            [["email": "victim@woodgrove.example", "primary": true, "verified": "true"]],
            [["email": "victim@woodgrove.example", "primary": false, "verified": true]], [],
        ] as [JSONValue])
    func `an unverified or second address is no evidence`(_ emails: JSONValue) async throws {
        #expect(try await signIn(emails: Stand.json(emails)).identity().emailIsVerified == false)
    }

    @Test(arguments: [403, 404]) func `who hides the addresses has none`(_ status: Int) async throws {
        let identity = try await signIn(emails: Stand.json(["message": "no"], status: status)).identity()
        #expect(identity.email == nil && identity.key.subject == "583231")
    }

    @Test(arguments: [
        Stand.json(["message": "oops"], status: 500), Stand.json(["email": "a@b.example"]),
        Stand.json([
            ["email": "a@b.example", "primary": true, "verified": true],
            ["email": "c@d.example", "primary": true, "verified": true],
        ]),
    ])
    func `a list that is none is refused`(_ answer: FetchResult) async throws {
        #expect(try await signIn(emails: answer).rule() == "account")
    }

    @Test func `GitHub Enterprise is at an origin of its own`() async throws {
        let identity = try await signIn(origin: "https://git.corp.example").identity()
        #expect(identity.key.issuer == "https://git.corp.example")
    }

    @Test func `nothing is fetched without our own state`() async throws {
        let signIn = try await signIn()
        for answer in [
            [("code", "c")], [("code", "c"), ("state", "x")],
            signIn.plain.map { ($0.name, $0.value) } + [("state", "x")],
        ] {
            #expect(["state", "response"].contains(await signIn.rule([:], answer.map { (name: $0.0, value: $0.1) })))
        }
        #expect(await signIn.rule([:], signIn.plain + [("iss", "https://evil.example")]) == "iss")
        #expect(signIn.provider.state.withLock { $0.requests }.isEmpty)
    }
}
