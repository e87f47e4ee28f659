import Testing

@testable import Directory

@Suite("Home-realm discovery") struct HomeRealmTests {
    let contoso = Sample.oidcPartner(10, "contoso", domains: ["contoso.example"])
    let second = Sample.oidcPartner(11, "second", domains: ["contoso.example", "other.example"])
    let google = Sample.oidcPartner(12, "google")
    let hidden = Sample.oidcPartner(13, "hidden", offered: false)
    let off = Sample.oidcPartner(14, "off", domains: ["off.example"], enabled: false)

    func decide(
        _ address: String?, hints: HomeRealmHints = HomeRealmHints(), partners: [Partner]? = nil,
        tenant: Tenant = Sample.woodgrove, linked: LinkedIdentity? = nil
    ) -> HomeRealmDecision {
        homeRealm(
            for: HomeRealmQuestion(
                address: address.map(Sample.address), hints: hints,
                partners: partners ?? [contoso, second, google, hidden, off], hostedTenants: [Sample.fabrikam],
                tenant: tenant, linked: linked))
    }

    func link(_ kind: Partner.Kind, _ partner: Partner.ID?) -> LinkedIdentity {
        LinkedIdentity(
            key: IdentityKey(issuer: "https://x.example", subject: "s"), user: Sample.id(20), partner: partner,
            kind: kind, linkedAt: Sample.now)
    }

    var withoutCodes: Tenant {
        var tenant = Sample.woodgrove
        tenant.emailCodeEnabled = false
        return tenant
    }

    @Test func `an address in a domain of the tenant is a member's`() {
        #expect(decide("grace@woodgrove.example").home == .localPassword)
        #expect(decide("grace@woodgrove.shop").home == .localPassword)
        #expect(decide("grace@sub.woodgrove.example").home == .emailCode(nil))
    }

