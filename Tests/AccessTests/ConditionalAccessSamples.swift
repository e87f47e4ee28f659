import Directory
import FoundationEssentials

@testable import Access

/// Policies and sign-ins that the rows of access-policy's "Conditional Access in R" are made of.
enum Scene {
    static let policy: ConditionalAccessPolicy.ID = Sample.id(70)
    static let homeTenant = "11111111-0000-0000-0000-000000000001"
    static let group: Group.ID = Sample.id(50)
    static let other: Group.ID = Sample.id(51)
    static let application: Application.AppID = Sample.id(31)

    static let everyone = PolicyConditions(
        users: PeopleCondition(include: .everyone), applications: .all)

    static func asking(
        _ grant: GrantControls?, _ conditions: PolicyConditions = everyone,
        session: SessionControls = SessionControls(),
        state: ConditionalAccessPolicy.State = .enabled, id: UInt8 = 70
    ) -> ConditionalAccessPolicy {
        ConditionalAccessPolicy(
            id: Sample.id(id), displayName: "Policy \(id)", state: state, conditions: conditions, grant: grant,
            session: session)
    }

    static func requiring(_ control: GrantControls.BuiltIn) -> ConditionalAccessPolicy {
        asking(GrantControls(.any, [control]))
    }

    /// E: a guest whose home is a tenant.
    static func tenantGuest(
        said: Bool? = nil, type: User.UserType = .guest, tenant: String = homeTenant,
        conditions: ConditionFacts = ConditionFacts()
    ) -> SignInInput {
        var home = HomeFacts(kind: .tenant, issuer: "https://h.example", partner: nil)
        home.homeTenant = tenant
        home.homeUser = "u"
        return input(home, type: type, said: said, conditions: conditions)
    }

    /// O: a guest who proves an address with a mailed code.
    static func codeGuest(conditions: ConditionFacts = ConditionFacts()) -> SignInInput {
        input(
            HomeFacts(kind: .emailCode, issuer: "mail", partner: nil), type: .guest, said: nil, conditions: conditions)
    }

    static func samlGuest(said: Bool? = nil, conditions: ConditionFacts = ConditionFacts()) -> SignInInput {
        input(HomeFacts(kind: .saml, issuer: "urn:idp", partner: nil), type: .guest, said: said, conditions: conditions)
    }

    static func member(conditions: ConditionFacts = ConditionFacts()) -> SignInInput {
        input(
            HomeFacts(kind: .localMember, issuer: "us", partner: nil), type: .member, said: nil, conditions: conditions)
    }

    /// D: somebody who comes by direct connect.
    static func directConnect(said: Bool? = nil) -> SignInInput {
        var input = tenantGuest(said: said)
        input.user = nil
        input.isDirectConnect = true
        return input
    }

    private static func input(
        _ home: HomeFacts, type: User.UserType, said: Bool?, conditions: ConditionFacts
    ) -> SignInInput {
        var user = Sample.user(groups: [group])
        user.userType = type
        var input = Sample.input(user: user, home: home)
        input.evidence = AuthenticationEvidence(
            authenticatedAt: Sample.now, multiFactor: said, deviceIsCompliant: said, deviceIsHybridJoined: said)
        input.conditions = conditions
        return input
    }

    static func trusting(_ trust: InboundTrust = InboundTrustTests.all) -> CrossTenantAccess {
        CrossTenantAccess(defaults: .init(inboundTrust: trust))
    }

    static func decide(
        _ input: SignInInput, _ policies: [ConditionalAccessPolicy], trust: CrossTenantAccess = CrossTenantAccess(),
        settings: ConditionalAccessSettings = ConditionalAccessSettings()
    ) -> ConditionalAccessOutcome {
        var settings = settings
        settings.policies = policies
        return conditionalAccess(for: input, crossTenant: trust, settings: settings)
    }
}

extension ConditionalAccessOutcome {
    var refusal: Refusal? {
        if case .deny(let refusal, _) = verdict { refusal } else { nil }
    }

    var step: AccessStep? {
        if case .interrupt(let step, _) = verdict { step } else { nil }
    }

    var asksHome: Bool {
        if case .askHome? = step { true } else { false }
    }
}
