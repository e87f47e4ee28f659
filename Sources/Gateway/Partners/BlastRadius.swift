package import Directory
internal import FoundationEssentials
package import Storage

/// What a partner could reach if its word could not be trusted: for the administrator who decides whether to switch it
/// off, and who cleans up.
package struct BlastRadius: Sendable {
    /// An application that its guests can enter, and why.
    package struct ReachableApplication: Sendable {
        package let application: Application
        /// Whether every user may enter.
        package let isOpen: Bool
        /// Values of the roles that its guests have there.
        package let roles: [String]
        /// Grants alive.
        package let grants: Int
    }

    package let partner: Partner
    package let reach: PartnerReach
    package let applications: [ReachableApplication]
}

extension Installation {
    /// How many guests and sign-ins are listed by name.
    private static let listed = 20

    /// - Returns: Nil where there is no such partner.
    package func blastRadius(
        ofPartner name: String, in snapshot: TenantSnapshot
    ) async throws(StorageError) -> BlastRadius? {
        guard let partner = try await home(named: name, in: snapshot) else { return nil }
        let reach = try await store.reach(
            snapshot.tenant.id, ofPartner: partner.vouchingIDs, at: now, limit: Self.listed)
        let applications = snapshot.applications.compactMap { application -> BlastRadius.ReachableApplication? in
            let assigned = reach.assignments.filter { $0.application == application.appID }
            let grants = reach.grants.first { $0.application == application.appID }?.count ?? 0
            let isOpen = !application.requiresAssignment
            guard application.isEnabled, isOpen || !assigned.isEmpty || grants > 0 else { return nil }
            let held = Set(assigned.compactMap(\.role))
            return BlastRadius.ReachableApplication(
                application: application, isOpen: isOpen,
                roles: application.roles.filter { held.contains($0.id) }.map(\.value), grants: grants)
        }
        return BlastRadius(partner: partner, reach: reach, applications: applications)
    }
}
