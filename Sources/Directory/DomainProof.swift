package import FoundationEssentials

// How long a proof stands: rules over (state, what a check showed, time), nothing else.
//
//  * A proof by record or sign-in page is looked at once a day.
//  * What is plainly gone has lapsed at once: whoever has the domain now has not said that we may believe the partner. It
//    is then looked at every hour, so that a record that was lost by mistake counts again within the hour of its return.
//  * A resolver that does not answer says nothing about the domain. The proof stands for three days on end of that, looked
//    at every hour; then it has lapsed, because nobody knows any more. A day in which nobody looked (the gateway was off)
//    begins the count anew: the first failure after it is not the end of three days of failures.
//  * The operator's word stands until the operator takes it back.
//
// A lapse keeps a partner from speaking for the domain. It does not take a domain from a tenant: its members' names end
// with it, and who has shown a domain once may take the record away, as with Entra. It is told all the same.

/// A claim as it stands.
package struct DomainProof: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case unproven
        case proven(by: DomainProofMethod, at: Date)
        case lapsed(since: Date)
    }

    package var claim: DomainClaim
    package var state: State
    package var addedAt: Date
    package var checkedAt: Date?
    /// Nil: nobody looks by themselves.
    package var nextCheckAt: Date?
    /// Since when, without a break, nobody could be asked.
    package var failingSince: Date?
    /// What the last check showed: its reasons' sentences.
    package var detail: String

    package init(
        claim: DomainClaim, state: State, addedAt: Date, checkedAt: Date? = nil, nextCheckAt: Date? = nil,
        failingSince: Date? = nil, detail: String = ""
    ) {
        self.claim = claim
        self.state = state
        self.addedAt = addedAt
        self.checkedAt = checkedAt
        self.nextCheckAt = nextCheckAt
        self.failingSince = failingSince
        self.detail = detail
    }

    package var isProven: Bool {
        if case .proven = state { true } else { false }
    }

    package static let checkInterval: TimeInterval = 86_400
    package static let retryInterval: TimeInterval = 3600
    package static let patience: TimeInterval = 3 * 86_400
    /// Beyond this between two checks, failures before and after it are not one row of failures.
    package static let longestBreak: TimeInterval = 86_400
    /// An unproven or lapsed claim is looked at every hour for so long, then once a day.
    package static let eagerness: TimeInterval = 7 * 86_400

    /// By the word of whoever runs the installation.
    package static func byOperator(_ claim: DomainClaim, at now: Date) -> DomainProof {
        DomainProof(
            claim: claim, state: .proven(by: .operatorsWord, at: now), addedAt: now,
            detail: "The operator vouches for \(claim.domain).")
    }
}

/// What became of a claim by a check, where it became something else. Each is told: in the log, and in the audit trail.
package enum DomainProofChange: String, Sendable, Hashable, CaseIterable {
    case proven
    case lapsed
    /// Proven again after a lapse.
    case restored
    /// The first of a row of checks for which nobody could be asked.
    case failing
}

extension DomainProof {
    /// The claim after a check.
    ///
    /// - Parameter randomness: One byte's worth; spreads what was added together over the quarter before the next day.
    package func checked(
        _ decision: DomainDecision, at now: Date, randomness: UInt8
    ) -> (proof: DomainProof, change: DomainProofChange?) {
        var next = self
        var change: DomainProofChange?
        next.checkedAt = now
        next.detail = decision.reasons.map(\.detail).joined(separator: " ")
        switch decision.verdict {
        case .proven(let method):
            next.failingSince = nil
            switch state {
            case .unproven: change = .proven
            case .lapsed: change = .restored
            case .proven: break
            }
            if case .proven(method, _) = state {} else { next.state = .proven(by: method, at: now) }
        case .unproven:
            next.failingSince = nil
            if isProven {
                next.state = .lapsed(since: now)
                change = .lapsed
            }
        case .undecided:
            let wasBroken = checkedAt.map { now.timeIntervalSince($0) > Self.longestBreak } ?? true
            let since = wasBroken ? now : failingSince ?? now
            next.failingSince = since
            if isProven, now.timeIntervalSince(since) >= Self.patience {
                next.state = .lapsed(since: now)
                change = .lapsed
            } else if isProven, failingSince == nil {
                change = .failing
            }
        }
        next.nextCheckAt = next.nextCheck(at: now, randomness: randomness)
        return (next, change)
    }

    private func nextCheck(at now: Date, randomness: UInt8) -> Date? {
        let day = now.addingTimeInterval(Self.checkInterval * (1 - Double(randomness) / 1024))
        let soon = now.addingTimeInterval(Self.retryInterval)
        switch state {
        case .proven(.operatorsWord, _): return nil
        case .proven: return failingSince == nil ? day : soon
        case .lapsed(let since): return now.timeIntervalSince(since) < Self.eagerness ? soon : day
        case .unproven:
            // A tenant's own domain becomes its own when somebody asks for it, not by itself.
            guard claim.subject != .own else { return nil }
            return now.timeIntervalSince(addedAt) < Self.eagerness ? soon : day
        }
    }
}
