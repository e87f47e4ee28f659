/// What a change of settings would have led to. Found by deciding again with it, so it is true when it is applied.
package struct Counterfactual: Sendable, Hashable {
    /// One change, or several that only together change anything: none of them can be left out.
    package var changes: [SettingChange]
    package var verdict: SignInDecision.Verdict
}

/// Which settings would have changed the outcome of this sign-in. For a refusal or a step: what stands in the way, and
/// policies for reports alone that would have refused otherwise. Where nothing alone changes the outcome, the fewest
/// changes that together let the person in are looked for.
///
/// - Parameter decision: Of the same input and settings.
package func counterfactuals(
    of decision: SignInDecision, for input: SignInInput, settings: AccessSettings
) -> [Counterfactual] {
    let candidates = candidateChanges(decision, input, settings)
    let singles = candidates.compactMap { change -> Counterfactual? in
        let verdict = decide(input, settings, with: [change]).verdict
        return verdict == decision.verdict ? nil : Counterfactual(changes: [change], verdict: verdict)
    }
    guard decision.verdict != .allow, !singles.contains(where: { $0.verdict == .allow }),
        let together = fewest(input, settings)
    else { return singles }
    return singles + [together]
}

private func decide(_ input: SignInInput, _ settings: AccessSettings, with changes: [SettingChange]) -> SignInDecision {
    var input = input
    var settings = settings
    for change in changes { change.apply(to: &input, &settings) }
    return signInDecision(for: input, settings: settings)
}

/// Removes what stands in the way, again and again, until nothing does; then leaves out each change that was not needed.
private func fewest(_ input: SignInInput, _ settings: AccessSettings) -> Counterfactual? {
    var changes: [SettingChange] = []
    var decision = decide(input, settings, with: changes)
    while decision.verdict != .allow {
        var (changedInput, changedSettings) = (input, settings)
        for change in changes { change.apply(to: &changedInput, &changedSettings) }
        let more = openingChanges(decision, changedInput, changedSettings).filter { !changes.contains($0) }
        guard !more.isEmpty else { return nil }
        changes += more
        decision = decide(input, settings, with: changes)
    }
    for change in changes where changes.count > 1 {
        let fewer = changes.filter { $0 != change }
        if decide(input, settings, with: fewer).verdict == .allow { changes = fewer }
    }
    return changes.count > 1 ? Counterfactual(changes: changes, verdict: .allow) : nil
}

private func candidateChanges(
    _ decision: SignInDecision, _ input: SignInInput, _ settings: AccessSettings
) -> [SettingChange] {
    let reported = decision.conditionalAccess.policies.filter {
        $0.result == .reportOnlyFailure || $0.result == .reportOnlyInterrupted
    }
    return openingChanges(decision, input, settings) + reported.map { .enforcePolicy($0.id) }
}

/// For each rule that was not met, the changes that could meet it.
private func openingChanges(
    _ decision: SignInDecision, _ input: SignInInput, _ settings: AccessSettings
) -> [SettingChange] {
    let organization = input.home.flatMap { HomeOrganization($0) }
    let name = organization.flatMap { settings.crossTenant.entry(for: $0)?.0 ?? $0.identifiers.first }
    let ours = settings.home.flatMap { $0.access.entry(for: $0.destination)?.0 ?? $0.destination.identifiers.first }
    var changes: [SettingChange] = []
    for reason in decision.reasons where !reason.met {
        switch reason.rule {
        case "user.accountEnabled": changes.append(.enableAccount)
        case "partner.enabled": changes.append(.enablePartner)
        case "application.enabled": changes.append(.enableApplication)
        case "assignment.required": changes.append(.openApplicationToEveryone)
        case "collaboration.domain": if let domain = input.redeemedDomain { changes.append(.admitDomain(domain)) }
        case "crossTenant.inbound": if let name { changes.append(.allowInbound(name)) }
        case "crossTenant.outbound": if let ours { changes.append(.allowOutboundAtHome(ours)) }
        default: break
        }
    }
    for policy in decision.conditionalAccess.policies where policy.result == .failure {
        changes.append(.disablePolicy(policy.id))
    }
    if decision.conditionalAccess.status == .failure, let name, let trusted = decision.conditionalAccess.trusted {
        for proof in [HomeProof.multiFactor, .compliantDevice, .hybridJoinedDevice]
        where trusted.word(on: proof) == .notAccepted { changes.append(.trust(name, proof)) }
    }
    return changes
}
