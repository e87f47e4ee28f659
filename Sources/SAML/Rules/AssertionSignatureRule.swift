internal import XML

extension ResponseRule {
    /// A signature covers the assertion: its own, which must be valid if it is there, or that of the Response around it if
    /// the connection is content with that.
    static let assertionSignature = ResponseRule(name: "assertion_signature") { message throws(SAMLRejection) in
        guard let assertion = message.assertion else {
            throw SAMLRejection(.noAssertion, "The Response has no assertion.")
        }
        if XMLSignature.isSigned(assertion) {
            let verified = try message.expected.signature.verify(assertion)
            message.accept(assertion: SignedAssertion(verified), SAMLSignatureEvidence(verified))
            return .passed(actual: verified.algorithm)
        }
        switch message.expected.requiredSignature {
        case .assertion, .both:
            throw assertion.noSignature("Assertion")
        case .response, .either:
            guard message.isSigned else { throw message.root.noSignature("Response") }
            message.accept(assertion: SignedAssertion(assertion, within: message), nil)
            return .passed(actual: "within the signed Response")
        }
    }
}
