/// What a valid signature covers. Only the verifier makes one.
package struct VerifiedElement: Sendable {
    /// The root of a document that was parsed from the octets that were digested; nothing else can be reached from it.
    package let element: XMLElement
    package let signedName: XMLName
    /// The ID the signature referred to; "" for a whole document.
    package let id: String
    /// As a log shows it: `rsa-sha256`.
    package let algorithm: String
    package let digest: String
    /// `sha256:` and the hex digest of the SubjectPublicKeyInfo.
    package let key: String
    /// Of the key: the modulus of an RSA key, the field of an elliptic curve.
    package let bits: Int
    /// Which of the caller's keys it was.
    package let keyIndex: Int
}
