package import Directory
package import FoundationEssentials

/// A user with the number of changes that the row has seen.
package struct StoredUser: Sendable, Hashable {
    package var user: User
    package var revision: Int64

    package init(user: User, revision: Int64) {
        self.user = user
        self.revision = revision
    }
}

/// Which users a list is of, as far as the database finds them by a key, and so in what order they come. Whatever else a
/// list asks for is looked at row by row.
package enum UserSelection: Sendable, Hashable {
    /// By id.
    case all
    /// By the key's order; it begins with the text, or is it.
    case name(UserNameKey, UserNameMatch)
    /// By id.
    case type(User.UserType)
    case state(User.ExternalUserState)
    case creation(User.CreationType)
    case reports(of: User.ID)
    /// By the time of their creation; the bounds are within.
    case created(from: Date, through: Date)
}

/// What is compared without ASCII case, and has an index.
package enum UserNameKey: String, Sendable, Hashable, CaseIterable {
    case displayName = "display_key"
    case userPrincipalName = "upn_key"
    case mail = "mail_key"
}

package enum UserNameMatch: Sendable, Hashable {
    case anything
    case beginning(String)
    case exactly(String)
}

/// Where a list goes on: behind the row with this key.
package struct UserListKey: Sendable, Hashable {
    /// The value that the list is in the order of; empty where that is the id alone.
    package var text: String
    package var id: User.ID

    package init(text: String, id: User.ID) {
        self.text = text
        self.id = id
    }
}

enum UserListStatements {
    static let columns = UserStatements.columns.list + ", revision"

    static let byID = Statement(
        "stored_user_by_id", "SELECT \(columns) FROM users WHERE tenant = $1 AND id = $2")
    static let all =
        [byID, replace, page, created, createdDown, createdCount]
        + pages.flatMap { [$0.page, $0.count] } + names.flatMap { [$0.up, $0.down, $0.count] }

    /// Only over the version that its maker saw.
    static let replace = Statement(
        "user_replace",
        """
        UPDATE users SET \(UserStatements.written.assignments(from: 4)), revision = revision + 1
        WHERE tenant = $1 AND id = $2 AND revision = $3
        """)
    static let page = Statement(
        "stored_users_page", "SELECT \(columns) FROM users WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3")

    struct Page {
        let column: String
        let page: Statement
        let count: Statement
    }

    /// Those with one value in a column, by id.
    static let pages = ["user_type", "external_user_state", "creation_type", "manager"].map { column in
        Page(
            column: column,
            page: Statement(
                "users_page_by_\(column)",
                "SELECT \(columns) FROM users WHERE tenant = $1 AND \(column) = $2 AND id > $3 ORDER BY id LIMIT $4"),
            count: Statement(
                "users_count_by_\(column)", "SELECT count(*) FROM users WHERE tenant = $1 AND \(column) = $2"))
    }

    struct Name {
        let key: UserNameKey
        let up: Statement
        let down: Statement
        let count: Statement
    }

    /// One bound is the key where the page begins, so that the last page of a million costs what the first does.
    static let names = UserNameKey.allCases.map { key in
        let column = key.rawValue
        return Name(
            key: key,
            up: Statement(
                "users_up_by_\(column)",
                """
                SELECT \(columns) FROM users WHERE tenant = $1 AND (\(column), id) > ($2, $3) AND \(column) <= $4
                ORDER BY \(column), id LIMIT $5
                """),
            down: Statement(
                "users_down_by_\(column)",
                """
                SELECT \(columns) FROM users WHERE tenant = $1 AND (\(column), id) < ($2, $3) AND \(column) >= $4
                ORDER BY \(column) DESC, id DESC LIMIT $5
                """),
            count: Statement(
                "users_count_by_\(column)",
                "SELECT count(*) FROM users WHERE tenant = $1 AND \(column) >= $2 AND \(column) <= $3"))
    }
    static let created = Statement(
        "users_up_by_time",
        """
        SELECT \(columns) FROM users WHERE tenant = $1 AND (created_at, id) > ($2, $3) AND created_at <= $4
        ORDER BY created_at, id LIMIT $5
        """)
    static let createdDown = Statement(
        "users_down_by_time",
        """
        SELECT \(columns) FROM users WHERE tenant = $1 AND (created_at, id) < ($2, $3) AND created_at >= $4
        ORDER BY created_at DESC, id DESC LIMIT $5
        """)
    static let createdCount = Statement(
        "users_count_by_time",
        "SELECT count(*) FROM users WHERE tenant = $1 AND created_at >= $2 AND created_at <= $3")
}

extension StoredUser: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        user = try User(&row)
        revision = try row.integer()
    }
}

