package import Directory

enum IdentityStatements {
    static let columns = Columns("issuer", "subject", "user_id", "partner_id", "kind", "linked_at")

    static let insert = Statement(
        "identity_insert",
        "INSERT INTO identities (tenant, \(columns.list)) VALUES ($1, \(columns.placeholders(from: 2)))")
    static let delete = Statement(
        "identity_delete",
        "DELETE FROM identities WHERE tenant = $1 AND issuer = $2 AND subject = $3 AND user_id = $4")
    static let deleteOfUser = Statement(
        "identities_delete_of_user", "DELETE FROM identities WHERE tenant = $1 AND user_id = $2")
    static let byKey = Statement(
        "identity_by_key",
        "SELECT \(columns.list) FROM identities WHERE tenant = $1 AND issuer = $2 AND subject = $3")
    static let ofUser = Statement(
        "identities_of_user",
        "SELECT \(columns.list) FROM identities WHERE tenant = $1 AND user_id = $2 ORDER BY linked_at, issuer, subject")
    static let guest = Statement(
        "identity_with_user",
        """
        SELECT \(UserStatements.columns.list(of: "u")), \(columns.list(of: "i"))
        FROM identities i JOIN users u ON u.tenant = i.tenant AND u.id = i.user_id
        WHERE i.tenant = $1 AND i.issuer = $2 AND i.subject = $3
        """)
    static let all = [insert, delete, deleteOfUser, byKey, ofUser, guest]
}

extension LinkedIdentity: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            key: IdentityKey(issuer: row.text(), subject: row.text()), user: row.id(), partner: row.idOrNil(),
            kind: row.choice(), linkedAt: row.time())
    }
}

/// A row of a join: a user and an identity of theirs.
private struct Guest: RowDecodable {
    let user: User
    let identity: LinkedIdentity

    init(_ row: inout RowReader) throws(StorageError) {
        user = try User(&row)
        identity = try LinkedIdentity(&row)
    }
}

extension Store {
    package func linkedIdentity(_ tenant: Tenant.ID, _ key: IdentityKey) async throws(StorageError) -> LinkedIdentity? {
        try await first(IdentityStatements.byKey, [.id(tenant), .text(key.issuer), .text(key.subject)])
    }

    /// Oldest first.
    package func linkedIdentities(
        _ tenant: Tenant.ID, ofUser user: User.ID
    ) async throws(StorageError) -> [LinkedIdentity] {
        try await all(IdentityStatements.ofUser, [.id(tenant), .id(user)])
    }

    /// The user that the identity redeemed: the one question of a returning guest's sign-in.
    package func guest(
        _ tenant: Tenant.ID, _ key: IdentityKey
    ) async throws(StorageError) -> (user: User, identity: LinkedIdentity)? {
        let guest: Guest? = try await first(
            IdentityStatements.guest, [.id(tenant), .text(key.issuer), .text(key.subject)])
        return guest.map { ($0.user, $0.identity) }
    }
}

extension Step {
    /// Conflicts with `identities_pkey` where the identity belongs to a user already.
    package static func link(_ identity: LinkedIdentity, in tenant: Tenant.ID) -> Step {
        Step(
            IdentityStatements.insert,
            [
                .id(tenant), .text(identity.key.issuer), .text(identity.key.subject), .id(identity.user),
                .idOrNull(identity.partner), .choice(identity.kind), .time(identity.linkedAt),
            ], .one)
    }

    /// Whatever the user signed in with before, nobody does any more.
    package static func unlinkAll(from user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(IdentityStatements.deleteOfUser, [.id(tenant), .id(user)])
    }

    package static func unlink(_ key: IdentityKey, from user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(IdentityStatements.delete, [.id(tenant), .text(key.issuer), .text(key.subject), .id(user)], .one)
    }
}
