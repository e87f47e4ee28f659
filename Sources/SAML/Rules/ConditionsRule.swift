internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// Conditions are there, hold now, and are all known: an unknown one could be the one that forbids this use (SAML Core
    /// §2.5.1).
    static let conditions = AssertionRule(name: "conditions") { assertion throws(SAMLRejection) in
        guard let conditions = try assertion.element.single(.assertion("Conditions")) else {
            throw SAMLRejection(.conditionsMissing, "The assertion has no Conditions.", at: assertion.element.position)
        }
        let end = try conditions.checkValidity(now: assertion.now, skew: assertion.expected.skew)
        assertion.notOnOrAfter = end
        for condition in conditions.children where !known.contains(where: { condition.isNamed($0) }) {
            throw SAMLRejection(
                .unknownCondition, "The condition \(condition.name) is not known.", at: condition.position)
        }
        return .passed(expected: "> \(assertion.now.shownInstant)", actual: end.shownInstant)
    }

    private static let known: [XMLName] = [
        .assertion("AudienceRestriction"), .assertion("OneTimeUse"), .assertion("ProxyRestriction"),
    ]
}

extension XMLElement {
    /// NotBefore and NotOnOrAfter against the clock. The latter must be there.
    ///
    /// - Returns: NotOnOrAfter.
    func checkValidity(now: Date, skew: Double) throws(SAMLRejection) -> Date {
        if let start = try instant("NotBefore"), now < start.addingTimeInterval(-skew) {
            throw SAMLRejection(
                .notYetValid, "NotBefore is \(start.shownInstant), now is \(now.shownInstant).", at: position)
        }
        guard let end = try instant("NotOnOrAfter") else {
            throw SAMLRejection(.conditionsMissing, "The conditions have no NotOnOrAfter.", at: position)
        }
        guard now < end.addingTimeInterval(skew) else {
            throw SAMLRejection(
                .expired, "NotOnOrAfter is \(end.shownInstant), now is \(now.shownInstant).", at: position)
        }
        return end
    }
}
