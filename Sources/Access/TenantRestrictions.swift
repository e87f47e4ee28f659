package import Directory

/// What a network says of the organisations that its people may enter. It is the visitor's network's rule, carried in a
/// header that its proxy adds, and unaffected by everything else.
package enum TenantRestriction: Sendable, Hashable {
    /// Version 1, `Restrict-Access-To-Tenants`: names or ids of the tenants that may be entered.
    case permitted(Set<String>)
    /// Version 2, `sec-Restrict-Tenant-Access-Policy: <tenant>:<policy>`: that tenant's own settings decide.
    case policy(tenant: String, policy: String)

    /// - Returns: Nil without either header. A header that can't be read permits nothing.
    package init?(permittedTenants: String?, policy: String?) {
        if let policy {
            let parts = policy.split(separator: ":", omittingEmptySubsequences: false).map {
                asciiLowercased(String($0.filter { $0 != " " }))
            }
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                self = .permitted([])
                return
            }
            self = .policy(tenant: parts[0], policy: parts[1])
        } else if let permittedTenants {
            self = .permitted(
                Set(
                    permittedTenants.split(separator: ",").map { asciiLowercased(String($0.filter { $0 != " " })) }
                        .filter { !$0.isEmpty }))
        } else {
            return nil
        }
    }

    /// Whether the network lets somebody enter this tenant.
    ///
    /// - Parameters:
    ///   - settings: Of the tenant that a policy names; nil where it is none of this installation: then nothing is
    ///     permitted.
    ///   - person: As their home calls them.
    package func reason(
        entering tenant: Tenant, person: CrossTenantPerson, applications: Set<Application.AppID>,
        settings: CrossTenantAccess?
    ) -> Reason {
        switch self {
        case .permitted(let tenants):
            let names = [tenant.id.description] + tenant.domains.map(\.description)
            let isMet = names.contains(where: tenants.contains)
            return Reason(
                "tenantRestriction", met: isMet,
                isMet ? "The network permits this organisation." : "The network permits other organisations only.")
        case .policy(let owner, _):
            // One's own tenant is never restricted by one's own policy.
            if owner == tenant.id.description {
                return Reason("tenantRestriction", met: true, "The network belongs to this organisation.")
            }
            guard let settings else {
                return Reason("tenantRestriction", met: false, "The network's policy is not known here.")
            }
            let organization = HomeOrganization(
                identifiers: [.tenant(tenant.id.description)] + tenant.domains.map { .domain($0) }, isTenant: true)
            let own = settings.entry(for: organization)?.1.tenantRestrictions
            let defaults = settings.defaults.tenantRestrictions
            let setting = WholeAccessSetting(
                people: own?.people ?? defaults.people, applications: own?.applications ?? defaults.applications)
            let isMet =
                setting.admits(
                    setting.people.contains(person),
                    setting.applications.contains(applications.isEmpty ? PortalApplication.myApps : applications))
                == true
            return Reason(
                "tenantRestriction", met: isMet,
                isMet
                    ? "The network's policy permits this organisation."
                    : "The network's policy does not permit this organisation and application.")
        }
    }
}
