/// The steps of ``homeRealm(for:)``, each of which writes down what it asked.
struct HomeRealmSteps {
    let question: HomeRealmQuestion
    var reasons: [Reason] = []

    var tenant: Tenant { question.tenant }

    mutating func decide() -> Home {
        if let chosen = chosenPartner() { return chosen }
        if let address = question.address { return home(of: address) }
        if let hinted = hintedHome() { return hinted }
        let offered = question.partners.filter { $0.isEnabled && $0.isOffered && $0.kind != .emailCode }
        note("home.address", false, "No address has been typed, so the page asks for it.")
        return .ask(offered: offered, prefill: question.hints.loginHint)
    }

    mutating func note(_ rule: String, _ met: Bool, _ detail: String, setting: String? = nil) {
        reasons.append(Reason(rule, met: met, detail, setting: setting))
    }

    private mutating func chosenPartner() -> Home? {
        guard let id = question.hints.chosenPartner else { return nil }
        guard let partner = question.partners.first(where: { $0.id == id }) else {
            note("home.chosen", false, "The chosen partner is not one of this tenant's.", setting: "partners/\(id)")
            return .refuse(.partnerUnavailable(id.description))
        }
        note("home.chosen", true, "The person chose \(partner.name).")
        return use(partner)
    }

    private mutating func home(of address: EmailAddress) -> Home {
        let domain = address.domain
        if tenant.domains.contains(domain) {
            note("home.ownDomain", true, "\(domain) is a domain of this tenant.", setting: "tenant/domains")
            return .localPassword
        }
        note("home.ownDomain", false, "\(domain) is not a domain of this tenant.", setting: "tenant/domains")
        if let linked = question.linked { return sticky(linked) }
        note("home.redeemedMethod", false, "This browser remembers no guest with this address.")
        return route(domain) ?? fallback(domain)
    }

    /// A guest's method is frozen at redemption; only a reset changes it.
    private mutating func sticky(_ linked: LinkedIdentity) -> Home {
        note("home.redeemedMethod", true, "The guest redeemed by \(linked.kind.rawValue) and keeps that way.")
        switch linked.kind {
        case .localMember: return .localPassword
        case .emailCode: return mailedCode(otherwise: .emailCodeOff)
        default: break
        }
        if let id = linked.partner {
            if let partner = question.partners.first(where: { $0.id == id }) { return use(partner) }
            // A hosted tenant without a setting is a partner by its own id.
            if let home = question.hostedTenants.first(where: { $0.tenant.uuid == id.uuid }) {
                return hosted(home.tenant)
            }
            note(
                "home.partnerExists", false, "The partner is no longer one of this tenant's.", setting: "partners/\(id)"
            )
            return .refuse(.partnerUnavailable(id.description))
        }
        note("home.partnerExists", false, "The link names no partner.")
        return .refuse(.partnerUnavailable(linked.key.issuer))
    }

    /// The home that a domain has, in the tenant's order; nil if it has none.
    private mutating func route(_ domain: DomainName) -> Home? {
        let order = tenant.redemption.primaries
        var listing: [Partner] = []
        for primary in order where !listing.contains(where: \.isEnabled) {
            if primary == .tenants {
                let hosted = question.hostedTenants.first { $0.tenant != tenant.id && $0.domains.contains(domain) }
                if let hosted {
                    note("home.hostedTenant", true, "\(domain) is a domain of the hosted tenant \(hosted.tenant).")
                    return self.hosted(hosted.tenant)
                }
                note("home.hostedTenant", false, "No tenant of this installation has the domain \(domain).")
            }
            listing += question.partners.filter { $0.kind.primary == primary && isRouted(domain, to: $0) }
        }
        guard let partner = listing.first(where: \.isEnabled) ?? listing.first else {
            noteUnasked(domain)
            note("home.partnerDomain", false, "No partner lists the domain \(domain).", setting: "partners")
            return nil
        }
        let others = listing.filter { $0.id != partner.id }.map(\.name)
        note(
            "home.partnerDomain", true,
            "\(partner.name) \(partner.domains.contains(domain) ? "lists" : "owns") the domain \(domain)"
                + (others.isEmpty ? "." : ", and comes before \(others.joined(separator: ", "))."),
            setting: "partners/\(partner.id)/domains")
        return use(partner)
    }

    /// Microsoft's own domains are a fallback's to route, as in Entra.
    private func isRouted(_ domain: DomainName, to partner: Partner) -> Bool {
        partner.domains.contains(domain) || partner.kind != .microsoftAccount && partner.leads(domain)
    }

    private mutating func noteUnasked(_ domain: DomainName) {
        let asked = tenant.redemption.primaries
        let unasked = question.partners.first { partner in
            partner.kind.primary.map { !asked.contains($0) } ?? false && isRouted(domain, to: partner)
        }
        guard let unasked, let primary = unasked.kind.primary else { return }
        note(
            "home.order", false, "\(unasked.name) would be the home, but \(primary.rawValue) is not in the order.",
            setting: "tenant/redemption")
    }

    private mutating func hosted(_ home: Tenant.ID) -> Home {
        let setting = question.partners.first {
            if case .tenant(home, nil, _) = $0.connection { true } else { false }
        }
        guard let setting else {
            note("home.partnerEnabled", true, "There is no partner setting for this tenant: the defaults apply.")
            return .hostedTenant(home)
        }
        return use(setting)
    }

    mutating func use(_ partner: Partner) -> Home {
        let setting = "partners/\(partner.id)/isEnabled"
        guard partner.isEnabled else {
            note("home.partnerEnabled", false, "The partner \(partner.name) is disabled.", setting: setting)
            return .refuse(.partnerUnavailable(partner.name))
        }
        note("home.partnerEnabled", true, "The partner \(partner.name) is enabled.", setting: setting)
        return partner.kind == .emailCode ? mailedCode(otherwise: .emailCodeOff) : .partner(partner)
    }

    // MARK: Hints

    /// What `domain_hint` may be beside a domain: as Entra's external tenants and its sign-in pages name providers.
    private static let hintedKinds: [String: Partner.Kind] = [
        "google": .google, "facebook": .facebook, "apple": .apple, "github": .gitHub, "linkedin": .linkedIn,
        "consumers": .microsoftAccount, "organizations": .entra,
    ]

    /// A hint may spare the page, but only for a home that stands; a wrong one costs nothing.
    private mutating func hintedHome() -> Home? {
        guard let hint = question.hints.domainHint else { return nil }
        if let kind = Self.hintedKinds[hint],
            let partner = question.partners.first(where: { $0.kind == kind && $0.isEnabled })
        {
            note("home.domainHint", true, "The application names \(hint), which is \(partner.name).")
            return use(partner)
        }
        let before = reasons
        if let domain = DomainName(hint) {
            if tenant.domains.contains(domain) {
                note("home.domainHint", true, "The application names \(domain), a domain of this tenant.")
                return .localPassword
            }
            switch route(domain) {
            case nil, .refuse?: break
            case let home?:
                reasons.insert(
                    Reason("home.domainHint", met: true, "The application names the domain \(domain)."),
                    at: before.count)
                return home
            }
        }
        reasons = before
        note("home.domainHint", false, "The application's domain_hint names no home of this tenant, so it is ignored.")
        return nil
    }
}
