/// A provider whose ways are known by its name: where it is, what it calls people, which of its words are evidence.
/// What differs from one installation to the next is here; what is the same for all, `Upstream` knows.
package enum Provider: Sendable, Hashable {
    /// Google accounts, of people and of Workspace.
    case google
    /// Microsoft accounts of people: the consumer tenant alone.
    case microsoftAccount
    /// Entra organisations of one cloud: these tenants; empty: any. Consumers never.
    case entra(MicrosoftCloud, tenants: [Tenant.ID])
    case facebook(FacebookLogin)
    /// The team that owns the Services ID, and the id of the key that signs our client secrets.
    case apple(teamID: String, keyID: String)
    case gitHub
    case linkedIn
}

/// Microsoft's clouds share neither accounts nor keys. Named as `allowedCloudEndpoints` names them.
package enum MicrosoftCloud: String, Sendable, Hashable, CaseIterable {
    case global = "microsoftonline.com"
    case usGovernment = "microsoftonline.us"
    /// Operated by 21Vianet.
    case china = "partner.microsoftonline.cn"

    /// Where its people sign in.
    package var origin: String { "https://login.\(rawValue)" }
}

/// Which of its protocols a Facebook app is asked by. The ids of people are the same in each.
package enum FacebookLogin: String, Sendable, Hashable, CaseIterable {
    /// OAuth 2.0: an access token, which is asked for the person.
    case classic
    /// OpenID Connect: an ID Token of `www.facebook.com`.
    case openID = "oidc"
    /// An ID Token of `limited.facebook.com`.
    case limited
}

/// The connection to such a provider.
package struct ProviderConnection: Sendable, Hashable {
    package var provider: Provider
    /// What the provider registered us under: client id, app id, Services ID.
    package var clientID: String
    /// Names the wrapped secret in the store: the client secret, or Apple's private key.
    package var secretName: String
    /// Instead of the provider's own origin, in every address and issuer: GitHub Enterprise, or a stand-in. Nil: its own.
    package var origin: String?
    /// Whether an address counts as proven where the provider proved it; else our own code asks each time.
    package var trustsVerifiedEmail: Bool

    package init(
        _ provider: Provider, clientID: String, secretName: String, origin: String? = nil,
        trustsVerifiedEmail: Bool = true
    ) {
        self.provider = provider
        self.clientID = clientID
        self.secretName = secretName
        self.origin = origin
        self.trustsVerifiedEmail = trustsVerifiedEmail
    }
}

extension Provider {
    package var kind: Partner.Kind {
        switch self {
        case .google: .google
        case .microsoftAccount: .microsoftAccount
        case .entra: .entra
        case .facebook: .facebook
        case .apple: .apple
        case .gitHub: .gitHub
        case .linkedIn: .linkedIn
        }
    }

    /// Domains whose every address is an account there, because the provider owns them.
    package var ownDomains: [String] {
        switch self {
        case .google: ["gmail.com", "googlemail.com"]
        case .microsoftAccount: Self.microsoftDomains
        case .entra, .facebook, .apple, .gitHub, .linkedIn: []
        }
    }

    private static let microsoftDomains = [
        "outlook.com", "hotmail.com", "live.com", "msn.com", "passport.com", "hotmail.co.uk", "hotmail.de",
        "hotmail.fr", "hotmail.it", "hotmail.es", "live.co.uk", "live.de", "live.fr", "live.nl", "outlook.de",
        "outlook.fr", "outlook.es", "outlook.it", "outlook.jp",
    ]

    /// The one organisation that the connection can mean.
    package var onlyTenant: Tenant.ID? {
        if case .entra(_, let tenants) = self, tenants.count == 1 { tenants.first } else { nil }
    }
}

extension Partner {
    /// Domains that lead here: those listed, and those that the provider itself owns.
    package var leadingDomains: [DomainName] {
        guard case .provider(let connection) = connection else { return domains }
        return domains + connection.provider.ownDomains.compactMap { DomainName($0) }
    }

    package func leads(_ domain: DomainName) -> Bool {
        if domains.contains(domain) { return true }
        guard case .provider(let connection) = connection else { return false }
        return connection.provider.ownDomains.contains(domain.description)
    }

    /// Domains whose addresses the home may assert by itself, because a setting ties them to one organisation.
    package var vouchedDomains: [DomainName] {
        switch connection {
        case .tenant: domains
        case .provider(let connection): connection.provider.onlyTenant == nil ? [] : domains
        case .oidc, .saml, .wsFederation, .emailCode: []
        }
    }

    /// Names the wrapped secret that we present to the partner, or sign with; nil: there is none.
    package var secretName: String? {
        switch connection {
        case .oidc(let connection): connection.secretName
        case .provider(let connection): connection.secretName
        case .tenant(_, _, let registration): registration?.secretName
        case .saml, .wsFederation, .emailCode: nil
        }
    }
}
