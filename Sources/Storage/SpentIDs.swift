internal import Cryptography
package import Directory
package import FoundationEssentials

enum SpentIDStatements {
    static let spend = Statement(
        "spent_id_insert",
        """
        INSERT INTO spent_ids (tenant, purpose, digest, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, purpose, digest) DO NOTHING
        """)
    static let purge = Statement("spent_ids_purge", "DELETE FROM spent_ids WHERE tenant = $1 AND expires_at < $2")
    static let find = Statement(
        "spent_id_find", "SELECT expires_at FROM spent_ids WHERE tenant = $1 AND purpose = $2 AND digest = $3")
    static let all = [spend, purge, find]
}

extension Step {
    /// Spends an id that somebody else made (an assertion's, a client assertion's `jti`, a sealed sign-in's). Not
    /// applied where it was spent before. It is kept hashed, so its length does not matter.
    ///
    /// - Parameters:
    ///   - purpose: Keeps the ids of one issuer from those of another; put the issuer into it.
    ///   - until: When whatever bears the id would be refused anyway.
    package static func spendID(
        _ id: String, purpose: String, in tenant: Tenant.ID, until: Date
    ) -> Step {
        Step(
            SpentIDStatements.spend,
            [.id(tenant), .text(purpose), .bytes(Digest.sha256(Array(id.utf8))), .time(until)], .one)
    }

    package static func purgeSpentIDs(in tenant: Tenant.ID, before: Date) -> Step {
        Step(SpentIDStatements.purge, [.id(tenant), .time(before)])
    }
}

extension Store {
    /// Whether the id was spent. For saying so on a page: what must happen once is decided by spending.
    package func isSpent(_ id: String, purpose: String, in tenant: Tenant.ID) async throws(StorageError) -> Bool {
        let row: SingleInteger? = try await first(
            SpentIDStatements.find, [.id(tenant), .text(purpose), .bytes(Digest.sha256(Array(id.utf8)))])
        return row != nil
    }
}
