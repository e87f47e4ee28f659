package import Directory

/// Everything that was decided over one sign-in: the directory's rules, cross-tenant access, trust and Conditional Access.
package struct SignInDecision: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case allow
        /// Something is asked of the person first; then it is decided again.
        case interrupt(AccessStep)
        case deny(Refusal)
    }

    package var verdict: Verdict
    /// Every rule that was asked, met or not, in the order in which they were asked.
    package var reasons: [Reason]
    /// The reason that settled it: of a refusal or step the rule that was not met, else the cross-tenant setting that let
    /// the person in, if there is one.
    package var decisive: Reason?
    package var conditionalAccess: ConditionalAccessOutcome
}

/// The whole decision: the directory's and cross-tenant rules first, then Conditional Access. Every rule is asked even
/// where an earlier one refuses, so the reasons also show what would be refused next.
///
/// A function of the input and the settings alone: sign-in, what-if and replay are the same call with other arguments.
package func signInDecision(for input: SignInInput, settings: AccessSettings) -> SignInDecision {
    let access = accessDecision(for: input, settings: settings)
    let conditional = conditionalAccess(
        for: input, crossTenant: settings.crossTenant, settings: settings.conditionalAccess)
    var reasons = access.reasons
    reasons.reserveCapacity(reasons.count + conditional.policies.count + 3)
    if let trusted = conditional.trusted, let home = input.home, home.kind != .localMember {
        reasons += [HomeProof.multiFactor, .compliantDevice, .hybridJoinedDevice].map { trusted.reason($0) }
    }
    let policies = conditional.policies.map(\.reason)
    reasons += policies
    func policyReason(_ id: ConditionalAccessPolicy.ID) -> Reason? {
        conditional.policies.firstIndex { $0.id == id }.map { policies[$0] }
    }
    let verdict: SignInDecision.Verdict
    let decisive: Reason?
    switch (access, conditional.verdict) {
    case (.deny(let refusal, let asked), _):
        verdict = .deny(refusal)
        decisive = asked.first { !$0.met }
    case (.allow, .deny(let refusal, let id)):
        verdict = .deny(refusal)
        decisive = policyReason(id)
    case (.allow, .interrupt(let step, let id)):
        verdict = .interrupt(step)
        decisive = policyReason(id)
    case (.allow(let asked), .allow):
        verdict = .allow
        decisive = asked.last { $0.rule == "crossTenant.inbound" }
    }
    return SignInDecision(verdict: verdict, reasons: reasons, decisive: decisive, conditionalAccess: conditional)
}

extension AppliedPolicy {
    /// Unmet only where the policy stands in the way: what is for reports never does.
    var reason: Reason {
        let state =
            switch result {
            case .notEnabled: " is switched off"
            case .notApplied, .reportOnlyNotApplied: " does not apply"
            case .success: " is satisfied"
            case .failure: " is not satisfied"
            case .reportOnlySuccess: ", for reports only, would be satisfied"
            case .reportOnlyFailure: ", for reports only, would refuse"
            case .reportOnlyInterrupted: ", for reports only, would ask"
            }
        return Reason(
            "conditionalAccess.policy", met: result != .failure, "\(displayName)\(state): \(detail)",
            setting: "identity/conditionalAccess/policies/\(id)")
    }
}
