internal import XML

extension AssertionRule {
    /// The assertion's Issuer is there, and is the identity provider.
    static let assertionIssuer = AssertionRule(name: "issuer") { assertion throws(SAMLRejection) in
        guard let issuer = try assertion.element.single(.assertion("Issuer")) else {
            throw SAMLRejection(.issuerMismatch, "The assertion has no Issuer.", at: assertion.element.position)
        }
        let outcome = try checkIssuer(issuer, assertion.expected.issuer)
        assertion.issuer = issuer.text ?? ""
        return outcome
    }
}
