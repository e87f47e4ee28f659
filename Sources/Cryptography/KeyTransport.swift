internal import COpenSSL

/// RSAES-OAEP, RFC 8017 §7.1, with an empty label and MGF1, over the same digest unless another is named. SHA-1 is RFC
/// 7518's RSA-OAEP, SHA-256 its RSA-OAEP-256; XML Encryption mixes them.
package enum RSAOAEP {
    /// - Throws: `schemeDoesNotFitKey` unless the key is RSA; `encryptionFailed` if the plaintext is too long for it.
    package static func encrypt(
        _ plaintext: Secret, to key: VerificationKey, _ digest: DigestAlgorithm, mask: DigestAlgorithm? = nil
    ) throws(CryptographyError) -> [UInt8] {
        guard case .rsa = key.kind else { throw .schemeDoesNotFitKey }
        let encrypted = run(key.handle, digest, mask ?? digest, EVP_PKEY_encrypt_init) { context, output, count in
            plaintext.withBytes { EVP_PKEY_encrypt(context, output, count, $0, $0.count) }
        }
        guard let encrypted else { throw .encryptionFailed }
        return encrypted
    }

    /// - Throws: `schemeDoesNotFitKey` unless the key is RSA; `decryptionFailed` for everything else. In JWE go on
    ///   with a random key then, so that the answer is the same as for a wrong tag (RFC 7516 §11.5).
    package static func decrypt(
        _ ciphertext: [UInt8], with key: SigningKey, _ digest: DigestAlgorithm, mask: DigestAlgorithm? = nil
    ) throws(CryptographyError) -> Secret {
        guard case .rsa(let bits) = key.kind else { throw .schemeDoesNotFitKey }
        guard ciphertext.count == (bits + 7) / 8 else { throw .decryptionFailed }
        let decrypted = run(key.handle, digest, mask ?? digest, EVP_PKEY_decrypt_init) { context, output, count in
            EVP_PKEY_decrypt(context, output, count, ciphertext, ciphertext.count)
        }
        guard let decrypted else { throw .decryptionFailed }
        return Secret(decrypted)
    }

    private static func run(
        _ key: KeyHandle, _ digest: DigestAlgorithm, _ mask: DigestAlgorithm,
        _ initialize: (OpaquePointer?) -> Int32,
        _ operate: (OpaquePointer, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32
    ) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new(key.pointer, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        guard initialize(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, digest.evp) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask.evp) == 1
        else { return nil }
        var count = Int(EVP_PKEY_get_size(key.pointer))
        var output = [UInt8](repeating: 0, count: count)
        guard operate(context, &output, &count) == 1 else { return nil }
        output.removeLast(output.count - count)
        return output
    }
}

/// Elliptic-curve Diffie-Hellman, SP 800-56A §5.7.1.2. An ephemeral key is `SigningKey.generate(.ec(curve))`.
package enum ECDH {
    /// The x coordinate of the shared point, as long as the field. Derive a key from it; never use it as one.
    ///
    /// - Throws: `schemeDoesNotFitKey` unless both are EC keys of one curve.
    package static func sharedSecret(
        _ key: SigningKey, _ peer: VerificationKey
    ) throws(CryptographyError) -> Secret {
        guard case .ec(let curve) = key.kind, key.kind == peer.kind else { throw .schemeDoesNotFitKey }
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new(key.handle.pointer, nil) else { throw .decryptionFailed }
        defer { EVP_PKEY_CTX_free(context) }
        var shared = [UInt8](repeating: 0, count: curve.byteCount)
        var count = shared.count
        guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, peer.handle.pointer) == 1,
            EVP_PKEY_derive(context, &shared, &count) == 1, count == shared.count
        else { throw .decryptionFailed }
        return Secret(shared)
    }
}
