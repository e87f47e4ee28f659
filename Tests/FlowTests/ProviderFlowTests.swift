import Directory
import Foundation
import Gateway
import HTTP
import Storage
import Testing

@Suite("Providers known by name") struct ProviderFlowTests {
    /// From the button to tokens, with the code in between where the provider's word is no evidence; then again.
    @Test(arguments: ProviderStandIn.all)
    func `a guest redeems and comes back`(_ provider: Provider) async throws {
        let gateway = try await TestGateway()
        let stand = try await ProviderStandIn(provider, at: gateway)
        let issued = try await gateway.invite("grace@corp.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.choose(stand.partner, for: run)
        try await stand.send(browser)
        #expect(browser.page.contains("name=\"accept\"") == ProviderStandIn.provesAddress(provider), "\(browser.page)")
        try await browser.proveAddress("grace@corp.test")
        await browser.submit("/accept", [("accept", "yes")])
        let code = try #require(run.answer(browser.destination)["code"], "\(browser.page)")
        let tokens = try await run.redeem(code)
        #expect(tokens.status == 200)
        let claims = try await run.claims(try #require(tokens.body["id_token"]?.string), type: "JWT")
        #expect(claims["email"]?.string == "grace@corp.test" && claims["acct"]?.integer == 1)

        let user = try #require(try await gateway.store.user(gateway.woodgrove.id, issued.invitation.user))
        let links = try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: user.id)
        #expect(links.map(\.kind) == [provider.kind] && links.map(\.partner) == [stand.partner.id])
        let graph = user.objectIdentities(linked: links, initialDomain: gateway.woodgrove.initialDomain)
        #expect(graph.first?.issuer == Self.graphIssuers[provider.kind])

        // Another browser, and no question is asked again.
        let other = Visitor(gateway)
        let again = ApplicationRun(gateway, gateway.web)
        await other.choose(stand.partner, for: again)
        try await stand.send(other)
        #expect(try again.answer(other.destination)["code"] != nil, "\(other.page)")
    }

    private static let graphIssuers: [Partner.Kind: String] = [
        .google: "google.com", .facebook: "facebook.com", .microsoftAccount: "MicrosoftAccount",
        .entra: "ExternalAzureAD", .apple: "apple.com", .gitHub: "github.com", .linkedIn: "linkedin.com",
    ]

    @Test func `Apple's name is kept from the first time`() async throws {
        let gateway = try await TestGateway()
        let stand = try await ProviderStandIn(.apple(teamID: "TEAM123456", keyID: "KEY1234567"), at: gateway)
        let issued = try await gateway.invite("grace@corp.test")
        let browser = Visitor(gateway)
        await browser.choose(stand.partner, for: ApplicationRun(gateway, gateway.web))
        try await stand.send(browser)
        await browser.submit("/accept", [("accept", "yes")])
        let user = try await gateway.store.user(gateway.woodgrove.id, issued.invitation.user)
        #expect(user?.givenName == "Grace" && user?.surname == "Hopper")
        #expect(user?.mail?.description == "grace@corp.test")
    }

    // MARK: Switched off, or gone

    enum End: String, CaseIterable {
        case disabled, deleted

        func happen(to stand: ProviderStandIn, at gateway: TestGateway) async throws {
            switch self {
            case .disabled: try await gateway.disable(stand.partner.name)
            case .deleted: try await gateway.delete(stand.partner)
            }
        }
    }

    private func invited(_ provider: Provider) async throws -> (TestGateway, ProviderStandIn, Visitor, ApplicationRun) {
        let gateway = try await TestGateway()
        let stand = try await ProviderStandIn(provider, at: gateway)
        try await gateway.invite("grace@corp.test")
        return (gateway, stand, Visitor(gateway), ApplicationRun(gateway, gateway.web))
    }

    @Test(arguments: ProviderStandIn.all, End.allCases)
    func `a provider that is gone refuses who comes back from it`(_ provider: Provider, _ end: End) async throws {
        let (gateway, stand, browser, run) = try await invited(provider)
        await browser.choose(stand.partner, for: run)
        try await end.happen(to: stand, at: gateway)
        try await stand.send(browser)
        #expect(browser.destination == nil && browser.response.status == 403, "\(browser.page)")
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
        // And at the button, on a page that was open before.
        let late = Visitor(gateway)
        await late.open(ApplicationRun(gateway, gateway.web).url())
        await late.submit("/address", [("email", "grace@corp.test")])
        #expect(late.destination == nil)
    }

    @Test(arguments: ProviderStandIn.all, End.allCases)
    func `a provider that is gone refuses whom it vouched for`(_ provider: Provider, _ end: End) async throws {
        let (gateway, stand, browser, run) = try await invited(provider)
        await browser.choose(stand.partner, for: run)
        try await stand.send(browser)
        let pending = browser.path
        #expect(browser.response.status == 200)
        try await end.happen(to: stand, at: gateway)
        await browser.open(pending)
        await browser.submit("/accept", [("accept", "yes")])
        await browser.submit("/send")
        #expect(browser.destination == nil)
        #expect(try await gateway.mails(to: "grace@corp.test").allSatisfy { !$0.subject.contains("code") })
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
    }

    @Test(arguments: ProviderStandIn.all, End.allCases)
    func `a provider that is gone ends codes, refreshes and tokens`(_ provider: Provider, _ end: End) async throws {
        let (gateway, stand, browser, run) = try await invited(provider)
        await browser.choose(stand.partner, for: run)
        try await stand.send(browser)
        try await browser.proveAddress("grace@corp.test")
        await browser.submit("/accept", [("accept", "yes")])
        let tokens = try await run.redeem(try #require(run.answer(browser.destination)["code"])).body
        let access = try #require(tokens["access_token"]?.string)
        let refresh = try #require(tokens["refresh_token"]?.string)
        let later = ApplicationRun(gateway, gateway.web)
        await browser.open(later.url())
        let code = try #require(later.answer(browser.destination)["code"])
        #expect(await gateway.userInfo(access) == 200)

        try await end.happen(to: stand, at: gateway)
        #expect(try await later.redeem(code).body["error"]?.string == "invalid_grant")
        let refreshed = await run.token([("grant_type", "refresh_token"), ("refresh_token", refresh)])
        #expect(refreshed.body["error"]?.string == "invalid_grant")
        #expect(await gateway.userInfo(access) == 401)
        await browser.open(run.url([("prompt", "none")]))
        #expect(try run.answer(browser.destination)["error"] == "login_required")
    }
}

@Suite("Where a guest is sent") struct RedemptionOrderFlowTests {
    @Test func `with codes off, the page says that a Microsoft account is needed, to known and unknown alike`()
        async throws
    {
        let gateway = try await TestGateway()
        let stand = try await ProviderStandIn(.microsoftAccount, at: gateway)
        var tenant = gateway.woodgrove
        tenant.emailCodeEnabled = false
        try await gateway.publish([SettingsObject(tenant)])
        try await gateway.invite("grace@corp.test")
        var pages: [String] = []
        for address in ["grace@corp.test", "nobody@corp.test"] {
            let browser = Visitor(gateway)
            await browser.open(ApplicationRun(gateway, gateway.web).url())
            await browser.submit("/address", [("email", address)])
            #expect(browser.page.contains("You need a Microsoft account"), "\(browser.page)")
            await browser.submit("/partner", [("partner", stand.partner.name)])
            let destination = try #require(browser.destination)
            #expect(destination.hasPrefix("https://login.microsoftonline.com/authorize?"))
            pages.append(String(destination.prefix { $0 != "?" }))
        }
        #expect(Set(pages).count == 1)
    }

    @Test func `gmail leads to Google, unless the order leaves it out`() async throws {
        let gateway = try await TestGateway()
        _ = try await ProviderStandIn(.google, at: gateway)
        let browser = Visitor(gateway)
        await browser.open(ApplicationRun(gateway, gateway.web).url([("login_hint", "ada@gmail.com")]))
        #expect(browser.destination?.hasPrefix("https://accounts.google.com/") == true)
        var tenant = gateway.woodgrove
        tenant.redemption = try #require(
            RedemptionOrder(primaries: [.tenants, .federation], fallback: .emailCode))
        try await gateway.publish([SettingsObject(tenant)])
        await browser.open(ApplicationRun(gateway, gateway.web).url([("login_hint", "ada@gmail.com")]))
        #expect(browser.destination == nil)
        await browser.open(ApplicationRun(gateway, gateway.web).url([("domain_hint", "google")]))
        #expect(browser.destination?.hasPrefix("https://accounts.google.com/") == true)
    }

    /// Somebody redeemed by a code; then a provider is set up for their domain.
    @Test func `who has redeemed keeps the way, until a reset, and only their own browser knows`() async throws {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite("grace@corp.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "grace@corp.test")]))
        try await browser.proveAddress("grace@corp.test")
        await browser.submit("/accept", [("accept", "yes")])
        #expect(try run.answer(browser.destination)["code"] != nil, "\(browser.page)")
        let stand = try await ProviderStandIn(.google, at: gateway, domains: ["corp.test"])

        let page = run.url([("login_hint", "grace@corp.test"), ("prompt", "login")])
        await browser.open(page)
        #expect(browser.destination == nil && browser.page.contains("/send"), "\(browser.page)")
        // Of everybody else, and of anybody else here, the domain decides.
        await browser.open(run.url([("login_hint", "other@corp.test"), ("prompt", "select_account")]))
        #expect(browser.destination?.hasPrefix("https://accounts.google.com/") == true)
        let stranger = Visitor(gateway)
        await stranger.open(run.url([("login_hint", "grace@corp.test")]))
        #expect(stranger.destination?.hasPrefix("https://accounts.google.com/") == true)
        // Who proves the address there is told, and led to their own way when they type it again.
        try await stand.send(stranger)
        #expect(stranger.page.contains("You signed in before in another way"), "\(stranger.page)")
        await stranger.open(run.url([("login_hint", "grace@corp.test")]))
        #expect(stranger.destination == nil && stranger.page.contains("/send"), "\(stranger.page)")
        // A cookie that was altered is none.
        let name = try #require(browser.cookies.keys.first { $0.hasPrefix("__Host-a.") })
        let good = browser.cookies[name]
        browser.cookies[name] = good.map { $0.dropLast(4) + "AAAA" }
        await browser.open(run.url([("login_hint", "grace@corp.test"), ("prompt", "select_account")]))
        #expect(browser.destination?.hasPrefix("https://accounts.google.com/") == true)
        browser.cookies[name] = good

        var user = try #require(try await gateway.store.user(gateway.woodgrove.id, issued.invitation.user))
        user.externalUserState = .pendingAcceptance
        try await gateway.store.commit([.updateUser(user, in: gateway.woodgrove.id)])
        await browser.open(run.url([("login_hint", "grace@corp.test"), ("prompt", "select_account")]))
        #expect(browser.destination?.hasPrefix("https://accounts.google.com/") == true, "\(browser.page)")
    }
}
