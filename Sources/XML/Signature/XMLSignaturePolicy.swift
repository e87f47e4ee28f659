/// What a signature may look like.
package struct XMLSignaturePolicy: Sendable, Hashable {
    enum Shape: Sendable, Hashable {
        /// One enveloped signature, one reference, to the element it stands in.
        case saml
        /// Whatever core validation has (XML Signature §3.2): several references, to any element of the document.
        case generic
    }

    var shape: Shape
    /// These three are only for a person who looks at an old message; never in a server.
    package var allowsSHA1 = false
    package var allowsRSA1024 = false
    /// A reference with `URI=""`: the whole document.
    package var allowsEmptyURI = false

    /// What the server accepts.
    package static let saml = XMLSignaturePolicy(shape: .saml)
    /// For ``XMLSignature/verifyReferences(_:keys:policy:)``.
    package static let generic = XMLSignaturePolicy(shape: .generic)
}
