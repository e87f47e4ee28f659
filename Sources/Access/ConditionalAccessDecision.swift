internal import FoundationEssentials

/// What one policy came to: an element of Graph's `appliedConditionalAccessPolicies`.
package struct AppliedPolicy: Sendable, Hashable {
    package enum Result: String, Sendable, Hashable, CaseIterable {
        case success, failure, notApplied, notEnabled
        case reportOnlySuccess, reportOnlyFailure, reportOnlyNotApplied, reportOnlyInterrupted
    }

    package var id: ConditionalAccessPolicy.ID
    package var displayName: String
    package var result: Result
    package var enforcedGrantControls: [String]
    package var enforcedSessionControls: [String]
    package var conditions: [ConditionOutcome]
    /// One plain sentence.
    package var detail: String

    package var conditionsSatisfied: [PolicyCondition] { conditions.filter(\.isMet).map(\.condition) }

    package var conditionsNotSatisfied: [PolicyCondition] { conditions.filter { !$0.isMet }.map(\.condition) }

    /// The rule of a condition by which it took the sign-in in; nil: it did not.
    package func includeRule(_ condition: PolicyCondition) -> PolicyRule? {
        conditions.first { $0.condition == condition }?.included
    }

    package func excludeRule(_ condition: PolicyCondition) -> PolicyRule? {
        conditions.first { $0.condition == condition }?.excluded
    }
}

/// What all policies together came to.
package struct ConditionalAccessOutcome: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case success, failure, notApplied
    }

    package enum Verdict: Sendable, Hashable {
        case allow
        case interrupt(AccessStep, by: ConditionalAccessPolicy.ID)
        case deny(Refusal, by: ConditionalAccessPolicy.ID)
    }

    package var verdict: Verdict
    package var status: Status
    package var policies: [AppliedPolicy]
    /// Merged over every policy that applies: the shortest frequency, and never beats always.
    package var session: SessionControls
    /// The home's evidence as the policies saw it; nil where there is no policy.
    package var trusted: TrustedEvidence?

    package static let notApplied = ConditionalAccessOutcome(
        verdict: .allow, status: .notApplied, policies: [], session: SessionControls(), trusted: nil)
}

/// Conditional Access, after the first factor and at each issue of a token (access-policy §6.2): a block wins; else every
/// policy that applies has to be satisfied; then the steps that remain come in their order.
package func conditionalAccess(
    for input: SignInInput, crossTenant: CrossTenantAccess, settings: ConditionalAccessSettings
) -> ConditionalAccessOutcome {
    guard !settings.policies.isEmpty else { return .notApplied }
    let subject = ConditionSubject(input, crossTenant: crossTenant, settings: settings)
    let evaluated = settings.policies.map { EvaluatedPolicy($0, subject) }
    let enforced = evaluated.filter(\.isEnforced)
    var session = SessionControls()
    for policy in enforced { session.merge(policy.policy.session) }
    let verdict = verdict(of: enforced, subject)
    let status: ConditionalAccessOutcome.Status =
        if enforced.isEmpty { .notApplied } else if verdict == .allow { .success } else { .failure }
    return ConditionalAccessOutcome(
        verdict: verdict, status: status, policies: evaluated.map(\.applied), session: session, trusted: subject.trusted
    )
}

/// A policy with what its conditions and controls came to.
private struct EvaluatedPolicy {
    enum Outcome {
        case notApplied
        case granted
        case pending([AccessStep])
        case failed(Refusal, rank: Int)
    }

    let policy: ConditionalAccessPolicy
    let outcome: Outcome
    let applied: AppliedPolicy

    var isEnforced: Bool {
        if case .notApplied = outcome { return false }
        return policy.state == .enabled
    }

    var isBlock: Bool { policy.grant?.builtIn.contains(.block) == true }

