package import Directory
package import FoundationEssentials

/// Everything that a sign-in's decisions rested on and led to; what `vestibule explain` shows.
package struct SignInRecord: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case success
        /// Waits for the person: a code, a consent, a redemption.
        case interrupted
        case failure
    }

    package var tenant: Tenant.ID
    package var id: SignInID
    package var at: Date
    package var user: User.ID?
    package var application: Application.AppID?
    package var outcome: Outcome
    /// The AADSTS number of a failure.
    package var errorNumber: Int?
    package var settingsVersion: Int64
    /// What the error page showed.
    package var failureID: String?
    /// Version, input, steps with their reasons, what was issued.
    package var content: CommittedRecord

    package init(
        tenant: Tenant.ID, id: SignInID, at: Date, user: User.ID?, application: Application.AppID?, outcome: Outcome,
        errorNumber: Int?, settingsVersion: Int64, failureID: String?, content: CommittedRecord
    ) {
        self.tenant = tenant
        self.id = id
        self.at = at
        self.user = user
        self.application = application
        self.outcome = outcome
        self.errorNumber = errorNumber
        self.settingsVersion = settingsVersion
        self.failureID = failureID
        self.content = content
    }
}

enum SignInStatements {
    private static let columns = Columns(
        "tenant", "id", "happened_at", "user_id", "app_id", "outcome", "error_number", "settings_version",
        "failure_id", "record", "personal", "salt", "leaf")

    static let insert = Statement(
        "sign_in_insert", "INSERT INTO sign_ins (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement("sign_in_by_id", "SELECT \(columns.list) FROM sign_ins WHERE tenant = $1 AND id = $2")
    static let byFailure = Statement(
        "sign_in_by_failure",
        "SELECT \(columns.list) FROM sign_ins WHERE tenant = $1 AND failure_id = $2 ORDER BY id DESC LIMIT 1")
    static let tenantOf = Statement(
        "sign_in_tenant", "SELECT t.tenant FROM tenants t JOIN sign_ins s ON s.tenant = t.tenant AND s.id = $1")
    static let tenantOfFailure = Statement(
        "sign_in_tenant_of_failure",
        "SELECT t.tenant FROM tenants t JOIN sign_ins s ON s.tenant = t.tenant AND s.failure_id = $1")
    static let page = Statement(
        "sign_ins_page",
        "SELECT \(columns.list) FROM sign_ins WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3")
    static let ofUser = Statement(
        "sign_ins_of_user",
        """
        SELECT \(columns.list) FROM sign_ins WHERE tenant = $1 AND user_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4
        """)
    static let erase = Statement(
        "sign_ins_erase",
        """
        UPDATE sign_ins SET personal = NULL, salt = NULL
        WHERE tenant = $1 AND user_id = $2 AND personal IS NOT NULL
        """)
    static let all = [insert, byID, byFailure, tenantOf, tenantOfFailure, page, ofUser, erase]
}

extension RowReader {
    mutating func committed() throws(StorageError) -> CommittedRecord {
        try CommittedRecord(record: bytes(), personal: bytesOrNil(), salt: bytesOrNil(), leaf: bytes())
    }
}

extension CommittedRecord {
    /// The columns `record`, `personal`, `salt`, `leaf`.
    var columns: [SQLValue] { [.bytes(record), .bytesOrNull(personal), .bytesOrNull(salt), .bytes(leaf)] }
}

extension SignInRecord: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), at: row.time(), user: row.idOrNil(), application: row.idOrNil(),
            outcome: row.choice(), errorNumber: row.intOrNil(), settingsVersion: row.integer(),
            failureID: row.textOrNil(), content: row.committed())
    }
}

extension Store {
    package func signIn(_ tenant: Tenant.ID, _ id: SignInID) async throws(StorageError) -> SignInRecord? {
        try await first(SignInStatements.byID, [.id(tenant), .id(id)])
    }

    package func signIn(_ tenant: Tenant.ID, failureID: String) async throws(StorageError) -> SignInRecord? {
        try await first(SignInStatements.byFailure, [.id(tenant), .text(failureID)])
    }

    /// Which tenant of the installation has this sign-in: for the operator's `explain`, who has only the id.
    package func tenant(ofSignIn id: SignInID) async throws(StorageError) -> Tenant.ID? {
        let row: SingleID<Tenant>? = try await first(SignInStatements.tenantOf, [.id(id)])
        return row?.id
    }

    /// Which tenant of the installation showed this failure id.
    package func tenant(ofFailure failureID: String) async throws(StorageError) -> Tenant.ID? {
        let row: SingleID<Tenant>? = try await first(SignInStatements.tenantOfFailure, [.text(failureID)])
        return row?.id
    }

    /// The latest first, older than `before`.
    package func signIns(
        _ tenant: Tenant.ID, limit: Int = 50, before: SignInID? = nil
    ) async throws(StorageError) -> [SignInRecord] {
        try await all(SignInStatements.page, [.id(tenant), Self.before(before), .int(limit)])
    }

    package func signIns(
        _ tenant: Tenant.ID, ofUser user: User.ID, limit: Int = 50, before: SignInID? = nil
    ) async throws(StorageError) -> [SignInRecord] {
        try await all(SignInStatements.ofUser, [.id(tenant), .id(user), Self.before(before), .int(limit)])
    }

    /// Behind every id where there is none to be before.
    static func before<Subject>(_ id: ID<Subject>?) -> SQLValue {
        id.map { .id($0) } ?? .bytes([UInt8](repeating: 0xFF, count: 17))
    }
}

extension Step {
    package static func insertSignIn(_ record: SignInRecord) -> Step {
        Step(
            SignInStatements.insert,
            [
                .id(record.tenant), .id(record.id), .time(record.at), .idOrNull(record.user),
                .idOrNull(record.application), .choice(record.outcome), .intOrNull(record.errorNumber),
                .integer(record.settingsVersion), .textOrNull(record.failureID),
            ] + record.content.columns, .one)
    }

    /// Erases the personal values of every sign-in of the user, for good. What was decided, and its leaf, stay.
    package static func erasePersonal(ofUser user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(SignInStatements.erase, [.id(tenant), .id(user)])
    }
}
