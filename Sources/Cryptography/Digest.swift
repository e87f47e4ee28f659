internal import COpenSSL

package enum DigestAlgorithm: Sendable, Hashable, CaseIterable {
    /// For certificate thumbprints (`x5t`), RSA-OAEP as RFC 7518 defines it, and TOTP; never in a signature.
    case sha1
    case sha256
    case sha384
    case sha512

    /// The length of the digest.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    var openSSLName: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }

    var evp: OpaquePointer {
        switch self {
        case .sha1: Self.fetchedSHA1.pointer
        case .sha256: Self.fetchedSHA256.pointer
        case .sha384: Self.fetchedSHA384.pointer
        case .sha512: Self.fetchedSHA512.pointer
        }
    }

    var slot: Int {
        switch self {
        case .sha1: 0
        case .sha256: 1
        case .sha384: 2
        case .sha512: 3
        }
    }

    private static let fetchedSHA1 = FetchedAlgorithm("SHA-1", EVP_MD_fetch(nil, "SHA1", nil))
    private static let fetchedSHA256 = FetchedAlgorithm("SHA-256", EVP_MD_fetch(nil, "SHA256", nil))
    private static let fetchedSHA384 = FetchedAlgorithm("SHA-384", EVP_MD_fetch(nil, "SHA384", nil))
    private static let fetchedSHA512 = FetchedAlgorithm("SHA-512", EVP_MD_fetch(nil, "SHA512", nil))
}

package enum Digest {
    package static func hash(_ algorithm: DigestAlgorithm, _ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { digest, initialized in
            guard let into = digest.baseAddress else { return }
            hash(algorithm, bytes, into: into)
            initialized = algorithm.byteCount
        }
    }

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { hash(.sha256, bytes) }

    /// Writes `algorithm.byteCount` bytes. Digesting memory cannot fail but for want of memory.
    static func hash(_ algorithm: DigestAlgorithm, _ bytes: [UInt8], into digest: UnsafeMutablePointer<UInt8>) {
        let done: Void? = contexts.withContext(slot: algorithm.slot) { context in
            guard EVP_DigestInit_ex2(context, algorithm.evp, nil) == 1,
                EVP_DigestUpdate(context, bytes, bytes.count) == 1,
                EVP_DigestFinal_ex(context, digest, nil) == 1
            else { return nil }
            return ()
        }
        guard done != nil else { fatalError("OpenSSL could not compute \(algorithm.openSSLName).") }
    }

    private static let contexts = ContextPool(
        slots: DigestAlgorithm.allCases.count, make: { _ in EVP_MD_CTX_new() }, free: { EVP_MD_CTX_free($0) })
}

/// A digest of bytes that arrive in parts.
package struct HashState: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: DigestAlgorithm

    package init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, algorithm.evp, nil) == 1 else {
            fatalError("OpenSSL could not start \(algorithm.openSSLName).")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: [UInt8]) {
        guard EVP_DigestUpdate(context, bytes, bytes.count) == 1 else {
            fatalError("OpenSSL could not compute \(algorithm.openSSLName).")
        }
    }

    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        let done = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        guard done == 1 else { fatalError("OpenSSL could not compute \(algorithm.openSSLName).") }
    }

    package consuming func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { digest, initialized in
            guard EVP_DigestFinal_ex(context, digest.baseAddress, nil) == 1 else {
                fatalError("OpenSSL could not compute \(algorithm.openSSLName).")
            }
            initialized = algorithm.byteCount
        }
    }
}
