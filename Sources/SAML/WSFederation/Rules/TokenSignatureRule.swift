internal import XML

extension TokenRule {
    /// The token carries a valid signature of its own, which refers to its AssertionID or ID. Nothing around it counts.
    static let tokenSignature = TokenRule(name: "assertion_signature") { answer throws(SAMLRejection) in
        let token = try answer.required(answer.token)
        guard let version = TokenVersion(token) else {
            throw SAMLRejection(.noAssertion, "The token is no assertion.", at: token.position)
        }
        guard XMLSignature.isSigned(token) else { throw answer.root.noSignature("token") }
        let verified = try answer.expected.signature.verify(token, idAttribute: version.idAttribute)
        answer.accept(verified, version)
        return .passed(actual: verified.algorithm)
    }
}
