package import Directory

/// A tenant's external collaboration settings: who may invite, whom, how far guests see, whether they may sign up and
/// leave by themselves. Entra's `authorizationPolicy`, `authenticationFlowsPolicy`, `externalIdentitiesPolicy` and
/// `B2BManagementPolicy`; the defaults are Entra's.
package struct ExternalCollaboration: Sendable, Hashable {
    package var allowsInvitesFrom: InvitationSource
    package var guestAccess: GuestAccess
    package var domains: InvitationDomains
    /// Whether a stranger may sign up where an application offers it (`selfServiceSignUp.isEnabled`).
    package var allowsSelfServiceSignUp: Bool
    /// Whether a guest may leave by themselves (`allowExternalIdentitiesToLeave`).
    package var allowsLeaving: Bool

    package init(
        allowsInvitesFrom: InvitationSource = .everyone, guestAccess: GuestAccess = .limited,
        domains: InvitationDomains = .unrestricted, allowsSelfServiceSignUp: Bool = false, allowsLeaving: Bool = true
    ) {
        self.allowsInvitesFrom = allowsInvitesFrom
        self.guestAccess = guestAccess
        self.domains = domains
        self.allowsSelfServiceSignUp = allowsSelfServiceSignUp
        self.allowsLeaving = allowsLeaving
    }

    /// As the tenant's settings have it. A domain on both lists is blocked.
    package init(_ tenant: Tenant) {
        let (allowed, blocked) = (Set(tenant.allowedInvitationDomains), Set(tenant.blockedInvitationDomains))
        self.init(
            allowsInvitesFrom: tenant.allowsInvitesFrom, guestAccess: tenant.guestAccess,
            domains: allowed.isEmpty
                ? blocked.isEmpty ? .unrestricted : .blocked(blocked) : .allowed(allowed.subtracting(blocked)),
            allowsSelfServiceSignUp: tenant.allowsSelfServiceSignUp)
    }

    /// Where an administrator finds each of them.
    enum Setting {
        static let invites = "policies/authorizationPolicy/allowInvitesFrom"
        static let guestAccess = "policies/authorizationPolicy/guestUserRoleId"
        static let domains = "policies/b2bManagementPolicy/invitationsAllowedAndBlockedDomainsPolicy"
        static let signUp = "policies/authenticationFlowsPolicy/selfServiceSignUp/isEnabled"
        static let leaving = "policies/externalIdentitiesPolicy/allowExternalIdentitiesToLeave"
    }
}
