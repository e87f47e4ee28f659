/// Someone whose word about a person a tenant listens to: an identity provider with its connection, a setting of the tenant.
package struct Partner: Sendable, Hashable {
    package typealias ID = Directory.ID<Partner>

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Any OpenID Connect provider. Stable subject: `sub` at its issuer.
        case oidc
        /// Another tenant, of this gateway or of another Vestibule. Stable subject: `oid` at its issuer, never the pairwise `sub`.
        case tenant
        /// A Google account. Stable subject: `sub`.
        case google
        /// A Microsoft account of a person. Stable subject: `oid` in the consumer tenant.
        case microsoftAccount
        /// An Entra organisation. Stable subject: `oid` at the issuer of its tenant (`tid`), never the pairwise `sub`.
        case entra
        /// Facebook. Stable subject: the id, which is another in every app.
        case facebook
        /// Apple. Stable subject: `sub`, which is another for every team.
        case apple
        /// GitHub. Stable subject: the number of the account; login names are given to others again.
        case gitHub = "github"
        /// LinkedIn. Stable subject: `sub`.
        case linkedIn = "linkedin"
        /// A SAML 2.0 identity provider. Stable subject: the name identifier, or the attribute that the mapping names, at
        /// its entity id.
        case saml
        /// A WS-Federation security token service. Stable subject as with SAML.
        case wsFederation
        /// A code mailed to the address. Issuer `mail`; stable subject: the address as invited, lower-cased.
        case emailCode
        /// A member with a password of this tenant. Issuer: the tenant's own; stable subject: the user's object id.
        case localMember
    }

    /// How we prove ourselves at the provider's token endpoint.
    package enum ClientAuthentication: String, Sendable, Hashable, CaseIterable {
        case clientSecretBasic = "client_secret_basic"
        case clientSecretPost = "client_secret_post"
        case privateKeyJWT = "private_key_jwt"
    }

    /// Claim names at an OIDC provider, where they differ from the standard ones.
    package struct ClaimMapping: Sendable, Hashable {
        package var email: String
        package var emailVerified: String
        package var name: String
        package var givenName: String
        package var familyName: String
        package var groups: String

        package init(
            email: String = "email", emailVerified: String = "email_verified", name: String = "name",
            givenName: String = "given_name", familyName: String = "family_name", groups: String = "groups"
        ) {
            self.email = email
            self.emailVerified = emailVerified
            self.name = name
            self.givenName = givenName
            self.familyName = familyName
            self.groups = groups
        }

        package static let standard = ClaimMapping()
    }

    package struct OIDCConnection: Sendable, Hashable {
        /// Compared byte for byte with the discovery document's and every token's.
        package var issuer: String
        package var clientID: String
        package var clientAuthentication: ClientAuthentication
        /// Names the wrapped secret in the store; nil with `private_key_jwt`.
        package var secretName: String?
        package var scopes: [String]
        /// Fixed per connection; a token signed otherwise is refused.
        package var algorithms: [String]
        /// Whether userinfo is fetched for claims that the ID Token lacks.
        package var usesUserInfo: Bool
        package var claims: ClaimMapping
        /// Whether `email_verified: true` of this provider is believed. Never links accounts by itself.
        package var trustsVerifiedEmail: Bool

        package init(
            issuer: String, clientID: String, clientAuthentication: ClientAuthentication, secretName: String?,
            scopes: [String] = ["openid", "profile", "email"], algorithms: [String] = ["RS256", "ES256"],
            usesUserInfo: Bool = false, claims: ClaimMapping = .standard, trustsVerifiedEmail: Bool = true
        ) {
            self.issuer = issuer
            self.clientID = clientID
            self.clientAuthentication = clientAuthentication
            self.secretName = secretName
            self.scopes = scopes
            self.algorithms = algorithms
            self.usesUserInfo = usesUserInfo
            self.claims = claims
            self.trustsVerifiedEmail = trustsVerifiedEmail
        }
    }

    /// What a tenant of another installation registered us under: an application of its own.
    package struct TenantRegistration: Sendable, Hashable {
        package var clientID: String
        /// Names the wrapped secret in the store; nil: we prove ourselves with our own keys.
        package var secretName: String?

        package init(clientID: String, secretName: String? = nil) {
            self.clientID = clientID
            self.secretName = secretName
        }
    }

    package enum Connection: Sendable, Hashable {
        case oidc(OIDCConnection)
        /// The home tenant's id. Its issuer is `{base}/{id}/v2.0`; `base` is nil for this installation, where every
        /// tenant knows every other.
        case tenant(home: Tenant.ID, base: String?, registration: TenantRegistration? = nil)
        case provider(ProviderConnection)
        case saml(FederationConnection)
        case wsFederation(FederationConnection)
        case emailCode
    }

    package var id: ID
    /// Unique within the tenant; in URLs and commands. Letters, digits and hyphens.
    package var name: String
    package var displayName: String
    package var connection: Connection
    /// Addresses in these domains are routed here. For a hosted tenant its own domains are added.
    package var domains: [DomainName]
    package var isEnabled: Bool
    /// Shown on the page where a person without a routed address chooses.
    package var isOffered: Bool
    /// How long a grant may live on one proof, in seconds; nil: as long as the refresh token.
    package var proofLifetime: Int?

    package init(
        id: ID, name: String, displayName: String, connection: Connection, domains: [DomainName] = [],
        isEnabled: Bool = true, isOffered: Bool = true, proofLifetime: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.connection = connection
        self.domains = domains
        self.isEnabled = isEnabled
        self.isOffered = isOffered
        self.proofLifetime = proofLifetime
    }

    package var kind: Kind {
        switch connection {
        case .oidc: .oidc
        case .tenant: .tenant
        case .provider(let connection): connection.provider.kind
        case .saml: .saml
        case .wsFederation: .wsFederation
        case .emailCode: .emailCode
        }
    }

    /// SAML's and WS-Federation's; nil for every other kind.
    package var federation: FederationConnection? {
        switch connection {
        case .saml(let federation), .wsFederation(let federation): federation
        case .oidc, .tenant, .provider, .emailCode: nil
        }
    }
}