    init(_ policy: ConditionalAccessPolicy, _ subject: ConditionSubject) {
        self.policy = policy
        let conditions = policy.state == .disabled ? [] : policy.conditions.outcomes(subject)
        let isForUserAction = policy.state == .reportOnly && subject.input.conditions.userAction != nil
        let applies = policy.state != .disabled && !isForUserAction && conditions.allSatisfy(\.isMet)
        var outcome = Outcome.notApplied
        var detail = applies ? "The policy applies, and asks nothing." : "The policy does not apply."
        if applies {
            (outcome, detail) = Self.grant(
                policy, GrantEvaluation(subject: subject, isBecauseOfRisk: !policy.conditions.signInRisk.isEmpty))
            if !outcome.isFailure, policy.session.frequency?.isOverdue(subject) == true {
                detail = "The last authentication is older than the policy allows."
                outcome = .pending([.reauthenticate] + outcome.steps)
            }
        }
        self.outcome = outcome
        applied = AppliedPolicy(
            id: policy.id, displayName: policy.displayName, result: Self.result(policy.state, outcome),
            enforcedGrantControls: applies ? policy.grant?.controls.map(\.name) ?? [] : [],
            enforcedSessionControls: applies ? policy.session.names : [],
            conditions: conditions, detail: detail)
    }

    private static func grant(
        _ policy: ConditionalAccessPolicy, _ evaluation: GrantEvaluation
    ) -> (Outcome, String) {
        guard let grant = policy.grant else { return (.granted, "The policy applies to the session alone.") }
        let states = grant.controls.map { evaluation.state($0) }
        var met: String?
        var steps: [AccessStep] = []
        var failure: (Outcome, String)?
        for (rank, state) in states.enumerated() {
            switch state {
            case .met(let detail): met = met ?? detail
            case .pending(let step): steps.append(step)
            case .impossible(let refusal, let detail):
                failure = failure ?? (.failed(refusal, rank: grant.controls[rank].rank), detail)
            }
        }
        switch grant.operator {
        case .any where met != nil: return (.granted, met ?? "")
        case .any where !steps.isEmpty: return (.pending(Array(steps.prefix(1))), steps[0].sentence)
        case .all where failure == nil && !steps.isEmpty: return (.pending(steps), steps[0].sentence)
        case .all where failure == nil: return (.granted, met ?? "The policy applies, and asks nothing.")
        default: return failure ?? (.granted, "The policy applies, and asks nothing.")
        }
    }

    private static func result(_ state: ConditionalAccessPolicy.State, _ outcome: Outcome) -> AppliedPolicy.Result {
        switch (state, outcome) {
        case (.disabled, _): .notEnabled
        case (.enabled, .notApplied): .notApplied
        case (.enabled, .granted): .success
        case (.enabled, .pending), (.enabled, .failed): .failure
        case (.reportOnly, .notApplied): .reportOnlyNotApplied
        case (.reportOnly, .granted): .reportOnlySuccess
        case (.reportOnly, .pending): .reportOnlyInterrupted
        case (.reportOnly, .failed): .reportOnlyFailure
        }
    }
}

extension EvaluatedPolicy.Outcome {
    fileprivate var steps: [AccessStep] {
        if case .pending(let steps) = self { steps } else { [] }
    }

    fileprivate var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}

private func verdict(
    of enforced: [EvaluatedPolicy], _ subject: ConditionSubject
) -> ConditionalAccessOutcome.Verdict {
    if let block = enforced.first(where: \.isBlock) { return .deny(.conditionalAccess, by: block.policy.id) }
    let failures = enforced.compactMap { policy -> (rank: Int, refusal: Refusal, id: ConditionalAccessPolicy.ID)? in
        if case .failed(let refusal, let rank) = policy.outcome { (rank, refusal, policy.policy.id) } else { nil }
    }
    if let first = failures.min(by: { $0.rank < $1.rank }) { return .deny(first.refusal, by: first.id) }
    let pending = enforced.flatMap { policy in policy.outcome.steps.map { ($0, policy.policy.id) } }
    guard let first = pending.min(by: { $0.0.rank < $1.0.rank }) else { return .allow }
    guard subject.input.conditions.mayShowPages else { return .deny(first.0.refusalWithoutPages, by: first.1) }
    return .interrupt(first.0.merged(with: pending.map(\.0), subject), by: first.1)
}

extension GrantControl {
    /// The order of prompts.
    fileprivate var rank: Int {
        switch self {
        case .builtIn(.block): 0
        case .builtIn(.mfa), .strength: 1
        case .builtIn(.compliantDevice): 2
        case .builtIn(.domainJoinedDevice): 3
        case .builtIn(.approvedApplication): 4
        case .builtIn(.compliantApplication): 5
        case .builtIn(.passwordChange): 6
        case .termsOfUse: 7
        case .customFactor: 8
        }
    }
}

