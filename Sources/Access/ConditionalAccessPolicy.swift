package import Directory

/// A Conditional Access policy: whom it is about, under which conditions, and what it then asks (access-policy §6.1). One
/// list serves a whole tenant, an application and a single guest: that is a matter of its conditions.
package struct ConditionalAccessPolicy: Sendable, Hashable {
    package typealias ID = Directory.ID<ConditionalAccessPolicy>

    package enum State: String, Sendable, Hashable, CaseIterable {
        case enabled, disabled
        /// Evaluated and logged, never enforced.
        case reportOnly = "enabledForReportingButNotEnforced"
    }

    package var id: ID
    package var displayName: String
    package var state: State
    package var conditions: PolicyConditions
    package var grant: GrantControls?
    package var session: SessionControls

    package init(
        id: ID, displayName: String, state: State = .enabled, conditions: PolicyConditions, grant: GrantControls?,
        session: SessionControls = SessionControls()
    ) {
        self.id = id
        self.displayName = displayName
        self.state = state
        self.conditions = conditions
        self.grant = grant
        self.session = session
    }

    var path: String { "identity/conditionalAccess/policies/\(id)" }
}

/// Every assignment must match; one that is empty or nil matches everything.
package struct PolicyConditions: Sendable, Hashable {
    package var users: PeopleCondition
    package var applications: ApplicationCondition
    /// Empty: all.
    package var clientKinds: Set<ClientFacts.Kind>
    package var platforms: PlatformCondition?
    package var locations: LocationCondition?
    package var devices: DeviceFilter?
    package var signInRisk: Set<RiskLevel>
    package var userRisk: Set<RiskLevel>

    package init(
        users: PeopleCondition, applications: ApplicationCondition, clientKinds: Set<ClientFacts.Kind> = [],
        platforms: PlatformCondition? = nil, locations: LocationCondition? = nil, devices: DeviceFilter? = nil,
        signInRisk: Set<RiskLevel> = [], userRisk: Set<RiskLevel> = []
    ) {
        self.users = users
        self.applications = applications
        self.clientKinds = clientKinds
        self.platforms = platforms
        self.locations = locations
        self.devices = devices
        self.signInRisk = signInRisk
        self.userRisk = userRisk
    }
}

/// What somebody of outside is to the tenant: Graph's `conditionalAccessGuestOrExternalUserTypes`.
package enum GuestOrExternalUserType: String, Sendable, Hashable, CaseIterable {
    /// A guest whose account is here.
    case internalGuest
    case b2bCollaborationGuest
    /// An external identity with the user type Member.
    case b2bCollaborationMember
    /// Without an object here.
    case b2bDirectConnectUser
    case otherExternalUser
    case serviceProvider
}

package struct PeopleCondition: Sendable, Hashable {
    package struct Guests: Sendable, Hashable {
        package enum Tenants: Sendable, Hashable {
            case all
            /// Lower case. Whoever has no home tenant is in none of them.
            case enumerated(Set<String>)
        }
        package var types: Set<GuestOrExternalUserType>
        package var tenants: Tenants
        package init(types: Set<GuestOrExternalUserType>, tenants: Tenants = .all) {
            self.types = types
            self.tenants = tenants
        }
        /// The keyword `GuestsOrExternalUsers`.
        package static let all = Guests(types: Set(GuestOrExternalUserType.allCases))
    }

    package struct Scope: Sendable, Hashable {
        /// The keyword `All`.
        package var everyone: Bool
        package var users: Set<User.ID>
        /// Nested membership counts.
        package var groups: Set<Group.ID>
        package var roles: Set<DirectoryRole>
        package var guests: [Guests]

        package init(
            everyone: Bool = false, users: Set<User.ID> = [], groups: Set<Group.ID> = [],
            roles: Set<DirectoryRole> = [], guests: [Guests] = []
        ) {
            self.everyone = everyone
            self.users = users
            self.groups = groups
            self.roles = roles
            self.guests = guests
        }

        package static let everyone = Scope(everyone: true)
    }

    package var include: Scope
    package var exclude: Scope

    package init(include: Scope, exclude: Scope = Scope()) {
        self.include = include
        self.exclude = exclude
    }
}

package enum UserAction: String, Sendable, Hashable, CaseIterable {
    case registerSecurityInformation = "urn:user:registersecurityinfo"
    case registerDevice = "urn:user:registerdevice"
}

package struct ApplicationCondition: Sendable, Hashable {
    /// The keyword `All`.
    package var everything: Bool
    package var include: Set<Application.AppID>
    package var exclude: Set<Application.AppID>
    /// `Office365`, `MicrosoftAdminPortals`: kept so that policies travel; no application here is in one.
    package var suites: Set<String>
    package var userActions: Set<UserAction>
    /// `c1` to `c99`.
    package var authenticationContexts: Set<String>

    package init(
        everything: Bool = false, include: Set<Application.AppID> = [], exclude: Set<Application.AppID> = [],
        suites: Set<String> = [], userActions: Set<UserAction> = [], authenticationContexts: Set<String> = []
    ) {
        self.everything = everything
        self.include = include
        self.exclude = exclude
        self.suites = suites
        self.userActions = userActions
        self.authenticationContexts = authenticationContexts
    }

    package static let all = ApplicationCondition(everything: true)
}

package struct PlatformCondition: Sendable, Hashable {
    /// The keyword `all`, which takes in what is unknown.
    package var everything: Bool
    package var include: Set<ClientFacts.Platform>
    package var exclude: Set<ClientFacts.Platform>

    package init(
        everything: Bool = false, include: Set<ClientFacts.Platform> = [], exclude: Set<ClientFacts.Platform> = []
    ) {
        self.everything = everything
        self.include = include
        self.exclude = exclude
    }
}

package struct LocationCondition: Sendable, Hashable {
    package struct Scope: Sendable, Hashable {
        /// The keyword `All`.
        package var everywhere: Bool
        /// The keyword `AllTrusted`.
        package var trusted: Bool
        package var locations: Set<NamedLocation.ID>

        package init(everywhere: Bool = false, trusted: Bool = false, locations: Set<NamedLocation.ID> = []) {
            self.everywhere = everywhere
            self.trusted = trusted
            self.locations = locations
        }
    }

    package var include: Scope
    package var exclude: Scope

    package init(include: Scope, exclude: Scope = Scope()) {
        self.include = include
        self.exclude = exclude
    }
}

package struct DeviceFilter: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        case include, exclude
    }
    package var mode: Mode
    package var rule: DeviceRule

    package init(mode: Mode, rule: DeviceRule) {
        self.mode = mode
        self.rule = rule
    }
}

package enum RiskLevel: String, Sendable, Hashable, CaseIterable {
    case none, low, medium, high, hidden
}
