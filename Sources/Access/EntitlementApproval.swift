package import Directory
package import FoundationEssentials

/// One stage of an approval (access-policy §9).
package struct ApprovalStage: Sendable, Hashable {
    package var approvers: Set<User.ID>
    /// Who may decide too, once it is escalated.
    package var escalationApprovers: Set<User.ID>
    /// Seconds from the stage's beginning; nil: never escalated. A day at least.
    package var escalatesAfter: Int?
    /// Seconds from the stage's beginning until it counts as denied.
    package var deniesAfter: Int
    package var requiresJustification: Bool

    package init(
        approvers: Set<User.ID>, deniesAfter: Int, escalationApprovers: Set<User.ID> = [], escalatesAfter: Int? = nil,
        requiresJustification: Bool = true
    ) {
        self.approvers = approvers
        self.deniesAfter = deniesAfter
        self.escalationApprovers = escalationApprovers
        self.escalatesAfter = escalatesAfter
        self.requiresJustification = requiresJustification
    }
}

package struct ApprovalVote: Sendable, Hashable {
    package var by: User.ID
    package var at: Date
    package var approves: Bool
    package var justification: String?

    package init(by: User.ID, at: Date, approves: Bool, justification: String? = nil) {
        self.by = by
        self.at = at
        self.approves = approves
        self.justification = justification
    }
}

package enum ApprovalState: Sendable, Hashable {
    case pending(stage: Int, isEscalated: Bool)
    case approved
    case denied(stage: Int)
    /// Nobody decided in time: denied. The person may ask again.
    case timedOut(stage: Int)
}

/// Where a request stands. One approval ends a stage; the first denial, or silence, ends the request. Nobody decides on
/// their own request, and a vote that may not count is passed over.
///
/// - Parameters:
///   - votes: In the order in which they came.
///   - requestor: Nil for somebody who is no user yet.
package func approvalState(
    of stages: [ApprovalStage], since begun: Date, votes: [ApprovalVote], requestor: User.ID?, at now: Date
) -> ApprovalState {
    var began = begun
    var open = votes[...]
    for (number, stage) in stages.enumerated() {
        let deadline = began.addingTimeInterval(Double(stage.deniesAfter))
        let escalation = stage.escalatesAfter.map { began.addingTimeInterval(Double($0)) }
        let index = open.firstIndex { vote in
            guard vote.at >= began, vote.at < deadline, vote.at <= now, vote.by != requestor else { return false }
            let isEscalated = escalation.map { vote.at >= $0 } ?? false
            guard stage.approvers.contains(vote.by) || isEscalated && stage.escalationApprovers.contains(vote.by)
            else { return false }
            return !(vote.approves && stage.requiresJustification && vote.justification?.isEmpty ?? true)
        }
        guard let index else {
            if now >= deadline { return .timedOut(stage: number) }
            return .pending(stage: number, isEscalated: escalation.map { now >= $0 } ?? false)
        }
        guard votes[index].approves else { return .denied(stage: number) }
        began = votes[index].at
        // A vote counts for one stage alone.
        open = votes[(index + 1)...]
    }
    return .approved
}
