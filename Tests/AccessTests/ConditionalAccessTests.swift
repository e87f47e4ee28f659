import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("Conditional Access: evaluation (access-policy §6.2)") struct ConditionalAccessTests {
    static let block = GrantControls(.any, [.block])

    @Test func `no policy, a disabled one, and one of nobody let everybody through`() {
        #expect(Scene.decide(Scene.tenantGuest(), []) == .notApplied)
        let disabled = Scene.decide(Scene.tenantGuest(), [Scene.asking(Self.block, state: .disabled)])
        #expect(disabled.verdict == .allow && disabled.policies[0].result == .notEnabled)
        let nobody = PolicyConditions(users: PeopleCondition(include: .init()), applications: .all)
        #expect(Scene.decide(Scene.tenantGuest(), [Scene.asking(Self.block, nobody)]).status == .notApplied)
    }

    static let types: [(SignInInput, GuestOrExternalUserType?)] = [
        (Scene.tenantGuest(), .b2bCollaborationGuest), (Scene.codeGuest(), .b2bCollaborationGuest),
        (Scene.tenantGuest(type: .member), .b2bCollaborationMember), (Scene.directConnect(), .b2bDirectConnectUser),
        (Scene.member(), nil),
    ]

    @Test(arguments: types)
    func `types of people from outside`(input: SignInInput, type: GuestOrExternalUserType?) {
        for asked in GuestOrExternalUserType.allCases {
            let conditions = PolicyConditions(
                users: PeopleCondition(include: ConditionalAccessRowTests.guests([asked])), applications: .all)
            let outcome = Scene.decide(input, [Scene.asking(Self.block, conditions)])
            #expect((outcome.refusal == .conditionalAccess) == (asked == type), "\(asked)")
        }
    }

    @Test func `internal guests, people of service providers and strangers have types of their own`() {
        var internalGuest = Scene.member()
        internalGuest.user?.userType = .guest
        var stranger = Scene.tenantGuest()
        stranger.user = nil
        func type(_ input: SignInInput, _ access: CrossTenantAccess = CrossTenantAccess()) -> GuestOrExternalUserType? {
            ConditionSubject(input, crossTenant: access, settings: ConditionalAccessSettings()).type
        }
        #expect(type(internalGuest) == .internalGuest)
        #expect(type(stranger) == .otherExternalUser)
        let provider = CrossTenantAccess(organizations: [
            .tenant(Scene.homeTenant): OrganizationAccess(isServiceProvider: true)
        ])
        #expect(type(stranger, provider) == .serviceProvider)
    }

    @Test func `a policy may be about one application, one guest, a role or an API`() {
        let other: Application.AppID = Sample.id(99)
        func applies(_ conditions: PolicyConditions, _ input: SignInInput = Scene.tenantGuest()) -> Bool {
            Scene.decide(input, [Scene.asking(Self.block, conditions)]).refusal != nil
        }
        var conditions = Scene.everyone
        conditions.applications = ApplicationCondition(include: [Scene.application])
        #expect(applies(conditions))
        conditions.applications = ApplicationCondition(include: [other])
        #expect(!applies(conditions))
        var api = Scene.tenantGuest()
        api.resource = other
        #expect(applies(conditions, api))
        conditions.applications = ApplicationCondition(everything: true, exclude: [Scene.application])
        #expect(!applies(conditions) && applies(conditions, api))
        conditions.applications = .all
        conditions.users = PeopleCondition(include: .init(users: [Sample.id(20)]))
        #expect(applies(conditions))
        conditions.users = PeopleCondition(include: .init(roles: [.guestInviter]))
        #expect(!applies(conditions))
        var inviter = Scene.tenantGuest()
        inviter.user?.directoryRoles = [.guestInviter]
        #expect(applies(conditions, inviter))
    }

    @Test func `user actions and authentication contexts`() {
        var conditions = Scene.everyone
        conditions.applications = ApplicationCondition(userActions: [.registerSecurityInformation])
        let policy = Scene.asking(Self.block, conditions)
        let registering = Scene.tenantGuest(conditions: ConditionFacts(userAction: .registerSecurityInformation))
        #expect(Scene.decide(registering, [policy]).refusal == .conditionalAccess)
        #expect(Scene.decide(Scene.tenantGuest(), [policy]).verdict == .allow)
        // A policy on all applications is not about user actions.
        #expect(Scene.decide(registering, [Scene.asking(Self.block)]).verdict == .allow)
        conditions.applications = ApplicationCondition(authenticationContexts: ["c1"])
        let context = Scene.asking(Self.block, conditions)
        #expect(Scene.decide(Scene.tenantGuest(), [context]).verdict == .allow)
        #expect(
            Scene.decide(Scene.tenantGuest(conditions: ConditionFacts(authenticationContexts: ["c1"])), [context])
                .policies[0].includeRule(.application) == .acr)
    }

    @Test func `platforms, kinds of client and countries`() {
        var conditions = Scene.everyone
        func applies(_ input: SignInInput = Scene.tenantGuest(), _ settings: ConditionalAccessSettings = .init())
            -> Bool
        { Scene.decide(input, [Scene.asking(Self.block, conditions)], settings: settings).refusal != nil }
        conditions.platforms = PlatformCondition(everything: true, exclude: [.linux])
        #expect(!applies())
        conditions.platforms = PlatformCondition(include: [.linux])
        #expect(applies())
        conditions.platforms = PlatformCondition(include: [.windows])
        #expect(!applies())
        conditions.platforms = nil
        conditions.clientKinds = [.mobileAppsAndDesktopClients]
        #expect(!applies())
        conditions.clientKinds = []
        conditions.locations = LocationCondition(include: .init(locations: ["eu"]))
        func countries(_ unknown: Bool) -> ConditionalAccessSettings {
            ConditionalAccessSettings(locations: [
                "eu": NamedLocation(
                    id: "eu", displayName: "EU", kind: .countries(["DE", "FR"], includesUnknown: unknown))
            ])
        }
        var german = Scene.tenantGuest()
        german.network.country = "DE"
        #expect(applies(german, countries(false)) && !applies(Scene.tenantGuest(), countries(false)))
        #expect(applies(Scene.tenantGuest(), countries(true)))
        german.network.country = "US"
        #expect(!applies(german, countries(true)))
    }

    @Test func `every policy has to be satisfied, and steps come in their order`() {
        let terms = TermsOfUse(id: "t", displayName: "Terms", version: 2)
        let settings = ConditionalAccessSettings(termsOfUse: ["t": terms])
        let policies = [
            Scene.asking(GrantControls(.any, [], termsOfUse: ["t"]), id: 71), Scene.asking(GrantControls(.any, [.mfa])),
        ]
        func outcome(_ conditions: ConditionFacts) -> ConditionalAccessOutcome {
            Scene.decide(Scene.tenantGuest(conditions: conditions), policies, settings: settings)
        }
        #expect(
            outcome(ConditionFacts()).verdict == .interrupt(.registerSecondFactor([.softwareOath]), by: Sample.id(70)))
        #expect(outcome(ConditionFacts(methods: [.softwareOath])).step == .acceptTerms(["t"]))
        func accepted(_ version: Int64) -> ConditionFacts {
            ConditionFacts(
                methods: [.softwareOath], acceptedTerms: [AcceptedTerms(id: "t", version: version, at: Sample.now)])
        }
        #expect(outcome(accepted(1)).step == .acceptTerms(["t"]))
        #expect(outcome(accepted(2)).verdict == .allow)
        #expect(outcome(ConditionFacts(methods: [.softwareOath], declinedTerms: ["t"])).refusal == .termsNotAccepted)
        #expect(
            Scene.decide(Scene.tenantGuest(), [policies[0]]).refusal == .controlUnavailable)
    }

    @Test func `terms are accepted again after their time`() {
        let terms = TermsOfUse(id: "t", displayName: "Terms", version: 1, lifetime: 86_400)
        let then = [AcceptedTerms(id: "t", version: 1, at: Sample.now)]
        #expect(terms.isAccepted(then, at: Sample.now + 86_399))
        #expect(!terms.isAccepted(then, at: Sample.now + 86_400))
    }

    @Test func `where no page may be shown, what would be asked is refused with its number`() {
        func refusal(_ grant: GrantControls, _ conditions: ConditionFacts) -> Refusal? {
            var conditions = conditions
            conditions.mayShowPages = false
            return Scene.decide(
                Scene.tenantGuest(conditions: conditions), [Scene.asking(grant)],
                settings: ConditionalAccessSettings(
                    termsOfUse: ["t": TermsOfUse(id: "t", displayName: "Terms", version: 1)])
            ).refusal
        }
        #expect(refusal(GrantControls(.any, [.mfa]), ConditionFacts()) == .secondFactorNotRegistered)
        #expect(
            refusal(GrantControls(.any, [.mfa]), ConditionFacts(registeredMethods: [.softwareOath]))
                == .secondFactorNeeded)
        #expect(refusal(GrantControls(.any, [], termsOfUse: ["t"]), ConditionFacts()) == .termsNotAccepted)
    }

    @Test(arguments: [
        (GrantControls.BuiltIn.approvedApplication, Refusal.applicationNotApproved),
        (.compliantApplication, .applicationNotProtected),
    ])
    func `what guests can't do locks them out`(control: GrantControls.BuiltIn, refusal: Refusal) {
        #expect(Scene.decide(Scene.tenantGuest(), [Scene.requiring(control)]).refusal == refusal)
    }

    @Test func `two needs of the home make one way there`() {
        let outcome = Scene.decide(
            Scene.tenantGuest(),
            [Scene.requiring(.mfa), Scene.asking(GrantControls(.any, [.compliantDevice]), id: 71)],
            trust: Scene.trusting())
        guard case .askHome(let request)? = outcome.step else {
            Issue.record("not sent home")
            return
        }
        #expect(request.proofs == [.multiFactor, .compliantDevice])
    }

    @Test func `session controls are merged: the shortest time, and never beats always`() {
        let policies = [
            Scene.asking(
                nil, session: SessionControls(frequency: .init(.time(7_200)), persistentBrowser: .always)),
            Scene.asking(
                nil, session: SessionControls(frequency: .init(.time(3_600)), persistentBrowser: .never), id: 71),
            Scene.asking(nil, session: SessionControls(persistentBrowser: .always), id: 72),
        ]
        let outcome = Scene.decide(Scene.tenantGuest(), policies)
        #expect(outcome.session.frequency?.seconds == 3_600 && outcome.session.persistentBrowser == .never)
        #expect(outcome.policies[0].enforcedSessionControls == ["signInFrequency", "persistentBrowser"])
    }

    @Test func `every time has five minutes' grace`() {
        let policy = Scene.asking(nil, session: SessionControls(frequency: .init(.everyTime)))
        var input = Scene.tenantGuest()
        input.evidence?.authenticatedAt = Sample.now - 299
        #expect(Scene.decide(input, [policy]).verdict == .allow)
        input.evidence?.authenticatedAt = Sample.now - 300
        #expect(Scene.decide(input, [policy]).step == .reauthenticate)
        input.evidence = nil
        #expect(Scene.decide(input, [policy]).step == .reauthenticate)
    }

    @Test func `a frequency may be about the second factor alone`() {
        let policy = Scene.asking(
            nil, session: SessionControls(frequency: .init(.time(60), of: .secondaryAuthentication)))
        var input = Scene.tenantGuest(conditions: ConditionFacts(secondFactorAt: Sample.now - 30))
        input.evidence?.authenticatedAt = Sample.now - 3_000
        #expect(Scene.decide(input, [policy]).verdict == .allow)
        input.conditions.secondFactorAt = Sample.now - 61
        #expect(Scene.decide(input, [policy]).step == .reauthenticate)
    }

    @Test func `what is for reports is told as it would be`() {
        func result(_ grant: GrantControls, _ input: SignInInput = Scene.tenantGuest()) -> AppliedPolicy.Result {
            Scene.decide(input, [Scene.asking(grant, state: .reportOnly)]).policies[0].result
        }
        #expect(result(GrantControls(.any, [.mfa])) == .reportOnlyInterrupted)
        #expect(
            result(
                GrantControls(.any, [.mfa]), Scene.tenantGuest(conditions: ConditionFacts(methods: [.softwareOath])))
                == .reportOnlySuccess)
        #expect(
            result(Self.block, Scene.tenantGuest(conditions: ConditionFacts(userAction: .registerDevice)))
                == .reportOnlyNotApplied)
    }

    static let faults: [(ConditionalAccessPolicy, ConditionalAccessFault)] = [
        (Scene.asking(GrantControls(.any, [.block, .mfa])), .blockWithOtherControls),
        (Scene.asking(GrantControls(.any, [.mfa, .passwordChange])), .passwordChangeConditions),
        (Scene.asking(nil), .noControls), (Scene.asking(GrantControls(.any, [])), .noControls),
        (
            Scene.asking(
                block, PolicyConditions(users: PeopleCondition(include: .everyone), applications: .init())),
            .nothingIncluded
        ),
        (
            Scene.asking(
                nil,
                PolicyConditions(
                    users: PeopleCondition(include: .everyone), applications: .init(include: [Scene.application])),
                session: SessionControls(persistentBrowser: .never)), .persistenceNeedsAllApplications
        ),
        (
            Scene.asking(
                GrantControls(.any, [.compliantDevice]),
                PolicyConditions(
                    users: PeopleCondition(include: .everyone), applications: .init(userActions: [.registerDevice]))),
            .userActionControls
        ),
        (
            Scene.asking(
                block,
                PolicyConditions(
                    users: PeopleCondition(
                        include: ConditionalAccessRowTests.guests([], .enumerated(["h"]))), applications: .all)),
            .guestTenantsWithoutTypes
        ),
    ]

    @Test(arguments: faults)
    func `policies that can't be written`(policy: ConditionalAccessPolicy, fault: ConditionalAccessFault) {
        #expect(throws: fault) { try policy.check() }
    }
}
