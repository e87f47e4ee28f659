package import Directory

/// Who can be in a group.
package enum GroupMember: Sendable, Hashable {
    case user(User.ID)
    case group(Group.ID)
}

/// The groups that a user is in.
package struct GroupPlaces: Sendable, Hashable {
    /// In the order of ids.
    package var all: [Group.ID]
    /// Those of them that no assignment leads to.
    package var onlyByRule: [Group.ID]
}

enum GroupStatements {
    static let columns = Columns("id", "display_name", "created_at", "description", "membership_rule", "is_hidden")
    private static let stored = columns.list + ", revision"

    static let insert = Statement(
        "group_insert",
        "INSERT INTO security_groups (tenant, \(columns.list)) VALUES ($1, \(columns.placeholders(from: 2)))")
    static let rename = Statement(
        "group_rename",
        "UPDATE security_groups SET display_name = $3, revision = revision + 1 WHERE tenant = $1 AND id = $2")
    static let replace = Statement(
        "group_replace",
        """
        UPDATE security_groups SET display_name = $4, description = $5, membership_rule = $6, is_hidden = $7,
            revision = revision + 1
        WHERE tenant = $1 AND id = $2 AND revision = $3
        """)
    static let delete = Statement("group_delete", "DELETE FROM security_groups WHERE tenant = $1 AND id = $2")
    static let byID = Statement(
        "group_by_id", "SELECT \(columns.list) FROM security_groups WHERE tenant = $1 AND id = $2")
    static let storedByID = Statement(
        "stored_group_by_id", "SELECT \(stored) FROM security_groups WHERE tenant = $1 AND id = $2")
    static let list = Statement(
        "groups_of_tenant",
        "SELECT \(columns.list) FROM security_groups WHERE tenant = $1 ORDER BY display_name, id")
    static let page = Statement(
        "stored_groups_page",
        "SELECT \(stored) FROM security_groups WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3")
    static let dynamic = Statement(
        "groups_with_rule",
        """
        SELECT id, membership_rule FROM security_groups WHERE tenant = $1 AND membership_rule IS NOT NULL ORDER BY id
        """)
    static let userMembers = Statement(
        "group_members_page",
        """
        SELECT m.member_kind, m.member_id FROM memberships m
        WHERE m.tenant = $1 AND m.group_id = $2 AND m.member_id > $3 AND (m.member_kind = 'group' OR EXISTS (
            SELECT 1 FROM users u WHERE u.tenant = m.tenant AND u.id = m.member_id))
        ORDER BY m.member_id LIMIT $4
        """)
    static let isMember = Statement(
        "group_has_member",
        "SELECT group_id FROM memberships WHERE tenant = $1 AND member_id = $2 AND group_id = $3")
    static let parents = Statement(
        "groups_of_member", "SELECT group_id FROM memberships WHERE tenant = $1 AND member_id = $2 ORDER BY group_id")
    static let addOwner = Statement(
        "owner_add",
        """
        INSERT INTO group_owners (tenant, group_id, owner_id) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, group_id, owner_id) DO NOTHING
        """)
    static let removeOwner = Statement(
        "owner_remove", "DELETE FROM group_owners WHERE tenant = $1 AND group_id = $2 AND owner_id = $3")
    static let deleteOwner = Statement(
        "owner_delete", "DELETE FROM group_owners WHERE tenant = $1 AND owner_id = $2")
    static let deleteOwners = Statement(
        "owners_delete_of_group", "DELETE FROM group_owners WHERE tenant = $1 AND group_id = $2")
    static let owners = Statement(
        "owners_of_group",
        """
        SELECT \(UserListStatements.columns) FROM users WHERE tenant = $1 AND id IN (
            SELECT owner_id FROM group_owners WHERE tenant = $1 AND group_id = $2)
        ORDER BY id
        """)
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
    static let above = Statement(
        "groups_above",
        """
        WITH RECURSIVE reached (id) AS (
            SELECT m.group_id FROM memberships m WHERE m.tenant = $1 AND m.member_id = $2 AND m.member_kind = 'group'
            UNION
            SELECT m.group_id FROM memberships m JOIN reached r ON m.member_id = r.id
            WHERE m.tenant = $1 AND m.member_kind = 'group')
        SELECT id FROM reached ORDER BY id
        """)
    static let all = [
        insert, rename, replace, delete, byID, storedByID, list, page, dynamic, userMembers, isMember, parents,
        addOwner,
        removeOwner, deleteOwner, deleteOwners, owners, addMember, removeMember, deleteOfMember, deleteOfGroup,
        members, transitive, above,
    ]
}

extension Group: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            id: row.id(), displayName: row.text(), createdAt: row.time(), description: row.textOrNil(),
            membershipRule: row.ruleOrNil(), isHidden: row.flag())
    }
}

extension RowReader {
    fileprivate mutating func ruleOrNil() throws(StorageError) -> MembershipRule? {
        guard let text = try textOrNil() else { return nil }
        do { return try MembershipRule(text) } catch { throw .unreadable("\"\(text)\" is no rule: \(error)") }
    }
}

/// A group with the number of changes that the row has seen.
package struct StoredGroup: Sendable, Hashable {
    package var group: Group
    package var revision: Int64

    package init(group: Group, revision: Int64) {
        self.group = group
        self.revision = revision
    }
}

extension StoredGroup: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        group = try Group(&row)
        revision = try row.integer()
    }
}