extension AccessStep {
    fileprivate var rank: Int {
        switch self {
        case .reauthenticate: 0
        case .askHome: 1
        case .proveSecondFactor, .registerSecondFactor: 2
        case .changePassword: 3
        case .acceptTerms: 4
        }
    }

    /// What an application is told that asked for no page, or exchanges a token.
    package var refusalWithoutPages: Refusal {
        switch self {
        case .reauthenticate: .signInFrequency
        case .askHome, .proveSecondFactor: .secondFactorNeeded
        case .registerSecondFactor: .secondFactorNotRegistered
        case .changePassword: .controlUnavailable
        case .acceptTerms: .termsNotAccepted
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .reauthenticate: "The person has to authenticate again."
        case .askHome: "The person is sent home for proof."
        case .proveSecondFactor: "A second factor is asked here."
        case .registerSecondFactor: "A second factor has to be registered here."
        case .changePassword: "The password has to be changed."
        case .acceptTerms: "Terms of use have to be accepted."
        }
    }

    /// One way home, one page for all agreements, and methods that serve every policy.
    fileprivate func merged(with others: [AccessStep], _ subject: ConditionSubject) -> AccessStep {
        switch self {
        case .askHome:
            var proofs: Set<HomeProof> = []
            var methods: Set<AuthenticationMethod> = []
            for case .askHome(let request) in others {
                proofs.formUnion(request.proofs)
                methods =
                    methods.isEmpty || request.methods.isEmpty
                    ? methods.union(request.methods)
                    : methods.intersection(request.methods)
            }
            let isFresh = others.contains(.reauthenticate) || !proofs.isDisjoint(with: [.multiFactor, .strength])
            return subject.input.home.flatMap {
                HomeRequest(for: proofs, isFresh: isFresh, methods: methods, at: $0, mapping: subject.mapping)
            }.map { .askHome($0) } ?? self
        case .acceptTerms:
            var ids: [String] = []
            for case .acceptTerms(let more) in others { ids += more.filter { !ids.contains($0) } }
            return .acceptTerms(ids)
        case .proveSecondFactor(let mine):
            var common = mine
            for case .proveSecondFactor(let methods) in others where !common.isDisjoint(with: methods) {
                common.formIntersection(methods)
            }
            return .proveSecondFactor(common)
        case .registerSecondFactor(let mine):
            var common = mine
            for case .registerSecondFactor(let methods) in others where !common.isDisjoint(with: methods) {
                common.formIntersection(methods)
            }
            return .registerSecondFactor(common)
        case .reauthenticate, .changePassword: return self
        }
    }
}

extension SessionControls {
    /// The shortest frequency holds, and never beats always.
    mutating func merge(_ other: SessionControls) {
        if let theirs = other.frequency {
            frequency = frequency.map { $0.seconds <= theirs.seconds ? $0 : theirs } ?? theirs
        }
        if let theirs = other.persistentBrowser {
            persistentBrowser = persistentBrowser == .never ? .never : theirs
        }
        applicationEnforcedRestrictions = applicationEnforcedRestrictions || other.applicationEnforcedRestrictions
        cloudAppSecurity = cloudAppSecurity || other.cloudAppSecurity
        disablesResilienceDefaults = disablesResilienceDefaults || other.disablesResilienceDefaults
    }
}

extension SessionControls.Frequency {
    /// Whether the authentication it is about is too old, or none is known.
    fileprivate func isOverdue(_ subject: ConditionSubject) -> Bool {
        let input = subject.input
        func isOld(_ date: Date?) -> Bool {
            date.map { input.at.timeIntervalSince($0) >= Double(seconds) } ?? true
        }
        switch self.subject {
        case .primaryAndSecondaryAuthentication: return isOld(input.evidence?.authenticatedAt)
        case .secondaryAuthentication:
            let atHome = subject.trusted.multiFactor == .proven ? input.evidence?.authenticatedAt : nil
            return isOld(max(input.conditions.secondFactorAt ?? .distantPast, atHome ?? .distantPast))
        }
    }
}
