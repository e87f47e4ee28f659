/// A decision in plain sentences, for `explain` and what-if.
extension SignInDecision {
    /// - Parameter changes: What ``counterfactuals(of:for:settings:)`` found.
    package func sentences(_ changes: [Counterfactual] = [], for input: SignInInput) -> [String] {
        var sentences = [verdict.sentence]
        if let decisive, verdict != .allow {
            sentences.append("It was decided by \(decisive.rule): \(decisive.detail)")
            if let setting = decisive.setting { sentences.append("The setting to look at is \(setting).") }
        }
        for reason in reasons where !reason.met && reason != decisive {
            sentences.append("Not met either: \(reason.rule): \(reason.detail)")
        }
        for change in changes {
            let what = change.changes.map(\.sentence).joined(separator: " and ")
            let settings = change.changes.map { $0.setting(for: input) }.joined(separator: ", ")
            sentences.append("With \(what), \(change.verdict.conditional) [\(settings)]")
        }
        if verdict != .allow, changes.isEmpty {
            sentences.append("No single setting would have changed the outcome.")
        }
        return sentences
    }
}

extension SignInDecision.Verdict {
    fileprivate var sentence: String {
        switch self {
        case .allow: "The person was let in."
        case .interrupt(let step): "The person was asked first: \(step.words)."
        case .deny(let refusal): "The person was refused with \(refusal.code)."
        }
    }

    fileprivate var conditional: String {
        switch self {
        case .allow: "the person would have been let in."
        case .interrupt(let step): "the person would have been asked: \(step.words)."
        case .deny(let refusal): "the person would have been refused with \(refusal.code)."
        }
    }
}

extension AccessStep {
    fileprivate var words: String {
        switch self {
        case .reauthenticate: "to authenticate again"
        case .askHome: "for proof from home"
        case .proveSecondFactor: "for a second factor"
        case .registerSecondFactor: "to register a second factor"
        case .changePassword: "to change the password"
        case .acceptTerms: "to accept terms of use"
        }
    }
}
