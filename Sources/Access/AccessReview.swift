package import FoundationEssentials

/// The settings of an access review (access-policy §10), with Entra's defaults.
package struct AccessReviewSettings: Sendable, Hashable {
    package enum ApplyAction: String, Sendable, Hashable, CaseIterable {
        case removeAccess, disableAndDeleteUser
    }

    package enum DefaultDecision: String, Sendable, Hashable, CaseIterable {
        case approve = "Approve"
        case deny = "Deny"
        case recommendation = "Recommendation"
    }

    package var appliesByItself: Bool
    /// For whom no reviewer decided; nil: then nothing changes.
    package var defaultDecision: DefaultDecision?
    package var action: ApplyAction
    /// Only who did not sign in for so long; nil: everybody. At most 730.
    package var inactiveDays: Int?
    /// Days without a sign-in after which a denial is recommended.
    package var lookBackDays: Int

    package init(
        appliesByItself: Bool = false, defaultDecision: DefaultDecision? = nil, action: ApplyAction = .removeAccess,
        inactiveDays: Int? = nil, lookBackDays: Int = 30
    ) {
        self.appliesByItself = appliesByItself
        self.defaultDecision = defaultDecision
        self.action = action
        self.inactiveDays = inactiveDays
        self.lookBackDays = lookBackDays
    }
}

package enum ReviewDecision: String, Sendable, Hashable, CaseIterable {
    case approve = "Approve"
    case deny = "Deny"
    case notReviewed = "NotReviewed"
    case dontKnow = "DontKnow"
}

/// What a review does to one person's access.
package enum ReviewEffect: Sendable, Hashable {
    case nothing
    /// The direct membership or assignment ends.
    case removeAccess
    /// Signing in is blocked, and the guest deleted after so many days, unless enabled again before.
    case block(deletedAfterDays: Int)
}

extension AccessReviewSettings {
    /// Whether somebody is looked at, decided when the review begins. An account younger than the time of inactivity can't
    /// have been inactive for it.
    package func takesIn(createdAt: Date, lastSignInAt: Date?, at begin: Date) -> Bool {
        guard let inactiveDays else { return true }
        let limit = begin.addingTimeInterval(-Double(inactiveDays) * 86_400)
        return createdAt <= limit && (lastSignInAt ?? .distantPast) <= limit
    }

    package func recommendation(lastSignInAt: Date?, at begin: Date) -> ReviewDecision {
        let limit = begin.addingTimeInterval(-Double(lookBackDays) * 86_400)
        return (lastSignInAt ?? .distantPast) > limit ? .approve : .deny
    }

    /// - Parameters:
    ///   - decisions: One for each stage that was held; the last that decided counts.
    ///   - isApplied: Whether an administrator applied the results.
    ///   - isOfGuests: Whether the review is of guests alone: only there is anybody blocked and deleted.
    package func effect(
        of decisions: [ReviewDecision], recommendation: ReviewDecision, isOver: Bool, isApplied: Bool, isOfGuests: Bool
    ) -> ReviewEffect {
        guard isOver, appliesByItself || isApplied else { return .nothing }
        let decided = decisions.last { $0 != .notReviewed }
        let decision: ReviewDecision
        switch (decided, defaultDecision) {
        case (let decided?, _): decision = decided
        case (nil, .approve?), (nil, nil): return .nothing
        case (nil, .deny?): decision = .deny
        case (nil, .recommendation?): decision = recommendation
        }
        guard decision == .deny else { return .nothing }
        switch action {
        case .disableAndDeleteUser where isOfGuests: return .block(deletedAfterDays: 30)
        case .disableAndDeleteUser, .removeAccess: return .removeAccess
        }
    }
}
