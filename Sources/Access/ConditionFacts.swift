package import FoundationEssentials

/// What Conditional Access asks beyond who, from where and with what: the session as it stands.
package struct ConditionFacts: Sendable, Hashable {
    package enum Event: String, Sendable, Hashable, CaseIterable {
        /// The person is there.
        case signIn
        /// A code or refresh token is exchanged.
        case refresh
    }

    package var event: Event
    /// Whether a page may be shown: not at a refresh, and not where the application asked for none.
    package var mayShowPages: Bool
    package var userAction: UserAction?
    /// Those that the application asks for: `c1` to `c99`.
    package var authenticationContexts: [String]
    /// Methods proven here in this session, the first factor of a member included.
    package var methods: [AuthenticationMethod]
    /// When the last second factor was proven here.
    package var secondFactorAt: Date?
    /// Methods that the person has registered here.
    package var registeredMethods: [AuthenticationMethod]
    /// What the home was asked for in this sign-in; its answer is in the evidence.
    package var askedHome: [HomeProof]
    /// In this sign-in, because it was asked.
    package var changedPassword: Bool
    package var acceptedTerms: [AcceptedTerms]
    package var declinedTerms: [String]
    package var device: DeviceFacts?
    /// Nil: not computed, which counts as none.
    package var signInRisk: RiskLevel?
    package var userRisk: RiskLevel?

    package init(
        event: Event = .signIn, mayShowPages: Bool = true, userAction: UserAction? = nil,
        authenticationContexts: [String] = [], methods: [AuthenticationMethod] = [], secondFactorAt: Date? = nil,
        registeredMethods: [AuthenticationMethod] = [], askedHome: [HomeProof] = [], changedPassword: Bool = false,
        acceptedTerms: [AcceptedTerms] = [], declinedTerms: [String] = [], device: DeviceFacts? = nil,
        signInRisk: RiskLevel? = nil, userRisk: RiskLevel? = nil
    ) {
        self.event = event
        self.mayShowPages = mayShowPages
        self.userAction = userAction
        self.authenticationContexts = authenticationContexts
        self.methods = methods
        self.secondFactorAt = secondFactorAt
        self.registeredMethods = registeredMethods
        self.askedHome = askedHome
        self.changedPassword = changedPassword
        self.acceptedTerms = acceptedTerms
        self.declinedTerms = declinedTerms
        self.device = device
        self.signInRisk = signInRisk
        self.userRisk = userRisk
    }
}

/// An agreement that people accept before they go on.
package struct TermsOfUse: Sendable, Hashable {
    package var id: String
    package var displayName: String
    /// Raised when the text changes and everybody has to accept again.
    package var version: Int64
    /// Seconds after which it has to be accepted again; nil: never.
    package var lifetime: Int?

    package init(id: String, displayName: String, version: Int64, lifetime: Int? = nil) {
        self.id = id
        self.displayName = displayName
        self.version = version
        self.lifetime = lifetime
    }

    package func isAccepted(_ accepted: [AcceptedTerms], at now: Date) -> Bool {
        accepted.contains { acceptance in
            guard acceptance.id == id, acceptance.version >= version else { return false }
            guard let lifetime else { return true }
            return now.timeIntervalSince(acceptance.at) < Double(lifetime)
        }
    }
}

package struct AcceptedTerms: Sendable, Hashable {
    package var id: String
    package var version: Int64
    package var at: Date

    package init(id: String, version: Int64, at: Date) {
        self.id = id
        self.version = version
        self.at = at
    }
}

/// A tenant's Conditional Access settings.
package struct ConditionalAccessSettings: Sendable, Hashable {
    package var policies: [ConditionalAccessPolicy]
    package var locations: [NamedLocation.ID: NamedLocation]
    package var termsOfUse: [String: TermsOfUse]
    /// By organisation; ``EvidenceMapping/standard`` for the others.
    package var mappings: [OrganizationIdentifier: EvidenceMapping]
    /// Second factors that guests can use here. Entra lets no guest use a passkey of the resource tenant.
    package var guestMethods: Set<AuthenticationMethod>
    package var memberMethods: Set<AuthenticationMethod>

    package init(
        policies: [ConditionalAccessPolicy] = [], locations: [NamedLocation.ID: NamedLocation] = [:],
        termsOfUse: [String: TermsOfUse] = [:], mappings: [OrganizationIdentifier: EvidenceMapping] = [:],
        guestMethods: Set<AuthenticationMethod> = [.softwareOath],
        memberMethods: Set<AuthenticationMethod> = [.softwareOath, .fido2]
    ) {
        self.policies = policies
        self.locations = locations
        self.termsOfUse = termsOfUse
        self.mappings = mappings
        self.guestMethods = guestMethods
        self.memberMethods = memberMethods
    }
    /// What the home's words mean.
    func mapping(of home: HomeFacts?) -> EvidenceMapping {
        guard !mappings.isEmpty, let home, let organization = HomeOrganization(home) else { return .standard }
        return organization.identifiers.lazy.compactMap { mappings[$0] }.first ?? .standard
    }
}
