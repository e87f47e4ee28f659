internal import COpenSSL
import Synchronization

/// The numbers of a public key, big-endian, as a JWK has them.
package enum PublicKeyComponents: Hashable, Sendable {
    /// Modulus and exponent, without leading zeros.
    case rsa(n: [UInt8], e: [UInt8])
    /// Coordinates, each as long as the field.
    case ec(EllipticCurve, x: [UInt8], y: [UInt8])
    case ed25519(x: [UInt8])
}

/// A public key that checks signatures. One that exists is one that we are willing to use.
package final class VerificationKey: Sendable, Equatable {
    package let kind: KeyKind
    package let components: PublicKeyComponents
    let handle: KeyHandle
    private let contexts: ContextPool
    private let knownThumbprint = Mutex<[UInt8]?>(nil)

    /// What RSA keys have at least, unless the caller says otherwise (SP 800-131A).
    package static let minimumRSABits = 2048

    init(handle: KeyHandle) throws(CryptographyError) {
        self.handle = handle
        kind = handle.kind
        components = try Self.components(of: handle)
        contexts = ContextPool(
            slots: handle.kind.slots, make: { verifyContext(handle, slot: $0) }, free: { EVP_PKEY_CTX_free($0) })
    }

    /// From a SubjectPublicKeyInfo, RFC 5280 §4.1.2.7.
    package convenience init(spkiDER: [UInt8], minimumBits: Int = minimumRSABits) throws(CryptographyError) {
        let key = derDecoding(spkiDER, free: EVP_PKEY_free) { d2i_PUBKEY(nil, $0, $1) }
        try self.init(handle: KeyHandle(owning: key, minimumBits: minimumBits))
    }

    /// From one `PUBLIC KEY` or `CERTIFICATE` block.
    package convenience init(pem: [UInt8], minimumBits: Int = minimumRSABits) throws(CryptographyError) {
        guard let blocks = PEM.blocks(in: pem), let block = blocks.first else { throw .malformedKey }
        switch block.label {
        case "PUBLIC KEY":
            try self.init(spkiDER: block.der, minimumBits: minimumBits)
        case "CERTIFICATE":
            guard let certificate = try? Certificate(der: block.der) else { throw .malformedKey }
            try self.init(spkiDER: certificate.spkiDER, minimumBits: minimumBits)
        default:
            throw .unsupportedKey
        }
    }

    /// - Throws: `malformedKey` if the modulus or the exponent is even, or the exponent is below 3 or above 64 bits;
    ///   `weakKey` below `minimumBits`.
    package convenience init(
        rsaModulus: [UInt8], exponent: [UInt8], minimumBits: Int = minimumRSABits
    ) throws(CryptographyError) {
        let n = try BigNumber(rsaModulus)
        let e = try BigNumber(exponent)
        let key = shim_rsa_public_key(n.pointer, e.pointer)
        try self.init(handle: KeyHandle(owning: key, minimumBits: minimumBits))
    }

    /// - Throws: `malformedKey` unless each coordinate is as long as the field (RFC 7518 §6.2.1.2) and the point is on
    ///   the curve: a point off it leaks the other side's private key in an agreement.
    package convenience init(curve: EllipticCurve, x: [UInt8], y: [UInt8]) throws(CryptographyError) {
        guard x.count == curve.byteCount, y.count == curve.byteCount else { throw .malformedKey }
        let point = [0x04] + x + y
        let key = shim_ec_key(curve.openSSLName, point, point.count, nil)
        try self.init(handle: KeyHandle(owning: key, minimumBits: 0))
    }

    /// - Throws: `malformedKey` for a wrong length or a point of small order, for which one signature fits many
    ///   messages.
    package convenience init(ed25519 x: [UInt8]) throws(CryptographyError) {
        guard x.count == 32, !SmallOrderPoints.contains(x) else { throw .malformedKey }
        let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, x, x.count)
        try self.init(handle: KeyHandle(owning: key, minimumBits: 0))
    }

    package convenience init(
        components: PublicKeyComponents, minimumBits: Int = minimumRSABits
    ) throws(CryptographyError) {
        switch components {
        case .rsa(let n, let e): try self.init(rsaModulus: n, exponent: e, minimumBits: minimumBits)
        case .ec(let curve, let x, let y): try self.init(curve: curve, x: x, y: y)
        case .ed25519(let x): try self.init(ed25519: x)
        }
    }

    package static func == (a: VerificationKey, b: VerificationKey) -> Bool { a.components == b.components }

    /// The SubjectPublicKeyInfo, with the curve by name and the point uncompressed.
    package func spkiDER() -> [UInt8] {
        guard let der = derEncoding({ i2d_PUBKEY(handle.pointer, $0) }) else {
            fatalError("OpenSSL could not encode a public key.")
        }
        return der
    }

    package func pem() -> [UInt8] { PEM.encode("PUBLIC KEY", spkiDER()) }

    /// The SHA-256 digest of the SubjectPublicKeyInfo: what a log calls the key. Made once, because OpenSSL takes longer to
    /// encode a key than to verify with it.
    package var thumbprint: [UInt8] {
        knownThumbprint.withLock { known in
            let thumbprint = known ?? Digest.sha256(spkiDER())
            known = thumbprint
            return thumbprint
        }
    }

    /// Whether the holder of the private key signed exactly these bytes with this scheme. `false` also for a scheme
    /// that does not fit the key, and for a signature of the wrong length or out of range.
    package func isValid(_ signature: [UInt8], for bytes: [UInt8], _ scheme: SignatureScheme) -> Bool {
        scheme.fits(kind) && isSignature(signature, of: bytes, scheme)
    }

    /// The same with the freedom that XML Signature leaves: any digest of the SHA-2 family with any curve (RFC 9231
    /// §2.3.6).
    ///
    /// - Parameter allowingSHA1: Only for a person who looks at an old message; never in a server.
    package func isValidXMLSignature(
        _ signature: [UInt8], for bytes: [UInt8], _ scheme: SignatureScheme, allowingSHA1: Bool = false
    ) -> Bool {
        (allowingSHA1 || !scheme.usesSHA1) && isSignature(signature, of: bytes, scheme)
    }

    private func isSignature(_ signature: [UInt8], of bytes: [UInt8], _ scheme: SignatureScheme) -> Bool {
        switch (scheme, kind) {
        case (.ed25519, _):
            return signature.count == 64 && isValidEd25519(signature, for: bytes)
        case (.ecdsa(let digest), .ec(let curve)):
            guard let der = ECDSASignature.der(raw: signature, curve: curve) else { return false }
            return isValid(der, digest: digest, of: bytes, slot: scheme.slot)
        case (.rsaPKCS1(let digest), .rsa(let bits)), (.rsaPSS(let digest), .rsa(let bits)):
            guard signature.count == (bits + 7) / 8 else { return false }
            return isValid(signature, digest: digest, of: bytes, slot: scheme.slot)
        default:
            return false
        }
    }

    private func isValid(_ signature: [UInt8], digest: DigestAlgorithm, of bytes: [UInt8], slot: Int) -> Bool {
        let valid = contexts.withContext(slot: slot) { context in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: digest.byteCount) { hash -> Bool? in
                guard let base = hash.baseAddress else { return nil }
                Digest.hash(digest, bytes, into: base)
                return EVP_PKEY_verify(context, signature, signature.count, base, hash.count) == 1 ? true : nil
            }
        }
        return valid == true
    }

    private func isValidEd25519(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, nil, nil, handle.pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }

    private static func components(of handle: KeyHandle) throws(CryptographyError) -> PublicKeyComponents {
        defer { ERR_clear_error() }
        switch handle.kind {
        case .rsa:
            guard let n = handle.integer(OSSL_PKEY_PARAM_RSA_N), let e = handle.integer(OSSL_PKEY_PARAM_RSA_E)
            else { throw .malformedKey }
            return .rsa(n: n, e: e)
        case .ec(let curve):
            guard let x = handle.integer(OSSL_PKEY_PARAM_EC_PUB_X, count: curve.byteCount),
                let y = handle.integer(OSSL_PKEY_PARAM_EC_PUB_Y, count: curve.byteCount)
            else { throw .malformedKey }
            return .ec(curve, x: x, y: y)
        case .ed25519:
            var x = [UInt8](repeating: 0, count: 32)
            var count = x.count
            guard EVP_PKEY_get_raw_public_key(handle.pointer, &x, &count) == 1, count == 32,
                !SmallOrderPoints.contains(x)
            else { throw .malformedKey }
            return .ed25519(x: x)
        }
    }
}

