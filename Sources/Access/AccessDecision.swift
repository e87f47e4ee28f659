package import Directory

/// What a person may do, and why. The reasons list every rule that was asked, met or not.
package enum AccessDecision: Sendable, Hashable {
    case allow([Reason])
    /// The first rule that was not met names the refusal; the reasons still list the others.
    case deny(Refusal, [Reason])

    package var isAllowed: Bool {
        if case .allow = self { true } else { false }
    }

    package var refusal: Refusal? {
        if case .deny(let refusal, _) = self { refusal } else { nil }
    }

    package var reasons: [Reason] {
        switch self {
        case .allow(let reasons), .deny(_, let reasons): reasons
        }
    }
}
