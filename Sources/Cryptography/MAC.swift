internal import COpenSSL

package enum MAC {
    /// HMAC, RFC 2104. A key of any length, none included.
    package static func hmac(_ algorithm: DigestAlgorithm, key: Secret, _ bytes: [UInt8]) -> [UInt8] {
        let code = contexts.withContext(slot: algorithm.slot) { context -> [UInt8]? in
            // A key of no bytes still needs an address, or OpenSSL keeps the last one.
            let keyed = key.withBytes { EVP_MAC_init(context, $0.isEmpty ? [0] : $0, $0.count, nil) }
            guard keyed == 1, EVP_MAC_update(context, bytes, bytes.count) == 1 else { return nil }
            var written = 0
            var code = [UInt8](repeating: 0, count: algorithm.byteCount)
            guard EVP_MAC_final(context, &code, &written, code.count) == 1, written == code.count else { return nil }
            return code
        }
        guard let code else { fatalError("OpenSSL could not compute HMAC.") }
        return code
    }

    private static let fetched = FetchedAlgorithm("HMAC", EVP_MAC_fetch(nil, "HMAC", nil))
    private static let contexts = ContextPool(
        slots: DigestAlgorithm.allCases.count,
        make: { slot in
            let algorithm = DigestAlgorithm.allCases[slot]
            return shim_hmac_context(fetched.pointer, algorithm.openSSLName)
        },
        free: { EVP_MAC_CTX_free($0) })
}
