package import Directory
package import FoundationEssentials

enum UserStatements {
    static let columns = Columns(
        "id", "upn", "display_name", "user_type", "created_at", "given_name", "surname", "creation_type",
        "external_user_state", "external_user_state_changed_at", "mail", "other_mails", "proxy_addresses",
        "account_enabled", "preferred_language", "usage_location", "company_name", "department", "job_title",
        "sponsors", "manager")
    static let written = Columns(
        "upn", "upn_key", "display_name", "user_type", "created_at", "given_name", "surname", "creation_type",
        "external_user_state", "external_user_state_changed_at", "mail", "mail_key", "other_mails", "proxy_addresses",
        "account_enabled", "preferred_language", "usage_location", "company_name", "department", "job_title",
        "sponsors", "manager", "display_key")

    static let insert = Statement(
        "user_insert",
        "INSERT INTO users (tenant, id, \(written.list)) VALUES ($1, $2, \(written.placeholders(from: 3)))")
    static let update = Statement(
        "user_update",
        "UPDATE users SET \(written.assignments(from: 3)), revision = revision + 1 WHERE tenant = $1 AND id = $2")
    static let delete = Statement("user_delete", "DELETE FROM users WHERE tenant = $1 AND id = $2")
    static let byID = Statement(
        "user_by_id", "SELECT \(columns.list) FROM users WHERE tenant = $1 AND id = $2")
    static let byUPN = Statement(
        "user_by_upn", "SELECT \(columns.list) FROM users WHERE tenant = $1 AND upn_key = $2")
    static let byMail = Statement(
        "users_by_mail", "SELECT \(columns.list) FROM users WHERE tenant = $1 AND mail_key = $2 ORDER BY id")
    static let page = Statement(
        "users_page", "SELECT \(columns.list) FROM users WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3")
    static let count = Statement("users_count", "SELECT count(*) FROM users WHERE tenant = $1")
    static let all = [insert, update, delete, byID, byUPN, byMail, page, count]
}

extension User: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            id: row.id(), userPrincipalName: row.text(), displayName: row.text(), userType: row.choice(),
            createdAt: row.time(), givenName: row.textOrNil(), surname: row.textOrNil(),
            creationType: row.choiceOrNil(), externalUserState: row.choiceOrNil(),
            externalUserStateChangedAt: row.timeOrNil(), mail: row.emailOrNil(), otherMails: row.emails(),
            proxyAddresses: row.strings(), accountEnabled: row.flag(), preferredLanguage: row.textOrNil(),
            usageLocation: row.textOrNil(), companyName: row.textOrNil(), department: row.textOrNil(),
            jobTitle: row.textOrNil(), sponsors: row.ids(), manager: row.idOrNil())
    }

    var written: [SQLValue] {
        [
            .text(userPrincipalName), .text(loweredASCII(userPrincipalName)), .text(displayName), .choice(userType),
            .time(createdAt), .textOrNull(givenName), .textOrNull(surname), .choiceOrNull(creationType),
            .choiceOrNull(externalUserState), .timeOrNull(externalUserStateChangedAt), .textOrNull(mail?.description),
            .textOrNull(mail?.normalized), .strings(otherMails.map(\.description)), .strings(proxyAddresses),
            .flag(accountEnabled), .textOrNull(preferredLanguage), .textOrNull(usageLocation),
            .textOrNull(companyName), .textOrNull(department), .textOrNull(jobTitle),
            .strings(sponsors.map(\.description)), .idOrNull(manager), .text(loweredASCII(displayName)),
        ]
    }
}

extension RowReader {
    fileprivate mutating func emails() throws(StorageError) -> [EmailAddress] {
        var emails: [EmailAddress] = []
        for text in try strings() {
            guard let email = EmailAddress(text) else { throw .unreadable("\"\(text)\" is no email address") }
            emails.append(email)
        }
        return emails
    }

    mutating func ids<Subject>() throws(StorageError) -> [ID<Subject>] {
        var ids: [ID<Subject>] = []
        for text in try strings() {
            guard let id = ID<Subject>(text) else { throw .unreadable("\"\(text)\" is no id") }
            ids.append(id)
        }
        return ids
    }
}

/// The form in which user principal names are compared. Only ASCII is folded, as in `EmailAddress`, so that no
/// look-alike ever equals another.
func loweredASCII(_ text: String) -> String {
    String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
}

extension Store {
    package func user(_ tenant: Tenant.ID, _ id: User.ID) async throws(StorageError) -> User? {
        try await first(UserStatements.byID, [.id(tenant), .id(id)])
    }

    /// Compared without ASCII case.
    package func user(
        _ tenant: Tenant.ID, userPrincipalName: String
    ) async throws(StorageError) -> User? {
        try await first(UserStatements.byUPN, [.id(tenant), .text(loweredASCII(userPrincipalName))])
    }

    /// Users whose `mail` is this address: for invitation and display, never to sign somebody in.
    package func users(_ tenant: Tenant.ID, mail: EmailAddress) async throws(StorageError) -> [User] {
        try await all(UserStatements.byMail, [.id(tenant), .text(mail.normalized)])
    }

    /// In the order of ids, from behind `after`.
    package func users(
        _ tenant: Tenant.ID, after: User.ID? = nil, limit: Int = 100
    ) async throws(StorageError) -> [User] {
        let after = after.map { SQLValue.id($0) } ?? .bytes([])
        return try await all(UserStatements.page, [.id(tenant), after, .int(limit)])
    }

    package func userCount(_ tenant: Tenant.ID) async throws(StorageError) -> Int {
        let row: SingleInteger? = try await first(UserStatements.count, [.id(tenant)])
        return Int(row?.integer ?? 0)
    }
}

extension Step {
    /// Conflicts with `users_upn` where the user principal name is taken, in whatever case.
    package static func insertUser(_ user: User, in tenant: Tenant.ID) -> Step {
        Step(UserStatements.insert, [.id(tenant), .id(user.id)] + user.written, .one)
    }

    /// Writes every property. Not applied where the user is gone.
    package static func updateUser(_ user: User, in tenant: Tenant.ID) -> Step {
        Step(UserStatements.update, [.id(tenant), .id(user.id)] + user.written, .one)
    }

    /// Removes the user and what hangs on it: identities, password, memberships, roles, assignments, consents,
    /// invitations. Sessions and grants end; the records of sign-ins stay (``erasePersonal(ofUser:in:)`` is apart).
    package static func deleteUser(_ user: User.ID, in tenant: Tenant.ID, at now: Date) -> [Step] {
        let key: [SQLValue] = [.id(tenant), .id(user)]
        return [
            Step(UserStatements.delete, key, .one), Step(IdentityStatements.deleteOfUser, key),
            Step(PasswordStatements.delete, key), Step(GroupStatements.deleteOfMember, key),
            Step(RoleStatements.deleteOfUser, key), Step(AssignmentStatements.deleteOfPrincipal, key),
            Step(ConsentStatements.deleteOfUser, key), Step(InvitationStatements.deleteOfUser, key),
            Step(AddressStatements.deleteOfUser, key), Step(GroupStatements.deleteOwner, key),
            Step(UserAttributeStatements.deleteOfUser, key),
            .endSessions(ofUser: user, in: tenant, at: now),
            .revokeGrants(ofUser: user, in: tenant, because: "userDeleted", at: now),
        ]
    }
}
