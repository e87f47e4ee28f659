internal import Cryptography
internal import XML

/// By which keys and how strictly a signature is verified.
struct SignatureTerms: Sendable {
    let keys: [VerificationKey]
    private let policy: XMLSignaturePolicy

    /// - Parameter leniencies: None but at a command line.
    init(keys: [VerificationKey], leniencies: Set<SAMLLeniency>) {
        self.keys = keys
        var policy = XMLSignaturePolicy.saml
        policy.allowsSHA1 = leniencies.contains(.sha1)
        policy.allowsRSA1024 = leniencies.contains(.rsa1024)
        policy.allowsEmptyURI = leniencies.contains(.emptyURI)
        self.policy = policy
    }

    /// The one way to a verified element: the signature that is its direct child, by one of the keys.
    func verify(_ element: XMLElement, idAttribute: String = "ID") throws(SAMLRejection) -> VerifiedElement {
        guard !keys.isEmpty else {
            throw SAMLRejection(.keyNotFound, "The sender has no signing key that can be used.")
        }
        do throws(XMLSignatureError) {
            return try XMLSignature.verify(element, keys: keys, idAttribute: idAttribute, policy: policy)
        } catch {
            throw SAMLRejection(error, at: element.position)
        }
    }
}
