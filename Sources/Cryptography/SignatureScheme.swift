/// How a signature is made. The caller fixes it; a message never does.
package enum SignatureScheme: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5, RFC 8017 §8.2.
    case rsaPKCS1(DigestAlgorithm)
    /// RSASSA-PSS, RFC 8017 §8.1: salt as long as the digest, MGF1 with the same digest.
    case rsaPSS(DigestAlgorithm)
    /// ECDSA with the signature as `r || s`, each as long as the curve's field (RFC 7518 §3.4). The digest goes with
    /// the curve: SHA-256 with P-256, SHA-384 with P-384, SHA-512 with P-521.
    case ecdsa(DigestAlgorithm)
    /// RFC 8032.
    case ed25519

    /// Whether a key of this kind can have made such a signature. SHA-1 fits none.
    package func fits(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rsaPKCS1(let digest), .rsa), (.rsaPSS(let digest), .rsa): digest != .sha1
        case (.ecdsa(let digest), .ec(let curve)): digest == curve.digest
        case (.ed25519, .ed25519): true
        default: false
        }
    }

    var usesSHA1: Bool {
        switch self {
        case .rsaPKCS1(let digest), .rsaPSS(let digest), .ecdsa(let digest): digest == .sha1
        case .ed25519: false
        }
    }

    /// Which of a key's pooled contexts serves the scheme.
    var slot: Int {
        switch self {
        case .ecdsa, .ed25519: 0
        case .rsaPKCS1(let digest): digest.slot
        case .rsaPSS(let digest): DigestAlgorithm.allCases.count + digest.slot
        }
    }

    static let slots = DigestAlgorithm.allCases.count * 2
}

package enum EllipticCurve: Hashable, Sendable, CaseIterable {
    case p256
    case p384
    case p521

    /// The length of a coordinate, and of each half of a signature.
    package var byteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// The digest that ECDSA takes with this curve in JOSE (RFC 7518 §3.4).
    package var digest: DigestAlgorithm {
        switch self {
        case .p256: .sha256
        case .p384: .sha384
        case .p521: .sha512
        }
    }

    var openSSLName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        }
    }

    init?(openSSLName: String) {
        guard let curve = Self.allCases.first(where: { $0.openSSLName == openSSLName }) else { return nil }
        self = curve
    }

    /// The number of points, big-endian: SP 800-186 §3.2.1.
    var order: [UInt8] {
        switch self {
        case .p256: Self.orderP256
        case .p384: Self.orderP384
        case .p521: Self.orderP521
        }
    }

    private static let orderP256: [UInt8] = constant(
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    private static let orderP384: [UInt8] = constant(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973")
    private static let orderP521: [UInt8] = constant(
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5"
            + "c9b8899c47aebb6fb71e91386409")

    private static func constant(_ hex: String) -> [UInt8] { Hex.decode(hex) ?? [] }
}

/// What a key is; with it, which schemes it fits.
package enum KeyKind: Hashable, Sendable {
    /// `bits`: the length of the modulus.
    case rsa(bits: Int)
    case ec(EllipticCurve)
    case ed25519
}
