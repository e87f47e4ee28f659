/// In which order the homes of an address are looked for, and what is left for one that has none: Entra's
/// `invitationRedemptionIdentityProviderConfiguration`. Who has redeemed keeps the way they redeemed with.
package struct RedemptionOrder: Sendable, Hashable {
    /// Named as in Graph.
    package enum Primary: String, Sendable, Hashable, CaseIterable {
        /// Tenants: of this installation, of other Vestibules, of Entra.
        case tenants = "azureActiveDirectory"
        /// Homes set up for the domain: SAML, WS-Federation, OpenID Connect.
        case federation = "externalFederation"
        /// Providers where people have accounts of their own.
        case social = "socialIdentityProviders"
    }

    /// Named as in Graph. There is always one.
    package enum Fallback: String, Sendable, Hashable, CaseIterable {
        /// A Microsoft account in Microsoft's own domains, else a mailed code, else a Microsoft account.
        case standard = "defaultConfiguredIdp"
        /// Always a mailed code.
        case emailCode = "emailOneTimePasscode"
        /// A Microsoft account, that the person has or makes.
        case microsoftAccount
    }

    /// Each at most once; what is left out is not looked at.
    package let primaries: [Primary]
    package let fallback: Fallback

    /// Nil if one is there twice.
    package init?(primaries: [Primary], fallback: Fallback) {
        guard Set(primaries).count == primaries.count else { return nil }
        self.primaries = primaries
        self.fallback = fallback
    }

    private init() {
        primaries = Primary.allCases
        fallback = .standard
    }

    /// Entra's.
    package static let standard = RedemptionOrder()
}

extension Partner.Kind {
    /// Where it stands in the order; nil for what is no home but a fallback.
    var primary: RedemptionOrder.Primary? {
        switch self {
        case .tenant, .entra: .tenants
        case .oidc, .saml, .wsFederation: .federation
        case .google, .microsoftAccount, .facebook, .apple, .gitHub, .linkedIn: .social
        case .emailCode, .localMember: nil
        }
    }
}
