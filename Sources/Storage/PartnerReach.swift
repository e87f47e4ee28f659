package import Directory
package import FoundationEssentials

/// What a partner's word could reach, counted. Each looks at every row of its table that is the tenant's: asked by an
/// administrator, never by a sign-in.
///
/// `$2` and `$3` are the partner's ids: a hosted tenant with a setting has vouched under its own id before.
enum PartnerReachStatements {
    private static let of = "WHERE tenant = $1 AND partner_id IN ($2, $3)"
    private static let guests = "guests (id) AS (SELECT DISTINCT user_id FROM identities \(of))"
    private static let reached = """
        WITH RECURSIVE \(guests), reached (id) AS (
            SELECT m.group_id FROM memberships m JOIN guests g ON m.member_id = g.id
            WHERE m.tenant = $1 AND m.member_kind = 'user'
            UNION
            SELECT m.group_id FROM memberships m JOIN reached r ON m.member_id = r.id
            WHERE m.tenant = $1 AND m.member_kind = 'group')
        """

    static let guestCount = Statement("reach_guest_count", "SELECT count(DISTINCT user_id) FROM identities \(of)")
    static let guestList = Statement(
        "reach_guests",
        """
        SELECT \(UserStatements.columns.list) FROM users WHERE tenant = $1
            AND id IN (SELECT user_id FROM identities \(of)) ORDER BY upn_key LIMIT $4
        """)
    static let sessionCount = Statement(
        "reach_session_count", "SELECT count(*) FROM sessions \(of) AND ended_at IS NULL AND expires_at > $4")
    static let pendingCount = Statement(
        "reach_pending_count", "SELECT count(*) FROM pending_sign_ins \(of) AND expires_at > $4")
    static let grantCounts = Statement(
        "reach_grants",
        """
        SELECT app_id, count(*) FROM grants \(of) AND revoked_at IS NULL AND expires_at > $4 GROUP BY app_id
        ORDER BY app_id
        """)
    static let groups = Statement(
        "reach_groups",
        """
        \(reached)
        SELECT \(GroupStatements.columns.list) FROM security_groups
        WHERE tenant = $1 AND id IN (SELECT id FROM reached) ORDER BY display_name, id
        """)
    static let roles = Statement(
        "reach_roles",
        """
        SELECT role, count(*) FROM directory_roles
        WHERE tenant = $1 AND user_id IN (SELECT user_id FROM identities \(of)) GROUP BY role ORDER BY role
        """)
    static let assignments = Statement(
        "reach_assignments",
        """
        \(reached)
        SELECT DISTINCT app_id, role_id FROM assignments WHERE tenant = $1
            AND (principal_id IN (SELECT id FROM guests) OR principal_id IN (SELECT id FROM reached))
        ORDER BY app_id, role_id
        """)
    static let signIns = Statement(
        "reach_sign_ins",
        """
        SELECT id, happened_at, user_id, app_id, outcome, error_number FROM sign_ins
        WHERE tenant = $1 AND user_id IN (SELECT user_id FROM identities \(of)) ORDER BY id DESC LIMIT $4
        """)
    static let all = [
        guestCount, guestList, sessionCount, pendingCount, grantCounts, groups, roles, assignments, signIns,
    ]
}

/// Everything that a partner's guests hold and could use now.
package struct PartnerReach: Sendable {
    package struct SignIn: Sendable, Hashable {
        package var id: SignInID
        package var at: Date
        package var user: User.ID?
        package var application: Application.AppID?
        package var outcome: SignInRecord.Outcome
        package var errorNumber: Int?
    }

    package var guestCount: Int
    /// The first by user principal name.
    package var guests: [User]
    package var sessions: Int
    /// Vouched for, and not finished.
    package var pendingSignIns: Int
    package var grants: [(application: Application.AppID, count: Int)]
    /// Those that a guest is in, directly or through groups.
    package var groups: [Group]
    package var directoryRoles: [(role: DirectoryRole, holders: Int)]
    /// Of the guests and of their groups.
    package var assignments: [(application: Application.AppID, role: ID<Application.Role>?)]
    /// The latest of its guests, the latest first.
    package var signIns: [SignIn]
}

private struct CountedApplication: RowDecodable {
    let application: Application.AppID
    let count: Int
    init(_ row: inout RowReader) throws(StorageError) {
        application = try row.id()
        count = try row.int()
    }
}

private struct CountedRole: RowDecodable {
    let role: DirectoryRole
    let count: Int
    init(_ row: inout RowReader) throws(StorageError) {
        role = try row.choice()
        count = try row.int()
    }
}

private struct AssignedRole: RowDecodable {
    let application: Application.AppID
    let role: ID<Application.Role>?
    init(_ row: inout RowReader) throws(StorageError) {
        application = try row.id()
        role = try row.idOrEmpty()
    }
}

extension PartnerReach.SignIn: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            id: row.id(), at: row.time(), user: row.idOrNil(), application: row.idOrNil(), outcome: row.choice(),
            errorNumber: row.intOrNil())
    }
}

extension Store {
    /// - Parameters:
    ///   - partners: Its ids, one or two.
    ///   - limit: Of the guests and of the sign-ins that are listed.
    package func reach(
        _ tenant: Tenant.ID, ofPartner partners: [Partner.ID], at now: Date, limit: Int
    ) async throws(StorageError) -> PartnerReach {
        guard let first = partners.first, let last = partners.last, partners.count <= 2 else {
            throw .refused("a partner has one id, or two")
        }
        let ids: [SQLValue] = [.id(tenant), .id(first), .id(last)]
        func count(_ statement: Statement, _ more: SQLValue...) async throws(StorageError) -> Int {
            let row: SingleInteger? = try await self.first(statement, ids + more)
            return row.map { Int($0.integer) } ?? 0
        }
        let grants: [CountedApplication] = try await all(PartnerReachStatements.grantCounts, ids + [.time(now)])
        let roles: [CountedRole] = try await all(PartnerReachStatements.roles, ids)
        let assigned: [AssignedRole] = try await all(PartnerReachStatements.assignments, ids)
        return try await PartnerReach(
            guestCount: count(PartnerReachStatements.guestCount),
            guests: all(PartnerReachStatements.guestList, ids + [.int(limit)]),
            sessions: count(PartnerReachStatements.sessionCount, .time(now)),
            pendingSignIns: count(PartnerReachStatements.pendingCount, .time(now)),
            grants: grants.map { ($0.application, $0.count) },
            groups: all(PartnerReachStatements.groups, ids), directoryRoles: roles.map { ($0.role, $0.count) },
            assignments: assigned.map { ($0.application, $0.role) },
            signIns: all(PartnerReachStatements.signIns, ids + [.int(limit)]))
    }
}
