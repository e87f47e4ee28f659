package import Directory
package import FoundationEssentials
package import JSON

/// A link that works once: the first administrator's claim, a password to set.
package struct OneTimeLink: Sendable, Hashable {
    package typealias ID = Directory.ID<OneTimeLink>

    package var tenant: Tenant.ID
    package var purpose: String
    package var id: ID
    /// SHA-256 of the 256 random bits in the link.
    package var secretDigest: [UInt8]
    package var user: User.ID?
    package var payload: JSONValue
    package var expiresAt: Date
    package var takenAt: Date?

    package init(
        tenant: Tenant.ID, purpose: String, id: ID, secretDigest: [UInt8], user: User.ID?, payload: JSONValue = .null,
        expiresAt: Date, takenAt: Date? = nil
    ) {
        self.tenant = tenant
        self.purpose = purpose
        self.id = id
        self.secretDigest = secretDigest
        self.user = user
        self.payload = payload
        self.expiresAt = expiresAt
        self.takenAt = takenAt
    }
}

enum OneTimeLinkStatements {
    private static let columns = Columns(
        "tenant", "purpose", "id", "secret_digest", "user_id", "payload", "expires_at", "taken_at")

    static let insert = Statement(
        "link_insert", "INSERT INTO one_time_links (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement(
        "link_by_id", "SELECT \(columns.list) FROM one_time_links WHERE tenant = $1 AND purpose = $2 AND id = $3")
    static let take = Statement(
        "link_take",
        """
        UPDATE one_time_links SET taken_at = $5
        WHERE tenant = $1 AND purpose = $2 AND id = $3 AND secret_digest = $4 AND taken_at IS NULL AND expires_at > $5
        """)
    static let discard = Statement(
        "links_discard", "DELETE FROM one_time_links WHERE tenant = $1 AND purpose = $2 AND taken_at IS NULL")
    static let purge = Statement("links_purge", "DELETE FROM one_time_links WHERE tenant = $1 AND expires_at < $2")
    static let all = [insert, byID, take, discard, purge]
}

extension OneTimeLink: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), purpose: row.text(), id: row.id(), secretDigest: row.bytes(), user: row.idOrNil(),
            payload: row.json(), expiresAt: row.time(), takenAt: row.timeOrNil())
    }
}

extension Store {
    /// The link, taken and expired ones too: for the page that shows what it would do.
    package func oneTimeLink(
        _ tenant: Tenant.ID, purpose: String, _ id: OneTimeLink.ID
    ) async throws(StorageError) -> OneTimeLink? {
        try await first(OneTimeLinkStatements.byID, [.id(tenant), .text(purpose), .id(id)])
    }
}

extension Step {
    package static func insertLink(_ link: OneTimeLink) -> Step {
        Step(
            OneTimeLinkStatements.insert,
            [
                .id(link.tenant), .text(link.purpose), .id(link.id), .bytes(link.secretDigest), .idOrNull(link.user),
                .json(link.payload), .time(link.expiresAt), .timeOrNull(link.takenAt),
            ], .one)
    }

    /// Not applied unless the secret is right and the link neither taken nor expired.
    package static func takeLink(
        _ id: OneTimeLink.ID, purpose: String, secretDigest: [UInt8], in tenant: Tenant.ID, at now: Date
    ) -> Step {
        Step(
            OneTimeLinkStatements.take,
            [.id(tenant), .text(purpose), .id(id), .bytes(secretDigest), .time(now)], .one)
    }

    /// Removes every link of this purpose that was not taken: a new one ends the old.
    package static func discardLinks(purpose: String, in tenant: Tenant.ID) -> Step {
        Step(OneTimeLinkStatements.discard, [.id(tenant), .text(purpose)])
    }

    package static func purgeLinks(in tenant: Tenant.ID, before: Date) -> Step {
        Step(OneTimeLinkStatements.purge, [.id(tenant), .time(before)])
    }
}
