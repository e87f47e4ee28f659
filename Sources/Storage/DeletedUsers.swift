package import Directory
package import FoundationEssentials

/// A user in the bin: nobody finds them, and they can be brought back.
package struct DeletedUser: Sendable, Hashable {
    package var user: User
    package var deletedAt: Date

    /// Seconds; then nothing brings them back.
    package static let keptFor: TimeInterval = 30 * 86_400
}

enum DeletedUserStatements {
    private static let moved = "id, " + UserStatements.written.list + ", revision"
    private static let identity = IdentityStatements.columns.list

    static let keep = Statement(
        "deleted_user_keep",
        """
        INSERT INTO deleted_users (tenant, \(moved), deleted_at)
        SELECT tenant, \(moved), CAST($3 AS BIGINT) FROM users WHERE tenant = $1 AND id = $2
        """)
    static let keepIdentities = Statement(
        "deleted_identities_keep",
        """
        INSERT INTO deleted_identities (tenant, \(identity))
        SELECT tenant, \(identity) FROM identities WHERE tenant = $1 AND user_id = $2
        """)
    static let restore = Statement(
        "deleted_user_restore",
        """
        INSERT INTO users (tenant, \(moved))
        SELECT tenant, \(moved) FROM deleted_users WHERE tenant = $1 AND id = $2 AND deleted_at > $3
        """)
    static let restoreIdentities = Statement(
        "deleted_identities_restore",
        """
        INSERT INTO identities (tenant, \(identity))
        SELECT tenant, \(identity) FROM deleted_identities WHERE tenant = $1 AND user_id = $2
        """)
    static let delete = Statement("deleted_user_delete", "DELETE FROM deleted_users WHERE tenant = $1 AND id = $2")
    static let deleteIdentities = Statement(
        "deleted_identities_delete", "DELETE FROM deleted_identities WHERE tenant = $1 AND user_id = $2")
    static let byID = Statement(
        "deleted_user_by_id",
        """
        SELECT \(UserStatements.columns.list), deleted_at FROM deleted_users
        WHERE tenant = $1 AND id = $2 AND deleted_at > $3
        """)
    static let page = Statement(
        "deleted_users_page",
        """
        SELECT \(UserStatements.columns.list), deleted_at FROM deleted_users
        WHERE tenant = $1 AND id > $2 AND deleted_at > $3 ORDER BY id LIMIT $4
        """)
    static let due = Statement(
        "deleted_users_due",
        "SELECT id FROM deleted_users WHERE tenant = $1 AND deleted_at <= $2 ORDER BY deleted_at, id LIMIT $3")
    static let all = [
        keep, keepIdentities, restore, restoreIdentities, delete, deleteIdentities, byID, page, due,
    ]
}

extension DeletedUser: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        user = try User(&row)
        deletedAt = try row.time()
    }
}

extension Store {
    private func oldest(at now: Date) -> SQLValue { .time(now.addingTimeInterval(-DeletedUser.keptFor)) }

    /// Nil where they are not in the bin, or their thirty days are over.
    package func deletedUser(
        _ tenant: Tenant.ID, _ id: User.ID, at now: Date
    ) async throws(StorageError) -> DeletedUser? {
        try await first(DeletedUserStatements.byID, [.id(tenant), .id(id), oldest(at: now)])
    }

    /// In the order of ids.
    package func deletedUsers(
        _ tenant: Tenant.ID, after: User.ID?, limit: Int, at now: Date
    ) async throws(StorageError) -> [DeletedUser] {
        let after = after.map { SQLValue.id($0) } ?? .bytes([])
        return try await all(DeletedUserStatements.page, [.id(tenant), after, oldest(at: now), .int(limit)])
    }

    /// Whose thirty days are over.
    package func usersToErase(_ tenant: Tenant.ID, limit: Int, at now: Date) async throws(StorageError) -> [User.ID] {
        let rows: [SingleID<User>] = try await all(
            DeletedUserStatements.due, [.id(tenant), oldest(at: now), .int(limit)])
        return rows.map(\.id)
    }
}

extension Step {
    /// Puts the user into the bin: sessions and grants end, invitations are withdrawn, directory roles are lost for
    /// good; the rest waits with them. Not applied where the user is gone.
    package static func softDeleteUser(_ user: User.ID, in tenant: Tenant.ID, at now: Date) -> [Step] {
        let key: [SQLValue] = [.id(tenant), .id(user)]
        return [
            Step(DeletedUserStatements.keep, key + [.time(now)], .one),
            Step(DeletedUserStatements.keepIdentities, key), Step(UserStatements.delete, key, .one),
            Step(IdentityStatements.deleteOfUser, key), Step(RoleStatements.deleteOfUser, key),
            Step(AddressStatements.deleteOfUser, key),
            .revokeInvitations(ofUser: user, in: tenant), .endSessions(ofUser: user, in: tenant, at: now),
            .revokeGrants(ofUser: user, in: tenant, because: "userDeleted", at: now),
        ]
    }

    /// Brings the user back, with identities, groups and assignments.
    ///
    /// Not applied where they are not in the bin, or for longer than thirty days; conflicts with `users_upn` or
    /// `identities_pkey` where somebody has their name or identity by now.
    package static func restoreUser(_ user: User, in tenant: Tenant.ID, at now: Date) -> [Step] {
        let key: [SQLValue] = [.id(tenant), .id(user.id)]
        let oldest = SQLValue.time(now.addingTimeInterval(-DeletedUser.keptFor))
        return [
            Step(DeletedUserStatements.restore, key + [oldest], .one),
            Step(DeletedUserStatements.restoreIdentities, key), Step(DeletedUserStatements.delete, key, .one),
            Step(DeletedUserStatements.deleteIdentities, key),
        ] + indexAddresses(of: user, in: tenant)
    }

    /// Removes the user from the bin and everything that hangs on them. Not applied where they are not in it.
    package static func eraseDeletedUser(_ user: User.ID, in tenant: Tenant.ID) -> [Step] {
        let key: [SQLValue] = [.id(tenant), .id(user)]
        return [
            Step(DeletedUserStatements.delete, key, .one), Step(DeletedUserStatements.deleteIdentities, key),
            Step(PasswordStatements.delete, key), Step(GroupStatements.deleteOfMember, key),
            Step(GroupStatements.deleteOwner, key), Step(AssignmentStatements.deleteOfPrincipal, key),
            Step(ConsentStatements.deleteOfUser, key), Step(InvitationStatements.deleteOfUser, key),
            Step(UserAttributeStatements.deleteOfUser, key),
        ]
    }
}
