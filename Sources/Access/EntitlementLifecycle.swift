package import Directory
package import FoundationEssentials

/// What becomes of a guest who lost the last assignment (`entitlementManagementSettings`, access-policy §9).
package struct ExternalUserLifecycle: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case none, blockSignIn, blockSignInAndDelete
    }

    package var action: Action
    /// After the block; 0: at once.
    package var daysUntilDeletion: Int

    package init(action: Action = .blockSignInAndDelete, daysUntilDeletion: Int = 30) {
        self.action = action
        self.daysUntilDeletion = daysUntilDeletion
    }
}

package enum GuestFate: Sendable, Hashable {
    case untouched
    case blocked(deletedAt: Date?)
}

/// - Parameters:
///   - isGoverned: Whether entitlement management invited the guest, or the guest was converted to it. Others are spared,
///     and other access that a governed guest holds does not spare them.
///   - remaining: Assignments that are left.
///   - lost: When the last one ended. The date of deletion is fixed then: a later change of settings moves nothing.
package func fate(
    ofGoverned isGoverned: Bool, remaining: Int, at lost: Date,
    settings: ExternalUserLifecycle = ExternalUserLifecycle()
) -> GuestFate {
    guard isGoverned, remaining == 0 else { return .untouched }
    switch settings.action {
    case .none: return .untouched
    case .blockSignIn: return .blocked(deletedAt: nil)
    case .blockSignInAndDelete:
        return .blocked(deletedAt: lost.addingTimeInterval(Double(settings.daysUntilDeletion) * 86_400))
    }
}

/// Whether an approved request can be delivered: for somebody who is no user yet a guest is made, and the list of domains
/// counts then as for an invitation.
package func deliveryDecision(
    isUser: Bool, domain: DomainName, collaboration: ExternalCollaboration
) -> Verdict<InvitationDenial> {
    Verdict(asking: [(.domainBlocked, isUser ? nil : collaboration.domains.reason(domain))])
}
