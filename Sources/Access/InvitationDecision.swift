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

    /// For the inviter; Entra's words where they are known.
    package var message: String {
        switch self {
        case .inviterNotPermitted: "Guest invitations not allowed for your company. Contact your administrator."
        case .signUpSwitchedOff: "Signing up is not open. Ask for an invitation."
        case .domainBlocked: "The address is in a domain currently blocked by your invitation policy."
        }
    }
}

/// Everything that a decision on an invitation reads, recorded with it.
package struct InvitationInput: Sendable, Hashable {
    package var inviter: Inviter
    /// The invited address's.
    package var domain: DomainName

    package init(inviter: Inviter, domain: DomainName) {
        self.inviter = inviter
        self.domain = domain
    }
}

/// The settings that such a decision reads.
package struct InvitationSettings: Sendable, Hashable {
    package var collaboration: ExternalCollaboration

    package init(collaboration: ExternalCollaboration = ExternalCollaboration()) { self.collaboration = collaboration }
}

/// Whether this inviter may invite an address in this domain. All rules must be met; a blocked domain is refused whatever
/// cross-tenant access says (the most restrictive wins).
package func invitationDecision(
    for input: InvitationInput, settings: InvitationSettings = InvitationSettings()
) -> Verdict<InvitationDenial> {
    let collaboration = settings.collaboration
    return Verdict(asking: [
        (.inviterNotPermitted, collaboration.allowsInvitesFrom.reason(input.inviter)),
        (.domainBlocked, collaboration.domains.reason(input.domain)),
    ])
}

/// Whether a pending invitation to this domain may still be redeemed. The list is asked again here, and never once the
/// guest has redeemed.
package func redemptionDecision(
    domain: DomainName, settings: InvitationSettings = InvitationSettings()
) -> Verdict<InvitationDenial> {
    Verdict(asking: [(.domainBlocked, settings.collaboration.domains.reason(domain))])
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
