package import Directory
package import FoundationEssentials

/// Who owns a domain, or owned it last.
package struct DomainOwner: Sendable, Hashable {
    package var domain: DomainName
    package var tenant: Tenant.ID
    package var claimedAt: Date
    /// Set when the tenant let it go. Until 30 days later nobody but that tenant can claim it.
    package var releasedAt: Date?

    /// So that what strangers sent to the old owner's addresses does not reach a new one.
    package static let quarantine: TimeInterval = 30 * 86_400
}

extension DomainOwner: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        let text = try row.text()
        guard let domain = DomainName(text) else { throw .unreadable("\"\(text)\" is no domain") }
        try self.init(domain: domain, tenant: row.id(), claimedAt: row.time(), releasedAt: row.timeOrNil())
    }
}

enum TenantStatements {
    static let insert = Statement(
        "tenant_insert", "INSERT INTO tenants (tenant, settings_version, created_at) VALUES ($1, 0, $2)")
    static let ids = Statement("tenant_ids", "SELECT tenant FROM tenants ORDER BY created_at, tenant")
    static let claim = Statement(
        "domain_claim",
        """
        INSERT INTO domains (domain, tenant, claimed_at) VALUES ($1, $2, $3)
        ON CONFLICT (domain) DO UPDATE SET tenant = excluded.tenant, released_at = NULL,
            claimed_at = CASE WHEN domains.released_at IS NULL THEN domains.claimed_at ELSE excluded.claimed_at END
        WHERE domains.tenant = excluded.tenant OR domains.released_at <= $4
        """)
    static let release = Statement(
        "domain_release",
        "UPDATE domains SET released_at = $3 WHERE domain = $1 AND tenant = $2 AND released_at IS NULL")
    static let owner = Statement(
        "domain_owner", "SELECT domain, tenant, claimed_at, released_at FROM domains WHERE domain = $1")
    static let domains = Statement(
        "domains_of_tenant",
        """
        SELECT domain, tenant, claimed_at, released_at FROM domains WHERE tenant = $1 AND released_at IS NULL
        ORDER BY claimed_at, domain
        """)
    static let all = [insert, ids, claim, release, owner, domains]
}

extension Store {
    /// Every tenant of the installation, oldest first.
    package func tenantIDs() async throws(StorageError) -> [Tenant.ID] {
        let rows: [SingleID<Tenant>] = try await all(TenantStatements.ids, [])
        return rows.map(\.id)
    }

    /// The tenant that the domain belongs to now.
    package func tenant(forDomain domain: DomainName) async throws(StorageError) -> Tenant.ID? {
        guard let owner = try await domainOwner(domain), owner.releasedAt == nil else { return nil }
        return owner.tenant
    }

    /// The owner, or the last one of a domain that was let go.
    package func domainOwner(_ domain: DomainName) async throws(StorageError) -> DomainOwner? {
        try await first(TenantStatements.owner, [.text(domain.description)])
    }

    /// The domains of a tenant, in the order it got them.
    package func domains(_ tenant: Tenant.ID) async throws(StorageError) -> [DomainOwner] {
        try await all(TenantStatements.domains, [.id(tenant)])
    }
}

extension Step {
    /// Makes the tenant, with no settings (version 0).
    package static func createTenant(_ tenant: Tenant.ID, at now: Date) -> Step {
        Step(TenantStatements.insert, [.id(tenant), .time(now)], .one)
    }

    /// Makes the domain the tenant's. Not applied where another tenant has it or let it go less than 30 days ago;
    /// claiming again what one has changes nothing.
    package static func claimDomain(_ domain: DomainName, for tenant: Tenant.ID, at now: Date) -> Step {
        let free = now.addingTimeInterval(-DomainOwner.quarantine)
        return Step(
            TenantStatements.claim, [.text(domain.description), .id(tenant), .time(now), .time(free)], .one)
    }

    package static func releaseDomain(_ domain: DomainName, of tenant: Tenant.ID, at now: Date) -> Step {
        Step(TenantStatements.release, [.text(domain.description), .id(tenant), .time(now)], .one)
    }
}
