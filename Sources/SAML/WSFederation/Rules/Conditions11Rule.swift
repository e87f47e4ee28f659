internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// Conditions are there, hold now, and are all known (SAML 1.1 Core §2.3.2.1).
    static let conditions11 = AssertionRule(name: "conditions") { assertion throws(SAMLRejection) in
        guard let conditions = try assertion.element.single(.assertion11("Conditions")) else {
            throw SAMLRejection(.conditionsMissing, "The assertion has no Conditions.", at: assertion.element.position)
        }
        let end = try conditions.checkValidity(now: assertion.now, skew: assertion.expected.skew)
        (assertion.notOnOrAfter, assertion.confirmedUntil) = (end, end)
        for condition in conditions.children
        where !condition.isNamed(.assertion11("AudienceRestrictionCondition"))
            && !condition.isNamed(.assertion11("DoNotCacheCondition"))
        {
            throw SAMLRejection(
                .unknownCondition, "The condition \(condition.name) is not known.", at: condition.position)
        }
        return .passed(expected: "> \(assertion.now.shownInstant)", actual: end.shownInstant)
    }

    /// There is an AudienceRestrictionCondition, and each one names our realm.
    static let audience11 = AssertionRule(name: "audience") { assertion throws(SAMLRejection) in
        let restrictions =
            assertion.element.child(.assertion11("Conditions"))?
            .children(.assertion11("AudienceRestrictionCondition")) ?? []
        return try checkAudience(restrictions, audience: .assertion11("Audience"), assertion)
    }
}
