import Testing

@testable import Directory

/// The order of guests-and-invitations §4.2 and §4.3, row by row.
@Suite("The order of homes") struct RedemptionOrderTests {
    private static func partner(
        _ number: UInt8, _ name: String, _ provider: Provider, domains: [String] = [], enabled: Bool = true
    ) -> Partner {
        Partner(
            id: Sample.id(number), name: name, displayName: name,
            connection: .provider(ProviderConnection(provider, clientID: "c", secretName: "s")),
            domains: domains.map(Sample.domain), isEnabled: enabled)
    }

    private let google = partner(40, "google", .google)
    private let microsoft = partner(41, "microsoft", .microsoftAccount)
    private let entra = partner(42, "entra", .entra(.global, tenants: []), domains: ["contoso.example"])
    private let facebook = partner(43, "facebook", .facebook(.classic))
    private let federation = Sample.oidcPartner(44, "federation", domains: ["contoso.example", "gmail.com"])

    private func decide(
        _ address: String?, _ partners: [Partner], order: RedemptionOrder = .standard, codes: Bool = true,
        hint: String? = nil, linked: LinkedIdentity? = nil
    ) -> HomeRealmDecision {
        var tenant = Sample.woodgrove
        tenant.redemption = order
        tenant.emailCodeEnabled = codes
        return homeRealm(
            for: HomeRealmQuestion(
                address: address.map(Sample.address), hints: HomeRealmHints(domainHint: hint), partners: partners,
                hostedTenants: [Sample.fabrikam], tenant: tenant, linked: linked))
    }

    private func order(_ primaries: [RedemptionOrder.Primary], _ fallback: RedemptionOrder.Fallback = .standard)
        -> RedemptionOrder
    { Sample.sure(RedemptionOrder(primaries: primaries, fallback: fallback)) }

