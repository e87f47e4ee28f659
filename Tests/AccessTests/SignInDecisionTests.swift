import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("The whole decision, told") struct SignInDecisionTests {
    static func settings(
        _ policies: [ConditionalAccessPolicy] = [], inbound: WholeAccessSetting = .allowAll
    ) -> AccessSettings {
        var access = CrossTenantAccess()
        access.defaults.settings.collaborationInbound = inbound
        return AccessSettings(
            tenant: Sample.tenant, application: Sample.application(), partner: nil, crossTenant: access,
            conditionalAccess: ConditionalAccessSettings(policies: policies))
    }

    func told(_ input: SignInInput, _ settings: AccessSettings) -> [String] {
        let decision = signInDecision(for: input, settings: settings)
        return decision.sentences(counterfactuals(of: decision, for: input, settings: settings), for: input)
    }

    @Test func `a guest who is let in`() {
        let decision = signInDecision(for: Scene.tenantGuest(), settings: Self.settings())
        #expect(decision.verdict == .allow)
        #expect(decision.decisive?.rule == "crossTenant.inbound")
        #expect(told(Scene.tenantGuest(), Self.settings()) == ["The person was let in."])
        #expect(
            decision.record.map(\.name) == [
                "verdict", "decisive.rule", "decisive.setting", "rules", "settings", "conditionalAccess",
            ])
    }

    @Test func `a block of the organisation, and what would have let the person in`() {
        #expect(
            told(Scene.tenantGuest(), Self.settings(inbound: .blockAll)) == [
                "The person was refused with AADSTS500213.",
                "It was decided by crossTenant.inbound: The person is among the blocked users and groups, and the "
                    + "application is among the blocked applications.",
                "The setting to look at is "
                    + "policies/crossTenantAccessPolicy/default/b2bCollaborationInbound/usersAndGroups.",
                "With inbound access allowed for 11111111-0000-0000-0000-000000000001, the person would have been let in. "
                    + "[policies/crossTenantAccessPolicy/partners/11111111-0000-0000-0000-000000000001/"
                    + "b2bCollaborationInbound]",
            ])
    }

    @Test func `a block of two policies takes both changes`() {
        let block = GrantControls(.any, [.block])
        let settings = Self.settings([Scene.asking(block), Scene.asking(block, id: 71)])
        let input = Scene.tenantGuest()
        let decision = signInDecision(for: input, settings: settings)
        #expect(decision.verdict == .deny(.conditionalAccess))
        #expect(
            counterfactuals(of: decision, for: input, settings: settings) == [
                Counterfactual(
                    changes: [.disablePolicy(Sample.id(70)), .disablePolicy(Sample.id(71))], verdict: .allow)
            ])
    }

    @Test func `trust would have spared a second factor`() {
        let settings = Self.settings([Scene.requiring(.mfa)])
        let input = Scene.tenantGuest(said: true)
        let decision = signInDecision(for: input, settings: settings)
        #expect(decision.verdict == .interrupt(.registerSecondFactor([.softwareOath])))
        let found = counterfactuals(of: decision, for: input, settings: settings)
        #expect(
            found.contains(
                Counterfactual(changes: [.trust(.tenant(Scene.homeTenant), .multiFactor)], verdict: .allow)))
        #expect(found.contains(Counterfactual(changes: [.disablePolicy(Scene.policy)], verdict: .allow)))
    }

    @Test func `a policy for reports says what it would have done`() {
        let settings = Self.settings([Scene.asking(GrantControls(.any, [.block]), state: .reportOnly)])
        let input = Scene.tenantGuest()
        let decision = signInDecision(for: input, settings: settings)
        #expect(decision.verdict == .allow && decision.reasons.last?.met == true)
        #expect(
            counterfactuals(of: decision, for: input, settings: settings) == [
                Counterfactual(changes: [.enforcePolicy(Scene.policy)], verdict: .deny(.conditionalAccess))
            ])
    }

    @Test func `a refusal of the directory comes before what policies would ask`() {
        var input = Scene.tenantGuest()
        input.user?.accountEnabled = false
        let settings = Self.settings([Scene.requiring(.mfa)])
        let decision = signInDecision(for: input, settings: settings)
        #expect(decision.verdict == .deny(.userDisabled))
        #expect(decision.decisive?.rule == "user.accountEnabled")
        #expect(decision.reasons.contains { $0.rule == "conditionalAccess.policy" && !$0.met })
    }
}
