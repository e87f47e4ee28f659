internal import COpenSSL

/// A key under another key, RFC 3394.
package enum AESKeyWrap {
    /// `nil` for a wrong key, changed bytes or a length that no wrapped key has.
    package static func unwrap(_ wrapped: [UInt8], with key: Secret) -> Secret? {
        guard wrapped.count >= 24, wrapped.count <= 1024, wrapped.count.isMultiple(of: 8),
            let cipher = cipher(key.count), let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
        var count: Int32 = 0
        var output = [UInt8](repeating: 0, count: wrapped.count)
        guard key.withBytes({ EVP_DecryptInit_ex2(context, cipher, $0, nil, nil) }) == 1,
            EVP_DecryptUpdate(context, &output, &count, wrapped, Int32(wrapped.count)) == 1,
            Int(count) == wrapped.count - 8
        else { return nil }
        return Secret(Array(output[..<Int(count)]))
    }

    private static func cipher(_ keyCount: Int) -> OpaquePointer? {
        switch keyCount {
        case 16: EVP_aes_128_wrap()
        case 24: EVP_aes_192_wrap()
        case 32: EVP_aes_256_wrap()
        default: nil
        }
    }
}
