package import FoundationEssentials

/// An organisation's word that an address may become a guest. Its link carries a secret of 256 bits, kept hashed.
package struct Invitation: Sendable, Hashable {
    package typealias ID = Directory.ID<Invitation>

    package enum Status: String, Sendable, Hashable, CaseIterable {
        case pendingAcceptance = "PendingAcceptance"
        case completed = "Completed"
        case revoked = "Revoked"
    }

    package var id: ID
    package var user: User.ID
    package var email: EmailAddress
    /// Where the guest lands after redemption; nil: the account page.
    package var redirectURL: String?
    /// Nil where a command made it.
    package var invitedBy: User.ID?
    package var inviterName: String
    package var message: String?
    package var status: Status
    package var createdAt: Date
    /// Nil: never (Entra's way). Thirty days unless set.
    package var expiresAt: Date?
    package var redeemedAt: Date?

    package init(
        id: ID, user: User.ID, email: EmailAddress, redirectURL: String?, invitedBy: User.ID?, inviterName: String,
        message: String?, status: Status, createdAt: Date, expiresAt: Date?, redeemedAt: Date?
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
    }
}
