/// Why cross-tenant settings can't be written (access-policy §1.4).
package enum CrossTenantFault: Error, Sendable, Hashable {
    /// Nobody may come, yet applications are open.
    case blockedUsersNeedBlockedApplications
    /// People may come, yet no application is open.
    case allowedUsersNeedAllowedApplications
    /// An inbound default knows no users or groups: each organisation's ids are its own.
    case defaultNamesPeople
    case noTargets
    case cloudsDoNotMeet(CloudEndpoint, CloudEndpoint)
    case serviceProviderCanNotBeRemoved
    case organizationUnknown

    package var message: String {
        switch self {
        case .blockedUsersNeedBlockedApplications: "When all users are blocked, all applications must be blocked too."
        case .allowedUsersNeedAllowedApplications:
            "When users are allowed, at least one application must be allowed too."
        case .defaultNamesPeople: "Default inbound settings can't name users or groups."
        case .noTargets: "A half of a setting must name at least one target."
        case .cloudsDoNotMeet(let ours, let other): "\(ours.rawValue) does not work with \(other.rawValue)."
        case .serviceProviderCanNotBeRemoved: "The organisation is a service provider and can't be removed."
        case .organizationUnknown: "There are no settings for this organisation."
        }
    }
}

extension WholeAccessSetting {
    /// Checks a setting as it will count, once what it inherits is filled in.
    package func check() throws(CrossTenantFault) {
        guard people.namesAny, applications.namesAny else { throw .noTargets }
        if people.accessType == .blocked, people.everyone,
            applications.accessType != .blocked || !applications.everything
        {
            throw .blockedUsersNeedBlockedApplications
        }
        if people.accessType == .allowed, applications.accessType == .blocked, applications.everything {
            throw .allowedUsersNeedAllowedApplications
        }
    }
}

extension CrossTenantAccess {
    /// Checks every setting of the defaults and of each organisation.
    ///
    /// - Throws: The first fault found.
    package func check() throws(CrossTenantFault) {
        for cloud in allowedClouds where !self.cloud.canWork(with: cloud) {
            throw .cloudsDoNotMeet(self.cloud, cloud)
        }
        for flow in CrossTenantFlow.allCases {
            let setting = defaults.settings[flow]
            if flow.isInbound, !setting.people.users.isEmpty || !setting.people.groups.isEmpty {
                throw .defaultNamesPeople
            }
            try setting.check()
            for access in organizations.values {
                guard let own = access.settings[flow] else { continue }
                try WholeAccessSetting(
                    people: own.people ?? setting.people, applications: own.applications ?? setting.applications
                ).check()
            }
        }
    }

    /// These settings without an organisation's own: it follows the defaults then.
    package func removing(_ identifier: OrganizationIdentifier) throws(CrossTenantFault) -> CrossTenantAccess {
        guard let access = organizations[identifier] else { throw .organizationUnknown }
        guard !access.isServiceProvider else { throw .serviceProviderCanNotBeRemoved }
        var rest = self
        rest.organizations[identifier] = nil
        return rest
    }
}

extension CrossTenantFlow {
    package var isInbound: Bool { self == .b2bCollaborationInbound || self == .b2bDirectConnectInbound }
}
