internal import Cryptography
package import Directory
package import FoundationEssentials
internal import JOSE
internal import JSON
internal import OAuth

/// Signs a tenant's tokens. Made once per key ring; a value without state, so any number of loops use it.
package struct TokenIssuer: Sendable {
    /// The origin of the installation, without a path.
    package let base: String
    package let tenant: Tenant.ID
    /// `iss`: `{base}/{tenant}/v2.0`.
    package let issuer: String
    package let keys: KeyRing
    /// `tid`.
    let tenantID: String
    private let pairwise: Secret

    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)`` if the tenant has no pairwise key.
    package init(base: String, keys: KeyRing) throws(IssuingError) {
        self.base = base
        self.keys = keys
        tenant = keys.tenant
        tenantID = keys.tenant.description
        issuer = Self.issuer(base: base, tenant: keys.tenant)
        pairwise = try keys.secret(.pairwise)
    }

    package static func issuer(base: String, tenant: Tenant.ID) -> String { "\(base)/\(tenant)/v2.0" }

    /// `sub`: what the user is called at one application and nowhere else (OpenID Connect Core §8.1).
    package func subject(of user: User.ID, at application: Application.AppID) -> String {
        pairwiseSubject(key: pairwise, sector: application.description, user: user.bytes)
    }

    /// Signs claims with the tenant's active token key.
    func sign(
        _ algorithm: SignatureAlgorithm, as kind: TokenKind, _ claims: (inout JSONWriter) -> Void
    ) throws(IssuingError) -> [UInt8] {
        let key = try keys.activeKey(.tokens, algorithm)
        do throws(JOSEError) {
            return try (kind == .idToken ? key.plain : key.accessToken).sign(claims)
        } catch {
            throw .signing(error)
        }
    }
}

enum TokenKind {
    case idToken
    case accessToken
}

/// Who a token is about and how they proved it: the same in ID Tokens and access tokens.
package struct SignedInUser: Sendable {
    package var user: User
    /// When the person authenticated, here or at home.
    package var authenticatedAt: Date
    /// `acr`: the context that was proven and that policy trusts; never what was asked for.
    package var context: String?
    /// `amr`, by the same rule.
    package var methods: [String]
    /// `sid`.
    package var session: String?
    /// `idp`: the issuer of the home, where the account lives elsewhere.
    package var identityProvider: String?

    package init(
        user: User, authenticatedAt: Date, context: String? = nil, methods: [String] = [], session: String? = nil,
        identityProvider: String? = nil
    ) {
        self.user = user
        self.authenticatedAt = authenticatedAt
        self.context = context
        self.methods = methods
        self.session = session
        self.identityProvider = identityProvider
    }
}

extension JSONWriter {
    /// A NumericDate, in whole seconds.
    mutating func member(_ name: String, _ date: Date) {
        member(name, Int64(date.timeIntervalSince1970.rounded(.down)))
    }

    mutating func member(_ name: String, ifAny values: [String]) {
        if !values.isEmpty { member(name, values) }
    }
}
