import Directory
import FoundationEssentials
import Testing

@testable import Access

enum Sample {
    /// A sample that is wrong is a fault of the test.
    static func sure<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a sample is not valid") }
        return value
    }

    static let now = Date(timeIntervalSince1970: 1_790_000_000.25)

    static func id<Subject>(_ number: UInt8) -> ID<Subject> {
        ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number)))
    }

    static let tenant = Tenant(
        id: id(1), displayName: "Woodgrove", initialDomain: sure(DomainName("woodgrove.example")),
        domains: [sure(DomainName("woodgrove.example"))])

    static let readers = Application.Role(
        id: id(40), value: "Reader", displayName: "Reader", allowedMemberTypes: [.user])
    static let robots = Application.Role(
        id: id(41), value: "Robot", displayName: "Robot", allowedMemberTypes: [.application])
    static let retired = Application.Role(
        id: id(42), value: "Retired", displayName: "Retired", allowedMemberTypes: [.user], isEnabled: false)

    static func application(requiresAssignment: Bool = false, enabled: Bool = true) -> Application {
        Application(
            id: id(30), appID: id(31), servicePrincipalID: id(32), displayName: "Orders", kind: .web,
            authentication: .clientSecretPost, isEnabled: enabled, requiresAssignment: requiresAssignment,
            roles: [readers, robots, retired])
    }

    static func partner(enabled: Bool = true) -> Partner {
        Partner(
            id: id(10), name: "contoso", displayName: "Contoso", connection: .emailCode, isEnabled: enabled)
    }

    static func input(
        user: UserFacts? = user(), home: HomeFacts? = nil, application: Application.AppID? = id(31)
    ) -> SignInInput {
        SignInInput(
            at: now, settingsVersion: 7, user: user, home: home, application: application,
            network: NetworkFacts(address: "203.0.113.9"), client: ClientFacts(platform: .linux, kind: .browser))
    }

    static func user(
        state: User.ExternalUserState? = .accepted, enabled: Bool = true, groups: [Group.ID] = [],
        assignments: [Assignment] = []
    ) -> UserFacts {
        UserFacts(
            id: id(20), userType: .guest, creationType: .invitation, externalUserState: state, accountEnabled: enabled,
            groups: groups, assignments: assignments)
    }

    static func home(partner: Partner.ID? = id(10)) -> HomeFacts {
        HomeFacts(kind: .oidc, issuer: "https://idp.example", partner: partner)
    }
}

@Suite("Access decision") struct AccessDecisionTests {
    func decide(
        _ input: SignInInput, application: Application? = Sample.application(), partner: Partner? = Sample.partner()
    ) -> AccessDecision {
        accessDecision(
            for: input, settings: AccessSettings(tenant: Sample.tenant, application: application, partner: partner))
    }

    @Test func `a redeemed guest of an open application is allowed, with every reason`() {
        let decision = decide(Sample.input(home: Sample.home()))
        #expect(decision.isAllowed)
        #expect(
            decision.reasons.map(\.rule) == [
                "user.exists", "user.accountEnabled", "user.invitationRedeemed", "partner.enabled",
                "application.exists",
                "application.enabled", "assignment.required",
            ])
    }

    @Test func `a stranger`() { #expect(decide(Sample.input(user: nil)).refusal == .noMatchingGuest) }

    @Test func `a disabled account`() {
        #expect(decide(Sample.input(user: Sample.user(enabled: false))).refusal == .userDisabled)
    }

    @Test func `a pending guest`() {
        #expect(decide(Sample.input(user: Sample.user(state: .pendingAcceptance))).refusal == .guestPending)
    }

    @Test func `a member has no invitation to redeem`() {
        let decision = decide(Sample.input(user: Sample.user(state: nil)))
        #expect(decision.isAllowed)
        #expect(!decision.reasons.contains { $0.rule == "user.invitationRedeemed" })
    }

    @Test func `a partner that was disabled or removed`() {
        let input = Sample.input(home: Sample.home())
        #expect(decide(input, partner: Sample.partner(enabled: false)).refusal == .partnerUnavailable)
        #expect(decide(input, partner: nil).refusal == .partnerUnavailable)
        #expect(decide(Sample.input(home: Sample.home(partner: nil)), partner: nil).isAllowed)
    }

    @Test func `a hosted tenant is a partner by its own id until a setting says otherwise`() {
        var home = HomeFacts(kind: .tenant, issuer: "https://h.example", partner: Sample.id(2))
        home.homeTenant = (Sample.id(2) as Tenant.ID).description
        let input = Sample.input(home: home)
        #expect(decide(input, partner: nil).isAllowed)
        var setting = Partner(
            id: Sample.id(11), name: "fabrikam", displayName: "Fabrikam",
            connection: .tenant(home: Sample.id(2), base: nil))
        #expect(decide(input, partner: setting).isAllowed)
        setting.isEnabled = false
        #expect(decide(input, partner: setting).refusal == .partnerUnavailable)
        home.homeTenant = (Sample.id(3) as Tenant.ID).description
        #expect(decide(Sample.input(home: home), partner: nil).refusal == .partnerUnavailable)
    }

    @Test func `an application that was disabled or removed`() {
        #expect(decide(Sample.input(), application: Sample.application(enabled: false)).refusal == .applicationDisabled)
        #expect(decide(Sample.input(), application: nil).refusal == .applicationUnknown)
        #expect(decide(Sample.input(application: nil), application: nil).isAllowed)
    }

    @Test func `settings of another application do not count`() {
        #expect(decide(Sample.input(application: Sample.id(99))).refusal == .applicationUnknown)
    }

    static let assignments: [(Assignment?, Bool)] = [
        (nil, false),
        (Assignment(principal: .user(Sample.id(20)), application: Sample.id(31), role: nil), true),
        (Assignment(principal: .user(Sample.id(20)), application: Sample.id(31), role: Sample.readers.id), true),
        (Assignment(principal: .user(Sample.id(21)), application: Sample.id(31), role: nil), false),
        (Assignment(principal: .group(Sample.id(50)), application: Sample.id(31), role: nil), true),
        (Assignment(principal: .group(Sample.id(51)), application: Sample.id(31), role: nil), true),
        (Assignment(principal: .group(Sample.id(52)), application: Sample.id(31), role: nil), false),
        (Assignment(principal: .group(Sample.id(20)), application: Sample.id(31), role: nil), false),
        (Assignment(principal: .user(Sample.id(20)), application: Sample.id(99), role: nil), false),
    ]

    @Test(arguments: assignments)
    func `assignment, by the user or any group it is in`(assignment: Assignment?, allowed: Bool) {
        let user = Sample.user(groups: [Sample.id(50), Sample.id(51)], assignments: assignment.map { [$0] } ?? [])
        let decision = decide(Sample.input(user: user), application: Sample.application(requiresAssignment: true))
        #expect(decision.isAllowed == allowed)
        #expect(decision.refusal == (allowed ? nil : .notAssigned))
        #expect(
            decision.reasons.last?.setting == "applications/\(Sample.id(31) as Application.AppID)/requiresAssignment")
    }

    @Test func `the first rule that is not met names the refusal, and the others are still asked`() {
        let decision = decide(
            Sample.input(user: Sample.user(state: .pendingAcceptance, enabled: false)),
            application: Sample.application(requiresAssignment: true, enabled: false))
        #expect(decision.refusal == .userDisabled)
        #expect(decision.reasons.filter { !$0.met }.count == 4)
    }

    @Test func `the same input and settings give the same decision`() {
        let input = Sample.input(home: Sample.home())
        let replayed = SignInInput(members: Dictionary(uniqueKeysWithValues: input.members.map { ($0.name, $0.fact) }))!
        #expect(decide(replayed) == decide(input))
    }

    @Test func `roles are those of the user and its groups, enabled and for people`() {
        let roles = [Sample.readers, Sample.robots, Sample.retired].map { role in
            Assignment(principal: .group(Sample.id(50)), application: Sample.id(31), role: role.id)
        }
        func held(_ user: UInt8, _ groups: [UInt8]) -> [String] {
            assignedRoles(
                of: Sample.id(user), groups: groups.map { Sample.id($0) }, assignments: roles, in: Sample.application())
        }
        #expect(held(20, [50]) == ["Reader"])
        #expect(held(20, [51]).isEmpty)
        #expect(held(50, []).isEmpty)
    }
}

