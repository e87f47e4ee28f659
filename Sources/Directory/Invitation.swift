package import FoundationEssentials

/// An organisation's word that an address may become a guest. Its link carries a secret of 256 bits, kept hashed.
package struct Invitation: Sendable, Hashable {
    package typealias ID = Directory.ID<Invitation>

    package enum Status: String, Sendable, Hashable, CaseIterable {
        case pendingAcceptance = "PendingAcceptance"
        case completed = "Completed"
        case revoked = "Revoked"
        /// A later invitation of the same user took its place; `replacedBy` names it.
        case replaced = "Replaced"
    }

    /// What redeeming it does to the user.
    package enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Makes a guest of whoever has the address.
        case newGuest
        /// Gives a guest who had redeemed another identity (Entra's `resetRedemption`).
        case reset
        /// Lets a member with a password here authenticate at a home of their own instead.
        case conversion
    }

    /// Somebody who gets a copy of the mail. Holding its link proves nothing, so a copy opens nothing.
    package struct Copy: Sendable, Hashable {
        package var address: EmailAddress
        package var name: String?

        package init(address: EmailAddress, name: String? = nil) {
            self.address = address
            self.name = name
        }
    }

    package var id: ID
    package var user: User.ID
    package var email: EmailAddress
    /// Where the guest lands after redemption; nil: the account page.
    package var redirectURL: String?
    /// Nil where a command or an application made it.
    package var invitedBy: User.ID?
    package var inviterName: String
    package var message: String?
    package var status: Status
    package var createdAt: Date
    /// Nil: never (Entra's way). Thirty days unless set.
    package var expiresAt: Date?
    package var redeemedAt: Date?
    package var purpose: Purpose
    package var sendsMail: Bool
    /// BCP 47, as the inviter asked for it.
    package var messageLanguage: String?
    package var copyTo: Copy?
    package var replacedBy: ID?

    package init(
        id: ID, user: User.ID, email: EmailAddress, redirectURL: String?, invitedBy: User.ID?, inviterName: String,
        message: String?, status: Status, createdAt: Date, expiresAt: Date?, redeemedAt: Date?,
        purpose: Purpose = .newGuest, sendsMail: Bool = true, messageLanguage: String? = nil, copyTo: Copy? = nil,
        replacedBy: ID? = nil
    ) {
        self.id = id
        self.user = user
        self.email = email
        self.redirectURL = redirectURL
        self.invitedBy = invitedBy
        self.inviterName = inviterName
        self.message = message
        self.status = status
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.redeemedAt = redeemedAt
        self.purpose = purpose
        self.sendsMail = sendsMail
        self.messageLanguage = messageLanguage
        self.copyTo = copyTo
        self.replacedBy = replacedBy
    }
}
