internal import Cryptography
package import Directory
package import FoundationEssentials

/// A person signed in at a tenant, over all its applications. The browser holds a pointer to it with a secret.
package struct Session: Sendable, Hashable {
    package typealias ID = Directory.ID<Session>

    package var tenant: Tenant.ID
    /// Time-ordered.
    package var id: ID
    /// SHA-256 of the 256 random bits in the browser's cookie.
    package var secretDigest: [UInt8]
    package var user: User.ID
    /// What the home vouched for when the session began.
    package var identity: ExternalIdentity
    package var createdAt: Date
    package var expiresAt: Date
    package var endedAt: Date?

    package init(
        tenant: Tenant.ID, id: ID, secretDigest: [UInt8], user: User.ID, identity: ExternalIdentity, createdAt: Date,
        expiresAt: Date, endedAt: Date? = nil
    ) {
        self.tenant = tenant
        self.id = id
        self.secretDigest = secretDigest
        self.user = user
        self.identity = identity
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }

    /// Whether it still stands for somebody.
    package func isAlive(at now: Date) -> Bool { endedAt == nil && expiresAt > now }
}

enum SessionStatements {
    private static let columns = Columns(
        "tenant", "id", "secret_digest", "user_id", "identity", "created_at", "expires_at", "ended_at")

    static let insert = Statement(
        "session_insert",
        "INSERT INTO sessions (\(columns.list), partner_id, home_name) VALUES (\(columns.placeholders()), $9, $10)")
    static let byID = Statement("session_by_id", "SELECT \(columns.list) FROM sessions WHERE tenant = $1 AND id = $2")
    static let ofUser = Statement(
        "sessions_of_user",
        """
        SELECT \(columns.list) FROM sessions WHERE tenant = $1 AND user_id = $2 AND ended_at IS NULL
            AND expires_at > $3 ORDER BY id DESC
        """)
    static let ofHomeName = Statement(
        "sessions_of_home_name",
        """
        SELECT \(columns.list) FROM sessions WHERE tenant = $1 AND partner_id = $2 AND home_name = $3
            AND ended_at IS NULL AND expires_at > $4 ORDER BY id DESC LIMIT 100
        """)
    static let end = Statement(
        "session_end", "UPDATE sessions SET ended_at = $3 WHERE tenant = $1 AND id = $2 AND ended_at IS NULL")
    static let endOfUser = Statement(
        "sessions_end_of_user",
        "UPDATE sessions SET ended_at = $3 WHERE tenant = $1 AND user_id = $2 AND ended_at IS NULL")
    static let endOfPartner = Statement(
        "sessions_end_of_partner",
        "UPDATE sessions SET ended_at = $3 WHERE tenant = $1 AND partner_id = $2 AND ended_at IS NULL")
    static let purge = Statement(
        "sessions_purge", "DELETE FROM sessions WHERE tenant = $1 AND id < $2 AND expires_at < $3")
    static let all = [insert, byID, ofUser, ofHomeName, end, endOfUser, endOfPartner, purge]
}

extension Session: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), secretDigest: row.bytes(), user: row.id(),
            identity: row.externalIdentity(), createdAt: row.time(), expiresAt: row.time(), endedAt: row.timeOrNil())
    }
}

extension Store {
    /// The session, ended and expired ones too: ask ``Session/isAlive(at:)``, and compare the secret.
    package func session(_ tenant: Tenant.ID, _ id: Session.ID) async throws(StorageError) -> Session? {
        try await first(SessionStatements.byID, [.id(tenant), .id(id)])
    }

    /// Those alive, the latest first.
    package func sessions(
        _ tenant: Tenant.ID, ofUser user: User.ID, at now: Date
    ) async throws(StorageError) -> [Session] {
        try await all(SessionStatements.ofUser, [.id(tenant), .id(user), .time(now)])
    }

    /// Those alive of the person whom a SAML or WS-Federation partner calls so, the latest first, 100 at most.
    package func sessions(
        _ tenant: Tenant.ID, ofPartner partner: Partner.ID, named name: String, at now: Date
    ) async throws(StorageError) -> [Session] {
        try await all(
            SessionStatements.ofHomeName, [.id(tenant), .id(partner), .bytes(homeNameDigest(name)), .time(now)])
    }
}

/// A name may be long, and is looked for whole.
private func homeNameDigest(_ name: String) -> [UInt8] { Digest.sha256(Array(name.utf8)) }

extension Step {
    package static func insertSession(_ session: Session) -> Step {
        Step(
            SessionStatements.insert,
            [
                .id(session.tenant), .id(session.id), .bytes(session.secretDigest), .id(session.user),
                .text(session.identity.stored), .time(session.createdAt), .time(session.expiresAt),
                .timeOrNull(session.endedAt), .idOrNull(session.identity.partner),
                .bytesOrNull(session.identity.federatedSession.map { homeNameDigest($0.nameID) }),
            ], .one)
    }

    /// Ending twice changes nothing.
    package static func endSession(_ id: Session.ID, in tenant: Tenant.ID, at now: Date) -> Step {
        Step(SessionStatements.end, [.id(tenant), .id(id), .time(now)])
    }

    package static func endSessions(ofUser user: User.ID, in tenant: Tenant.ID, at now: Date) -> Step {
        Step(SessionStatements.endOfUser, [.id(tenant), .id(user), .time(now)])
    }

    package static func endSessions(ofPartner partner: Partner.ID, in tenant: Tenant.ID, at now: Date) -> Step {
        Step(SessionStatements.endOfPartner, [.id(tenant), .id(partner), .time(now)])
    }

    /// Removes sessions that expired before. Ids are time-ordered, so only the old end of the table is looked at.
    package static func purgeSessions(in tenant: Tenant.ID, before: Date) -> Step {
        Step(SessionStatements.purge, [.id(tenant), firstID(at: before), .time(before)])
    }

    /// What every time-ordered id made before is less than.
    static func firstID(at date: Date) -> SQLValue {
        let milliseconds = UInt64(max(0, date.milliseconds))
        return .bytes((0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) })
    }
}
