package import Directory
package import FoundationEssentials
package import JSON

/// What a tenant's administrators decide: each kind has objects of its own.
package enum SettingsKind: String, Sendable, Hashable, CaseIterable {
    /// One object, named by the tenant's id.
    case tenant
    case application
    case partner
    case policy
    case userFlow
    case userFlowAttribute
    case apiConnector
}

/// One object of a tenant's settings as of some version.
package struct SettingsObject: Sendable, Hashable {
    package var kind: SettingsKind
    /// The object's id as text; for a policy its name, for a user flow its `B2X_1_…` name.
    package var id: String
    /// Nil: removed with this version.
    package var body: JSONValue?

    package init(kind: SettingsKind, id: String, body: JSONValue?) {
        self.kind = kind
        self.id = id
        self.body = body
    }
}

/// All of a tenant's settings at one version: what a snapshot is made of.
package struct SettingsVersion: Sendable, Hashable {
    package var number: Int64
    package var objects: [SettingsObject]

    package init(number: Int64, objects: [SettingsObject]) {
        self.number = number
        self.objects = objects
    }

    package func objects(of kind: SettingsKind) -> [SettingsObject] { objects.filter { $0.kind == kind } }
}

/// Who published a version, and when.
package struct SettingsChange: Sendable, Hashable {
    package var number: Int64
    package var author: String
    package var at: Date
}

extension SettingsChange: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(number: row.integer(), author: row.text(), at: row.time())
    }
}

enum SettingsStatements {
    static let number = Statement("settings_number", "SELECT settings_version FROM tenants WHERE tenant = $1")
    static let numbers = Statement("settings_numbers", "SELECT tenant, settings_version FROM tenants")
    /// The number and the objects come from one statement, so they belong together.
    static let current = Statement(
        "settings_current",
        """
        SELECT t.settings_version, o.kind, o.object_id, o.body FROM tenants t
        LEFT JOIN settings_objects o ON o.tenant = t.tenant AND o.body IS NOT NULL AND o.version = (
            SELECT max(n.version) FROM settings_objects n
            WHERE n.tenant = o.tenant AND n.kind = o.kind AND n.object_id = o.object_id)
        WHERE t.tenant = $1 ORDER BY o.kind, o.object_id
        """)
    static let past = Statement(
        "settings_past",
        """
        SELECT v.version, o.kind, o.object_id, o.body FROM settings_versions v
        LEFT JOIN settings_objects o ON o.tenant = v.tenant AND o.body IS NOT NULL AND o.version = (
            SELECT max(n.version) FROM settings_objects n
            WHERE n.tenant = o.tenant AND n.kind = o.kind AND n.object_id = o.object_id AND n.version <= v.version)
        WHERE v.tenant = $1 AND v.version = $2 ORDER BY o.kind, o.object_id
        """)
    static let since = Statement(
        "settings_since",
        """
        SELECT version, kind, object_id, body FROM settings_objects WHERE tenant = $1 AND version > $2
        ORDER BY version, kind, object_id
        """)
    static let history = Statement(
        "settings_history",
        """
        SELECT version, author, created_at FROM settings_versions WHERE tenant = $1 AND version < $2
        ORDER BY version DESC LIMIT $3
        """)
    static let advance = Statement(
        "settings_advance",
        "UPDATE tenants SET settings_version = settings_version + 1 WHERE tenant = $1 AND settings_version = $2")
    static let insertVersion = Statement(
        "settings_insert_version",
        "INSERT INTO settings_versions (tenant, version, author, created_at) VALUES ($1, $2, $3, $4)")
    static let insertObject = Statement(
        "settings_insert_object",
        "INSERT INTO settings_objects (tenant, kind, object_id, version, body) VALUES ($1, $2, $3, $4, $5)")
    static let all = [number, numbers, current, past, since, history, advance, insertVersion, insertObject]
}

/// A row of `settings_current`: the number, and an object unless the tenant has none.
private struct NumberedObject: RowDecodable {
    let number: Int64
    let object: SettingsObject?

