internal import COpenSSL

/// AES in Galois/counter mode, SP 800-38D, with 96-bit nonces and 128-bit tags.
package enum AESGCM {
    package static let nonceCount = 12
    package static let tagCount = 16

    /// - Parameters:
    ///   - key: 16, 24 or 32 bytes.
    ///   - iv: 12 bytes, never twice with one key.
    package static func seal(
        _ plaintext: [UInt8], key: Secret, iv: [UInt8], aad: [UInt8]
    ) -> (ciphertext: [UInt8], tag: [UInt8]) {
        guard let cipher = AESCipher(gcm: key.count), iv.count == nonceCount else {
            preconditionFailure("AES-GCM takes a key of 16, 24 or 32 bytes and a nonce of 12")
        }
        let sealed = cipher.contexts.withContext { context -> ([UInt8], [UInt8])? in
            guard key.withBytes({ EVP_EncryptInit_ex2(context, cipher.evp, $0, iv, nil) }) == 1 else { return nil }
            var count: Int32 = 0
            guard aad.isEmpty || EVP_EncryptUpdate(context, nil, &count, aad, Int32(aad.count)) == 1 else {
                return nil
            }
            var tag = [UInt8](repeating: 0, count: tagCount)
            var ciphertext = [UInt8](repeating: 0, count: plaintext.count)
            guard
                plaintext.isEmpty
                    || EVP_EncryptUpdate(context, &ciphertext, &count, plaintext, Int32(plaintext.count)) == 1,
                EVP_EncryptFinal_ex(context, &tag, &count) == 1,
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagCount), &tag) == 1
            else { return nil }
            return (ciphertext, tag)
        }
        guard let sealed else { fatalError("OpenSSL could not compute AES-GCM.") }
        return sealed
    }

    /// `nil` if any of it is not what was sealed, or has a length that it cannot have.
    package static func open(
        _ ciphertext: [UInt8], key: Secret, iv: [UInt8], aad: [UInt8], tag: [UInt8]
    ) -> [UInt8]? {
        guard let cipher = AESCipher(gcm: key.count), iv.count == nonceCount, tag.count == tagCount,
            ciphertext.count < Int32.max, aad.count < Int32.max
        else { return nil }
        return cipher.contexts.withContext { context in
            guard key.withBytes({ EVP_DecryptInit_ex2(context, cipher.evp, $0, iv, nil) }) == 1 else { return nil }
            var count: Int32 = 0
            var tag = tag
            var unused: UInt8 = 0
            var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
            guard aad.isEmpty || EVP_DecryptUpdate(context, nil, &count, aad, Int32(aad.count)) == 1,
                ciphertext.isEmpty
                    || EVP_DecryptUpdate(context, &plaintext, &count, ciphertext, Int32(ciphertext.count)) == 1,
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagCount), &tag) == 1,
                EVP_DecryptFinal_ex(context, &unused, &count) == 1
            else {
                wipe(&plaintext)
                return nil
            }
            return plaintext
        }
    }
}

