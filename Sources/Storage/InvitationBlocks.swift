package import Directory
package import FoundationEssentials

enum InvitationBlockStatements {
    static let insert = Statement(
        "invitation_block_insert",
        """
        INSERT INTO invitation_blocks (tenant, address_digest, blocked_at) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, address_digest) DO NOTHING
        """)
    static let delete = Statement(
        "invitation_block_delete", "DELETE FROM invitation_blocks WHERE tenant = $1 AND address_digest = $2")
    static let byAddress = Statement(
        "invitation_block",
        "SELECT blocked_at FROM invitation_blocks WHERE tenant = $1 AND address_digest = $2")
    static let all = [insert, delete, byAddress]
}

extension Store {
    /// Whether whoever has the address wants no more invitations of the tenant. The digest is keyed: the table names
    /// nobody.
    package func isBlocked(
        addressDigest: [UInt8], in tenant: Tenant.ID
    ) async throws(StorageError) -> Bool {
        let row: SingleInteger? = try await first(
            InvitationBlockStatements.byAddress, [.id(tenant), .bytes(addressDigest)])
        return row != nil
    }
}

extension Step {
    /// Changes nothing where it is blocked already.
    package static func blockInvitations(addressDigest: [UInt8], in tenant: Tenant.ID, at now: Date) -> Step {
        Step(InvitationBlockStatements.insert, [.id(tenant), .bytes(addressDigest), .time(now)])
    }

    package static func allowInvitations(addressDigest: [UInt8], in tenant: Tenant.ID) -> Step {
        Step(InvitationBlockStatements.delete, [.id(tenant), .bytes(addressDigest)])
    }
}
