import Directory
import FoundationEssentials
import Testing

@testable import Access

/// Rows 24 to 44 of access-policy's decision tables.
@Suite("Conditional Access, row by row") struct ConditionalAccessRowTests {
    static let totp = ConditionFacts(registeredMethods: [.softwareOath])

    @Test func `row 24: without trust a second factor is proven here, whatever the home proved`() {
        let input = Scene.tenantGuest(said: true, conditions: Self.totp)
        let outcome = Scene.decide(input, [Scene.requiring(.mfa)])
        #expect(outcome.step == .proveSecondFactor([.softwareOath]))
        #expect(outcome.status == .failure && outcome.policies[0].result == .failure)
        #expect(
            Scene.decide(Scene.tenantGuest(said: true), [Scene.requiring(.mfa)]).step
                == .registerSecondFactor([.softwareOath]))
    }

    @Test func `row 25: with trust the home's claim satisfies, or is fetched there, or the sign-in ends`() {
        let policies = [Scene.requiring(.mfa)]
        let met = Scene.decide(Scene.tenantGuest(said: true), policies, trust: Scene.trusting())
        #expect(met.verdict == .allow && met.policies[0].result == .success)
        let missing = Scene.decide(Scene.tenantGuest(conditions: Self.totp), policies, trust: Scene.trusting())
        #expect(missing.asksHome)
        var asked = Self.totp
        asked.askedHome = [.multiFactor]
        let ended = Scene.decide(Scene.tenantGuest(conditions: asked), policies, trust: Scene.trusting())
        #expect(ended.refusal == .homeProvedNoFactor)
    }

    @Test func `row 26: a mailed code is no second factor, and trust does not help it`() {
        let outcome = Scene.decide(
            Scene.codeGuest(conditions: Self.totp), [Scene.requiring(.mfa)], trust: Scene.trusting())
        #expect(outcome.step == .proveSecondFactor([.softwareOath]))
    }

    @Test func `row 27: direct connect needs trust for a second factor`() {
        #expect(
            Scene.decide(Scene.directConnect(said: true), [Scene.requiring(.mfa)]).refusal == .directConnectUntrusted)
        #expect(
            Scene.decide(Scene.directConnect(said: true), [Scene.requiring(.mfa)], trust: Scene.trusting()).verdict
                == .allow)
    }

    @Test(arguments: [
        (GrantControls.BuiltIn.compliantDevice, Refusal.deviceNotCompliant), (.domainJoinedDevice, .deviceNotJoined),
    ])
    func `row 28: without trust in devices a guest's is none`(control: GrantControls.BuiltIn, refusal: Refusal) {
        let policies = [Scene.requiring(control)]
        #expect(Scene.decide(Scene.tenantGuest(said: true), policies).refusal == refusal)
        #expect(Scene.decide(Scene.tenantGuest(said: true), policies, trust: Scene.trusting()).verdict == .allow)
        #expect(Scene.decide(Scene.tenantGuest(said: nil), policies, trust: Scene.trusting()).asksHome)
        #expect(
            Scene.decide(
                Scene.tenantGuest(conditions: ConditionFacts(askedHome: [.compliantDevice, .hybridJoinedDevice])),
                policies, trust: Scene.trusting()
            ).refusal == refusal)
        #expect(Scene.decide(Scene.codeGuest(), policies, trust: Scene.trusting()).refusal == refusal)
        #expect(Scene.decide(Scene.samlGuest(said: true), policies, trust: Scene.trusting()).refusal == refusal)
    }

    @Test func `row 29: the organisation's own trust wins over the default's`() {
        var trust = Scene.trusting()
        trust.organizations[.tenant(Scene.homeTenant)] = OrganizationAccess(inboundTrust: InboundTrust.none)
        #expect(
            Scene.decide(Scene.tenantGuest(said: true), [Scene.requiring(.compliantDevice)], trust: trust).refusal
                == .deviceNotCompliant)
    }

    @Test func `row 30: a device or a second factor is fine for guests, both lock them out`() {
        func outcome(_ how: GrantControls.Operator, _ methods: [AuthenticationMethod] = []) -> ConditionalAccessOutcome
        {
            var conditions = Self.totp
            conditions.methods = methods
            return Scene.decide(
                Scene.tenantGuest(conditions: conditions), [Scene.asking(GrantControls(how, [.compliantDevice, .mfa]))])
        }
        #expect(outcome(.any).step == .proveSecondFactor([.softwareOath]))
        #expect(outcome(.any, [.softwareOath]).verdict == .allow)
        #expect(outcome(.all).refusal == .deviceNotCompliant)
        #expect(outcome(.all, [.softwareOath]).refusal == .deviceNotCompliant)
    }

    @Test func `row 31: a block wins, and nothing is asked`() {
        let outcome = Scene.decide(
            Scene.tenantGuest(), [Scene.requiring(.mfa), Scene.asking(GrantControls(.any, [.block]), id: 71)])
        #expect(outcome.verdict == .deny(.conditionalAccess, by: Sample.id(71)))
        #expect(outcome.policies.map(\.result) == [.failure, .failure])
    }

    static func guests(
        _ types: Set<GuestOrExternalUserType>, _ tenants: PeopleCondition.Guests.Tenants = .all
    ) -> PeopleCondition.Scope { PeopleCondition.Scope(guests: [.init(types: types, tenants: tenants)]) }

    @Test func `row 32: who excludes guests has not excluded external members`() {
        var conditions = Scene.everyone
        conditions.users.exclude = Self.guests([.b2bCollaborationGuest])
        let policies = [Scene.asking(GrantControls(.any, [.block]), conditions)]
        #expect(Scene.decide(Scene.tenantGuest(type: .member), policies).refusal == .conditionalAccess)
        #expect(Scene.decide(Scene.tenantGuest(), policies).status == .notApplied)
    }

    @Test func `row 33: enumerated tenants are those tenants alone`() {
        let conditions = PolicyConditions(
            users: PeopleCondition(
                include: Self.guests([.b2bCollaborationGuest], .enumerated([Scene.homeTenant]))), applications: .all)
        let policies = [Scene.asking(GrantControls(.any, [.block]), conditions)]
        #expect(Scene.decide(Scene.tenantGuest(), policies).refusal == .conditionalAccess)
        #expect(Scene.decide(Scene.tenantGuest(tenant: "h2"), policies).verdict == .allow)
        #expect(Scene.decide(Scene.codeGuest(), policies).policies[0].result == .notApplied)
    }

    @Test func `row 34: exclusion beats inclusion`() {
        let conditions = PolicyConditions(
            users: PeopleCondition(
                include: .init(groups: [Scene.group]), exclude: .init(groups: [Scene.group])), applications: .all)
        let outcome = Scene.decide(Scene.tenantGuest(), [Scene.asking(GrantControls(.any, [.block]), conditions)])
        #expect(outcome.policies[0].result == .notApplied)
        #expect(outcome.policies[0].includeRule(.users) == .groupId)
        #expect(outcome.policies[0].excludeRule(.users) == .groupId)
    }

    @Test func `row 35: a block for reports alone blocks nobody`() {
        let outcome = Scene.decide(
            Scene.tenantGuest(), [Scene.asking(GrantControls(.any, [.block]), state: .reportOnly)])
        #expect(outcome.verdict == .allow && outcome.status == .notApplied)
        #expect(outcome.policies[0].result == .reportOnlyFailure)
    }

    static func strength(_ strength: AuthenticationStrength.BuiltIn) -> ConditionalAccessPolicy {
        Scene.asking(GrantControls(.any, [], strength: AuthenticationStrength(strength)))
    }

    @Test func `row 36: a phishing-resistant method can't be proven here; with trust the home is asked for it`() {
        let policies = [Self.strength(.phishingResistant)]
        #expect(Scene.decide(Scene.tenantGuest(conditions: Self.totp), policies).refusal == .conditionalAccess)
        var sms = Scene.tenantGuest(said: true)
        sms.evidence?.methods = ["pwd", "sms", "mfa"]
        let outcome = Scene.decide(sms, policies, trust: Scene.trusting())
        guard case .askHome(let request)? = outcome.step else {
            Issue.record("not sent home: \(outcome.verdict)")
            return
        }
        #expect(request.proofs == [.strength] && request.isFresh)
        #expect(request.methods == [.fido2, .windowsHelloForBusiness, .x509CertificateMultiFactor])
        sms.evidence?.methods = ["fido", "mfa"]
        #expect(Scene.decide(sms, policies, trust: Scene.trusting()).verdict == .allow)
    }

    @Test func `passkeys of guests here are a switch`() {
        var settings = ConditionalAccessSettings()
        settings.guestMethods = [.softwareOath, .fido2]
        let outcome = Scene.decide(
            Scene.tenantGuest(conditions: Self.totp), [Self.strength(.phishingResistant)], settings: settings)
        #expect(outcome.step == .registerSecondFactor([.fido2]))
    }

    @Test func `row 37: the second factor of a strength may be proven here`() {
        let policies = [Self.strength(.multiFactor)]
        let input = Scene.tenantGuest(conditions: ConditionFacts(methods: [.sms]))
        #expect(Scene.decide(input, policies).verdict == .allow)
        #expect(
            Scene.decide(Scene.tenantGuest(conditions: Self.totp), policies).step == .proveSecondFactor([.softwareOath])
        )
        // Strengths are for people whom a tenant authenticates.
        #expect(
            Scene.decide(Scene.codeGuest(conditions: ConditionFacts(methods: [.sms])), policies).refusal
                == .conditionalAccess)
    }

    @Test func `row 38: a risky sign-in can't register a first second factor`() {
        var conditions = Scene.everyone
        conditions.signInRisk = [.high]
        let policies = [Scene.asking(GrantControls(.any, [.mfa]), conditions)]
        let risky = ConditionFacts(signInRisk: .high)
        #expect(
            Scene.decide(Scene.tenantGuest(conditions: risky), policies).refusal == .registrationBlockedByRisk)
        var registered = risky
        registered.registeredMethods = [.softwareOath]
        #expect(
            Scene.decide(Scene.tenantGuest(conditions: registered), policies).step
                == .proveSecondFactor([.softwareOath]))
        #expect(Scene.decide(Scene.tenantGuest(), policies).status == .notApplied)
    }

    @Test func `row 39: a guest can't change the password of another home`() {
        var conditions = Scene.everyone
        conditions.userRisk = [.high]
        let policy = Scene.asking(GrantControls(.all, [.mfa, .passwordChange]), conditions)
        #expect(throws: Never.self) { try policy.check() }
        let risky = ConditionFacts(methods: [.softwareOath], userRisk: .high)
        #expect(Scene.decide(Scene.tenantGuest(conditions: risky), [policy]).refusal == .riskAtHome)
        #expect(Scene.decide(Scene.member(conditions: risky), [policy]).step == .changePassword)
    }

    static func filter(_ text: String, _ mode: DeviceFilter.Mode = .include) throws -> ConditionalAccessPolicy {
        var conditions = Scene.everyone
        conditions.devices = DeviceFilter(mode: mode, rule: try DeviceRule(text))
        return Scene.asking(GrantControls(.any, [.block]), conditions)
    }

    @Test func `row 40: a negative operator matches an unknown device`() throws {
        let policies = [try Self.filter(#"device.isCompliant -ne "True""#)]
        #expect(Scene.decide(Scene.tenantGuest(), policies).refusal == .conditionalAccess)
        #expect(Scene.decide(Scene.tenantGuest(said: true), policies, trust: Scene.trusting()).verdict == .allow)
        #expect(Scene.decide(Scene.tenantGuest(said: true), policies).refusal == .conditionalAccess)
    }

    @Test func `row 41: a positive operator does not match an unknown device`() throws {
        let policies = [try Self.filter(#"device.trustType -eq "ServerAD""#)]
        #expect(Scene.decide(Scene.tenantGuest(), policies).policies[0].result == .notApplied)
        #expect(
            Scene.decide(Scene.tenantGuest(said: true), policies, trust: Scene.trusting()).refusal
                == .conditionalAccess)
    }

    @Test func `row 42: everywhere but trusted places, by the address that was seen`() throws {
        var conditions = Scene.everyone
        conditions.locations = LocationCondition(include: .init(everywhere: true), exclude: .init(trusted: true))
        let settings = ConditionalAccessSettings(locations: [
            "office": NamedLocation(
                id: "office", displayName: "Office",
                kind: .addresses([try #require(AddressRange("198.51.100.0/24"))], isTrusted: true))
        ])
        let policies = [Scene.asking(GrantControls(.any, [.mfa]), conditions)]
        var input = Scene.tenantGuest()
        // Whatever a header says, the input holds the peer's address alone.
        input.network.address = "203.0.113.9"
        #expect(Scene.decide(input, policies, settings: settings).step != nil)
        input.network.address = "198.51.100.7"
        #expect(Scene.decide(input, policies, settings: settings).status == .notApplied)
        input.network.address = "::ffff:198.51.100.7"
        #expect(Scene.decide(input, policies, settings: settings).status == .notApplied)
        input.network.address = ""
        #expect(Scene.decide(input, policies, settings: settings).step != nil)
    }

    @Test func `row 43: an old authentication does not refresh`() {
        let policy = Scene.asking(nil, session: SessionControls(frequency: .init(.time(3_600))))
        func outcome(_ minutes: Double, _ event: ConditionFacts.Event) -> ConditionalAccessOutcome {
            var input = Scene.tenantGuest(
                conditions: ConditionFacts(event: event, mayShowPages: event == .signIn))
            input.evidence?.authenticatedAt = Sample.now - minutes * 60
            return Scene.decide(input, [policy])
        }
        #expect(outcome(61, .refresh).refusal == .signInFrequency)
        #expect(outcome(59, .refresh).verdict == .allow)
        #expect(outcome(61, .signIn).step == .reauthenticate)
    }

    @Test func `row 44: a second factor and a strength exclude each other in one policy`() {
        let policy = Scene.asking(GrantControls(.any, [.mfa], strength: AuthenticationStrength(.multiFactor)))
        #expect(throws: ConditionalAccessFault.multiFactorWithStrength) { try policy.check() }
    }
}
