package import Directory
package import FoundationEssentials

/// Names one sign-in from its first page to its record; its code and its grant bear the same id. Time-ordered.
package typealias SignInID = ID<SignInRecord>

/// A sign-in that somebody has vouched for and that is not finished: it carries authority, so it lives here and not in
/// the browser.
package struct PendingSignIn: Sendable, Hashable {
    package var tenant: Tenant.ID
    package var id: SignInID
    /// Counts its changes; two requests that read one number cannot both go on.
    package var number: Int
    /// The gateway's own encoding.
    package var body: [UInt8]
    package var expiresAt: Date
    /// Who vouched; nil: the tenant itself.
    package var partner: Partner.ID?

    package init(
        tenant: Tenant.ID, id: SignInID, number: Int, body: [UInt8], expiresAt: Date, partner: Partner.ID? = nil
    ) {
        self.tenant = tenant
        self.id = id
        self.number = number
        self.body = body
        self.expiresAt = expiresAt
        self.partner = partner
    }
}

enum PendingSignInStatements {
    private static let columns = Columns("tenant", "id", "number", "body", "expires_at", "partner_id")

    static let insert = Statement(
        "pending_insert", "INSERT INTO pending_sign_ins (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement(
        "pending_by_id", "SELECT \(columns.list) FROM pending_sign_ins WHERE tenant = $1 AND id = $2")
    static let advance = Statement(
        "pending_advance",
        """
        UPDATE pending_sign_ins SET number = number + 1, body = $4
        WHERE tenant = $1 AND id = $2 AND number = $3
        """)
    static let finish = Statement(
        "pending_finish", "DELETE FROM pending_sign_ins WHERE tenant = $1 AND id = $2 AND number = $3")
    static let discard = Statement(
        "pending_discard_of_partner", "DELETE FROM pending_sign_ins WHERE tenant = $1 AND partner_id = $2")
    static let purge = Statement(
        "pending_purge", "DELETE FROM pending_sign_ins WHERE tenant = $1 AND expires_at < $2")
    static let all = [insert, byID, advance, finish, discard, purge]
}

extension PendingSignIn: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), number: row.int(), body: row.bytes(), expiresAt: row.time(),
            partner: row.idOrNil())
    }
}

extension Store {
    /// The sign-in, expired or not; nil: finished, or never vouched for.
    package func pendingSignIn(_ tenant: Tenant.ID, _ id: SignInID) async throws(StorageError) -> PendingSignIn? {
        try await first(PendingSignInStatements.byID, [.id(tenant), .id(id)])
    }
}

extension Step {
    /// Conflicts with `pending_sign_ins_pkey` where the sign-in is server state already.
    package static func insertPending(_ pending: PendingSignIn) -> Step {
        Step(
            PendingSignInStatements.insert,
            [
                .id(pending.tenant), .id(pending.id), .int(pending.number), .bytes(pending.body),
                .time(pending.expiresAt), .idOrNull(pending.partner),
            ], .one)
    }

    /// Goes on from `number` to the next. Not applied where another request did so first.
    package static func advancePending(
        _ id: SignInID, from number: Int, body: [UInt8], in tenant: Tenant.ID
    ) -> Step {
        Step(PendingSignInStatements.advance, [.id(tenant), .id(id), .int(number), .bytes(body)], .one)
    }

    /// Ends it; in one commit with what it ends in. Not applied where another request did so first.
    package static func finishPending(_ id: SignInID, from number: Int, in tenant: Tenant.ID) -> Step {
        Step(PendingSignInStatements.finish, [.id(tenant), .id(id), .int(number)], .one)
    }

    /// Ends every one that the partner vouched for. Looks at every pending sign-in of the tenant: rare.
    package static func discardPending(ofPartner partner: Partner.ID, in tenant: Tenant.ID) -> Step {
        Step(PendingSignInStatements.discard, [.id(tenant), .id(partner)])
    }

    package static func purgePending(in tenant: Tenant.ID, expiredBefore: Date) -> Step {
        Step(PendingSignInStatements.purge, [.id(tenant), .time(expiredBefore)])
    }
}
