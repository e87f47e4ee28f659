extension AssertionRule {
    /// The context class is one of those that were asked for (SAML Core §3.3.2.2.1).
    static let authnContext = AssertionRule(name: "authn_context") { assertion throws(SAMLRejection) in
        let actual = assertion.contextClass
        guard !assertion.expected.contexts.isEmpty else { return .passed(actual: actual) }
        let expected = assertion.expected.contexts.joined(separator: " ")
        guard let actual, assertion.expected.contexts.contains(where: { $0.isExactly(actual) }) else {
            throw .mismatch(
                .authnContext, "The context class", expected: expected, actual: actual, at: assertion.element.position)
        }
        return .passed(expected: expected, actual: actual)
    }
}
