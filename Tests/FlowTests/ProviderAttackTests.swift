import Cryptography
import Directory
import Gateway
import JSON
import Storage
import Testing

/// Takeovers of accounts through providers, by their names (protocols-and-threats §5). What a provider says of an address
/// routes, shows and may redeem a pending invitation; it never is an account.
@Suite("Takeover through a provider") struct ProviderAttackTests {
    /// Signs the attacker in at the provider, and answers where that leads.
    private func attack(_ gateway: TestGateway, _ stand: ProviderStandIn) async throws -> Visitor {
        let browser = Visitor(gateway)
        await browser.choose(stand.partner, for: ApplicationRun(gateway, gateway.web))
        try await stand.send(browser)
        return browser
    }

    private func expectNothing(_ browser: Visitor) {
        #expect(browser.destination == nil, "\(browser.page)")
        #expect(!browser.page.contains("name=\"accept\""), "\(browser.page)")
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
    }

    /// A guest who redeemed by a code to `grace@corp.test`.
    private func redeemed() async throws -> (TestGateway, User.ID) {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite("grace@corp.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "grace@corp.test")]))
        try await browser.proveAddress("grace@corp.test")
        await browser.submit("/accept", [("accept", "yes")])
        #expect(try run.answer(browser.destination)["code"] != nil, "\(browser.page)")
        return (gateway, issued.invitation.user)
    }

    /// The attacker's own provider account bears the guest's address, proven or not: the guest stays the guest's.
    @Test(arguments: ProviderStandIn.all)
    func `nOAuth: an address at a provider is not the guest who has it`(_ provider: Provider) async throws {
        let (gateway, guest) = try await redeemed()
        let stand = try await ProviderStandIn(provider, at: gateway)
        stand.change { $0.subject = "666" }
        expectNothing(try await attack(gateway, stand))
        let links = try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: guest)
        #expect(links.map(\.kind) == [.emailCode])
    }

    @Test func `nOAuth: an Entra administrator writes the invited address into email`() async throws {
        let gateway = try await TestGateway()
        try await gateway.invite("grace@corp.test")
        let stand = try await ProviderStandIn(.entra(.global, tenants: []), at: gateway)
        stand.change { $0.claims = ["xms_edov": .null, "email_verified": true] }
        let browser = try await attack(gateway, stand)
        expectNothing(browser)
        // The code goes to the invited person, whatever was asserted.
        await browser.submit("/send")
        await browser.submit("/code", [("code", "12345678")])
        expectNothing(browser)
    }

    @Test func `link by unverified email: GitHub's primary address that nobody confirmed`() async throws {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite("grace@corp.test")
        let stand = try await ProviderStandIn(.gitHub, at: gateway)
        stand.change { $0.claims = ["verified": false] }
        expectNothing(try await attack(gateway, stand))
        #expect(try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: issued.invitation.user).isEmpty)
    }

    /// Before the victim is invited, the attacker makes an account of the victim's address at a provider and visits.
    @Test(arguments: ProviderStandIn.all)
    func `pre-hijacking: who came before the invitation has nothing of it`(_ provider: Provider) async throws {
        let gateway = try await TestGateway()
        let stand = try await ProviderStandIn(provider, at: gateway)
        stand.change { $0.claims = ["verified": false, "xms_edov": false, "email_verified": false] }
        let early = try await attack(gateway, stand)
        expectNothing(early)
        let issued = try await gateway.invite("grace@corp.test")
        await early.open(early.path)
        expectNothing(early)
        expectNothing(try await attack(gateway, stand))
        #expect(try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: issued.invitation.user).isEmpty)
    }

    @Test(
        arguments: [
            ["tid": "aaaaaaaa-1111-4111-8111-111111111111"],
            [
                "iss": "https://login.microsoftonline.com/aaaaaaaa-1111-4111-8111-111111111111/v2.0"
            ],
        ] as [[String: JSONValue]])
    func `issuer template confusion: a tid that is not the issuer's`(_ claims: [String: JSONValue]) async throws {
        let gateway = try await TestGateway()
        try await gateway.invite("grace@corp.test")
        let stand = try await ProviderStandIn(.entra(.global, tenants: []), at: gateway)
        stand.change { $0.claims = claims }
        let browser = try await attack(gateway, stand)
        expectNothing(browser)
        #expect(browser.response.status == 403)
    }