/// AES in cipher block chaining mode with PKCS #7 padding. It does not authenticate: check a MAC over the ciphertext
/// before decrypting (RFC 7518 §5.2.2.2), or the padding answers an attacker's questions.
package enum AESCBC {
    package static let ivCount = 16

    /// - Parameters:
    ///   - key: 16, 24 or 32 bytes.
    ///   - iv: 16 unpredictable bytes.
    package static func encrypt(_ plaintext: [UInt8], key: Secret, iv: [UInt8]) -> [UInt8] {
        guard let cipher = AESCipher(cbc: key.count), iv.count == ivCount else {
            preconditionFailure("AES-CBC takes a key of 16, 24 or 32 bytes and an IV of 16")
        }
        let encrypted = cipher.contexts.withContext { context -> [UInt8]? in
            // The last user of the context may have asked for no padding.
            guard key.withBytes({ EVP_EncryptInit_ex2(context, cipher.evp, $0, iv, nil) }) == 1,
                EVP_CIPHER_CTX_set_padding(context, 1) == 1
            else { return nil }
            var output = [UInt8](repeating: 0, count: plaintext.count + 16)
            var (body, last): (Int32, Int32) = (0, 0)
            guard EVP_EncryptUpdate(context, &output, &body, plaintext, Int32(plaintext.count)) == 1 else {
                return nil
            }
            let finished = output.withUnsafeMutableBufferPointer { output in
                output.baseAddress.map { EVP_EncryptFinal_ex(context, $0 + Int(body), &last) }
            }
            guard finished == 1 else { return nil }
            return Array(output[..<Int(body + last)])
        }
        guard let encrypted else { fatalError("OpenSSL could not compute AES-CBC.") }
        return encrypted
    }

    /// `nil` for a wrong length or padding.
    package static func decrypt(_ ciphertext: [UInt8], key: Secret, iv: [UInt8]) -> [UInt8]? {
        decrypt(ciphertext, key: key, iv: iv, padded: true)
    }

    /// All of the blocks, with whatever padding another standard put into the last. `nil` for a wrong length.
    package static func decryptBlocks(_ ciphertext: [UInt8], key: Secret, iv: [UInt8]) -> [UInt8]? {
        decrypt(ciphertext, key: key, iv: iv, padded: false)
    }

    private static func decrypt(_ ciphertext: [UInt8], key: Secret, iv: [UInt8], padded: Bool) -> [UInt8]? {
        guard let cipher = AESCipher(cbc: key.count), iv.count == ivCount, !ciphertext.isEmpty,
            ciphertext.count.isMultiple(of: 16), ciphertext.count < Int32.max
        else { return nil }
        return cipher.contexts.withContext { context in
            guard key.withBytes({ EVP_DecryptInit_ex2(context, cipher.evp, $0, iv, nil) }) == 1,
                EVP_CIPHER_CTX_set_padding(context, padded ? 1 : 0) == 1
            else { return nil }
            var output = [UInt8](repeating: 0, count: ciphertext.count + 16)
            var (body, last): (Int32, Int32) = (0, 0)
            guard EVP_DecryptUpdate(context, &output, &body, ciphertext, Int32(ciphertext.count)) == 1 else {
                return nil
            }
            let finished = output.withUnsafeMutableBufferPointer { output in
                output.baseAddress.map { EVP_DecryptFinal_ex(context, $0 + Int(body), &last) }
            }
            guard finished == 1 else { return nil }
            return Array(output[..<Int(body + last)])
        }
    }
}

/// A cipher with the contexts that were used for it last: the same cipher again needs a new key schedule only.
private struct AESCipher: Sendable {
    private let fetched: FetchedAlgorithm
    var evp: OpaquePointer { fetched.pointer }
    let contexts: ContextPool

    init?(gcm keyCount: Int) {
        switch keyCount {
        case 16: self = Self.gcm128
        case 24: self = Self.gcm192
        case 32: self = Self.gcm256
        default: return nil
        }
    }

    init?(cbc keyCount: Int) {
        switch keyCount {
        case 16: self = Self.cbc128
        case 24: self = Self.cbc192
        case 32: self = Self.cbc256
        default: return nil
        }
    }

    private init(_ name: String) {
        fetched = FetchedAlgorithm(name, EVP_CIPHER_fetch(nil, name, nil))
        contexts = ContextPool(make: { _ in EVP_CIPHER_CTX_new() }, free: { EVP_CIPHER_CTX_free($0) })
    }

    private static let gcm128 = AESCipher("AES-128-GCM")
    private static let gcm192 = AESCipher("AES-192-GCM")
    private static let gcm256 = AESCipher("AES-256-GCM")
    private static let cbc128 = AESCipher("AES-128-CBC")
    private static let cbc192 = AESCipher("AES-192-CBC")
    private static let cbc256 = AESCipher("AES-256-CBC")
}
