package import Directory
package import FoundationEssentials
package import JSON

/// A code that an application exchanges for tokens, once (RFC 6749 §4.1.2): `<sign-in id>.<256 random bits>` on the
/// wire, found here by its id and proven by the digest of its random part.
package struct AuthorizationCode: Sendable, Hashable {
    package var tenant: Tenant.ID
    package var id: SignInID
    package var secretDigest: [UInt8]
    package var application: Application.AppID
    package var redirectURI: String
    /// S256 (RFC 7636 §4.2); nil: the request had none.
    package var challenge: String?
    package var nonce: String?
    package var scopes: [String]
    /// Nil: our own userinfo.
    package var resource: Application.AppID?
    package var audience: String
    package var session: Session.ID
    package var user: User.ID
    package var partner: Partner.ID?
    package var authenticatedAt: Date
    /// When the proof the sign-in rests on ends; nil: as late as the refresh token.
    package var proofExpiresAt: Date?
    package var issuedAt: Date
    package var expiresAt: Date
    package var spentAt: Date?
    /// What else the token response answers, decided when the code was made.
    package var responseExtras: JSONValue

    package init(
        tenant: Tenant.ID, id: SignInID, secretDigest: [UInt8], application: Application.AppID, redirectURI: String,
        challenge: String?, nonce: String?, scopes: [String], resource: Application.AppID?, audience: String,
        session: Session.ID, user: User.ID, partner: Partner.ID?, authenticatedAt: Date, proofExpiresAt: Date?,
        issuedAt: Date, expiresAt: Date, spentAt: Date? = nil, responseExtras: JSONValue = .null
    ) {
        self.tenant = tenant
        self.id = id
        self.secretDigest = secretDigest
        self.application = application
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.nonce = nonce
        self.scopes = scopes
        self.resource = resource
        self.audience = audience
        self.session = session
        self.user = user
        self.partner = partner
        self.authenticatedAt = authenticatedAt
        self.proofExpiresAt = proofExpiresAt
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.spentAt = spentAt
        self.responseExtras = responseExtras
    }
}

enum CodeStatements {
    private static let columns = Columns(
        "tenant", "id", "secret_digest", "app_id", "redirect_uri", "challenge", "nonce", "scopes", "resource_id",
        "audience", "session_id", "user_id", "partner_id", "authenticated_at", "proof_expires_at", "issued_at",
        "expires_at", "spent_at", "response_extras")

    static let insert = Statement(
        "code_insert", "INSERT INTO authorization_codes (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement(
        "code_by_id", "SELECT \(columns.list) FROM authorization_codes WHERE tenant = $1 AND id = $2")
    static let spend = Statement(
        "code_spend",
        """
        UPDATE authorization_codes SET spent_at = $4
        WHERE tenant = $1 AND id = $2 AND secret_digest = $3 AND spent_at IS NULL AND expires_at > $4
        """)
    static let purge = Statement(
        "codes_purge", "DELETE FROM authorization_codes WHERE tenant = $1 AND id < $2 AND expires_at < $3")
    static let all = [insert, byID, spend, purge]
}

extension AuthorizationCode: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), secretDigest: row.bytes(), application: row.id(), redirectURI: row.text(),
            challenge: row.textOrNil(), nonce: row.textOrNil(), scopes: row.strings(), resource: row.idOrNil(),
            audience: row.text(), session: row.id(), user: row.id(), partner: row.idOrNil(),
            authenticatedAt: row.time(), proofExpiresAt: row.timeOrNil(), issuedAt: row.time(), expiresAt: row.time(),
            spentAt: row.timeOrNil(), responseExtras: row.json())
    }
}

extension Store {
    /// The code, spent and expired ones too. Reading proves nothing: it counts once
    /// ``Step/spendCode(_:secretDigest:in:at:)`` was applied.
    package func authorizationCode(
        _ tenant: Tenant.ID, _ id: SignInID
    ) async throws(StorageError) -> AuthorizationCode? {
        try await first(CodeStatements.byID, [.id(tenant), .id(id)])
    }
}

extension Step {
    package static func insertCode(_ code: AuthorizationCode) -> Step {
        Step(
            CodeStatements.insert,
            [
                .id(code.tenant), .id(code.id), .bytes(code.secretDigest), .id(code.application),
                .text(code.redirectURI), .textOrNull(code.challenge), .textOrNull(code.nonce), .strings(code.scopes),
                .idOrNull(code.resource), .text(code.audience), .id(code.session), .id(code.user),
                .idOrNull(code.partner), .time(code.authenticatedAt), .timeOrNull(code.proofExpiresAt),
                .time(code.issuedAt), .time(code.expiresAt), .timeOrNull(code.spentAt), .json(code.responseExtras),
            ], .one)
    }

    /// Not applied unless the secret is right and the code neither spent nor expired: of two exchanges one wins.
    package static func spendCode(
        _ id: SignInID, secretDigest: [UInt8], in tenant: Tenant.ID, at now: Date
    ) -> Step {
        Step(CodeStatements.spend, [.id(tenant), .id(id), .bytes(secretDigest), .time(now)], .one)
    }

    /// Removes codes that expired before. Keep them for a while: a reused code must be seen to have been one.
    package static func purgeCodes(in tenant: Tenant.ID, before: Date) -> Step {
        Step(CodeStatements.purge, [.id(tenant), firstID(at: before), .time(before)])
    }
}