    /// Tenants elsewhere choose no ids, but nothing may rest on that.
    @Test func `issuer template confusion: a tid that is an organisation's of this installation`() async throws {
        let gateway = try await TestGateway()
        try await gateway.invite("frida@fabrikam.test")
        let stand = try await ProviderStandIn(.entra(.global, tenants: []), at: gateway)
        let id = gateway.fabrikam.id.description
        stand.change {
            $0.email = "frida@fabrikam.test"
            $0.claims = ["tid": .string(id), "iss": .string("https://login.microsoftonline.com/\(id)/v2.0")]
        }
        expectNothing(try await attack(gateway, stand))
    }

    /// Domains of the organisation itself, of another here, and of another partner: even a proven address is no evidence.
    @Test(
        arguments: [Provider.google, .gitHub, .entra(.global, tenants: [])],
        ["admin@woodgrove.test", "frida@fabrikam.test", "nora@northwind.test"])
    func `an adversarial partner asserts somebody else's domain`(_ provider: Provider, _ address: String) async throws {
        let gateway = try await TestGateway()
        if !address.hasSuffix("@woodgrove.test") { try await gateway.invite(address) }
        let stand = try await ProviderStandIn(provider, at: gateway)
        stand.change { $0.email = address }
        expectNothing(try await attack(gateway, stand))
    }

    /// The number of somebody's account at one provider is somebody else's at another, and in another Facebook app.
    @Test(arguments: [Provider.gitHub, .linkedIn, .facebook(.classic), .apple(teamID: "TEAM2", keyID: "KEY2")])
    func `an adversarial partner asserts somebody else's subject`(_ other: Provider) async throws {
        let gateway = try await TestGateway()
        let first: Provider = other.kind == .apple ? other : .facebook(.classic)
        let stand = try await ProviderStandIn(first, at: gateway, name: "first")
        let issued = try await gateway.invite("grace@corp.test")
        let browser = try await attack(gateway, stand)
        try await browser.proveAddress("grace@corp.test")
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.destination != nil, "\(browser.page)")

        let attacker = try await ProviderStandIn(other, at: gateway, name: "second")
        attacker.change { $0.email = nil }
        expectNothing(try await attack(gateway, attacker))
        let links = try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: issued.invitation.user)
        #expect(links.map(\.partner) == [stand.partner.id])
    }

    @Test func `Apple without email: the invitation's address is proven by our own code`() async throws {
        let gateway = try await TestGateway()
        try await gateway.invite("grace@corp.test")
        let stand = try await ProviderStandIn(.apple(teamID: "TEAM123456", keyID: "KEY1234567"), at: gateway)
        stand.change {
            $0.email = nil
            $0.claims = ["email_verified": "true"]
        }
        // The unsigned form names an address all the same, the first time.
        expectNothing(try await attack(gateway, stand))
        expectNothing(try await attack(gateway, stand))
    }

    @Test func `an answer of one provider at another's callback`() async throws {
        let gateway = try await TestGateway()
        let google = try await ProviderStandIn(.google, at: gateway, name: "google")
        let gitHub = try await ProviderStandIn(.gitHub, at: gateway, name: "github")
        try await gateway.invite("grace@corp.test")
        let browser = Visitor(gateway)
        await browser.choose(google.partner, for: ApplicationRun(gateway, gateway.web))
        let state = try #require(browser.destination?.split(separator: "state=").last?.prefix { $0 != "&" })
        let root = "/\(gateway.woodgrove.id)/federation/\(gitHub.partner.name)/callback"
        await browser.open("\(root)?code=x&state=\(state)")
        expectNothing(browser)
        // And by the way that only Apple's answers come.
        await browser.post(
            "/\(gateway.woodgrove.id)/federation/google/callback", [("code", "x"), ("state", String(state))])
        expectNothing(browser)
    }
}
