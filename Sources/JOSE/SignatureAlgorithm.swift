package import Cryptography

/// An asymmetric `alg` value (RFC 7518 §3.1, RFC 8037 §3.1): a name, and what it means. There is no entry for `none`, and
/// none for shared secrets, which are another type behind another door.
package struct SignatureAlgorithm: Hashable, Sendable {
    package let name: String
    package let scheme: SignatureScheme
    /// The digest that belongs to the algorithm: `at_hash` is the left half of one (OpenID Connect Core §3.1.3.6).
    package let digest: DigestAlgorithm

    private init(_ name: String, _ scheme: SignatureScheme, _ digest: DigestAlgorithm) {
        (self.name, self.scheme, self.digest) = (name, scheme, digest)
    }

    package static let rs256 = SignatureAlgorithm("RS256", .rsaPKCS1(.sha256), .sha256)
    package static let rs384 = SignatureAlgorithm("RS384", .rsaPKCS1(.sha384), .sha384)
    package static let rs512 = SignatureAlgorithm("RS512", .rsaPKCS1(.sha512), .sha512)
    package static let ps256 = SignatureAlgorithm("PS256", .rsaPSS(.sha256), .sha256)
    package static let ps384 = SignatureAlgorithm("PS384", .rsaPSS(.sha384), .sha384)
    package static let ps512 = SignatureAlgorithm("PS512", .rsaPSS(.sha512), .sha512)
    package static let es256 = SignatureAlgorithm("ES256", .ecdsa(.sha256), .sha256)
    package static let es384 = SignatureAlgorithm("ES384", .ecdsa(.sha384), .sha384)
    package static let es512 = SignatureAlgorithm("ES512", .ecdsa(.sha512), .sha512)
    /// Ed25519 only; its own digest is SHA-512.
    package static let edDSA = SignatureAlgorithm("EdDSA", .ed25519, .sha512)
    /// The same under the name that says which curve (RFC 9864). Accepted where a caller lists it, never made.
    package static let ed25519 = SignatureAlgorithm("Ed25519", .ed25519, .sha512)

    package static let all: [SignatureAlgorithm] = [
        rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, edDSA, ed25519,
    ]

    /// Exactly so written: `alg` values have case (RFC 7515 §4.1.1).
    package static func named(_ name: String) -> SignatureAlgorithm? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// What a key signs with where nothing else is said: RS256, the curve's ES algorithm, EdDSA.
    package static func usual(for kind: KeyKind) -> SignatureAlgorithm {
        switch kind {
        case .rsa: rs256
        case .ec(.p256): es256
        case .ec(.p384): es384
        case .ec(.p521): es512
        case .ed25519: edDSA
        }
    }

    package func fits(_ kind: KeyKind) -> Bool { scheme.fits(kind) }

    /// Base64url of the left half of the digest: `at_hash`, `c_hash`, `s_hash`.
    package func leftHalfHash(of bytes: [UInt8]) -> String {
        let hash = Digest.hash(digest, bytes)
        return Base64URL.encode(Array(hash[..<(hash.count / 2)]))
    }
}
