internal import COpenSSL

/// The numbers of a private key, big-endian, as a JWK has them; those that are private are `Secret`.
package enum PrivateKeyComponents: Sendable, Equatable {
    case rsa(RSAPrivateComponents)
    /// `x`, `y` and `d`, each as long as the field.
    case ec(EllipticCurve, x: [UInt8], y: [UInt8], d: Secret)
    /// Public and private part, 32 bytes each.
    case ed25519(x: [UInt8], d: Secret)
}

/// RFC 8017 §3.2, second representation; the names are those of RFC 7518 §6.3.
package struct RSAPrivateComponents: Sendable, Equatable {
    package var n: [UInt8]
    package var e: [UInt8]
    package var d: Secret
    package var p: Secret
    package var q: Secret
    package var dp: Secret
    package var dq: Secret
    package var qi: Secret

    package init(
        n: [UInt8], e: [UInt8], d: Secret, p: Secret, q: Secret, dp: Secret, dq: Secret, qi: Secret
    ) {
        (self.n, self.e, self.d, self.p, self.q) = (n, e, d, p, q)
        (self.dp, self.dq, self.qi) = (dp, dq, qi)
    }
}

/// A private key that signs; in JWE it also decrypts and agrees.
package final class SigningKey: Sendable {
    package let kind: KeyKind
    package let publicKey: VerificationKey
    let handle: KeyHandle
    private let contexts: ContextPool

    private init(handle: KeyHandle) throws(CryptographyError) {
        self.handle = handle
        kind = handle.kind
        publicKey = try VerificationKey(handle: handle)
        contexts = ContextPool(
            slots: handle.kind.slots, make: { signContext(handle, slot: $0) }, free: { EVP_PKEY_CTX_free($0) })
    }

    /// A key that came from outside has to sign what its own public part accepts: this finds parts that do not belong
    /// together, at the cost of one signature. RSA's parts are checked too, because OpenSSL silently does without
    /// wrong ones, at a quarter of the speed.
    private convenience init(imported key: OpaquePointer?) throws(CryptographyError) {
        let handle = try KeyHandle(owning: key, minimumBits: VerificationKey.minimumRSABits)
        try self.init(handle: handle)
        let probe: [UInt8] = [1, 2, 3, 4]
        guard handle.hasConsistentFactors, let signature = try? sign(probe, kind.usualScheme),
            publicKey.isValid(signature, for: probe, kind.usualScheme)
        else { throw .malformedKey }
    }

    /// - Throws: `weakKey` below 2048 bits of RSA, `unsupportedKey` if OpenSSL cannot make one.
    package static func generate(_ kind: KeyKind) throws(CryptographyError) -> SigningKey {
        let key: OpaquePointer?
        switch kind {
        case .rsa(let bits):
            guard bits >= VerificationKey.minimumRSABits else { throw .weakKey(bits: bits) }
            guard bits <= 8192 else { throw .unsupportedKey }
            key = shim_generate_rsa(bits)
        case .ec(let curve): key = shim_generate_ec(curve.openSSLName)
        case .ed25519: key = shim_generate_ed25519()
        }
        guard key != nil else {
            ERR_clear_error()
            throw .unsupportedKey
        }
        return try SigningKey(handle: KeyHandle(owning: key, minimumBits: VerificationKey.minimumRSABits))
    }

    /// From an unencrypted PrivateKeyInfo, RFC 5958.
    ///
    /// - Throws: `malformedKey`, `unsupportedKey`, `weakKey` below 2048 bits of RSA.
    package convenience init(pkcs8DER: [UInt8]) throws(CryptographyError) {
        defer { ERR_clear_error() }
        let decoded = derDecoding(pkcs8DER, free: PKCS8_PRIV_KEY_INFO_free) { d2i_PKCS8_PRIV_KEY_INFO(nil, $0, $1) }
        guard let info = decoded else { throw .malformedKey }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        try self.init(imported: EVP_PKCS82PKEY(info))
    }

    /// From the first private key of the text: `PRIVATE KEY`, or the older `RSA PRIVATE KEY` and `EC PRIVATE KEY`.
    package convenience init(pem: [UInt8]) throws(CryptographyError) {
        guard let blocks = PEM.blocks(in: pem) else {
            throw String(decoding: pem, as: UTF8.self).contains("ENCRYPTED") ? .encryptedKey : .malformedKey
        }
        guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else { throw .malformedKey }
        switch block.label {
        case "PRIVATE KEY":
            try self.init(pkcs8DER: block.der)
        case "RSA PRIVATE KEY", "EC PRIVATE KEY":
            let type = block.label == "RSA PRIVATE KEY" ? EVP_PKEY_RSA : EVP_PKEY_EC
            let key = derDecoding(block.der, free: EVP_PKEY_free) { d2i_PrivateKey(type, nil, $0, $1) }
            try self.init(imported: key)
        case "ENCRYPTED PRIVATE KEY":
            throw .encryptedKey
        default:
            throw .unsupportedKey
        }
    }

    /// - Throws: `malformedKey` for parts that do not belong together, and as `VerificationKey` does.
    package convenience init(components: PrivateKeyComponents) throws(CryptographyError) {
        defer { ERR_clear_error() }
        switch components {
        case .rsa(let rsa):
            let n = try BigNumber(rsa.n)
            let e = try BigNumber(rsa.e)
            let d = try BigNumber(rsa.d)
            let p = try BigNumber(rsa.p)
            let q = try BigNumber(rsa.q)
            let dp = try BigNumber(rsa.dp)
            let dq = try BigNumber(rsa.dq)
            let qi = try BigNumber(rsa.qi)
            try self.init(
                imported: shim_rsa_private_key(
                    n.pointer, e.pointer, d.pointer, p.pointer, q.pointer, dp.pointer, dq.pointer, qi.pointer))
        case .ec(let curve, let x, let y, let d):
            guard x.count == curve.byteCount, y.count == curve.byteCount, d.count == curve.byteCount else {
                throw .malformedKey
            }
            let point = [0x04] + x + y
            let number = try BigNumber(d)
            try self.init(imported: shim_ec_key(curve.openSSLName, point, point.count, number.pointer))
        case .ed25519(let x, let d):
            guard d.count == 32 else { throw .malformedKey }
            let key = d.withBytes { EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0, $0.count) }
            try self.init(imported: key)
            guard publicKey.components == .ed25519(x: x) else { throw .malformedKey }
        }
    }

    package var components: PrivateKeyComponents {
        switch (kind, publicKey.components) {
        case (.rsa, .rsa(let n, let e)):
            .rsa(
                // Five of OpenSSL's names are joined from two literals, which the importer does not see.
                RSAPrivateComponents(
                    n: n, e: e, d: number(OSSL_PKEY_PARAM_RSA_D),
                    p: number("rsa-factor1"), q: number("rsa-factor2"),
                    dp: number("rsa-exponent1"), dq: number("rsa-exponent2"),
                    qi: number("rsa-coefficient1")))
        case (_, .ec(let curve, let x, let y)):
            .ec(curve, x: x, y: y, d: number(OSSL_PKEY_PARAM_PRIV_KEY, count: curve.byteCount))
        case (_, .ed25519(let x)):
            .ed25519(x: x, d: rawPrivateKey())
        case (_, .rsa):
            fatalError("A key has the numbers of its own kind.")
        }
    }

    /// The unencrypted PrivateKeyInfo, RFC 5958.
    package func pkcs8DER() -> Secret {
        guard let info = EVP_PKEY2PKCS8(handle.pointer) else { fatalError("OpenSSL could not encode a private key.") }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let der = derEncoding({ i2d_PKCS8_PRIV_KEY_INFO(info, $0) }) else {
            fatalError("OpenSSL could not encode a private key.")
        }
        return Secret(der)
    }

    package func pem() -> Secret { pkcs8DER().withBytes { Secret(PEM.encode("PRIVATE KEY", $0)) } }

    /// - Throws: `schemeDoesNotFitKey`, before anything is computed; `signatureFailed` if OpenSSL refuses.
    package func sign(_ bytes: [UInt8], _ scheme: SignatureScheme) throws(CryptographyError) -> [UInt8] {
        guard scheme.fits(kind) else { throw .schemeDoesNotFitKey }
        let signature: [UInt8]? =
            switch (scheme, kind) {
            case (.ecdsa(let digest), .ec(let curve)):
                signed(bytes, digest, slot: scheme.slot, capacity: curve.byteCount * 2 + 16) {
                    ECDSASignature.raw(der: $0, curve: curve)
                }
            case (.rsaPKCS1(let digest), .rsa(let bits)), (.rsaPSS(let digest), .rsa(let bits)):
                signed(bytes, digest, slot: scheme.slot, capacity: (bits + 7) / 8) { Array($0) }
            default:
                signedEd25519(bytes)
            }
        guard let signature else { throw .signatureFailed }
        return signature
    }

    private func signed(
        _ bytes: [UInt8], _ digest: DigestAlgorithm, slot: Int, capacity: Int,
        _ read: (UnsafeBufferPointer<UInt8>) -> [UInt8]?
    ) -> [UInt8]? {
        contexts.withContext(slot: slot) { context in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 + capacity) { scratch -> [UInt8]? in
                guard let hash = scratch.baseAddress else { return nil }
                let output = hash + 64
                var count = capacity
                Digest.hash(digest, bytes, into: hash)
                guard EVP_PKEY_sign(context, output, &count, hash, digest.byteCount) == 1 else { return nil }
                return read(UnsafeBufferPointer(start: output, count: count))
            }
        }
    }

    private func signedEd25519(_ bytes: [UInt8]) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, handle.pointer) == 1,
            EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1, count == 64
        else { return nil }
        return signature
    }

    private func number(_ name: String, count: Int? = nil) -> Secret {
        guard let bytes = handle.integer(name, count: count) else { fatalError("A private key has no \(name).") }
        return Secret(bytes)
    }

    private func rawPrivateKey() -> Secret {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_private_key(handle.pointer, &bytes, &count) == 1 else {
            fatalError("OpenSSL could not read a private key.")
        }
        return Secret(bytes)
    }
}

private func signContext(_ handle: KeyHandle, slot: Int) -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new(handle.pointer, nil) else { return nil }
    guard EVP_PKEY_sign_init(context) == 1, prepare(context, for: handle.kind, slot: slot) else {
        EVP_PKEY_CTX_free(context)
        return nil
    }
    return context
}

extension KeyKind {
    /// What a key of this kind signs with where nothing else is asked for.
    package var usualScheme: SignatureScheme {
        switch self {
        case .rsa: .rsaPKCS1(.sha256)
        case .ec(let curve): .ecdsa(curve.digest)
        case .ed25519: .ed25519
        }
    }
}
