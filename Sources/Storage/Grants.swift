package import Directory
package import FoundationEssentials

/// What one redeemed code began: the standing of its access tokens and the chain of its refresh tokens. A token's
/// number says which of the chain it is; no token is stored.
package struct Grant: Sendable, Hashable {
    package var tenant: Tenant.ID
    /// The code's id, and so the sign-in's.
    package var id: SignInID
    package var user: User.ID
    package var application: Application.AppID
    package var session: Session.ID
    package var partner: Partner.ID?
    package var scopes: [String]
    /// Nil: our own userinfo.
    package var resource: Application.AppID?
    package var audience: String
    package var authenticatedAt: Date
    package var createdAt: Date
    /// Absolute, by the proof that it rests on.
    package var expiresAt: Date
    /// Since last use.
    package var idleExpiresAt: Date
    /// Of the current refresh token; 0: none was issued.
    package var number: Int
    package var rotatedAt: Date?
    package var revokedAt: Date?
    /// Why, as a word: `codeReused`, `refreshReused`, `signedOut`, `userDisabled`, …
    package var revocation: String?

    package init(
        tenant: Tenant.ID, id: SignInID, user: User.ID, application: Application.AppID, session: Session.ID,
        partner: Partner.ID?, scopes: [String], resource: Application.AppID?, audience: String, authenticatedAt: Date,
        createdAt: Date, expiresAt: Date, idleExpiresAt: Date, number: Int, rotatedAt: Date? = nil,
        revokedAt: Date? = nil, revocation: String? = nil
    ) {
        self.tenant = tenant
        self.id = id
        self.user = user
        self.application = application
        self.session = session
        self.partner = partner
        self.scopes = scopes
        self.resource = resource
        self.audience = audience
        self.authenticatedAt = authenticatedAt
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.idleExpiresAt = idleExpiresAt
        self.number = number
        self.rotatedAt = rotatedAt
        self.revokedAt = revokedAt
        self.revocation = revocation
    }
}

enum GrantStatements {
    private static let columns = Columns(
        "tenant", "id", "user_id", "app_id", "session_id", "partner_id", "scopes", "resource_id", "audience",
        "authenticated_at", "created_at", "expires_at", "idle_expires_at", "number", "rotated_at", "revoked_at",
        "revocation")

    static let insert = Statement(
        "grant_insert", "INSERT INTO grants (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement("grant_by_id", "SELECT \(columns.list) FROM grants WHERE tenant = $1 AND id = $2")
    static let standing = Statement(
        "grant_standing",
        """
        SELECT \(columns.list(of: "g")), \(UserStatements.columns.list(of: "u")),
            CASE WHEN s.id IS NOT NULL AND s.ended_at IS NULL THEN 1 ELSE 0 END
        FROM grants g JOIN users u ON u.tenant = g.tenant AND u.id = g.user_id
            LEFT JOIN sessions s ON s.tenant = g.tenant AND s.id = g.session_id
        WHERE g.tenant = $1 AND g.id = $2
        """)
    static let rotate = Statement(
        "grant_rotate",
        """
        UPDATE grants SET number = number + 1, rotated_at = $4, idle_expires_at = $5
        WHERE tenant = $1 AND id = $2 AND number = $3 AND revoked_at IS NULL AND expires_at > $4
            AND idle_expires_at > $4
        """)
    private static let revocation = "UPDATE grants SET revoked_at = $3, revocation = $4 WHERE tenant = $1"
    static let revoke = Statement("grant_revoke", "\(revocation) AND id = $2 AND revoked_at IS NULL")
    static let revokeOfUser = Statement(
        "grants_revoke_of_user", "\(revocation) AND user_id = $2 AND revoked_at IS NULL")
    static let revokeOfSession = Statement(
        "grants_revoke_of_session", "\(revocation) AND session_id = $2 AND revoked_at IS NULL")
    static let revokeOfPartner = Statement(
        "grants_revoke_of_partner", "\(revocation) AND partner_id = $2 AND revoked_at IS NULL")
    static let revokeOfApplication = Statement(
        "grants_revoke_of_application", "\(revocation) AND app_id = $2 AND revoked_at IS NULL")
    static let revokeOfUserAtApplication = Statement(
        "grants_revoke_of_user_at_application",
        "\(revocation) AND user_id = $2 AND app_id = $5 AND revoked_at IS NULL")
    static let ofUser = Statement(
        "grants_of_user",
        """
        SELECT \(columns.list) FROM grants WHERE tenant = $1 AND user_id = $2 AND revoked_at IS NULL
            AND expires_at > $3 ORDER BY id DESC
        """)
    static let purge = Statement(
        "grants_purge", "DELETE FROM grants WHERE tenant = $1 AND id < $2 AND expires_at < $3")
    static let all = [
        insert, byID, standing, rotate, revoke, revokeOfUser, revokeOfSession, revokeOfPartner, revokeOfApplication,
        revokeOfUserAtApplication, ofUser, purge,
    ]
}

extension Grant: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), user: row.id(), application: row.id(), session: row.id(),
            partner: row.idOrNil(), scopes: row.strings(), resource: row.idOrNil(), audience: row.text(),
            authenticatedAt: row.time(), createdAt: row.time(), expiresAt: row.time(), idleExpiresAt: row.time(),
            number: row.int(), rotatedAt: row.timeOrNil(), revokedAt: row.timeOrNil(), revocation: row.textOrNil())
    }
}