private func verifyContext(_ handle: KeyHandle, slot: Int) -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new(handle.pointer, nil) else { return nil }
    guard EVP_PKEY_verify_init(context) == 1, prepare(context, for: handle.kind, slot: slot) else {
        EVP_PKEY_CTX_free(context)
        return nil
    }
    return context
}

/// Sets what a signature scheme needs on a context that was initialised to sign or to verify.
func prepare(_ context: OpaquePointer, for kind: KeyKind, slot: Int) -> Bool {
    guard case .rsa = kind else { return true }
    let digests = DigestAlgorithm.allCases
    let digest = digests[slot % digests.count].evp
    guard EVP_PKEY_CTX_set_signature_md(context, digest) == 1 else { return false }
    guard slot >= digests.count else { return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 }
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
}

extension KeyKind {
    /// How many differently prepared contexts a key of this kind can need.
    var slots: Int {
        if case .rsa = self { SignatureScheme.slots } else { 1 }
    }
}

/// The Ed25519 points whose order divides 8, canonical or not, without regard to the sign bit.
private enum SmallOrderPoints {
    static func contains(_ x: [UInt8]) -> Bool {
        var y = x
        if let last = y.popLast() { y.append(last & 0x7F) }
        return encodings.contains(y)
    }

    private static let encodings: [[UInt8]] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].compactMap(Hex.decode)
}
