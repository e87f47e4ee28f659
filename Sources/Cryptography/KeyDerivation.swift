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

    /// scrypt, RFC 7914.
    ///
    /// - Parameter cost: Decides the time, and the memory: 128 · N · r bytes while it runs.
    package static func scrypt(_ password: Secret, salt: [UInt8], cost: ScryptCost, count: Int) -> Secret {
        var derived = [UInt8](repeating: 0, count: count)
        let n = UInt64(1) << UInt64(cost.logN)
        let memory = UInt64(cost.memory) * 2 + 1 << 20
        let done = password.withBytes { password in
            // CChar's memory is the same; a password of no bytes still needs an address.
            (password.isEmpty ? [0] : password).withUnsafeBytes { bytes in
                EVP_PBE_scrypt(
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count, n,
                    UInt64(cost.r), UInt64(cost.p), memory, &derived, count)
            }
        }
        guard done == 1 else { fatalError("OpenSSL could not compute scrypt.") }
        return Secret(derived)
    }

    private static let fetched = FetchedAlgorithm("HKDF", EVP_KDF_fetch(nil, "HKDF", nil))
}
