internal import COpenSSL

/// What old XML Encryption used and we never accept: for a person who looks at a message on a bench, never for a server.
/// Both tell an attacker who may ask often enough what is in a ciphertext.
package enum LegacyDecryption {
    /// RSAES-PKCS1-v1_5, RFC 8017 §7.2.
    package static func rsaPKCS1(_ ciphertext: [UInt8], with key: SigningKey) -> Secret? {
        guard case .rsa = key.kind, let context = EVP_PKEY_CTX_new(key.handle.pointer, nil) else { return nil }
        defer {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        var count = Int(EVP_PKEY_get_size(key.handle.pointer))
        var output = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_decrypt_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
            EVP_PKEY_decrypt(context, &output, &count, ciphertext, ciphertext.count) == 1
        else { return nil }
        return Secret(Array(output[..<count]))
    }

    /// The blocks of Triple-DES in CBC mode, with their padding: a key of 24 bytes, an IV of 8.
    package static func tripleDESBlocks(_ ciphertext: [UInt8], key: Secret, iv: [UInt8]) -> [UInt8]? {
        guard key.count == 24, iv.count == 8, !ciphertext.isEmpty, ciphertext.count.isMultiple(of: 8),
            ciphertext.count < Int32.max, let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        var count: Int32 = 0
        var output = [UInt8](repeating: 0, count: ciphertext.count + 8)
        guard key.withBytes({ EVP_DecryptInit_ex2(context, EVP_des_ede3_cbc(), $0, iv, nil) }) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            EVP_DecryptUpdate(context, &output, &count, ciphertext, Int32(ciphertext.count)) == 1
        else { return nil }
        return Array(output[..<Int(count)])
    }
}
