package import Access
package import Directory

/// What an inviter says of an invitation: the properties of Graph's `invitation` that a caller sets.
package struct InvitationRequest: Sendable {
    /// Whom it is for.
    package enum Subject: Sendable, Hashable {
        /// Whoever has the address: a new guest, or the pending one that is there.
        case address
        /// A guest who redeemed and is to redeem again (`resetRedemption` with `invitedUser`). The address must be the
        /// guest's `mail` or one of the others.
        case reset(User.ID)
        /// A member with a password here, who is to authenticate elsewhere (`invitedUser` alone). The address must be the
        /// member's `mail`.
        case conversion(User.ID)
    }

    package enum Lifetime: Sendable, Hashable {
        /// As the tenant says: thirty days unless set.
        case asTenantSays
        case days(Int)
        /// As in Entra.
        case never
    }

    package var address: EmailAddress
    package var displayName: String?
    package var userType: User.UserType
    package var redirectURL: String?
    /// The inviter's words, as plain text.
    package var message: String?
    /// BCP 47. It counts with a message too: the message stays as written, and what is around it is in this language.
    package var messageLanguage: String?
    package var copyTo: Invitation.Copy?
    package var sendsMail: Bool
    package var lifetime: Lifetime
    package var subject: Subject
    /// At most five; nil: the inviter.
    package var sponsors: [User.ID]?

    package init(
        address: EmailAddress, displayName: String? = nil, userType: User.UserType = .guest, redirectURL: String? = nil,
        message: String? = nil, messageLanguage: String? = nil, copyTo: Invitation.Copy? = nil, sendsMail: Bool = true,
        lifetime: Lifetime = .asTenantSays, subject: Subject = .address, sponsors: [User.ID]? = nil
    ) {
        self.address = address
        self.displayName = displayName
        self.userType = userType
        self.redirectURL = redirectURL
        self.message = message
        self.messageLanguage = messageLanguage
        self.copyTo = copyTo
        self.sendsMail = sendsMail
        self.lifetime = lifetime
        self.subject = subject
        self.sponsors = sponsors
    }
}

/// Who invites, as the rules and the mail need it.
package struct InvitingParty: Sendable, Hashable {
    /// For the rules of who may invite.
    package var inviter: Inviter
    /// The directory object; nil for an application or a command.
    package var user: User.ID?
    /// As guests read it.
    package var name: String
    /// Where answers to the mail go.
    package var mail: EmailAddress?

    package init(_ inviter: Inviter, user: User.ID? = nil, name: String, mail: EmailAddress? = nil) {
        self.inviter = inviter
        self.user = user
        self.name = name
        self.mail = mail
    }

    package init(_ user: User, roles: [DirectoryRole]) {
        self.init(.user(user.userType, roles: roles), user: user.id, name: user.displayName, mail: user.mail)
    }

    /// Whether it may make members of guests, and give a person another identity.
    var administersUsers: Bool {
        switch inviter {
        case .application, .command: true
        case .user(_, let roles): roles.contains(.globalAdministrator) || roles.contains(.userAdministrator)
        }
    }
}

/// An invitation just made, with the link that only its receiver and its maker ever see whole.
package struct IssuedInvitation: Sendable {
    package enum Mail: Sendable, Hashable {
        /// Committed with the invitation; the outbox sends it.
        case queued
        case notAsked
        /// The receiver wants no invitations of this organisation.
        case unsubscribed
    }

    package let invitation: Invitation
    package let user: User
    package let redeemURL: String
    package let mail: Mail
}
