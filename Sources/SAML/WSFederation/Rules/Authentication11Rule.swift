internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// There is one AuthenticationStatement, as fresh as was asked for (SAML 1.1 Core §2.4.3).
    static let authentication11 = AssertionRule(name: "authn_statement") { assertion throws(SAMLRejection) in
        let statements = assertion.element.children(.assertion11("AuthenticationStatement"))
        guard let statement = statements.first, statements.count == 1 else {
            throw SAMLRejection(
                .authnStatement, "There are \(statements.count) AuthenticationStatements where there must be one.",
                at: assertion.element.position)
        }
        guard let instant = try statement.instant("AuthenticationInstant") else {
            throw SAMLRejection(
                .authnStatement, "The statement has no AuthenticationInstant.", at: statement.position)
        }
        let outcome = try assertion.checkFreshness(instant, at: statement.position)
        assertion.contextClass = statement.attribute("AuthenticationMethod")
        return outcome
    }
}