    init(_ row: inout RowReader) throws(StorageError) {
        number = try row.integer()
        guard let kind: SettingsKind = try row.choiceOrNil() else {
            object = nil
            return
        }
        object = try SettingsObject(kind: kind, id: row.text(), body: row.jsonOrNil())
    }
}

private struct TenantNumber: RowDecodable {
    let tenant: Tenant.ID
    let number: Int64

    init(_ row: inout RowReader) throws(StorageError) {
        tenant = try row.id()
        number = try row.integer()
    }
}

extension Store {
    /// The number of the settings in force; nil: no such tenant. 0: nothing was published yet.
    package func settingsVersion(_ tenant: Tenant.ID) async throws(StorageError) -> Int64? {
        let row: SingleInteger? = try await first(SettingsStatements.number, [.id(tenant)])
        return row?.integer
    }

    /// The numbers of every tenant of the installation: what a server asks twice a second.
    package func settingsVersions() async throws(StorageError) -> [Tenant.ID: Int64] {
        let rows: [TenantNumber] = try await all(SettingsStatements.numbers, [])
        return Dictionary(rows.map { ($0.tenant, $0.number) }) { first, _ in first }
    }

    /// The settings in force; nil: no such tenant.
    package func settings(_ tenant: Tenant.ID) async throws(StorageError) -> SettingsVersion? {
        version(of: try await all(SettingsStatements.current, [.id(tenant)]))
    }

    /// The settings as they were; nil: no such version.
    package func settings(_ tenant: Tenant.ID, at number: Int64) async throws(StorageError) -> SettingsVersion? {
        if number == 0 {
            return try await settingsVersion(tenant) == nil ? nil : SettingsVersion(number: 0, objects: [])
        }
        return version(of: try await all(SettingsStatements.past, [.id(tenant), .integer(number)]))
    }

    /// What changed after a version, oldest first; a snapshot of that version with these laid over it is current.
    package func settingsChanges(
        _ tenant: Tenant.ID, since number: Int64
    ) async throws(StorageError) -> [(number: Int64, object: SettingsObject)] {
        let rows: [NumberedObject] = try await all(SettingsStatements.since, [.id(tenant), .integer(number)])
        return rows.compactMap { row in row.object.map { (row.number, $0) } }
    }

    /// Who published which version, the latest first, below `before`.
    package func settingsHistory(
        _ tenant: Tenant.ID, before: Int64 = .max, limit: Int = 100
    ) async throws(StorageError) -> [SettingsChange] {
        try await all(SettingsStatements.history, [.id(tenant), .integer(before), .int(limit)])
    }

    private func version(of rows: [NumberedObject]) -> SettingsVersion? {
        guard let number = rows.first?.number else { return nil }
        return SettingsVersion(number: number, objects: rows.compactMap(\.object))
    }
}

extension Step {
    /// The steps that make the next version, `expected + 1`. The first is not applied where somebody else published
    /// meanwhile: read again and decide again. What an object said before stays readable for good.
    package static func publish(
        _ changes: [SettingsObject], in tenant: Tenant.ID, over expected: Int64, by author: String, at now: Date
    ) -> [Step] {
        let next = SQLValue.integer(expected + 1)
        var steps = [
            Step(SettingsStatements.advance, [.id(tenant), .integer(expected)], .one),
            Step(SettingsStatements.insertVersion, [.id(tenant), next, .text(author), .time(now)]),
        ]
        for change in changes {
            let body = change.body.map { SQLValue.json($0) } ?? .null
            steps.append(
                Step(
                    SettingsStatements.insertObject,
                    [.id(tenant), .choice(change.kind), .text(change.id), next, body]))
        }
        return steps
    }
}

extension Store {
    /// Publishes the next version and answers its number.
    ///
    /// - Throws: ``StorageError/notApplied(step:)`` 0 where the version in force is not `expected`.
    package func publish(
        _ changes: [SettingsObject], in tenant: Tenant.ID, over expected: Int64, by author: String, at now: Date
    ) async throws(StorageError) -> Int64 {
        try await commit(Step.publish(changes, in: tenant, over: expected, by: author, at: now))
        return expected + 1
    }
}
