// Home-realm discovery: the typed address and the application's hints → where the person authenticates, and why.
// Entra's order (guests-and-invitations §4.2 and §4.3) with our own words for each step:
//
//  1. a partner that the person chose on the page;
//  2. an address in a domain of this tenant: the password of a member;
//  3. a guest who redeemed keeps the method they redeemed with, whatever has been set up since;
//  4. a domain of another tenant of this installation;
//  5. a domain that a partner lists;
//  6. a code mailed to the address;
//  7. a refusal that says whom to ask.
//
// Steps 2 and 4 to 7 depend on the domain alone, so for anyone who never redeemed the next page is the same whether or
// not the directory knows the address.

/// What the application and the visitor said about where to go, beside the address.
package struct HomeRealmHints: Sendable, Hashable {
    /// `domain_hint`, or `whr` of SAML and WS-Fed: a domain. Honoured for a domain with a home, otherwise ignored, as in
    /// Entra.
    package var domainHint: String?
    /// `login_hint`: prefills the page, never decides.
    package var loginHint: String?
    /// The button that the person pressed.
    package var chosenPartner: Partner.ID?

    package init(domainHint: String? = nil, loginHint: String? = nil, chosenPartner: Partner.ID? = nil) {
        self.domainHint = domainHint
        self.loginHint = loginHint
        self.chosenPartner = chosenPartner
    }
}

/// A tenant of this installation as a possible home of guests.
package struct HostedHome: Sendable, Hashable {
    package var tenant: Tenant.ID
    package var domains: [DomainName]

    package init(tenant: Tenant.ID, domains: [DomainName]) {
        self.tenant = tenant
        self.domains = domains
    }
}

/// Everything a decision reads.
package struct HomeRealmQuestion: Sendable, Hashable {
    /// As typed on the page, or the invited address behind an invitation's link; nil before anyone typed.
    package var address: EmailAddress?
    package var hints: HomeRealmHints
    /// In the tenant's order; of two that list one domain, the first counts.
    package var partners: [Partner]
    package var hostedTenants: [HostedHome]
    package var tenant: Tenant
    /// The link of the guest whose invited address this is, if that guest has redeemed.
    package var linked: LinkedIdentity?

    package init(
        address: EmailAddress?, hints: HomeRealmHints = HomeRealmHints(), partners: [Partner],
        hostedTenants: [HostedHome] = [], tenant: Tenant, linked: LinkedIdentity? = nil
    ) {
        self.address = address
        self.hints = hints
        self.partners = partners
        self.hostedTenants = hostedTenants
        self.tenant = tenant
        self.linked = linked
    }
}

/// Where the person authenticates.
package enum Home: Sendable, Hashable {
    /// The password page for members of this tenant.
    case localPassword
    case partner(Partner)
    /// A hosted tenant that this one has no partner setting for: the defaults apply.
    case hostedTenant(Tenant.ID)
    /// The setting is there if the tenant keeps one for codes (its `proofLifetime`).
    case emailCode(Partner?)
    /// The page that asks for the address and offers these.
    case ask(offered: [Partner], prefill: String?)
    case refuse(HomeRealmRefusal)
}

package enum HomeRealmRefusal: Sendable, Hashable {
    /// Nobody is responsible for the domain, and codes are off.
    case noHome(DomainName)
    /// The partner in charge is disabled, or the chosen one is not a partner. No other way is offered in its place:
    /// whoever switched it off did not mean to let its people in by a code.
    case partnerUnavailable(String)
    /// The guest redeemed by code, and codes are off now. A reset of the redemption moves them.
    case emailCodeOff
}

package struct HomeRealmDecision: Sendable, Hashable {
    package var home: Home
    package var reasons: [Reason]

    package init(home: Home, reasons: [Reason]) {
        self.home = home
        self.reasons = reasons
    }
}

package func homeRealm(for question: HomeRealmQuestion) -> HomeRealmDecision {
    var steps = HomeRealmSteps(question: question)
    let home = steps.decide()
    return HomeRealmDecision(home: home, reasons: steps.reasons)
}

/// Whether another home than the one that vouched is responsible for a domain: then its word on an address there does
/// not count, and our own code has to prove it.
///
/// - Parameter vouching: The partner that vouched; nil for a hosted tenant without a setting.
package func isDomainOfAnotherHome(
    _ domain: DomainName, vouching: Partner.ID?, homeTenant: Tenant.ID?, partners: [Partner],
    hostedTenants: [HostedHome], tenant: Tenant
) -> Bool {
    let voucher = partners.first { $0.id == vouching }
    if let voucher, voucher.domains.contains(domain) { return false }
    if let home = homeTenant, hostedTenants.contains(where: { $0.tenant == home && $0.domains.contains(domain) }) {
        return false
    }
    return tenant.domains.contains(domain) || hostedTenants.contains { $0.domains.contains(domain) }
        || partners.contains { $0.domains.contains(domain) }
}

