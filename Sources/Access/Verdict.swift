package import Directory

/// An answer with its reasons: every rule that was asked, met or not. Of several rules that are not met, the first names
/// the denial.
package enum Verdict<Denial: Sendable & Hashable>: Sendable, Hashable {
    case allow([Reason])
    case deny(Denial, [Reason])

    package var isAllowed: Bool {
        if case .allow = self { true } else { false }
    }

    package var denial: Denial? {
        if case .deny(let denial, _) = self { denial } else { nil }
    }

    package var reasons: [Reason] {
        switch self {
        case .allow(let reasons), .deny(_, let reasons): reasons
        }
    }

    /// The rules in the order in which their denial is preferred. A rule with nothing to ask is nil.
    init(asking rules: [(denial: Denial, reason: Reason?)]) {
        let asked = rules.compactMap { rule in rule.reason.map { (rule.denial, $0) } }
        let reasons = asked.map(\.1)
        if let first = asked.first(where: { !$0.1.met }) {
            self = .deny(first.0, reasons)
        } else {
            self = .allow(reasons)
        }
    }
}
