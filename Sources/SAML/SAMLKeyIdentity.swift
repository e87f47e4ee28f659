internal import Cryptography

extension VerificationKey {
    /// As evidence names a key: the digest of its SubjectPublicKeyInfo.
    var shownIdentity: String { "sha256:" + Hex.encode(thumbprint) }
}

extension KeyKind {
    /// The size that a person compares with.
    var shownBits: Int {
        switch self {
        case .rsa(let bits): bits
        case .ec(.p256), .ed25519: 256
        case .ec(.p384): 384
        case .ec(.p521): 521
        }
    }
}