@Suite("Sign-in input") struct SignInInputTests {
    static let full = SignInInput(
        at: Sample.now, settingsVersion: 12,
        user: UserFacts(
            id: Sample.id(20), userType: .guest, creationType: .invitation, externalUserState: .accepted,
            accountEnabled: true, groups: [Sample.id(50)], directoryRoles: [.guestInviter], appRoles: ["Reader"],
            assignments: [
                Assignment(principal: .user(Sample.id(20)), application: Sample.id(31), role: nil),
                Assignment(principal: .group(Sample.id(50)), application: Sample.id(31), role: Sample.id(40)),
            ]),
        home: HomeFacts(
            kind: .tenant, issuer: "https://h.example/v2.0", partner: Sample.id(10), homeTenant: "h", homeUser: "u",
            homeGroups: ["g"], emailDomain: DomainName("contoso.example"), emailIsVerified: true,
            domains: [Sample.sure(DomainName("contoso.example"))]),
        application: Sample.id(31), resource: Sample.id(33), scopes: ["openid", "profile"],
        network: NetworkFacts(address: "2001:db8::1", country: "DE"),
        client: ClientFacts(platform: .iOS, kind: .mobileAppsAndDesktopClients),
        evidence: AuthenticationEvidence(
            authenticatedAt: Sample.now, methods: ["pwd", "mfa"], context: "c", multiFactor: true,
            deviceIsCompliant: false, deviceIsHybridJoined: nil),
        redeemedDomain: DomainName("contoso.example"), isDirectConnect: true, signals: ["risk": "low"])

    func members(_ input: SignInInput) -> [String: Fact] {
        Dictionary(uniqueKeysWithValues: input.members.map { ($0.name, $0.fact) })
    }

    @Test func `what was written is read back`() {
        for input in [Self.full, Sample.input(), Sample.input(user: nil, home: Sample.home(), application: nil)] {
            #expect(SignInInput(members: members(input)) == input)
        }
    }

    @Test func `names are unique, and personal ones exist`() {
        let names = Self.full.members.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(SignInInput.personalMembers.isSubset(of: Set(names)))
    }

    @Test func `without its personal members an input is still one`() {
        let kept = members(Self.full).filter { !SignInInput.personalMembers.contains($0.key) }
        let input = SignInInput(members: kept)
        #expect(input?.network.address == "" && input?.home?.homeUser == nil && input?.user == Self.full.user)
    }

    @Test(
        arguments: [
            ("at", Fact.text("x")), ("user.id", .text("x")), ("user.groups", .list(["x"])), ("home.kind", .text("x")),
            ("user.assignments", .list(["user:x"])), ("client.platform", .text("x")), ("application", .flag(true)),
            ("home.partner", .text("x")), ("signal.risk", .number(1)),
        ])
    func `a member with a wrong shape or value makes it unreadable`(name: String, fact: Fact) {
        var changed = members(Self.full)
        changed[name] = fact
        #expect(SignInInput(members: changed) == nil)
    }
}
