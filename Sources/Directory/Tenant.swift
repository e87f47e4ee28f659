/// An organisation that this installation hosts: it has a directory, applications and rules of its own.
package struct Tenant: Sendable, Hashable {
    package typealias ID = Directory.ID<Tenant>

    package var id: ID
    package var displayName: String
    /// The name the tenant was made with. It never changes: every `#EXT#` user principal name ends with it.
    package var initialDomain: DomainName
    /// The domains it owns, the initial one included. A domain belongs to at most one tenant of the installation.
    package var domains: [DomainName]
    /// Where guests read how their data is used; shown when they redeem. Nil is said to them in words.
    package var privacyStatementURL: String?
    package var privacyContact: String?
    /// BCP 47, for mail and pages where neither the guest nor the request names one.
    package var preferredLanguage: String
    /// Whether guests with no other home may prove their address with a mailed code (Entra's default: yes).
    package var emailCodeEnabled: Bool
    /// What guests may read of the directory.
    package var guestAccess: GuestAccess
    /// Who may invite.
    package var allowsInvitesFrom: InvitationSource
    /// Days until an invitation's link no longer serves; nil: never, as in Entra.
    package var invitationDays: Int?
    /// The one list of domains that people may be invited from or sign up with: those allowed or those blocked. Both
    /// empty: any.
    package var allowedInvitationDomains: [DomainName]
    package var blockedInvitationDomains: [DomainName]
    /// Whether strangers may sign up where an application's user flow invites them (Entra's default: no).
    package var allowsSelfServiceSignUp: Bool
    package var redemption: RedemptionOrder

    package init(
        id: ID, displayName: String, initialDomain: DomainName, domains: [DomainName],
        privacyStatementURL: String? = nil,
        privacyContact: String? = nil, preferredLanguage: String = "en-US", emailCodeEnabled: Bool = true,
        guestAccess: GuestAccess = .limited, allowsInvitesFrom: InvitationSource = .everyone, invitationDays: Int? = 30,
        allowedInvitationDomains: [DomainName] = [], blockedInvitationDomains: [DomainName] = [],
        allowsSelfServiceSignUp: Bool = false, redemption: RedemptionOrder = .standard
    ) {
        self.redemption = redemption
        self.allowedInvitationDomains = allowedInvitationDomains
        self.blockedInvitationDomains = blockedInvitationDomains
        self.id = id
        self.displayName = displayName
        self.initialDomain = initialDomain
        self.domains = domains
        self.privacyStatementURL = privacyStatementURL
        self.privacyContact = privacyContact
        self.preferredLanguage = preferredLanguage
        self.emailCodeEnabled = emailCodeEnabled
        self.guestAccess = guestAccess
        self.allowsInvitesFrom = allowsInvitesFrom
        self.invitationDays = invitationDays
        self.allowsSelfServiceSignUp = allowsSelfServiceSignUp
    }
}
