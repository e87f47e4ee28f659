package import Directory
package import FoundationEssentials

/// A key of a tenant, its private half wrapped under the master key.
package struct KeyRecord: Sendable, Hashable {
    package enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Signs tokens to applications.
        case tokens
        /// Proves the tenant to partners (`private_key_jwt`).
        case federation
        /// Signs assertions and answers to applications that speak SAML or WS-Federation.
        case samlAssertions
        /// Signs requests to partners that speak SAML.
        case samlRequests
        /// Decrypts what SAML partners encrypt to us.
        case samlDecryption
        /// Signs the audit trail's roots.
        case audit
        /// Makes pairwise subjects.
        case pairwise
        /// Makes refresh tokens.
        case refresh
        /// Digests addresses and mailed codes.
        case emailCode
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Published, does not sign yet.
        case next
        case active
        /// Published until its last token expired, signs no more.
        case previous
        case retired
    }

    package var tenant: Tenant.ID
    package var keyID: String
    package var purpose: Purpose
    package var algorithm: String
    package var state: State
    package var wrapped: [UInt8]
    /// JSON text; empty for a symmetric key.
    package var publicJWK: String
    package var createdAt: Date
    package var activeFrom: Date?
    package var retiresAt: Date?

    package init(
        tenant: Tenant.ID, keyID: String, purpose: Purpose, algorithm: String, state: State, wrapped: [UInt8],
        publicJWK: String, createdAt: Date, activeFrom: Date? = nil, retiresAt: Date? = nil
    ) {
        self.tenant = tenant
        self.keyID = keyID
        self.purpose = purpose
        self.algorithm = algorithm
        self.state = state
        self.wrapped = wrapped
        self.publicJWK = publicJWK
        self.createdAt = createdAt
        self.activeFrom = activeFrom
        self.retiresAt = retiresAt
    }
}

/// A secret that we must present or compute with (a partner's client secret), wrapped under the master key.
package struct SecretRecord: Sendable, Hashable {
    package var tenant: Tenant.ID
    package var name: String
    package var wrapped: [UInt8]

    package init(tenant: Tenant.ID, name: String, wrapped: [UInt8]) {
        self.tenant = tenant
        self.name = name
        self.wrapped = wrapped
    }
}

enum KeyStatements {
    private static let columns = Columns(
        "tenant", "key_id", "purpose", "algorithm", "state", "wrapped", "public_jwk", "created_at", "active_from",
        "retires_at")

    static let insert = Statement(
        "key_insert", "INSERT INTO keys (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let list = Statement(
        "keys_of_tenant", "SELECT \(columns.list) FROM keys WHERE tenant = $1 ORDER BY created_at, key_id")
    static let setState = Statement(
        "key_set_state",
        """
        UPDATE keys SET state = $4, active_from = $5, retires_at = $6 WHERE tenant = $1 AND key_id = $2 AND state = $3
        """)
    static let rewrap = Statement("key_rewrap", "UPDATE keys SET wrapped = $3 WHERE tenant = $1 AND key_id = $2")
    static let erase = Statement(
        "key_erase", "DELETE FROM keys WHERE tenant = $1 AND key_id = $2 AND state = 'retired'")
    static let putSecret = Statement(
        "secret_put",
        """
        INSERT INTO secrets (tenant, name, wrapped) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, name) DO UPDATE SET wrapped = excluded.wrapped
        """)
    static let secret = Statement(
        "secret_get", "SELECT tenant, name, wrapped FROM secrets WHERE tenant = $1 AND name = $2")
    static let secrets = Statement(
        "secrets_of_tenant", "SELECT tenant, name, wrapped FROM secrets WHERE tenant = $1 ORDER BY name")
    static let removeSecret = Statement("secret_remove", "DELETE FROM secrets WHERE tenant = $1 AND name = $2")
    static let all = [insert, list, setState, rewrap, erase, putSecret, secret, secrets, removeSecret]
}

extension KeyRecord: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), keyID: row.text(), purpose: row.choice(), algorithm: row.text(), state: row.choice(),
            wrapped: row.bytes(), publicJWK: row.text(), createdAt: row.time(), activeFrom: row.timeOrNil(),
            retiresAt: row.timeOrNil())
    }
}

extension SecretRecord: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(tenant: row.id(), name: row.text(), wrapped: row.bytes())
    }
}

extension Store {
    /// Every key of the tenant, oldest first.
    package func keys(_ tenant: Tenant.ID) async throws(StorageError) -> [KeyRecord] {
        try await all(KeyStatements.list, [.id(tenant)])
    }

    package func secret(_ tenant: Tenant.ID, name: String) async throws(StorageError) -> SecretRecord? {
        try await first(KeyStatements.secret, [.id(tenant), .text(name)])
    }

    package func secrets(_ tenant: Tenant.ID) async throws(StorageError) -> [SecretRecord] {
        try await all(KeyStatements.secrets, [.id(tenant)])
    }
}

extension Step {
    package static func insertKey(_ key: KeyRecord) -> Step {
        Step(
            KeyStatements.insert,
            [
                .id(key.tenant), .text(key.keyID), .choice(key.purpose), .text(key.algorithm), .choice(key.state),
                .bytes(key.wrapped), .text(key.publicJWK), .time(key.createdAt), .timeOrNull(key.activeFrom),
                .timeOrNull(key.retiresAt),
            ], .one)
    }

    /// Not applied where the key is not in the state it is moved from: two servers rotate once.
    package static func setKeyState(
        _ keyID: String, from old: KeyRecord.State, to new: KeyRecord.State, activeFrom: Date?, retiresAt: Date?,
        in tenant: Tenant.ID
    ) -> Step {
        Step(
            KeyStatements.setState,
            [
                .id(tenant), .text(keyID), .choice(old), .choice(new), .timeOrNull(activeFrom), .timeOrNull(retiresAt),
            ], .one)
    }

    /// The same key under another master key.
    package static func rewrapKey(_ keyID: String, wrapped: [UInt8], in tenant: Tenant.ID) -> Step {
        Step(KeyStatements.rewrap, [.id(tenant), .text(keyID), .bytes(wrapped)], .one)
    }

    /// Removes a retired key for good. Not applied to any other.
    package static func eraseKey(_ keyID: String, in tenant: Tenant.ID) -> Step {
        Step(KeyStatements.erase, [.id(tenant), .text(keyID)], .one)
    }

    /// Adds or replaces.
    package static func putSecret(_ secret: SecretRecord) -> Step {
        Step(KeyStatements.putSecret, [.id(secret.tenant), .text(secret.name), .bytes(secret.wrapped)], .one)
    }

    package static func removeSecret(name: String, in tenant: Tenant.ID) -> Step {
        Step(KeyStatements.removeSecret, [.id(tenant), .text(name)])
    }
}
