package import Directory

/// Who invites.
package enum Inviter: Sendable, Hashable {
    case user(User.UserType, roles: [DirectoryRole])
    /// An application that holds `User.Invite.All` for itself.
    case application
    /// A command on the machine itself.
    case command
}

/// Why an invitation, a redemption or a sign-up is not allowed.
package enum InvitationDenial: String, Sendable, Hashable, CaseIterable {
    case inviterNotPermitted
    case signUpSwitchedOff
    case domainBlocked
    case crossTenantAccess

    /// For the inviter; Entra's words where they are known.
    package var message: String {
        switch self {
        case .inviterNotPermitted: "Guest invitations not allowed for your company. Contact your administrator."
        case .signUpSwitchedOff: "Signing up is not open. Ask for an invitation."
        case .domainBlocked: "The address is in a domain currently blocked by your invitation policy."
        case .crossTenantAccess: "This invitation is blocked by cross-tenant access settings."
        }
    }
}

/// Everything that a decision on an invitation reads, recorded with it.
package struct InvitationInput: Sendable, Hashable {
    package var inviter: Inviter
    /// The invited address's.
    package var domain: DomainName
    /// The organisation that people with such an address belong to, where one is known; nil: cross-tenant settings have
    /// nothing to say.
    package var organization: HomeOrganization?
    package var cloud: CloudEndpoint?
    /// Who it is there, where the home is of this installation and knows the address.
    package var person: CrossTenantPerson?

    package init(
        inviter: Inviter, domain: DomainName, organization: HomeOrganization? = nil, cloud: CloudEndpoint? = nil,
        person: CrossTenantPerson? = nil
    ) {
        self.inviter = inviter
        self.domain = domain
        self.organization = organization
        self.cloud = cloud
        self.person = person
    }
}

/// The settings that such a decision reads.
package struct InvitationSettings: Sendable, Hashable {
    package var collaboration: ExternalCollaboration
    package var crossTenant: CrossTenantAccess
    /// The home's, where it is of this installation.
    package var home: HomeSide?

    package init(
        collaboration: ExternalCollaboration = ExternalCollaboration(),
        crossTenant: CrossTenantAccess = CrossTenantAccess(), home: HomeSide? = nil
    ) {
        self.collaboration = collaboration
        self.crossTenant = crossTenant
        self.home = home
    }
}

/// Whether this inviter may invite an address in this domain. All rules must be met; a blocked domain is refused whatever
/// cross-tenant access says (the most restrictive wins).
package func invitationDecision(
    for input: InvitationInput, settings: InvitationSettings = InvitationSettings()
) -> Verdict<InvitationDenial> {
    let collaboration = settings.collaboration
    var rules: [(denial: InvitationDenial, reason: Reason?)] = [
        (.inviterNotPermitted, collaboration.allowsInvitesFrom.reason(input.inviter)),
        (.domainBlocked, collaboration.domains.reason(input.domain)),
    ]
    if let organization = input.organization {
        // Nobody knows yet which application it will be: limits on applications bite at the sign-in.
        let question = CrossTenantQuestion(
            organization: organization, cloud: input.cloud, person: nil, applications: [])
        var asked = crossTenantRules(question, settings.crossTenant, settings.home)
        if let person = input.person, asked.allSatisfy({ $0.reason?.met ?? true }) {
            asked = crossTenantPersonRules(person, question, settings.crossTenant, settings.home)
        }
        rules += asked.map { (.crossTenantAccess, $0.reason) }
    }
    return Verdict(asking: rules)
}

/// Whether a pending invitation to this domain may still be redeemed. The list is asked again here, and never once the
/// guest has redeemed; cross-tenant access is asked at this and every other sign-in, by ``accessDecision(for:settings:)``.
package func redemptionDecision(
    domain: DomainName, collaboration: ExternalCollaboration = ExternalCollaboration()
) -> Verdict<Refusal> {
    Verdict(asking: [(.invitationDomainBlocked, collaboration.domains.reason(domain))])
}

/// Whether somebody with an address in this domain may sign up by themselves. Entra does not say that the domain list
/// counts here; ours does.
package func signUpDecision(
    domain: DomainName, settings: InvitationSettings = InvitationSettings()
) -> Verdict<InvitationDenial> {
    let isOpen = settings.collaboration.allowsSelfServiceSignUp
    return Verdict(asking: [
        (
            .signUpSwitchedOff,
            Reason(
                "collaboration.signUp", met: isOpen,
                isOpen ? "Guests may sign up by themselves." : "Guests may not sign up by themselves.",
                setting: ExternalCollaboration.Setting.signUp)
        ),
        (.domainBlocked, settings.collaboration.domains.reason(domain)),
    ])
}

extension InvitationSource {
    /// Directory roles that may invite wherever members may not.
    private static let invitingRoles: Set<DirectoryRole> = [.globalAdministrator, .userAdministrator, .guestInviter]

    /// `none` stops everybody: administrators, applications and the machine's own commands alike.
    func reason(_ inviter: Inviter) -> Reason {
        let met =
            switch (self, inviter) {
            case (.none, _): false
            case (_, .application), (_, .command), (.everyone, .user): true
            case (.adminsAndGuestInviters, .user(_, let roles)): !Self.invitingRoles.isDisjoint(with: roles)
            case (.adminsGuestInvitersAndAllMembers, .user(let type, let roles)):
                type == .member || !Self.invitingRoles.isDisjoint(with: roles)
            }
        return Reason(
            "collaboration.inviter", met: met,
            "\(inviter.sentence) \(met ? "may" : "may not") invite: the setting is '\(rawValue)'.",
            setting: ExternalCollaboration.Setting.invites)
    }
}

extension Inviter {
    fileprivate var sentence: String {
        switch self {
        case .user(.member, let roles): roles.isEmpty ? "A member" : "A member with \(Self.names(roles))"
        case .user(.guest, let roles): roles.isEmpty ? "A guest" : "A guest with \(Self.names(roles))"
        case .application: "An application"
        case .command: "A command on the machine"
        }
    }

    private static func names(_ roles: [DirectoryRole]) -> String {
        roles.map(\.displayName).joined(separator: ", ")
    }
}
