package import Access
package import Directory
package import Storage

/// Why an invitation was not made or changed.
package enum InvitationRefusal: Error, Sendable {
    /// The tenant's rules on who may invite whom.
    case denied(InvitationDenial, [Reason])
    /// The address is in a domain of the inviting organisation itself.
    case ownDomain(DomainName)
    /// A user with this address is there and has accepted, or is a member.
    case alreadyThere(User.ID)
    /// The same, and the account is disabled.
    case disabled(User.ID)
    case redirectNotAcceptable(String)
    /// A property that can't be what it is; Graph's name of it, and why.
    case unacceptable(property: String, why: String)
    /// Only an administrator of users invites members, resets redemptions and converts members.
    case needsAdministrator
    /// `invitedUser` names nobody here.
    case noSuchUser
    /// The address is neither the user's `mail` nor one of the others.
    case addressNotOnUser
    /// Who is to be converted has a home elsewhere already, or is to be reset and never redeemed.
    case wrongKindOfUser
    /// An application may not reset somebody who holds a directory role.
    case holdsRoles
    case noSuchInvitation
    /// It was redeemed, withdrawn or replaced.
    case notPending(Invitation.Status)
    case storage(StorageError)

    /// One sentence for the inviter; Entra's words where they are known.
    package var sentence: String {
        switch self {
        case .denied(let denial, _): denial.message
        case .ownDomain(let domain):
            "The invited user's address is in \(domain), a verified domain of this directory."
        case .alreadyThere(let user): "The invited user already exists in the directory as object ID: \(user)."
        case .disabled(let user):
            "The invited user already exists in the directory as object ID: \(user). "
                + "They are blocked from signing in."
        case .redirectNotAcceptable(let url): "\(url) is no https address of at most 2,048 characters."
        case .unacceptable(let property, let why): "\(property) \(why)."
        case .needsAdministrator: "Generic authorization exception. This takes an administrator of users."
        case .noSuchUser: "There is no user with this id."
        case .addressNotOnUser: "The invited email address doesn't match any emails on the user object."
        case .wrongKindOfUser: "The user's redemption can't be reset, or the user can't be converted."
        case .holdsRoles: "Generic authorization exception. The user holds a directory role."
        case .noSuchInvitation: "There is no invitation with this id."
        case .notPending(let status): "The invitation is not open any more: \(status.rawValue)."
        case .storage(let error): "\(error)"
        }
    }
}
