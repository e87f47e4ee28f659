internal import XML

extension ResponseRule {
    /// The Response's Issuer is the identity provider. It may be absent (SAML Profiles §4.1.4.2) unless the Response is
    /// signed or its assertion encrypted; then the assertion's own Issuer is what counts.
    static let responseIssuer = ResponseRule(name: "response_issuer") { message throws(SAMLRejection) in
        let root = message.root
        guard let issuer = try root.single(.assertion("Issuer")) else {
            guard root.child(.signature("Signature")) == nil, root.child(.assertion("EncryptedAssertion")) == nil else {
                throw SAMLRejection(.issuerMismatch, "The Response has no Issuer.", at: root.position)
            }
            return .silent
        }
        return try checkIssuer(issuer, message.expected.issuer)
    }
}

/// An Issuer is an entity ID, byte for byte.
func checkIssuer(_ issuer: XMLElement, _ expected: String?) throws(SAMLRejection) -> RuleOutcome {
    let actual = issuer.text
    if let format = issuer.attribute("Format"), format != SAMLNameIDFormat.entity,
        format != SAMLNameIDFormat.unspecified
    {
        throw SAMLRejection(
            .issuerMismatch, "The Issuer has the format \(format.shown), which is no entity's.", at: issuer.position)
    }
    guard let actual, !actual.isEmpty else {
        throw SAMLRejection(.issuerMismatch, "The Issuer has no text.", at: issuer.position)
    }
    guard let expected else { return .skipped(actual: actual) }
    guard actual.isExactly(expected) else {
        throw .mismatch(.issuerMismatch, "Issuer", expected: expected, actual: actual, at: issuer.position)
    }
    return .passed(expected: expected, actual: actual)
}
