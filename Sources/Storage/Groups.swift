package import Directory

/// Who can be in a group.
package enum GroupMember: Sendable, Hashable {
    case user(User.ID)
    case group(Group.ID)
}

enum GroupStatements {
    static let insert = Statement(
        "group_insert", "INSERT INTO security_groups (tenant, id, display_name, created_at) VALUES ($1, $2, $3, $4)")
    static let rename = Statement(
        "group_rename", "UPDATE security_groups SET display_name = $3 WHERE tenant = $1 AND id = $2")
    static let delete = Statement("group_delete", "DELETE FROM security_groups WHERE tenant = $1 AND id = $2")
    static let byID = Statement(
        "group_by_id", "SELECT id, display_name, created_at FROM security_groups WHERE tenant = $1 AND id = $2")
    static let list = Statement(
        "groups_of_tenant",
        "SELECT id, display_name, created_at FROM security_groups WHERE tenant = $1 ORDER BY display_name, id")
    static let addMember = Statement(
        "member_add",
        """
        INSERT INTO memberships (tenant, member_id, group_id, member_kind) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, member_id, group_id) DO NOTHING
        """)
    static let removeMember = Statement(
        "member_remove", "DELETE FROM memberships WHERE tenant = $1 AND member_id = $2 AND group_id = $3")
    static let deleteOfMember = Statement(
        "members_delete_of_member", "DELETE FROM memberships WHERE tenant = $1 AND member_id = $2")
    static let deleteOfGroup = Statement(
        "members_delete_of_group", "DELETE FROM memberships WHERE tenant = $1 AND group_id = $2")
    static let members = Statement(
        "members_of_group",
        "SELECT member_kind, member_id FROM memberships WHERE tenant = $1 AND group_id = $2 ORDER BY member_id")
    /// UNION keeps each group once, so that groups which contain each other end the walk.
    static let reached = """
        WITH RECURSIVE reached (id) AS (
            SELECT m.group_id FROM memberships m WHERE m.tenant = $1 AND m.member_id = $2 AND m.member_kind = 'user'
            UNION
            SELECT m.group_id FROM memberships m JOIN reached r ON m.member_id = r.id
            WHERE m.tenant = $1 AND m.member_kind = 'group')
        """
    static let transitive = Statement("groups_transitive", "\(reached) SELECT id FROM reached ORDER BY id")
    static let all = [
        insert, rename, delete, byID, list, addMember, removeMember, deleteOfMember, deleteOfGroup, members, transitive,
    ]
}

extension Group: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(id: row.id(), displayName: row.text(), createdAt: row.time())
    }
}

private enum PrincipalKind: String { case user, group }

extension GroupMember: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        let kind: PrincipalKind = try row.choice()
        switch kind {
        case .user: self = .user(try row.id())
        case .group: self = .group(try row.id())
        }
    }

    fileprivate var columns: (id: SQLValue, kind: SQLValue) {
        switch self {
        case .user(let user): (.id(user), .choice(PrincipalKind.user))
        case .group(let group): (.id(group), .choice(PrincipalKind.group))
        }
    }
}

extension Store {
    package func group(_ tenant: Tenant.ID, _ id: Group.ID) async throws(StorageError) -> Group? {
        try await first(GroupStatements.byID, [.id(tenant), .id(id)])
    }

    /// By name.
    package func groups(_ tenant: Tenant.ID) async throws(StorageError) -> [Group] {
        try await all(GroupStatements.list, [.id(tenant)])
    }

    /// Direct members only.
    package func members(_ tenant: Tenant.ID, of group: Group.ID) async throws(StorageError) -> [GroupMember] {
        try await all(GroupStatements.members, [.id(tenant), .id(group)])
    }

    /// Every group that the user is in, itself or through another group; in the order of ids.
    package func transitiveGroups(_ tenant: Tenant.ID, ofUser user: User.ID) async throws(StorageError) -> [Group.ID] {
        let rows: [SingleID<Group>] = try await all(GroupStatements.transitive, [.id(tenant), .id(user)])
        return rows.map(\.id)
    }
}

extension Step {
    package static func insertGroup(_ group: Group, in tenant: Tenant.ID) -> Step {
        Step(
            GroupStatements.insert, [.id(tenant), .id(group.id), .text(group.displayName), .time(group.createdAt)], .one
        )
    }

    package static func renameGroup(_ group: Group.ID, to displayName: String, in tenant: Tenant.ID) -> Step {
        Step(GroupStatements.rename, [.id(tenant), .id(group), .text(displayName)], .one)
    }

    /// Removes the group, its members' places in it, its own place in others, and its assignments.
    package static func deleteGroup(_ group: Group.ID, in tenant: Tenant.ID) -> [Step] {
        let key: [SQLValue] = [.id(tenant), .id(group)]
        return [
            Step(GroupStatements.delete, key, .one), Step(GroupStatements.deleteOfGroup, key),
            Step(GroupStatements.deleteOfMember, key), Step(AssignmentStatements.deleteOfPrincipal, key),
        ]
    }

    /// Adding twice changes nothing.
    package static func addMember(_ member: GroupMember, to group: Group.ID, in tenant: Tenant.ID) -> Step {
        Step(GroupStatements.addMember, [.id(tenant), member.columns.id, .id(group), member.columns.kind])
    }

    package static func removeMember(_ member: GroupMember, from group: Group.ID, in tenant: Tenant.ID) -> Step {
        Step(GroupStatements.removeMember, [.id(tenant), member.columns.id, .id(group)])
    }
}