/// What userinfo, introspection and the management API ask of each token.
package struct GrantStanding: Sendable {
    package let grant: Grant
    package let user: User
    /// Whether the session it came from is there and was not ended. It may have expired: a grant outlives it.
    package let sessionStands: Bool
}

extension GrantStanding: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        grant = try Grant(&row)
        user = try User(&row)
        sessionStands = try row.flag()
    }
}

extension Store {
    /// The grant, revoked and expired ones too.
    package func grant(_ tenant: Tenant.ID, _ id: SignInID) async throws(StorageError) -> Grant? {
        try await first(GrantStatements.byID, [.id(tenant), .id(id)])
    }

    /// The grant with what it rests on, in one read. Nil where it or its user is gone. Revocation, expiry and the
    /// account's state are the caller's to judge.
    package func standing(_ tenant: Tenant.ID, _ grant: SignInID) async throws(StorageError) -> GrantStanding? {
        try await first(GrantStatements.standing, [.id(tenant), .id(grant)])
    }

    /// Those not revoked and not expired, the latest first.
    package func grants(
        _ tenant: Tenant.ID, ofUser user: User.ID, at now: Date
    ) async throws(StorageError) -> [Grant] {
        try await all(GrantStatements.ofUser, [.id(tenant), .id(user), .time(now)])
    }
}

extension Step {
    /// Conflicts with `grants_pkey` where the code began one already.
    package static func insertGrant(_ grant: Grant) -> Step {
        Step(
            GrantStatements.insert,
            [
                .id(grant.tenant), .id(grant.id), .id(grant.user), .id(grant.application), .id(grant.session),
                .idOrNull(grant.partner), .strings(grant.scopes), .idOrNull(grant.resource), .text(grant.audience),
                .time(grant.authenticatedAt), .time(grant.createdAt), .time(grant.expiresAt),
                .time(grant.idleExpiresAt), .int(grant.number), .timeOrNull(grant.rotatedAt),
                .timeOrNull(grant.revokedAt), .textOrNull(grant.revocation),
            ], .one)
    }

    /// Makes token `number + 1` the current one. Not applied where it is already, or where the grant is revoked or
    /// expired: of two refreshes with one token one wins.
    package static func rotateGrant(
        _ id: SignInID, from number: Int, idleExpiresAt: Date, in tenant: Tenant.ID, at now: Date
    ) -> Step {
        Step(
            GrantStatements.rotate, [.id(tenant), .id(id), .int(number), .time(now), .time(idleExpiresAt)], .one)
    }

    /// Revoking twice keeps the first reason.
    package static func revokeGrant(
        _ id: SignInID, in tenant: Tenant.ID, because reason: String, at now: Date
    ) -> Step {
        Step(GrantStatements.revoke, [.id(tenant), .id(id), .time(now), .text(reason)])
    }

    package static func revokeGrants(
        ofUser user: User.ID, in tenant: Tenant.ID, because reason: String, at now: Date
    ) -> Step {
        Step(GrantStatements.revokeOfUser, [.id(tenant), .id(user), .time(now), .text(reason)])
    }

    package static func revokeGrants(
        ofUser user: User.ID, at application: Application.AppID, in tenant: Tenant.ID, because reason: String,
        at now: Date
    ) -> Step {
        Step(
            GrantStatements.revokeOfUserAtApplication,
            [.id(tenant), .id(user), .time(now), .text(reason), .id(application)])
    }

    package static func revokeGrants(
        ofSession session: Session.ID, in tenant: Tenant.ID, because reason: String, at now: Date
    ) -> Step {
        Step(GrantStatements.revokeOfSession, [.id(tenant), .id(session), .time(now), .text(reason)])
    }

    /// Looks at every grant of the tenant: rare, and the partner's standing is asked at each use anyway.
    package static func revokeGrants(
        ofPartner partner: Partner.ID, in tenant: Tenant.ID, because reason: String, at now: Date
    ) -> Step {
        Step(GrantStatements.revokeOfPartner, [.id(tenant), .id(partner), .time(now), .text(reason)])
    }

    /// Looks at every grant of the tenant.
    package static func revokeGrants(
        ofApplication application: Application.AppID, in tenant: Tenant.ID, because reason: String, at now: Date
    ) -> Step {
        Step(GrantStatements.revokeOfApplication, [.id(tenant), .id(application), .time(now), .text(reason)])
    }

    package static func purgeGrants(in tenant: Tenant.ID, before: Date) -> Step {
        Step(GrantStatements.purge, [.id(tenant), firstID(at: before), .time(before)])
    }
}
