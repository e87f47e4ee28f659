package import Cryptography
package import Directory
package import FoundationEssentials
internal import Issuing
package import Storage
internal import Synchronization

/// The newest settings of each tenant in memory. A snapshot is confirmed against the store's version number before it is
/// used once it is older than half a second, so a change made by another process is seen at once; one that can't be
/// confirmed is an error, never an old answer.
package final class SettingsCache: Sendable {
    private struct Entry: Sendable {
        var snapshot: TenantSnapshot
        /// Nil: forgotten, but for the keys that it has decoded.
        var confirmedAt: Date?
    }

    private struct State: Sendable {
        var tenants: [Tenant.ID: Entry] = [:]
        var domains: [String: (tenant: Tenant.ID?, readAt: Date)] = [:]
        var hosted: (homes: [HostedTenant], readAt: Date)?
        /// How often something was forgotten. What was read before that is not kept after it.
        var changes = 0
    }

    /// A tenant of this installation as its neighbours know it.
    package struct HostedTenant: Sendable {
        package let id: Tenant.ID
        package let displayName: String
        package let domains: [DomainName]
    }

    private static let confirmationAge = 0.5
    private static let domainsKept = 10_000

    private let state = Mutex(State())
    private let base: String
    private let store: Store
    private let masterKey: MasterKey
    private let now: @Sendable () -> Date

    package init(base: String, store: Store, masterKey: MasterKey, now: @escaping @Sendable () -> Date) {
        self.base = base
        self.store = store
        self.masterKey = masterKey
        self.now = now
    }

    /// The tenant's settings, confirmed within the last half second. Nil: no such tenant.
    package func snapshot(_ tenant: Tenant.ID) async throws(StorageError) -> TenantSnapshot? {
        let time = now()
        let (cached, changes) = state.withLock { ($0.tenants[tenant], $0.changes) }
        if let cached, isRecent(cached.confirmedAt, at: time) { return cached.snapshot }
        guard let version = try await store.settingsVersion(tenant) else {
            state.withLock { $0.tenants[tenant] = nil }
            return nil
        }
        let isKnown = cached?.confirmedAt != nil && cached?.snapshot.version == version
        let snapshot = isKnown ? cached?.snapshot : try await load(tenant, earlier: cached?.snapshot)
        state.withLock { state in
            guard state.changes == changes else { return }
            state.tenants[tenant] = snapshot.map { Entry(snapshot: $0, confirmedAt: time) }
        }
        return snapshot
    }

    /// The tenant that a path segment names: its id, or a domain it owns now.
    package func snapshot(named segment: String) async throws(StorageError) -> TenantSnapshot? {
        if let id = Tenant.ID(segment) { return try await snapshot(id) }
        guard let domain = DomainName(segment), let owner = try await owner(of: domain) else { return nil }
        return try await snapshot(owner)
    }

    package func owner(of domain: DomainName) async throws(StorageError) -> Tenant.ID? {
        let time = now()
        let (known, changes) = state.withLock { ($0.domains[domain.description], $0.changes) }
        if let known, isRecent(known.readAt, at: time) { return known.tenant }
        let owner = try await store.tenant(forDomain: domain)
        state.withLock { state in
            guard state.changes == changes else { return }
            if state.domains.count >= Self.domainsKept { state.domains.removeAll() }
            state.domains[domain.description] = (owner, time)
        }
        return owner
    }

    /// Every tenant hosted here: each is a home that the others can route to.
    package func hostedTenants() async throws(StorageError) -> [HostedTenant] {
        let time = now()
        let (known, changes) = state.withLock { ($0.hosted, $0.changes) }
        if let known, isRecent(known.readAt, at: time) { return known.homes }
        var homes: [HostedTenant] = []
        for id in try await store.tenantIDs() {
            guard let tenant = try await snapshot(id)?.tenant else { continue }
            homes.append(HostedTenant(id: tenant.id, displayName: tenant.displayName, domains: tenant.domains))
        }
        state.withLock { if $0.changes == changes { $0.hosted = (homes, time) } }
        return homes
    }

    /// Forgets what is known, so that a change made by this process is seen by its next read.
    package func forget(_ tenant: Tenant.ID) {
        state.withLock { state in
            state.changes += 1
            state.tenants[tenant]?.confirmedAt = nil
            state.domains.removeAll()
            state.hosted = nil
        }
    }

    /// A clock that went back makes an entry look young for long; then it counts as old.
    private func isRecent(_ instant: Date?, at time: Date) -> Bool {
        guard let instant else { return false }
        return (0...Self.confirmationAge).contains(time.timeIntervalSince(instant))
    }

    private func load(
        _ tenant: Tenant.ID, earlier: TenantSnapshot?
    ) async throws(StorageError) -> TenantSnapshot? {
        guard let settings = try await store.settings(tenant) else { return nil }
        let found: Tenant?
        let applications: [Application]
        let partners: [Partner]
        let userFlows: [UserFlow]
        let connectors: [APIConnector]
        do throws(SettingsFormatError) {
            found = try settings.tenant()
            applications = try settings.applications()
            partners = try settings.partners()
            userFlows = try settings.userFlows()
            connectors = try settings.apiConnectors()
        } catch {
            throw .unreadable("version \(settings.number) of the settings of \(tenant): \(error)")
        }
        guard var found else { return nil }
        // Who owns a domain is the installation's to say, not the tenant's settings'.
        found.domains = try await store.domains(tenant).map(\.domain)
        let records = try await store.keys(tenant)
        let tokens: TokenIssuer
        do throws(IssuingError) {
            tokens = try TokenIssuer(
                base: base, keys: KeyRing(records, tenant: tenant, master: masterKey, earlier: earlier?.keys))
        } catch {
            throw .unreadable("the keys of \(tenant): \(error)")
        }
        return TenantSnapshot(
            tenant: found, version: settings.number, tokens: tokens, applications: applications, partners: partners,
            userFlows: userFlows, apiConnectors: connectors)
    }
}
