extension XMLName {
    /// A name of XML Signature.
    static func signature(_ local: String) -> XMLName { XMLName(Self.signatureNamespace, local) }

    static let signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"
    static let inclusiveNamespaces = XMLName(Canonicalization.exclusive.rawValue, "InclusiveNamespaces")

    static let signatureElement = signature("Signature")
    static let signedInfo = signature("SignedInfo")
    static let signatureValue = signature("SignatureValue")
    static let keyInfo = signature("KeyInfo")
    static let canonicalizationMethod = signature("CanonicalizationMethod")
    static let signatureMethod = signature("SignatureMethod")
    static let reference = signature("Reference")
    static let transforms = signature("Transforms")
    static let transform = signature("Transform")
    static let digestMethod = signature("DigestMethod")
    static let digestValue = signature("DigestValue")
    static let x509Data = signature("X509Data")
    static let x509Certificate = signature("X509Certificate")
}
