internal import COpenSSL

package enum KeyDerivation {
    /// HKDF, RFC 5869: extract, then expand.
    ///
    /// - Parameters:
    ///   - salt: May be empty; then RFC 5869 puts zeros of the digest's length.
    ///   - info: What the derived key is for; two different ones give unrelated keys.
    ///   - count: The length wanted, at most 255 digests.
    package static func hkdf(
        _ algorithm: DigestAlgorithm, secret: Secret, salt: [UInt8], info: [UInt8], count: Int
    ) -> Secret {
        precondition(count > 0 && count <= 255 * algorithm.byteCount, "HKDF makes 1 to 255 digests' worth of bytes")
        var derived = [UInt8](repeating: 0, count: count)
        let done = secret.withBytes { secret in
            shim_hkdf(
                fetched.pointer, algorithm.openSSLName, secret, secret.count, salt, salt.count, info, info.count,
                &derived, count)
        }
        guard done == 1 else { fatalError("OpenSSL could not compute HKDF.") }
        return Secret(derived)
    }

    private static let fetched = FetchedAlgorithm("HKDF", EVP_KDF_fetch(nil, "HKDF", nil))
}
