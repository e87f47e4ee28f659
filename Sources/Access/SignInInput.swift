package import Directory
package import FoundationEssentials

/// Everything that the policy model can ask about, recorded with every sign-in whether or not a rule asked.
///
/// A decision may read nothing else, so a recorded input with the settings of its version gives the recorded decision
/// again, and with other settings says what those would have decided.
package struct SignInInput: Sendable, Hashable {
    /// Of the list of members. A new member that may be absent keeps the number; another meaning raises it.
    package static let version = 1

    /// When the decision was taken.
    package var at: Date
    /// The number of the tenant's settings that it was taken with.
    package var settingsVersion: Int64
    /// Nil for a stranger.
    package var user: UserFacts?
    /// Nil until somebody has vouched.
    package var home: HomeFacts?
    /// Nil where the person goes to a page of our own.
    package var application: Application.AppID?
    /// The API that an access token is asked for; nil: our own userinfo.
    package var resource: Application.AppID?
    package var scopes: [String]
    package var network: NetworkFacts
    package var client: ClientFacts
    package var evidence: AuthenticationEvidence?
    /// The domain of the invited address, where this sign-in redeems a pending invitation.
    package var redeemedDomain: DomainName?
    /// Whether the person comes by direct connect: without a user here.
    package var isDirectConnect: Bool
    package var conditions: ConditionFacts
    /// Values of computed signals by name.
    package var signals: [String: String]

    package init(
        at: Date, settingsVersion: Int64, user: UserFacts?, home: HomeFacts?, application: Application.AppID?,
        resource: Application.AppID? = nil, scopes: [String] = [], network: NetworkFacts, client: ClientFacts,
        evidence: AuthenticationEvidence? = nil, redeemedDomain: DomainName? = nil, isDirectConnect: Bool = false,
        conditions: ConditionFacts = ConditionFacts(), signals: [String: String] = [:]
    ) {
        self.conditions = conditions
        self.redeemedDomain = redeemedDomain
        self.isDirectConnect = isDirectConnect
        self.at = at
        self.settingsVersion = settingsVersion
        self.user = user
        self.home = home
        self.application = application
        self.resource = resource
        self.scopes = scopes
        self.network = network
        self.client = client
        self.evidence = evidence
        self.signals = signals
    }
}

/// The directory's part: the user object as it stood.
package struct UserFacts: Sendable, Hashable {
    package var id: User.ID
    package var userType: User.UserType
    package var creationType: User.CreationType?
    package var externalUserState: User.ExternalUserState?
    package var accountEnabled: Bool
    /// Every group the user is in, directly or through groups.
    package var groups: [Group.ID]
    package var directoryRoles: [DirectoryRole]
    /// Values of the roles the user has in the application or resource of this sign-in.
    package var appRoles: [String]
    /// Assignments to the application of this sign-in, of the user or of one of its groups. Others may be listed; the
    /// decision looks at the principal.
    package var assignments: [Assignment]

    package init(
        id: User.ID, userType: User.UserType, creationType: User.CreationType?,
        externalUserState: User.ExternalUserState?, accountEnabled: Bool, groups: [Group.ID] = [],
        directoryRoles: [DirectoryRole] = [], appRoles: [String] = [], assignments: [Assignment] = []
    ) {
        self.id = id
        self.userType = userType
        self.creationType = creationType
        self.externalUserState = externalUserState
        self.accountEnabled = accountEnabled
        self.groups = groups
        self.directoryRoles = directoryRoles
        self.appRoles = appRoles
        self.assignments = assignments
    }

    package init(
        _ user: User, groups: [Group.ID], directoryRoles: [DirectoryRole], appRoles: [String],
        assignments: [Assignment]
    ) {
        self.init(
            id: user.id, userType: user.userType, creationType: user.creationType,
            externalUserState: user.externalUserState, accountEnabled: user.accountEnabled, groups: groups,
            directoryRoles: directoryRoles, appRoles: appRoles, assignments: assignments)
    }
}

/// The home's part: who vouched, and what the home calls the person and their groups.
package struct HomeFacts: Sendable, Hashable {
    package var kind: Partner.Kind
    package var issuer: String
    package var partner: Partner.ID?
    package var homeTenant: String?
    package var homeUser: String?
    package var homeGroups: [String]
    package var emailDomain: DomainName?
    package var emailIsVerified: Bool
    /// Domains that the home has proven to be its own.
    package var domains: [DomainName]

    package init(
        kind: Partner.Kind, issuer: String, partner: Partner.ID?, homeTenant: String? = nil, homeUser: String? = nil,
        homeGroups: [String] = [], emailDomain: DomainName? = nil, emailIsVerified: Bool = false,
        domains: [DomainName] = []
    ) {
        self.domains = domains
        self.kind = kind
        self.issuer = issuer
        self.partner = partner
        self.homeTenant = homeTenant
        self.homeUser = homeUser
        self.homeGroups = homeGroups
        self.emailDomain = emailDomain
        self.emailIsVerified = emailIsVerified
    }

    /// - Parameter domains: Those that the home has proven to be its own.
    package init(_ identity: ExternalIdentity, domains: [DomainName] = []) {
        self.init(
            kind: identity.kind, issuer: identity.key.issuer, partner: identity.partner,
            homeTenant: identity.homeTenant, homeUser: identity.homeUser, homeGroups: identity.homeGroups,
            emailDomain: identity.email?.domain, emailIsVerified: identity.emailIsVerified, domains: domains)
    }
}

/// Where the request came from, as the trusted edge saw it.
package struct NetworkFacts: Sendable, Hashable {
    /// The visitor's address; a forwarded header counts only from a proxy that the configuration names.
    package var address: String
    /// ISO 3166-1 alpha-2, derived from the address; nil: unknown.
    package var country: String?

    package init(address: String, country: String? = nil) {
        self.address = address
        self.country = country
    }
}

/// What the visitor uses, as it says itself: unverified, like Entra's device platform condition.
package struct ClientFacts: Sendable, Hashable {
    /// Conditional Access's `platforms` values.
    package enum Platform: String, Sendable, Hashable, CaseIterable {
        case android, iOS, windows, windowsPhone, macOS, linux, unknown
    }

    /// Conditional Access's `clientAppTypes` values that can occur here.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case browser, mobileAppsAndDesktopClients, other
    }

    package var platform: Platform
    package var kind: Kind

    package init(platform: Platform, kind: Kind) {
        self.platform = platform
        self.kind = kind
    }
}
