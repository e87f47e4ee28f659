package import Directory

/// Another organisation whose people may ask for access packages (access-policy §9).
package struct ConnectedOrganization: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case configured
        /// Made because one of its people asked; not among "all configured" ones until an administrator says so.
        case proposed
    }

    package var id: String
    package var state: State
    package var identities: Set<OrganizationIdentifier>

    package init(id: String, state: State, identities: Set<OrganizationIdentifier>) {
        self.id = id
        self.state = state
        self.identities = identities
    }
}

/// Who may ask under a policy: Graph's `allowedTargetScope`.
package enum RequestorScope: Sendable, Hashable {
    /// Nobody: administrators assign.
    case notSpecified
    case users(Set<User.ID>, groups: Set<Group.ID>)
    case organizations(Set<String>)
    case allMembers
    /// Guests too.
    case allDirectoryUsers
    case allConfiguredOrganizations
    case allExternalUsers

    /// Of several policies that fit, those of the highest rank count.
    fileprivate var rank: Int {
        switch self {
        case .notSpecified: 0
        case .allConfiguredOrganizations, .allExternalUsers: 1
        case .allDirectoryUsers: 2
        case .allMembers: 3
        case .users, .organizations: 4
        }
    }
}

package struct AccessPackage: Sendable, Hashable {
    package struct Policy: Sendable, Hashable {
        package var id: String
        package var scope: RequestorScope
        package init(id: String, scope: RequestorScope) {
            self.id = id
            self.scope = scope
        }
    }

    package var id: String
    /// Not listed; its link still works.
    package var isHidden: Bool
    package var isPublished: Bool
    package var isExternallyVisible: Bool
    package var incompatiblePackages: Set<String>
    package var incompatibleGroups: Set<Group.ID>
    package var policies: [Policy]

    package init(
        id: String, isHidden: Bool = false, isPublished: Bool = true, isExternallyVisible: Bool = true,
        incompatiblePackages: Set<String> = [], incompatibleGroups: Set<Group.ID> = [], policies: [Policy]
    ) {
        self.id = id
        self.isHidden = isHidden
        self.isPublished = isPublished
        self.isExternallyVisible = isExternallyVisible
        self.incompatiblePackages = incompatiblePackages
        self.incompatibleGroups = incompatibleGroups
        self.policies = policies
    }
}

package struct Requestor: Sendable, Hashable {
    /// Nil for somebody who is no user here yet.
    package var user: User.ID?
    package var userType: User.UserType?
    package var groups: Set<Group.ID>
    /// Nil for people whose home is the tenant.
    package var organization: HomeOrganization?
    /// Packages that are assigned now.
    package var packages: Set<String>
    /// Blocked from signing in after the last assignment was lost.
    package var isBlockedByLifecycle: Bool

    package init(
        user: User.ID?, userType: User.UserType?, groups: Set<Group.ID> = [], organization: HomeOrganization? = nil,
        packages: Set<String> = [], isBlockedByLifecycle: Bool = false
    ) {
        self.user = user
        self.userType = userType
        self.groups = groups
        self.organization = organization
        self.packages = packages
        self.isBlockedByLifecycle = isBlockedByLifecycle
    }
}

package enum EntitlementDenial: String, Sendable, Hashable, CaseIterable {
    case packageUnavailable, outOfScope, incompatible, blockedByLifecycle
}

/// Whether somebody may ask for a package, and under which policies: several of one rank are the requestor's choice. That
/// a package is hidden keeps it off lists, and nothing more.
package func requestDecision(
    for package: AccessPackage, by requestor: Requestor, organizations: [ConnectedOrganization]
) -> (verdict: Verdict<EntitlementDenial>, policies: [AccessPackage.Policy]) {
    let isAvailable = package.isPublished && (requestor.organization == nil || package.isExternallyVisible)
    let fitting = package.policies.filter { $0.scope.takesIn(requestor, organizations) }
    let rank = fitting.map(\.scope.rank).max() ?? 0
    let verdict = Verdict<EntitlementDenial>(asking: [
        (
            .packageUnavailable,
            Reason(
                "entitlement.available", met: isAvailable,
                isAvailable ? "The package is offered." : "The package is not offered to this person.")
        ),
        (
            .blockedByLifecycle,
            requestor.isBlockedByLifecycle
                ? Reason(
                    "entitlement.lifecycle", met: false, "The guest is blocked until deleted, and can't ask again.")
                : nil
        ),
        (
            .outOfScope,
            Reason(
                "entitlement.scope", met: !fitting.isEmpty,
                fitting.isEmpty ? "No policy of the package is for this person." : "A policy is for this person.")
        ),
        (.incompatible, incompatibility(of: package, requestor)),
    ])
    return (verdict, verdict.isAllowed ? fitting.filter { $0.scope.rank == rank } : [])
}

/// Whether an administrator may assign a package: only the separation of duties is asked.
package func assignmentDecision(for package: AccessPackage, to requestor: Requestor) -> Verdict<EntitlementDenial> {
    Verdict(asking: [(.incompatible, incompatibility(of: package, requestor))])
}

/// What the asked package lists, one way alone: that a held package lists this one says nothing.
private func incompatibility(of package: AccessPackage, _ requestor: Requestor) -> Reason {
    let isMet =
        package.incompatiblePackages.isDisjoint(with: requestor.packages)
        && package.incompatibleGroups.isDisjoint(with: requestor.groups)
    return Reason(
        "entitlement.separationOfDuties", met: isMet,
        isMet
            ? "Nothing that the person has is incompatible with the package."
            : "The person has something that the package names as incompatible.",
        setting: "identityGovernance/entitlementManagement/accessPackages/\(package.id)/incompatibleAccessPackages")
}

extension RequestorScope {
    fileprivate func takesIn(_ requestor: Requestor, _ organizations: [ConnectedOrganization]) -> Bool {
        let connected = requestor.organization.flatMap { home in
            organizations.first { !$0.identities.isDisjoint(with: home.identifiers) }
        }
        switch self {
        case .notSpecified: return false
        case .users(let users, let groups):
            return requestor.user.map(users.contains) == true || !groups.isDisjoint(with: requestor.groups)
        case .organizations(let ids): return connected.map { ids.contains($0.id) } ?? false
        case .allMembers: return requestor.userType == .member
        case .allDirectoryUsers: return requestor.user != nil
        case .allConfiguredOrganizations: return connected?.state == .configured
        case .allExternalUsers: return requestor.organization != nil
        }
    }
}
