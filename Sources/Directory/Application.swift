package import FoundationEssentials

/// An application of a tenant: a client that asks for tokens, an API that tokens are for, or both. One tenant's setting;
/// its object (`id`), its public name (`appId`) and its service principal are three identifiers, as in Entra.
package struct Application: Sendable, Hashable {
    package typealias ID = Directory.ID<Application>
    package enum ServicePrincipal {}
    package enum Client {}
    /// The `client_id` on the wire, unique in the installation.
    package typealias AppID = Directory.ID<Client>

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case web, spa, native, daemon
    }

    package enum Authentication: String, Sendable, Hashable, CaseIterable {
        case clientSecretBasic = "client_secret_basic"
        case clientSecretPost = "client_secret_post"
        case privateKeyJWT = "private_key_jwt"
        case none
    }

    /// A secret we made, of 256 random bits: a plain SHA-256 of it serves. Several may be valid, for rotation.
    package struct ClientSecret: Sendable, Hashable {
        package var keyID: String
        /// The first three characters, so that people can tell secrets apart.
        package var hint: String
        /// SHA-256, lower-case hex.
        package var digest: String
        package var expiresAt: Date?

        package init(keyID: String, hint: String, digest: String, expiresAt: Date?) {
            self.keyID = keyID
            self.hint = hint
            self.digest = digest
            self.expiresAt = expiresAt
        }
    }

    /// A delegated permission of an API.
    package struct Scope: Sendable, Hashable {
        package var value: String
        package var displayName: String
        package var consentDescription: String
        /// Whether only an administrator can grant it.
        package var requiresAdminConsent: Bool
        package var isEnabled: Bool

        package init(
            value: String, displayName: String, consentDescription: String, requiresAdminConsent: Bool = false,
            isEnabled: Bool = true
        ) {
            self.value = value
            self.displayName = displayName
            self.consentDescription = consentDescription
            self.requiresAdminConsent = requiresAdminConsent
            self.isEnabled = isEnabled
        }
    }

    /// A role of an API or application, for people, for applications, or both.
    package struct Role: Sendable, Hashable {
        package typealias ID = Directory.ID<Role>
        package enum MemberType: String, Sendable, Hashable, CaseIterable {
            case user = "User"
            case application = "Application"
        }
        package var id: ID
        package var value: String
        package var displayName: String
        package var allowedMemberTypes: Set<MemberType>
        package var isEnabled: Bool

        package init(
            id: ID, value: String, displayName: String, allowedMemberTypes: Set<MemberType>, isEnabled: Bool = true
        ) {
            self.id = id
            self.value = value
            self.displayName = displayName
            self.allowedMemberTypes = allowedMemberTypes
            self.isEnabled = isEnabled
        }
    }

    /// A permission the administrator granted for everyone in the tenant: delegated scopes of a resource.
    package struct AdminGrant: Sendable, Hashable {
        /// The resource's appId.
        package var resource: AppID
        package var scopes: [String]
        package init(resource: AppID, scopes: [String]) {
            self.resource = resource
            self.scopes = scopes
        }
    }

    /// A role of a resource that this application itself holds (application permission).
    package struct RoleGrant: Sendable, Hashable {
        package var resource: AppID
        package var role: String
        package init(resource: AppID, role: String) {
            self.resource = resource
            self.role = role
        }
    }

    package var id: ID
    package var appID: AppID
    package var servicePrincipalID: Directory.ID<ServicePrincipal>
    package var displayName: String
    package var kind: Kind
    package var isEnabled: Bool
    package var authentication: Authentication
    package var secrets: [ClientSecret]
    /// Public keys for `private_key_jwt`, a JWKS as JSON text.
    package var jwks: String?
    /// Compared byte for byte. Parsed and checked when the setting is written.
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    package var homepageURL: String?
    /// JWS algorithm of its tokens: RS256 unless set.
    package var signingAlgorithm: String
    /// Only assigned users and groups get tokens (AADSTS50105 otherwise).
    package var requiresAssignment: Bool
    /// `api://…` or an https URI; each names this application as a resource.
    package var identifierURIs: [String]
    /// Whether `aud` of access tokens is the first identifier URI rather than the appId.
    package var audienceIsIdentifierURI: Bool
    package var scopes: [Scope]
    package var roles: [Role]
    package var adminGrants: [AdminGrant]
    package var roleGrants: [RoleGrant]
    /// Whether the ID Token names the user's groups.
    package var emitsGroups: Bool
    /// Seconds; Entra's range is 10 minutes to a day, 3,600 to 5,400 by default.
    package var accessTokenLifetime: Int
    /// Seconds since last use.
    package var refreshTokenLifetime: Int
    /// Nil unless it speaks SAML 2.0.
    package var saml: SAMLServiceProvider?
    /// Nil unless it speaks WS-Federation.
    package var wsFederation: WSFederationRelyingParty?

    package init(
        id: ID, appID: AppID, servicePrincipalID: Directory.ID<ServicePrincipal>, displayName: String, kind: Kind,
        authentication: Authentication, secrets: [ClientSecret] = [], jwks: String? = nil, redirectURIs: [String] = [],
        postLogoutRedirectURIs: [String] = [], homepageURL: String? = nil, signingAlgorithm: String = "RS256",
        isEnabled: Bool = true, requiresAssignment: Bool = false, identifierURIs: [String] = [],
        audienceIsIdentifierURI: Bool = false, scopes: [Scope] = [], roles: [Role] = [],
        adminGrants: [AdminGrant] = [], roleGrants: [RoleGrant] = [], emitsGroups: Bool = false,
        accessTokenLifetime: Int = 3600, refreshTokenLifetime: Int = 90 * 86_400, saml: SAMLServiceProvider? = nil,
        wsFederation: WSFederationRelyingParty? = nil
    ) {
        self.id = id
        self.appID = appID
        self.servicePrincipalID = servicePrincipalID
        self.displayName = displayName
        self.kind = kind
        self.authentication = authentication
        self.secrets = secrets
        self.jwks = jwks
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.homepageURL = homepageURL
        self.signingAlgorithm = signingAlgorithm
        self.isEnabled = isEnabled
        self.requiresAssignment = requiresAssignment
        self.identifierURIs = identifierURIs
        self.audienceIsIdentifierURI = audienceIsIdentifierURI
        self.scopes = scopes
        self.roles = roles
        self.adminGrants = adminGrants
        self.roleGrants = roleGrants
        self.emitsGroups = emitsGroups
        self.accessTokenLifetime = accessTokenLifetime
        self.refreshTokenLifetime = refreshTokenLifetime
        self.saml = saml
        self.wsFederation = wsFederation
    }

    package var isPublicClient: Bool { authentication == .none }
}
