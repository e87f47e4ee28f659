package import Directory
internal import FoundationEssentials
package import Storage

/// What erasing a person came to: kept in the audit trail, without a name.
package struct ErasureReceipt: Sendable {
    package let user: User.ID
    /// Of the receipt itself.
    package let auditRecords: Int
}

extension Installation {
    /// Erases a user of the bin for good: everything that hangs on them, and the personal values in the records of their
    /// sign-ins and in the audit trail. What remains is that it was done, to which id, and by whom: the receipt.
    ///
    /// - Throws: ``StorageError/notApplied(step:)`` where they are not in the bin.
    @discardableResult
    package func erase(
        _ user: User.ID, in tenant: Tenant.ID, by actor: AuditParty
    ) async throws(StorageError) -> ErasureReceipt {
        let stripped = try await store.auditRecordCount(tenant, ofUser: user)
        var steps = Step.eraseDeletedUser(user, in: tenant)
        steps.append(.erasePersonal(ofUser: user, in: tenant))
        steps += Step.erasePersonal(ofAuditsOf: user, in: tenant)
        steps.append(
            audit(
                "Hard Delete user", in: tenant, actor: actor,
                targets: [AuditParty(kind: "User", id: user.description, name: "")],
                details: [("auditRecordsStripped", "\(stripped)"), ("receipt", "erasure")]))
        try await store.commit(steps)
        return ErasureReceipt(user: user, auditRecords: stripped)
    }

    /// Erases whose thirty days in the bin are over.
    package func eraseDueUsers(_ tenant: Tenant.ID) async throws(StorageError) {
        for user in try await store.usersToErase(tenant, limit: 100, at: now) {
            do {
                try await erase(user, in: tenant, by: AuditParty(user: nil, name: "vestibule"))
            } catch .notApplied {
                // Another server, or an administrator, was first.
                continue
            }
        }
    }
}