private struct RuledGroup: RowDecodable {
    let id: Group.ID
    let rule: MembershipRule?
    init(_ row: inout RowReader) throws(StorageError) {
        id = try row.id()
        rule = try row.ruleOrNil()
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

    /// Every group that the user was put into, itself or through another group; in the order of ids. Rules are not asked:
    /// see ``groups(_:of:)``.
    package func transitiveGroups(_ tenant: Tenant.ID, ofUser user: User.ID) async throws(StorageError) -> [Group.ID] {
        let rows: [SingleID<Group>] = try await all(GroupStatements.transitive, [.id(tenant), .id(user)])
        return rows.map(\.id)
    }

    /// Every group that the user is in, by assignment, by rule, or through another group. A rule counts from the commit
    /// of the rule, or of the user, on.
    package func groups(_ tenant: Tenant.ID, of user: User) async throws(StorageError) -> GroupPlaces {
        let assigned = try await transitiveGroups(tenant, ofUser: user.id)
        let ruled = try await groups(tenant, ruledInto: user)
        guard !ruled.isEmpty else { return GroupPlaces(all: assigned, onlyByRule: []) }
        var found = Set(assigned)
        var byRule: [Group.ID] = []
        for group in ruled {
            let above: [SingleID<Group>] = try await all(GroupStatements.above, [.id(tenant), .id(group)])
            for id in [group] + above.map(\.id) where found.insert(id).inserted { byRule.append(id) }
        }
        return GroupPlaces(
            all: found.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }, onlyByRule: byRule)
    }

    /// The groups whose rule the user meets; in the order of ids.
    package func groups(_ tenant: Tenant.ID, ruledInto user: User) async throws(StorageError) -> [Group.ID] {
        let rows: [RuledGroup] = try await all(GroupStatements.dynamic, [.id(tenant)])
        return rows.filter { $0.rule?.admits(user) == true }.map(\.id)
    }

    /// The groups that the user or group was put into itself.
    package func groups(_ tenant: Tenant.ID, directlyOf member: GroupMember) async throws(StorageError) -> [Group.ID] {
        let rows: [SingleID<Group>] = try await all(GroupStatements.parents, [.id(tenant), member.columns.id])
        return rows.map(\.id)
    }

    package func storedGroup(_ tenant: Tenant.ID, _ id: Group.ID) async throws(StorageError) -> StoredGroup? {
        try await first(GroupStatements.storedByID, [.id(tenant), .id(id)])
    }

    /// In the order of ids.
    package func storedGroups(
        _ tenant: Tenant.ID, after: Group.ID?, limit: Int
    ) async throws(StorageError) -> [StoredGroup] {
        let after = after.map { SQLValue.id($0) } ?? .bytes([])
        return try await all(GroupStatements.page, [.id(tenant), after, .int(limit)])
    }

    /// Direct members that are there, in the order of ids, behind `after`.
    package func members(
        _ tenant: Tenant.ID, of group: Group.ID, after: [UInt8], limit: Int
    ) async throws(StorageError) -> [GroupMember] {
        try await all(GroupStatements.userMembers, [.id(tenant), .id(group), .bytes(after), .int(limit)])
    }

    package func isMember(
        _ tenant: Tenant.ID, _ member: GroupMember, of group: Group.ID
    ) async throws(StorageError) -> Bool {
        let row: SingleID<Group>? = try await first(
            GroupStatements.isMember, [.id(tenant), member.columns.id, .id(group)])
        return row != nil
    }

    package func owners(_ tenant: Tenant.ID, of group: Group.ID) async throws(StorageError) -> [StoredUser] {
        try await all(GroupStatements.owners, [.id(tenant), .id(group)])
    }
}

extension Step {
    package static func insertGroup(_ group: Group, in tenant: Tenant.ID) -> Step {
        Step(
            GroupStatements.insert,
            [
                .id(tenant), .id(group.id), .text(group.displayName), .time(group.createdAt),
                .textOrNull(group.description), .textOrNull(group.membershipRule?.text), .flag(group.isHidden),
            ], .one)
    }

    package static func renameGroup(_ group: Group.ID, to displayName: String, in tenant: Tenant.ID) -> Step {
        Step(GroupStatements.rename, [.id(tenant), .id(group), .text(displayName)], .one)
    }

    /// Writes every property over the version that its maker saw. Not applied where the group is gone or has changed.
    package static func replaceGroup(_ stored: StoredGroup, with group: Group, in tenant: Tenant.ID) -> Step {
        Step(
            GroupStatements.replace,
            [
                .id(tenant), .id(group.id), .integer(stored.revision), .text(group.displayName),
                .textOrNull(group.description), .textOrNull(group.membershipRule?.text), .flag(group.isHidden),
            ], .one)
    }

    package static func addOwner(_ owner: User.ID, to group: Group.ID, in tenant: Tenant.ID) -> Step {
        Step(GroupStatements.addOwner, [.id(tenant), .id(group), .id(owner)])
    }

    /// Not applied where they are no owner.
    package static func removeOwner(_ owner: User.ID, from group: Group.ID, in tenant: Tenant.ID) -> Step {
        Step(GroupStatements.removeOwner, [.id(tenant), .id(group), .id(owner)], .one)
    }

    /// Removes the group, its members' places in it, its own place in others, and its assignments.
    package static func deleteGroup(_ group: Group.ID, in tenant: Tenant.ID) -> [Step] {
        let key: [SQLValue] = [.id(tenant), .id(group)]
        return [
            Step(GroupStatements.delete, key, .one), Step(GroupStatements.deleteOfGroup, key),
            Step(GroupStatements.deleteOfMember, key), Step(AssignmentStatements.deleteOfPrincipal, key),
            Step(GroupStatements.deleteOwners, key),
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
