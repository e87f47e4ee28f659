package import Directory
package import FoundationEssentials
package import JSON

/// Something an administrator, an application or the gateway itself did to a directory. Only ever added.
package struct AuditRecord: Sendable, Hashable {
    package typealias ID = Directory.ID<AuditRecord>

    package enum Result: String, Sendable, Hashable, CaseIterable {
        case success
        case failure
    }

    package var tenant: Tenant.ID
    /// Time-ordered.
    package var id: ID
    package var at: Date
    /// Entra's, such as `UserManagement`.
    package var category: String
    /// Entra's, such as `Invite external user`.
    package var activity: String
    package var result: Result
    package var reason: String?
    /// Members `actor`, `targets` and `details`, with what stands in the columns.
    package var content: CommittedRecord
    private init(
        tenant: Tenant.ID, id: ID, at: Date, category: String, activity: String, result: Result, reason: String?,
        content: CommittedRecord
    ) {
        self.tenant = tenant
        self.id = id
        self.at = at
        self.category = category
        self.activity = activity
        self.result = result
        self.reason = reason
        self.content = content
    }

    /// - Parameters:
    ///   - actor, targets, details: Without personal values: ids, names of settings.
    ///   - personal: Names and addresses, at paths such as `/actor/displayName` or `/targets/0/mail`.
    ///   - salt: Thirty-two random bytes, used for nothing else.
    package init(
        tenant: Tenant.ID, id: ID, at: Date, category: String, activity: String, actor: JSONValue, targets: JSONValue,
        result: Result = .success, reason: String? = nil, details: JSONValue = .null,
        personal: [(path: String, value: JSONValue)] = [], salt: [UInt8]
    ) {
        let members = JSONObject([
            ("version", 1), ("tenant", .string(tenant.description)), ("id", .string(id.description)),
            ("at", .integer(at.milliseconds)), ("category", .string(category)), ("activity", .string(activity)),
            ("actor", actor), ("targets", targets), ("result", .string(result.rawValue)),
            ("reason", reason.map { .string($0) } ?? .null), ("details", details),
        ])
        self.init(
            tenant: tenant, id: id, at: at, category: category, activity: activity, result: result, reason: reason,
            content: CommittedRecord(members, personal: personal, salt: salt))
    }
}

enum AuditStatements {
    private static let columns = Columns(
        "tenant", "id", "happened_at", "category", "activity", "result", "reason", "record", "personal", "salt",
        "leaf")

    /// With whom it was and whom it was done to, for finding what to erase.
    static let append = Statement(
        "audit_append",
        """
        INSERT INTO audit_records (\(columns.list), actor_id, target_id)
        VALUES (\(columns.placeholders()), $12, $13)
        """)
    static let eraseOfActor = Statement(
        "audit_erase_of_actor",
        "UPDATE audit_records SET personal = NULL, salt = NULL WHERE tenant = $1 AND actor_id = $2 AND salt IS NOT NULL"
    )
    static let eraseOfTarget = Statement(
        "audit_erase_of_target",
        """
        UPDATE audit_records SET personal = NULL, salt = NULL
        WHERE tenant = $1 AND target_id = $2 AND salt IS NOT NULL
        """)
    static let countOfUser = Statement(
        "audit_count_of_user",
        """
        SELECT count(*) FROM audit_records
        WHERE tenant = $1 AND (actor_id = $2 OR target_id = $2) AND salt IS NOT NULL
        """)
    static let page = Statement(
        "audit_page",
        "SELECT \(columns.list) FROM audit_records WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3")
    static let erase = Statement(
        "audit_erase", "UPDATE audit_records SET personal = NULL, salt = NULL WHERE tenant = $1 AND id = $2")
    static let all = [append, eraseOfActor, eraseOfTarget, countOfUser, page, erase]
}

extension AuditRecord: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), at: row.time(), category: row.text(), activity: row.text(),
            result: row.choice(), reason: row.textOrNil(), content: row.committed())
    }
}

extension Store {
    /// The latest first, older than `before`.
    package func auditRecords(
        _ tenant: Tenant.ID, limit: Int = 50, before: AuditRecord.ID? = nil
    ) async throws(StorageError) -> [AuditRecord] {
        try await all(AuditStatements.page, [.id(tenant), Self.before(before), .int(limit)])
    }

    /// Records with personal values of what the user did, or what was done to them.
    package func auditRecordCount(_ tenant: Tenant.ID, ofUser user: User.ID) async throws(StorageError) -> Int {
        let row: SingleInteger? = try await first(
            AuditStatements.countOfUser, [.id(tenant), .text(user.description)])
        return row.map { Int($0.integer) } ?? 0
    }
}

extension Step {
    /// Belongs into the commit of what it tells of. Who did it, and the first object that it was done to, are found by an
    /// index when a person is erased.
    package static func appendAudit(_ record: AuditRecord) -> Step {
        let members = try? JSONReader.read(record.content.record, limits: .stored)
        var target: JSONValue?
        if case .array(let targets)? = members?["targets"] { target = targets.first }
        return Step(
            AuditStatements.append,
            [
                .id(record.tenant), .id(record.id), .time(record.at), .text(record.category), .text(record.activity),
                .choice(record.result), .textOrNull(record.reason),
            ] + record.content.columns + [
                .textOrNull(members?["actor"]?["id"]?.string), .textOrNull(target?["id"]?.string),
            ], .one)
    }

    /// Erases the personal values of every record that the user did, or that was done to them, for good.
    package static func erasePersonal(ofAuditsOf user: User.ID, in tenant: Tenant.ID) -> [Step] {
        [AuditStatements.eraseOfActor, AuditStatements.eraseOfTarget].map {
            Step($0, [.id(tenant), .text(user.description)])
        }
    }

    /// Erases the personal values of one record, for good.
    package static func erasePersonal(ofAudit id: AuditRecord.ID, in tenant: Tenant.ID) -> Step {
        Step(AuditStatements.erase, [.id(tenant), .id(id)], .one)
    }
}