private struct HomeRealmSteps {
    let question: HomeRealmQuestion
    var reasons: [Reason] = []

    private var tenant: Tenant { question.tenant }

    mutating func decide() -> Home {
        if let chosen = chosenPartner() { return chosen }
        if let address = question.address { return home(of: address) }
        if let hinted = hintedHome() { return hinted }
        let offered = question.partners.filter { $0.isEnabled && $0.isOffered && $0.kind != .emailCode }
        note("home.address", false, "No address has been typed, so the page asks for it.")
        return .ask(offered: offered, prefill: question.hints.loginHint)
    }

    private mutating func note(_ rule: String, _ met: Bool, _ detail: String, setting: String? = nil) {
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
        note("home.redeemedMethod", false, "No redeemed guest has this invited address.")
        return route(domain) ?? emailCode(domain)
    }

    /// A guest's method is frozen at redemption; only a reset changes it.
    private mutating func sticky(_ linked: LinkedIdentity) -> Home {
        note("home.redeemedMethod", true, "The guest redeemed by \(linked.kind.rawValue) and keeps that way.")
        switch linked.kind {
        case .localMember: return .localPassword
        case .emailCode: return mailedCode(otherwise: .emailCodeOff)
        case .oidc, .tenant, .saml, .wsFederation: break
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

    /// The home that a domain has, by hosted tenants first and then by the partners' lists; nil if it has none.
    private mutating func route(_ domain: DomainName) -> Home? {
        if let home = question.hostedTenants.first(where: { $0.tenant != tenant.id && $0.domains.contains(domain) }) {
            note("home.hostedTenant", true, "\(domain) is a domain of the hosted tenant \(home.tenant).")
            return hosted(home.tenant)
        }
        note("home.hostedTenant", false, "No tenant of this installation has the domain \(domain).")
        let listing = question.partners.filter { $0.domains.contains(domain) && $0.kind != .emailCode }
        guard let partner = listing.first(where: \.isEnabled) ?? listing.first else {
            note("home.partnerDomain", false, "No partner lists the domain \(domain).", setting: "partners")
            return nil
        }
        let others = listing.filter { $0.id != partner.id }.map(\.name)
        note(
            "home.partnerDomain", true,
            "\(partner.name) lists the domain \(domain)"
                + (others.isEmpty ? "." : ", and comes before \(others.joined(separator: ", "))."),
            setting: "partners/\(partner.id)/domains")
        return use(partner)
    }

    private mutating func hosted(_ home: Tenant.ID) -> Home {
        let setting = question.partners.first {
            if case .tenant(home, nil) = $0.connection { true } else { false }
        }
        guard let setting else {
            note("home.partnerEnabled", true, "There is no partner setting for this tenant: the defaults apply.")
            return .hostedTenant(home)
        }
        return use(setting)
    }

    private mutating func use(_ partner: Partner) -> Home {
        let setting = "partners/\(partner.id)/isEnabled"
        guard partner.isEnabled else {
            note("home.partnerEnabled", false, "The partner \(partner.name) is disabled.", setting: setting)
            return .refuse(.partnerUnavailable(partner.name))
        }
        note("home.partnerEnabled", true, "The partner \(partner.name) is enabled.", setting: setting)
        return partner.kind == .emailCode ? mailedCode(otherwise: .emailCodeOff) : .partner(partner)
    }

    private mutating func emailCode(_ domain: DomainName) -> Home { mailedCode(otherwise: .noHome(domain)) }

    private mutating func mailedCode(otherwise refusal: HomeRealmRefusal) -> Home {
        let partner = question.partners.first { $0.kind == .emailCode }
        guard tenant.emailCodeEnabled, partner?.isEnabled ?? true else {
            note("home.emailCode", false, "Mailed codes are off.", setting: "tenant/emailCodeEnabled")
            return .refuse(refusal)
        }
        note(
            "home.emailCode", true, "The address proves itself with a mailed code.", setting: "tenant/emailCodeEnabled")
        return .emailCode(partner)
    }

    /// A hint may spare the page, but only for a home that stands; a wrong one costs nothing.
    private mutating func hintedHome() -> Home? {
        guard let hint = question.hints.domainHint else { return nil }
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
