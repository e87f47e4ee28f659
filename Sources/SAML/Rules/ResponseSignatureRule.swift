internal import XML

extension ResponseRule {
    /// A signature of the Response is valid, and is there if the connection requires it. What it covers is read again from
    /// the signed bytes, by the rules that have read it already.
    static let responseSignature = ResponseRule(name: "response_signature") { message throws(SAMLRejection) in
        guard XMLSignature.isSigned(message.root) else {
            switch message.expected.requiredSignature {
            case .response, .both:
                throw message.root.noSignature("Response")
            case .assertion, .either:
                return .silent
            }
        }
        let verified = try message.expected.signature.verify(message.root)
        message.accept(response: verified, SAMLSignatureEvidence(verified))
        for rule in [
            ResponseRule.root, .version, .identification, .destination, .inResponseTo, .responseIssuer, .status,
            .oneAssertion,
        ] {
            _ = try rule.check(&message)
        }
        return .passed(actual: verified.algorithm)
    }
}

extension SAMLSignatureEvidence {
    init(_ verified: VerifiedElement) {
        self.init(
            element: verified.signedName.local, id: verified.id, algorithm: verified.algorithm, digest: verified.digest,
            key: verified.key, bits: verified.bits, keyIndex: verified.keyIndex)
    }
}

extension XMLElement {
    /// Why there is no signature here: there is none, or it stands where it covers nothing that counts.
    func noSignature(_ what: String) -> SAMLRejection {
        var elsewhere: XMLElement?
        try? forEachDescendant { (element) throws(SAMLRejection) in
            if elsewhere == nil, element.isNamed(.signature("Signature")),
                element.parent.map({ !$0.isAssertionLike && !$0.isSame(as: self) }) ?? true
            {
                elsewhere = element
            }
        }
        guard let elsewhere else { return SAMLRejection(.noSignature, "The \(what) is not signed.", at: position) }
        return SAMLRejection(
            .signaturePlacement, "The \(what) is not signed; a signature elsewhere counts for nothing.",
            at: elsewhere.position)
    }
}