    @Test func `a member's domain wins over a link and over partners`() {
        let partner = Sample.oidcPartner(15, "claims", domains: ["woodgrove.example"])
        #expect(
            decide("x@woodgrove.example", partners: [partner], linked: link(.oidc, partner.id)).home == .localPassword)
    }

    @Test func `the domain of a hosted tenant leads there`() {
        #expect(decide("eve@fabrikam.example").home == .hostedTenant(Sample.fabrikam.tenant))
    }

    @Test func `a partner setting for a hosted tenant is used, and can switch it off`() {
        var setting = Partner(
            id: Sample.id(16), name: "fabrikam", displayName: "Fabrikam",
            connection: .tenant(home: Sample.fabrikam.tenant, base: nil))
        #expect(decide("eve@fabrikam.example", partners: [setting]).home == .partner(setting))
        setting.isEnabled = false
        #expect(
            decide("eve@fabrikam.example", partners: [setting]).home == .refuse(.partnerUnavailable("fabrikam")))
    }

    @Test func `a hosted tenant comes before a partner that lists its domain`() {
        let federation = Sample.oidcPartner(17, "federation", domains: ["fabrikam.example"])
        #expect(decide("eve@fabrikam.example", partners: [federation]).home == .hostedTenant(Sample.fabrikam.tenant))
    }

    @Test func `a partner that lists the domain, the first of several`() {
        let decision = decide("ada@contoso.example")
        #expect(decision.home == .partner(contoso))
        #expect(decision.reasons.contains { $0.rule == "home.partnerDomain" && $0.detail.contains("second") })
        #expect(decide("ada@sub.contoso.example").home == .emailCode(nil))
    }

    @Test func `a disabled partner is passed over for an enabled one that lists the same domain`() {
        var first = contoso
        first.isEnabled = false
        #expect(decide("ada@contoso.example", partners: [first, second]).home == .partner(second))
    }

    @Test func `a disabled partner's domain is refused, not let in by a code`() {
        #expect(decide("ada@off.example").home == .refuse(.partnerUnavailable("off")))
    }

    @Test func `anyone else gets a code`() {
        #expect(decide("ada@elsewhere.example").home == .emailCode(nil))
    }

    @Test func `a code's own setting goes with it and can switch it off`() {
        var codes = Partner(id: Sample.id(18), name: "codes", displayName: "Codes", connection: .emailCode)
        codes.proofLifetime = 3600
        #expect(decide("ada@elsewhere.example", partners: [codes]).home == .emailCode(codes))
        codes.isEnabled = false
        #expect(
            decide("ada@elsewhere.example", partners: [codes]).home
                == .refuse(.noHome(Sample.domain("elsewhere.example"))))
    }

    @Test func `with codes off an unknown domain is refused with its name`() {
        #expect(
            decide("ada@elsewhere.example", tenant: withoutCodes).home
                == .refuse(.noHome(Sample.domain("elsewhere.example"))))
    }

    @Test func `a redeemed guest keeps the method`() {
        #expect(decide("ada@contoso.example", linked: link(.oidc, google.id)).home == .partner(google))
        #expect(decide("ada@contoso.example", linked: link(.emailCode, nil)).home == .emailCode(nil))
        #expect(
            decide("ada@elsewhere.example", linked: link(.tenant, Sample.id(2))).home
                == .hostedTenant(Sample.fabrikam.tenant))
    }

    @Test func `a guest whose method is gone is locked out, without a fallback`() {
        #expect(
            decide("ada@contoso.example", linked: link(.oidc, Sample.id(99))).home
                == .refuse(.partnerUnavailable((Sample.id(99) as Partner.ID).description)))
        #expect(
            decide("ada@contoso.example", linked: link(.oidc, off.id)).home == .refuse(.partnerUnavailable("off")))
        #expect(
            decide("ada@contoso.example", tenant: withoutCodes, linked: link(.emailCode, nil)).home
                == .refuse(.emailCodeOff))
    }

    @Test func `whether an address was invited does not show`() {
        // A guest who redeemed where the domain leads anyway is answered like an unknown address.
        #expect(
            decide("ada@contoso.example", linked: link(.oidc, contoso.id)).home == decide("nobody@contoso.example").home
        )
        #expect(decide("ada@else.example", linked: link(.emailCode, nil)).home == decide("nobody@else.example").home)
    }

    @Test func `the chosen partner wins`() {
        #expect(
            decide("ada@contoso.example", hints: HomeRealmHints(chosenPartner: google.id)).home == .partner(google))
        #expect(decide(nil, hints: HomeRealmHints(chosenPartner: hidden.id)).home == .partner(hidden))
        #expect(
            decide(nil, hints: HomeRealmHints(chosenPartner: off.id)).home == .refuse(.partnerUnavailable("off")))
        #expect(
            decide(nil, hints: HomeRealmHints(chosenPartner: Sample.id(99))).home
                == .refuse(.partnerUnavailable((Sample.id(99) as Partner.ID).description)))
    }

    @Test func `without an address the page asks, with what is offered and the login hint`() {
        #expect(
            decide(nil, hints: HomeRealmHints(loginHint: "ada@contoso.example")).home
                == .ask(offered: [contoso, second, google], prefill: "ada@contoso.example"))
    }

    @Test func `a domain hint spares the page where it names a home`() {
        #expect(decide(nil, hints: HomeRealmHints(domainHint: "Contoso.example")).home == .partner(contoso))
        #expect(decide(nil, hints: HomeRealmHints(domainHint: "woodgrove.example")).home == .localPassword)
        #expect(
            decide(nil, hints: HomeRealmHints(domainHint: "fabrikam.example")).home
                == .hostedTenant(Sample.fabrikam.tenant))
    }

    @Test(arguments: ["elsewhere.example", "off.example", "organizations", "consumers", "", "\u{0430}.com"])
    func `a domain hint without a home is ignored`(hint: String) {
        guard case .ask = decide(nil, hints: HomeRealmHints(domainHint: hint)).home else {
            Issue.record("not asked")
            return
        }
    }

    @Test func `a typed address wins over the hint`() {
        #expect(
            decide("x@elsewhere.example", hints: HomeRealmHints(domainHint: "contoso.example")).home == .emailCode(nil))
    }

    @Test func `every decision says why`() {
        for address in [
            nil, "a@woodgrove.example", "a@fabrikam.example", "a@contoso.example", "a@off.example", "a@x.example",
        ] {
            let decision = decide(address)
            #expect(!decision.reasons.isEmpty)
            #expect(decision.reasons.allSatisfy { $0.rule.hasPrefix("home.") && $0.detail.hasSuffix(".") })
            if case .refuse = decision.home { #expect(decision.reasons.last?.met == false) }
        }
    }

    @Test func `another home's domain is contested`() {
        func contested(_ domain: String, _ vouching: Partner?, home: Tenant.ID? = nil) -> Bool {
            isDomainOfAnotherHome(
                Sample.domain(domain), vouching: vouching?.id, homeTenant: home, partners: [contoso, google],
                hostedTenants: [Sample.fabrikam], tenant: Sample.woodgrove)
        }
        #expect(contested("contoso.example", google))
        #expect(!contested("contoso.example", contoso))
        #expect(contested("fabrikam.example", google))
        #expect(!contested("fabrikam.example", nil, home: Sample.fabrikam.tenant))
        #expect(contested("woodgrove.example", google))
        #expect(!contested("elsewhere.example", google))
    }
}
