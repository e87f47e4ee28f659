// Home-realm discovery: the typed address and the application's hints → where the person authenticates, and why.
// Entra's order (guests-and-invitations §4.2 and §4.3) with our own words for each step:
//
//  1. a partner that the person chose on the page;
//  2. an address in a domain of this tenant: the password of a member;
//  3. a guest who redeemed keeps the method they redeemed with, whatever has been set up since;
//  4. in the tenant's order (`RedemptionOrder`): a domain of another tenant of this installation, or one that a partner
//     lists or owns: tenants, then federations, then providers of people's own accounts;
//  5. the tenant's fallback: a Microsoft account where the domain is Microsoft's, a code mailed to the address, a
//     Microsoft account;
//  6. a refusal that says whom to ask.
//
// Steps 2 and 4 to 6 depend on the domain alone, so for anyone who never redeemed the next page is the same whether or
// not the directory knows the address. Step 3 is taken only where this browser remembers the account, or holds the
// invitation: who merely types an address learns nothing of it.

/// What the application and the visitor said about where to go, beside the address.
package struct HomeRealmHints: Sendable, Hashable {
    /// `domain_hint`, or `whr` of SAML and WS-Fed: a domain, or one of `google`, `facebook`, `apple`, `github`,
    /// `linkedin`, `consumers`, `organizations`. Honoured where it has a home, otherwise ignored, as in Entra.
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
    /// The link of the guest whose address this is, if this browser remembers that guest.
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
    /// The page that says that this address needs a Microsoft account, one that is there or a new one.
    case offerMicrosoftAccount(Partner)
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
    if let voucher, voucher.leads(domain) { return false }
    if let home = homeTenant, hostedTenants.contains(where: { $0.tenant == home && $0.domains.contains(domain) }) {
        return false
    }
    return tenant.domains.contains(domain) || hostedTenants.contains { $0.domains.contains(domain) }
        || partners.contains { $0.leads(domain) }
}
