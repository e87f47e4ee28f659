/// A decision as it is kept: flat members that say nothing about the person, in a fixed order, the same for the same
/// decision. The sentences are personal, and kept apart (``SignInDecision/reasons``' details).
extension SignInDecision {
    package var record: [(name: String, fact: Fact)] {
        var members: [(name: String, fact: Fact)] = [("verdict", .text(verdict.name))]
        switch verdict {
        case .allow: break
        case .interrupt(let step): members.append(("step", .text(step.name)))
        case .deny(let refusal): members.append(("error", .number(Int64(refusal.number))))
        }
        if let decisive {
            members.append(("decisive.rule", .text(decisive.rule)))
            if let setting = decisive.setting { members.append(("decisive.setting", .text(setting))) }
        }
        members.append(("rules", .list(reasons.map { "\($0.met ? "+" : "-")\($0.rule)" })))
        members.append(("settings", .list(reasons.map { $0.setting ?? "" })))
        members.append(("conditionalAccess", .text(conditionalAccess.status.rawValue)))
        for policy in conditionalAccess.policies { policy.write(to: &members) }
        let session = conditionalAccess.session
        if let frequency = session.frequency {
            members.append(("session.frequency", .number(Int64(frequency.seconds))))
            members.append(("session.frequencyOf", .text(frequency.subject.rawValue)))
        }
        if let persistence = session.persistentBrowser {
            members.append(("session.persistentBrowser", .text(persistence.rawValue)))
        }
        return members
    }
}

extension AppliedPolicy {
    fileprivate func write(to members: inout [(name: String, fact: Fact)]) {
        let prefix = "policy.\(id)."
        members.append((prefix + "result", .text(result.rawValue)))
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { members.append((prefix + name, .list(values))) }
        }
        add("grant", enforcedGrantControls)
        add("session", enforcedSessionControls)
        add("satisfied", conditionsSatisfied.map(\.rawValue))
        add("notSatisfied", conditionsNotSatisfied.map(\.rawValue))
        add("include", conditions.compactMap { Self.rule($0.condition, $0.included) })
        add("exclude", conditions.compactMap { Self.rule($0.condition, $0.excluded) })
    }

    private static func rule(_ condition: PolicyCondition, _ rule: PolicyRule?) -> String? {
        rule.map { condition.rawValue + ":" + $0.rawValue }
    }
}

extension SignInDecision.Verdict {
    package var name: String {
        switch self {
        case .allow: "allow"
        case .interrupt: "interrupt"
        case .deny: "deny"
        }
    }
}

extension AccessStep {
    package var name: String {
        switch self {
        case .reauthenticate: "reauthenticate"
        case .askHome: "askHome"
        case .proveSecondFactor: "proveSecondFactor"
        case .registerSecondFactor: "registerSecondFactor"
        case .changePassword: "changePassword"
        case .acceptTerms: "acceptTerms"
        }
    }
}
