import Directory
import Foundation
import Testing

@testable import Access

/// What holds for every input and every setting, tried on random ones with fixed seeds.
@Suite("Properties of the whole decision") struct DecisionPropertyTests {
    /// 100,000 with `scripts/test --all`.
    static let scenes = ProcessInfo.processInfo.environment["VESTIBULE_TEST_ALL"] == nil ? 2_500 : 100_000
    static let seeds = Array(0..<UInt64(4))

    static func eachScene(
        _ seed: UInt64, _ body: (inout RandomScenes, SignInInput, AccessSettings, SignInDecision) -> Void
    ) {
        var random = RandomScenes(seed: seed)
        for _ in 0..<(scenes / seeds.count) {
            let input = random.input()
            let settings = random.settings()
            body(&random, input, settings, signInDecision(for: input, settings: settings))
        }
    }

    @Test(arguments: seeds) func `the scenes reach every kind of verdict and result`(seed: UInt64) {
        var verdicts: Set<String> = []
        var results: Set<AppliedPolicy.Result> = []
        var refusals: Set<Refusal> = []
        Self.eachScene(seed) { _, _, _, decision in
            verdicts.insert(decision.verdict.name)
            results.formUnion(decision.conditionalAccess.policies.map(\.result))
            if case .deny(let refusal) = decision.verdict { refusals.insert(refusal) }
        }
        #expect(verdicts == ["allow", "interrupt", "deny"])
        #expect(results == Set(AppliedPolicy.Result.allCases))
        #expect(refusals.count >= 10, "\(refusals)")
    }

    @Test(arguments: seeds) func `adding a block never admits anyone`(seed: UInt64) {
        Self.eachScene(seed) { random, input, settings, before in
            var policy = random.policy(9)
            policy.state = .enabled
            policy.grant = GrantControls(.any, [.block])
            var blocked = settings
            blocked.conditionalAccess.policies.insert(
                policy, at: random.number(below: settings.conditionalAccess.policies.count + 1))
            var closed = settings
            closed.crossTenant.defaults.settings.collaborationInbound = .blockAll
            for index in closed.crossTenant.organizations.values.indices {
                closed.crossTenant.organizations.values[index].settings.collaborationInbound = nil
            }
            for stricter in [blocked, closed] {
                let after = signInDecision(for: input, settings: stricter)
                #expect(after.verdict != .allow || before.verdict == .allow)
                if case .deny = before.verdict, case .interrupt = after.verdict { Issue.record("a block softened") }
            }
        }
    }

    @Test(arguments: seeds) func `exclusion beats inclusion`(seed: UInt64) {
        Self.eachScene(seed) { _, input, settings, _ in
            guard let user = input.user?.id, !settings.conditionalAccess.policies.isEmpty else { return }
            var excluding = settings
            for index in excluding.conditionalAccess.policies.indices {
                excluding.conditionalAccess.policies[index].conditions.users.include.users = [user]
                excluding.conditionalAccess.policies[index].conditions.users.exclude.users = [user]
            }
            let outcome = signInDecision(for: input, settings: excluding).conditionalAccess
            #expect(outcome.verdict == .allow && outcome.status == .notApplied)
        }
    }

    @Test(arguments: seeds) func `null equals the default written out`(seed: UInt64) {
        Self.eachScene(seed) { _, input, settings, before in
            var explicit = settings
            for (name, entry) in settings.crossTenant.organizations {
                for flow in CrossTenantFlow.allCases {
                    let defaults = settings.crossTenant.defaults.settings[flow]
                    explicit.crossTenant.organizations[name]?.settings[flow] = AccessSetting(
                        people: entry.settings[flow]?.people ?? defaults.people,
                        applications: entry.settings[flow]?.applications ?? defaults.applications)
                }
                let isTenant = if case .tenant = name { true } else { false }
                if isTenant, entry.inboundTrust == nil {
                    explicit.crossTenant.organizations[name]?.inboundTrust = settings.crossTenant.defaults.inboundTrust
                }
            }
            #expect(signInDecision(for: input, settings: explicit).verdict == before.verdict)
        }
    }

    @Test(arguments: seeds) func `what would have changed the outcome does, when it is applied`(seed: UInt64) {
        var claims = 0
        var together = 0
        Self.eachScene(seed) { _, input, settings, decision in
            let found = counterfactuals(of: decision, for: input, settings: settings)
            for claim in found {
                var (changedInput, changedSettings) = (input, settings)
                for change in claim.changes { change.apply(to: &changedInput, &changedSettings) }
                let after = signInDecision(for: changedInput, settings: changedSettings)
                #expect(after.verdict == claim.verdict && after.verdict != decision.verdict)
                claims += 1
                guard claim.changes.count > 1 else { continue }
                together += 1
                for left in claim.changes.indices {
                    var (fewerInput, fewerSettings) = (input, settings)
                    for (index, change) in claim.changes.enumerated() where index != left {
                        change.apply(to: &fewerInput, &fewerSettings)
                    }
                    #expect(signInDecision(for: fewerInput, settings: fewerSettings).verdict != .allow)
                }
            }
            #expect(Set(found.map(\.changes)).count == found.count)
        }
        #expect(claims > Self.scenes / 20 && together > 0)
    }

    @Test(arguments: seeds) func `a recorded input decides the same again, record and all`(seed: UInt64) throws {
        Self.eachScene(seed) { _, input, settings, decision in
            let members = Dictionary(input.members.map { ($0.name, $0.fact) }) { $1 }
            #expect(members.count == input.members.count)
            guard let read = SignInInput(members: members) else {
                Issue.record("an input can't be read back")
                return
            }
            let again = signInDecision(for: read, settings: settings)
            #expect(again == decision)
            #expect(again.record.map(\.name) == decision.record.map(\.name))
            #expect(again.record.map(\.fact) == decision.record.map(\.fact))
        }
    }

    @Test(arguments: seeds) func `whoever is not let in hears why`(seed: UInt64) {
        Self.eachScene(seed) { _, _, _, decision in
            switch decision.verdict {
            case .allow: #expect(decision.reasons.allSatisfy { $0.met || $0.rule.hasPrefix("trust.") })
            case .interrupt, .deny: #expect(decision.decisive?.met == false)
            }
        }
    }
}