extension UserNameMatch {
    /// The least and the greatest key, in the order of bytes: nothing that begins with the text is greater than the text
    /// and the greatest character.
    fileprivate var bounds: (low: String, high: String) {
        switch self {
        case .anything: ("", "\u{10FFFF}")
        case .beginning(let text): (loweredASCII(text), loweredASCII(text) + "\u{10FFFF}")
        case .exactly(let text): (loweredASCII(text), loweredASCII(text))
        }
    }
}

extension UserSelection {
    /// The key that a list of this selection goes on behind.
    package func key(of user: User) -> UserListKey {
        switch self {
        case .all, .type, .state, .creation, .reports: UserListKey(text: "", id: user.id)
        case .name(.displayName, _): UserListKey(text: loweredASCII(user.displayName), id: user.id)
        case .name(.userPrincipalName, _): UserListKey(text: loweredASCII(user.userPrincipalName), id: user.id)
        case .name(.mail, _): UserListKey(text: user.mail?.normalized ?? "", id: user.id)
        case .created: UserListKey(text: "\(user.createdAt.milliseconds)", id: user.id)
        }
    }

    fileprivate var column: (page: UserListStatements.Page, value: SQLValue)? {
        let found: (name: String, value: SQLValue)? =
            switch self {
            case .type(let type): ("user_type", .choice(type))
            case .state(let state): ("external_user_state", .choice(state))
            case .creation(let creation): ("creation_type", .choice(creation))
            case .reports(let manager): ("manager", .id(manager))
            case .all, .name, .created: nil
            }
        guard let found, let page = UserListStatements.pages.first(where: { $0.column == found.name }) else {
            return nil
        }
        return (page, found.value)
    }
}

extension Store {
    package func storedUser(_ tenant: Tenant.ID, _ id: User.ID) async throws(StorageError) -> StoredUser? {
        try await first(UserListStatements.byID, [.id(tenant), .id(id)])
    }

    /// A page of a list, in the selection's order.
    ///
    /// - Parameters:
    ///   - isDescending: From the greatest key down; for names and times only.
    ///   - after: The last key of the page before.
    package func users(
        _ tenant: Tenant.ID, _ selection: UserSelection, isDescending: Bool = false, after: UserListKey? = nil,
        limit: Int
    ) async throws(StorageError) -> [StoredUser] {
        let behind = after.map { SQLValue.id($0.id) }
        let (least, greatest) = (SQLValue.bytes([]), SQLValue.bytes([UInt8](repeating: 0xFF, count: 17)))
        switch selection {
        case .name(let key, let match):
            guard let name = UserListStatements.names.first(where: { $0.key == key }) else { return [] }
            let (low, high) = match.bounds
            if isDescending {
                return try await all(
                    name.down, [.id(tenant), .text(after?.text ?? high), behind ?? greatest, .text(low), .int(limit)])
            }
            return try await all(
                name.up, [.id(tenant), .text(after?.text ?? low), behind ?? least, .text(high), .int(limit)])
        case .created(let from, let through):
            let (low, high) = (from.milliseconds, through.milliseconds)
            let start = after.flatMap { Int64($0.text) }
            if isDescending {
                return try await all(
                    UserListStatements.createdDown,
                    [.id(tenant), .integer(start ?? high), behind ?? greatest, .integer(low), .int(limit)])
            }
            return try await all(
                UserListStatements.created,
                [.id(tenant), .integer(start ?? low), behind ?? least, .integer(high), .int(limit)])
        case .all, .type, .state, .creation, .reports:
            guard let (page, value) = selection.column else {
                return try await all(UserListStatements.page, [.id(tenant), behind ?? least, .int(limit)])
            }
            return try await all(page.page, [.id(tenant), value, behind ?? least, .int(limit)])
        }
    }

    package func userCount(_ tenant: Tenant.ID, _ selection: UserSelection) async throws(StorageError) -> Int {
        let row: SingleInteger?
        switch selection {
        case .name(let key, let match):
            guard let name = UserListStatements.names.first(where: { $0.key == key }) else { return 0 }
            row = try await first(name.count, [.id(tenant), .text(match.bounds.low), .text(match.bounds.high)])
        case .created(let from, let through):
            row = try await first(UserListStatements.createdCount, [.id(tenant), .time(from), .time(through)])
        case .all, .type, .state, .creation, .reports:
            guard let (page, value) = selection.column else { return try await userCount(tenant) }
            row = try await first(page.count, [.id(tenant), value])
        }
        return row.map { Int($0.integer) } ?? 0
    }
}

extension Step {
    /// Writes every property over the version that its maker saw. Not applied where the user is gone or has changed.
    package static func replaceUser(_ stored: StoredUser, with user: User, in tenant: Tenant.ID) -> Step {
        Step(
            UserListStatements.replace, [.id(tenant), .id(user.id), .integer(stored.revision)] + user.written, .one)
    }
}