    @Test func `Entra's order is the default`() {
        #expect(RedemptionOrder.standard.primaries == [.tenants, .federation, .social])
        #expect(RedemptionOrder.standard.fallback == .standard)
        #expect(
            RedemptionOrder.Primary.allCases.map(\.rawValue) == [
                "azureActiveDirectory", "externalFederation", "socialIdentityProviders",
            ])
        #expect(RedemptionOrder(primaries: [.social, .social], fallback: .standard) == nil)
    }

    @Test func `tenants come before federations, federations before providers, unless turned around`() {
        let all = [google, federation, entra]
        #expect(decide("a@contoso.example", all).home == .partner(entra))
        #expect(decide("a@gmail.com", all).home == .partner(federation))
        #expect(decide("a@contoso.example", all, order: order([.federation, .tenants])).home == .partner(federation))
        #expect(decide("a@gmail.com", all, order: order([.social, .federation])).home == .partner(google))
    }

    /// Behaviour 19: federating a domain that a tenant has does nothing until the order changes.
    @Test func `a federation of a hosted tenant's domain waits for the order`() {
        let own = Sample.oidcPartner(45, "own", domains: ["fabrikam.example"])
        #expect(decide("a@fabrikam.example", [own]).home == .hostedTenant(Sample.fabrikam.tenant))
        let turned = order([.federation, .tenants])
        #expect(decide("a@fabrikam.example", [own], order: turned).home == .partner(own))
        #expect(decide("a@fabrikam.example", [], order: turned).home == .hostedTenant(Sample.fabrikam.tenant))
    }

    @Test func `what is left out of the order is not looked at, and the reasons say so`() {
        let decision = decide("a@gmail.com", [google], order: order([.tenants]))
        #expect(decision.home == .emailCode(nil))
        let reason = decision.reasons.first { $0.rule == "home.order" }
        #expect(reason?.met == false && reason?.detail.contains("google") == true)
        #expect(reason?.setting == "tenant/redemption")
        #expect(decide("a@fabrikam.example", [], order: order([])).home == .emailCode(nil))
    }

    @Test(arguments: ["gmail.com", "googlemail.com"]) func `Google's own domains lead to Google`(_ domain: String) {
        #expect(decide("a@\(domain)", [google]).home == .partner(google))
        #expect(decide("a@\(domain)", []).home == .emailCode(nil))
        #expect(decide("a@sub.\(domain)", [google]).home == .emailCode(nil))
    }

    @Test func `a provider that is switched off leaves no code in its place`() {
        var off = google
        off.isEnabled = false
        #expect(decide("a@gmail.com", [off]).home == .refuse(.partnerUnavailable("google")))
        off = microsoft
        off.isEnabled = false
        #expect(decide("a@outlook.com", [off]).home == .refuse(.partnerUnavailable("microsoft")))
        #expect(decide("a@else.example", [off], codes: false).home == .refuse(.noHome(Sample.domain("else.example"))))
    }

    @Test func `Facebook and others lead nowhere by an address that nobody listed for them`() {
        for address in ["a@facebook.com", "a@icloud.com", "a@github.com"] {
            #expect(decide(address, [facebook]).home == .emailCode(nil))
        }
        let listed = Self.partner(46, "apple", .apple(teamID: "T", keyID: "K"), domains: ["icloud.com"])
        #expect(decide("a@icloud.com", [listed]).home == .partner(listed))
    }

    // MARK: The fallback

    @Test func `the usual fallback: Microsoft's own domains, then a code, then a Microsoft account`() {
        #expect(decide("a@outlook.com", [microsoft]).home == .partner(microsoft))
        #expect(decide("a@else.example", [microsoft]).home == .emailCode(nil))
        #expect(decide("a@else.example", [microsoft], codes: false).home == .offerMicrosoftAccount(microsoft))
        #expect(decide("a@outlook.com", [microsoft], codes: false).home == .partner(microsoft))
        #expect(decide("a@else.example", [], codes: false).home == .refuse(.noHome(Sample.domain("else.example"))))
    }

    @Test func `always a code`() {
        let always = order(RedemptionOrder.Primary.allCases, .emailCode)
        #expect(decide("a@outlook.com", [microsoft], order: always).home == .emailCode(nil))
        #expect(
            decide("a@outlook.com", [microsoft], order: always, codes: false).home
                == .refuse(.noHome(Sample.domain("outlook.com"))))
    }

    @Test func `always a Microsoft account`() {
        let always = order(RedemptionOrder.Primary.allCases, .microsoftAccount)
        #expect(decide("a@else.example", [microsoft], order: always).home == .offerMicrosoftAccount(microsoft))
        #expect(decide("a@outlook.com", [microsoft], order: always).home == .partner(microsoft))
        #expect(decide("a@else.example", [], order: always).home == .refuse(.noHome(Sample.domain("else.example"))))
        var off = microsoft
        off.isEnabled = false
        #expect(decide("a@else.example", [off], order: always).home == .refuse(.partnerUnavailable("microsoft")))
    }

    @Test func `the fallback is among the reasons`() {
        for fallback in RedemptionOrder.Fallback.allCases {
            let decision = decide("a@else.example", [microsoft], order: order([], fallback))
            #expect(
                decision.reasons.contains { $0.rule == "home.fallback" && $0.detail.contains(fallback.rawValue) })
            #expect(decision.reasons.allSatisfy { $0.detail.hasSuffix(".") })
        }
    }

    // MARK: Hints, and who has redeemed

    @Test(arguments: [
        ("google", "google"), ("consumers", "microsoft"), ("organizations", "entra"), ("facebook", "facebook"),
    ])
    func `a hint may name a provider`(_ hint: String, _ name: String) {
        let all = [google, microsoft, entra, facebook]
        #expect(decide(nil, all, hint: hint).home == .partner(Sample.sure(all.first { $0.name == name })))
        guard case .ask = decide(nil, [], hint: hint).home else {
            Issue.record("a hint without a home is ignored")
            return
        }
    }

    @Test func `who has redeemed with a provider keeps it, whatever the order says`() {
        let link = LinkedIdentity(
            key: IdentityKey(issuer: "https://www.facebook.com", subject: "1"), user: Sample.id(20),
            partner: facebook.id, kind: .facebook, linkedAt: Sample.now)
        let none = order([], .microsoftAccount)
        #expect(decide("a@gmail.com", [google, facebook], order: none, linked: link).home == .partner(facebook))
        #expect(
            decide("a@gmail.com", [google], linked: link).home
                == .refuse(.partnerUnavailable(facebook.id.description)))
    }

    // MARK: Whose word counts

    @Test func `a domain that a provider owns is another's to no one else`() {
        func contested(_ domain: String, by voucher: Partner, _ partners: [Partner]) -> Bool {
            isDomainOfAnotherHome(
                Sample.domain(domain), vouching: voucher.id, homeTenant: nil, partners: partners,
                hostedTenants: [Sample.fabrikam], tenant: Sample.woodgrove)
        }
        #expect(contested("gmail.com", by: facebook, [google, facebook]))
        #expect(!contested("gmail.com", by: google, [google, facebook]))
        #expect(!contested("gmail.com", by: facebook, [facebook]))
        #expect(contested("outlook.com", by: google, [google, microsoft]))
    }

    @Test func `a setting ties a domain to an organisation only where it can be no other`() {
        let one = Self.partner(47, "one", .entra(.global, tenants: [Sample.id(90)]), domains: ["contoso.example"])
        let two = Self.partner(
            48, "two", .entra(.global, tenants: [Sample.id(90), Sample.id(91)]), domains: ["contoso.example"])
        #expect(one.vouchedDomains == [Sample.domain("contoso.example")])
        #expect(two.vouchedDomains.isEmpty && entra.vouchedDomains.isEmpty && google.vouchedDomains.isEmpty)
        #expect(federation.vouchedDomains.isEmpty)
    }

    @Test func `names that are given for one connection only count for that connection`() {
        func same(_ kind: Partner.Kind, _ linked: UInt8, _ vouching: UInt8) -> Bool {
            let link = LinkedIdentity(
                key: IdentityKey(issuer: "i", subject: "s"), user: Sample.id(20), partner: Sample.id(linked),
                kind: kind, linkedAt: Sample.now)
            var identity = Sample.identity(kind)
            identity.partner = Sample.id(vouching)
            return link.isOfSameHome(as: identity)
        }
        for kind in [Partner.Kind.facebook, .apple, .saml, .wsFederation] {
            #expect(same(kind, 1, 1) && !same(kind, 1, 2), "\(kind)")
        }
        for kind in [Partner.Kind.google, .entra, .microsoftAccount, .gitHub, .linkedIn, .oidc] {
            #expect(same(kind, 1, 2), "\(kind)")
        }
    }
}
