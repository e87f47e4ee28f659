internal import Directory
internal import JOSE

/// How one partner is asked by OpenID Connect, and who may answer: the partner's setting with everything filled in.
struct OIDCConnectionProfile: Sendable {
    enum Profile: Sendable, Hashable {
        /// Stable subject: `sub` at the issuer.
        case generic
        /// Another tenant of Vestibule. Stable subject: `oid`; `tid` must be this.
        case tenant(Tenant.ID)
    }

    var issuer: String
    var clientID: String
    var authentication: Partner.ClientAuthentication
    var scopes: [String]
    var algorithms: [SignatureAlgorithm]
    var usesUserInfo: Bool
    var claims: Partner.ClaimMapping
    var trustsVerifiedEmail: Bool
    var profile: Profile

    /// The algorithms of tenants' tokens. RSA with PKCS#1 first because it is what tenants sign with unless set.
    private static let tenantAlgorithms: [SignatureAlgorithm] = [.rs256, .es256, .edDSA, .ps256, .es384]

    init(_ context: PartnerContext) throws(UpstreamError) {
        switch context.partner.connection {
        case .oidc(let connection):
            issuer = connection.issuer
            clientID = connection.clientID
            authentication = connection.clientAuthentication
            scopes = connection.scopes.contains("openid") ? connection.scopes : ["openid"] + connection.scopes
            algorithms = connection.algorithms.compactMap { SignatureAlgorithm.named($0) }
            usesUserInfo = connection.usesUserInfo
            claims = connection.claims
            trustsVerifiedEmail = connection.trustsVerifiedEmail
            profile = .generic
            guard !algorithms.isEmpty else {
                throw .misconfigured("none of its algorithms is one that we verify: \(connection.algorithms)")
            }
        case .tenant(let home, let base):
            // The home knows us as an implicit client that is named for our tenant, so that its outbound rules can
            // name us too.
            issuer = "\(base ?? context.base)/\(home)/v2.0"
            clientID = context.tenant.description
            authentication = .privateKeyJWT
            scopes = ["openid", "profile", "email"]
            algorithms = Self.tenantAlgorithms
            usesUserInfo = false
            claims = .standard
            trustsVerifiedEmail = true
            profile = .tenant(home)
        case .saml, .wsFederation:
            throw .misconfigured("its partner speaks another protocol")
        case .emailCode:
            throw .misconfigured("an address is proven by a code, not by asking a provider")
        }
    }
}
