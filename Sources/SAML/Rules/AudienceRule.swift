internal import XML

extension AssertionRule {
    /// There is an AudienceRestriction, and each one has us among its audiences (SAML Core §2.5.1.4).
    static let audience = AssertionRule(name: "audience") { assertion throws(SAMLRejection) in
        let restrictions =
            assertion.element.child(.assertion("Conditions"))?.children(.assertion("AudienceRestriction")) ?? []
        return try checkAudience(restrictions, audience: .assertion("Audience"), assertion)
    }
}

/// - Parameters:
///   - restrictions: Each must name us.
///   - audience: The elements in it that hold the names.
func checkAudience(
    _ restrictions: [XMLElement], audience: XMLName, _ assertion: AssertionReading
) throws(SAMLRejection) -> RuleOutcome {
    let named = restrictions.map { $0.children(audience).compactMap(\.text) }
    let actual = named.joined().joined(separator: " ")
    guard !restrictions.isEmpty else {
        if assertion.expected.leniencies.contains(.noAudience) { return .skipped() }
        throw SAMLRejection(.audienceMismatch, "There is no AudienceRestriction.", at: assertion.element.position)
    }
    guard let expected = assertion.expected.audience else { return .skipped(actual: actual) }
    for (restriction, names) in zip(restrictions, named) where !names.contains(where: { $0.isExactly(expected) }) {
        throw .mismatch(
            .audienceMismatch, "The audience", expected: expected, actual: names.joined(separator: " "),
            at: restriction.position)
    }
    return .passed(expected: expected, actual: actual)
}
