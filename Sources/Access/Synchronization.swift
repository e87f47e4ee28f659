package import Directory

/// Keeping a tenant's people as external members of another (access-policy §8). It is pushed by the source.
package enum SynchronizationDenial: String, Sendable, Hashable, CaseIterable {
    case notAllowedByTarget
    case redemptionNotAutomatic
    case blockedByCrossTenantAccess
}

/// Whether the source may synchronise into the target: the target must allow it, and both automatic redemption.
///
/// - Parameters:
///   - source: As the target's settings name it.
///   - access: The target's.
///   - home: The source's side.
package func synchronizationDecision(
    from source: HomeOrganization, access: CrossTenantAccess, home: HomeSide
) -> Verdict<SynchronizationDenial> {
    let entry = access.entry(for: source)
    let isAllowed = entry?.1.allowsSynchronization == true
    var rules: [(denial: SynchronizationDenial, reason: Reason?)] = [
        (
            .notAllowedByTarget,
            Reason(
                "synchronization.inbound", met: isAllowed,
                isAllowed
                    ? "The organisation may put its people here."
                    : "The organisation may not put its people here.",
                setting:
                    "policies/crossTenantAccessPolicy/partners/\(entry?.0.name ?? "-")/identitySynchronization/userSyncInbound/isSyncAllowed"
            )
        )
    ]
    rules += automaticRedemption(from: source, access: access, home: home).reasons.map {
        (.redemptionNotAutomatic, $0)
    }
    let question = CrossTenantQuestion(organization: source, person: nil, applications: [])
    rules += crossTenantRules(question, access, home).map { (.blockedByCrossTenantAccess, $0.reason) }
    return Verdict(asking: rules)
}

/// What one person of the source becomes in the target.
package enum SynchronizationChange: Sendable, Hashable {
    /// An external user of this type; members unless mapped.
    case create(User.UserType)
    /// The user that is linked to the identity already. Nil: the type stays as it is.
    case update(User.ID, User.UserType?)
    /// Out of scope: a soft deletion.
    case remove(User.ID)
    case nothing
}

/// - Parameters:
///   - isInScope: Whether the source pushes this person now.
///   - isInternalMember: Whether the account lives in the source itself and is a member there; others are never pushed.
///   - linked: The target's user with the identity, matched by issuer and subject alone.
///   - wasSynchronized: Whether synchronisation made that user: only then it may remove it.
///   - mappedType: The type that the source's mapping names; nil: it names none.
package func synchronizationChange(
    isInScope: Bool, isInternalMember: Bool, linked: User?, wasSynchronized: Bool, mappedType: User.UserType?
) -> SynchronizationChange {
    guard isInScope, isInternalMember else {
        guard let linked, wasSynchronized else { return .nothing }
        return .remove(linked.id)
    }
    guard let linked else { return .create(mappedType ?? .member) }
    let type = mappedType.flatMap { $0 == linked.userType ? nil : $0 }
    return .update(linked.id, type)
}
