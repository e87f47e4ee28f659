package import FoundationEssentials

/// A person in a tenant's directory. Where they authenticate (`identities`) and what they are to the organisation
/// (`userType`) are independent: an external member and an internal guest both exist.
package struct User: Sendable, Hashable {
    package typealias ID = Directory.ID<User>

    package enum UserType: String, Sendable, Hashable, CaseIterable {
        case member = "Member"
        case guest = "Guest"
    }

    /// How the object came to be; nil for a member made by an administrator.
    package enum CreationType: String, Sendable, Hashable, CaseIterable {
        case invitation = "Invitation"
        case localAccount = "LocalAccount"
        case emailVerified = "EmailVerified"
        case selfServiceSignUp = "SelfServiceSignUp"
    }

    /// Redemption of the invitation; nil where the user was not made by one.
    package enum ExternalUserState: String, Sendable, Hashable, CaseIterable {
        case pendingAcceptance = "PendingAcceptance"
        case accepted = "Accepted"
    }

    package var id: ID
    package var userPrincipalName: String
    package var displayName: String
    package var givenName: String?
    package var surname: String?
    package var userType: UserType
    package var creationType: CreationType?
    package var externalUserState: ExternalUserState?
    package var externalUserStateChangedAt: Date?
    /// The invited address for a guest. Display, routing and invitation only; nobody is ever found by it at sign-in.
    package var mail: EmailAddress?
    package var otherMails: [EmailAddress]
    package var proxyAddresses: [String]
    package var accountEnabled: Bool
    package var preferredLanguage: String?
    package var usageLocation: String?
    package var companyName: String?
    package var department: String?
    package var jobTitle: String?
    /// At most five; the inviter by default. Sponsors have no powers.
    package var sponsors: [ID]
    package var manager: ID?
    package var createdAt: Date

    package init(
        id: ID, userPrincipalName: String, displayName: String, userType: UserType, createdAt: Date,
        givenName: String? = nil, surname: String? = nil, creationType: CreationType? = nil,
        externalUserState: ExternalUserState? = nil, externalUserStateChangedAt: Date? = nil,
        mail: EmailAddress? = nil, otherMails: [EmailAddress] = [], proxyAddresses: [String] = [],
        accountEnabled: Bool = true, preferredLanguage: String? = nil, usageLocation: String? = nil,
        companyName: String? = nil, department: String? = nil, jobTitle: String? = nil, sponsors: [ID] = [],
        manager: ID? = nil
    ) {
        self.id = id
        self.userPrincipalName = userPrincipalName
        self.displayName = displayName
        self.userType = userType
        self.createdAt = createdAt
        self.givenName = givenName
        self.surname = surname
        self.creationType = creationType
        self.externalUserState = externalUserState
        self.externalUserStateChangedAt = externalUserStateChangedAt
        self.mail = mail
        self.otherMails = otherMails
        self.proxyAddresses = proxyAddresses
        self.accountEnabled = accountEnabled
        self.preferredLanguage = preferredLanguage
        self.usageLocation = usageLocation
        self.companyName = companyName
        self.department = department
        self.jobTitle = jobTitle
        self.sponsors = sponsors
        self.manager = manager
    }
}
