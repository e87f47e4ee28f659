package import Directory

enum RoleStatements {
    static let assign = Statement(
        "role_assign",
        """
        INSERT INTO directory_roles (tenant, user_id, role) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, user_id, role) DO NOTHING
        """)
    static let unassign = Statement(
        "role_unassign", "DELETE FROM directory_roles WHERE tenant = $1 AND user_id = $2 AND role = $3")
    static let deleteOfUser = Statement(
        "roles_delete_of_user", "DELETE FROM directory_roles WHERE tenant = $1 AND user_id = $2")
    static let ofUser = Statement(
        "roles_of_user", "SELECT role FROM directory_roles WHERE tenant = $1 AND user_id = $2 ORDER BY role")
    static let holders = Statement(
        "role_holders", "SELECT user_id FROM directory_roles WHERE tenant = $1 AND role = $2 ORDER BY user_id")
    static let anyHolder = Statement("role_any_holder", "SELECT user_id FROM directory_roles WHERE role = $1 LIMIT 1")
    static let all = [assign, unassign, deleteOfUser, ofUser, holders, anyHolder]
}

private struct RoleRow: RowDecodable {
    let role: DirectoryRole
    init(_ row: inout RowReader) throws(StorageError) { role = try row.choice() }
}

extension Store {
    package func directoryRoles(_ tenant: Tenant.ID, ofUser user: User.ID) async throws(StorageError) -> [DirectoryRole]
    {
        let rows: [RoleRow] = try await all(RoleStatements.ofUser, [.id(tenant), .id(user)])
        return rows.map(\.role)
    }

    package func holders(_ tenant: Tenant.ID, of role: DirectoryRole) async throws(StorageError) -> [User.ID] {
        let rows: [SingleID<User>] = try await all(RoleStatements.holders, [.id(tenant), .choice(role)])
        return rows.map(\.id)
    }

    /// Whether anybody in the installation holds the role: before the first Global Administrator nothing is served.
    package func isHeldByAnyone(_ role: DirectoryRole) async throws(StorageError) -> Bool {
        let row: SingleID<User>? = try await first(RoleStatements.anyHolder, [.choice(role)])
        return row != nil
    }
}

extension Step {
    package static func assignRole(_ role: DirectoryRole, to user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(RoleStatements.assign, [.id(tenant), .id(user), .choice(role)])
    }

    package static func unassignRole(_ role: DirectoryRole, from user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(RoleStatements.unassign, [.id(tenant), .id(user), .choice(role)])
    }
}

// MARK: - Assignments to applications

enum AssignmentStatements {
    private static let columns = Columns("principal_kind", "principal_id", "app_id", "role_id")

    static let insert = Statement(
        "assignment_insert",
        """
        INSERT INTO assignments (tenant, \(columns.list)) VALUES ($1, \(columns.placeholders(from: 2)))
        ON CONFLICT (tenant, app_id, principal_id, role_id) DO NOTHING
        """)
    static let delete = Statement(
        "assignment_delete",
        "DELETE FROM assignments WHERE tenant = $1 AND app_id = $2 AND principal_id = $3 AND role_id = $4")
    static let deleteOfPrincipal = Statement(
        "assignments_delete_of_principal", "DELETE FROM assignments WHERE tenant = $1 AND principal_id = $2")
    static let deleteOfApplication = Statement(
        "assignments_delete_of_application", "DELETE FROM assignments WHERE tenant = $1 AND app_id = $2")
    static let ofApplication = Statement(
        "assignments_of_application",
        "SELECT \(columns.list) FROM assignments WHERE tenant = $1 AND app_id = $2 ORDER BY principal_id, role_id")
    static let ofPrincipal = Statement(
        "assignments_of_principal",
        "SELECT \(columns.list) FROM assignments WHERE tenant = $1 AND principal_id = $2 ORDER BY app_id, role_id")
    static let reaching = Statement(
        "assignments_reaching_user",
        """
        \(GroupStatements.reached)
        SELECT \(columns.list(of: "a")) FROM assignments a
        WHERE a.tenant = $1 AND a.app_id = $3 AND (a.principal_id = $2 OR a.principal_id IN (SELECT id FROM reached))
        ORDER BY a.principal_id, a.role_id
        """)
    static let all = [insert, delete, deleteOfPrincipal, deleteOfApplication, ofApplication, ofPrincipal, reaching]
}

extension Assignment: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        let kind = try row.text()
        let principal: Principal = kind == "group" ? .group(try row.id()) : .user(try row.id())
        try self.init(principal: principal, application: row.id(), role: row.idOrEmpty())
    }

    fileprivate var principalColumns: (kind: SQLValue, id: SQLValue) {
        switch principal {
        case .user(let user): (.text("user"), .id(user))
        case .group(let group): (.text("group"), .id(group))
        }
    }

    fileprivate var roleColumn: SQLValue { .bytes(role?.bytes ?? []) }
}

extension Store {
    package func assignments(
        _ tenant: Tenant.ID, toApplication application: Application.AppID
    ) async throws(StorageError) -> [Assignment] {
        try await all(AssignmentStatements.ofApplication, [.id(tenant), .id(application)])
    }

    package func assignments(
        _ tenant: Tenant.ID, ofPrincipal principal: Assignment.Principal
    ) async throws(StorageError) -> [Assignment] {
        let id: SQLValue =
            switch principal {
            case .user(let user): .id(user)
            case .group(let group): .id(group)
            }
        return try await all(AssignmentStatements.ofPrincipal, [.id(tenant), id])
    }

    /// The assignments that give the user access to the application: their own, and those of the groups they are in
    /// (``groups(_:of:)``).
    package func assignments(
        _ tenant: Tenant.ID, reaching user: User.ID, places: GroupPlaces, toApplication application: Application.AppID
    ) async throws(StorageError) -> [Assignment] {
        var found = try await assignments(tenant, reaching: user, toApplication: application)
        var known = Set(found)
        // What the database's own walk does not see.
        for group in places.onlyByRule {
            for assignment in try await assignments(tenant, ofPrincipal: .group(group))
            where assignment.application == application && known.insert(assignment).inserted {
                found.append(assignment)
            }
        }
        return found
    }

    /// The assignments that give the user access to the application: their own and those of every group they are in,
    /// directly or not. None: not assigned.
    package func assignments(
        _ tenant: Tenant.ID, reaching user: User.ID, toApplication application: Application.AppID
    ) async throws(StorageError) -> [Assignment] {
        try await all(AssignmentStatements.reaching, [.id(tenant), .id(user), .id(application)])
    }
}

extension Step {
    /// Assigning twice changes nothing.
    package static func insertAssignment(_ assignment: Assignment, in tenant: Tenant.ID) -> Step {
        Step(
            AssignmentStatements.insert,
            [
                .id(tenant), assignment.principalColumns.kind, assignment.principalColumns.id,
                .id(assignment.application), assignment.roleColumn,
            ])
    }

    /// Whatever was assigned to an application that is no more.
    package static func removeAssignments(toApplication application: Application.AppID, in tenant: Tenant.ID) -> Step {
        Step(AssignmentStatements.deleteOfApplication, [.id(tenant), .id(application)])
    }

    package static func removeAssignment(_ assignment: Assignment, in tenant: Tenant.ID) -> Step {
        Step(
            AssignmentStatements.delete,
            [.id(tenant), .id(assignment.application), assignment.principalColumns.id, assignment.roleColumn])
    }
}
