internal import Cryptography
internal import Directory
internal import Synchronization

/// The public keys of partners' certificates, read once: a certificate costs more to read than a signature to verify.
final class CertificateKeys: Sendable {
    /// More than enough for every partner that signs people in within an hour; then all are read anew.
    private static let capacity = 4096

    private let known = Mutex<[String: VerificationKey]>([:])

    /// The keys that a partner signs with. A certificate that can't be read, or holds too weak a key, counts for nothing,
    /// so a partner with no other is refused. Its dates are not looked at: peers pin the key, and a lapsed date only
    /// raises an alarm (SAML Metadata Interoperability §2.6.1).
    func signingKeys(of federation: FederationConnection) -> [VerificationKey] {
        keys(of: federation.signingCertificates)
    }

    func keys(of certificates: [String]) -> [VerificationKey] { certificates.compactMap { key(of: $0) } }

    /// - Parameter certificate: Base64 DER.
    private func key(of certificate: String) -> VerificationKey? {
        if let key = known.withLock({ $0[certificate] }) { return key }
        guard let der = Base64.decode(certificate), let read = try? Certificate(der: der),
            let key = try? read.publicKey()
        else { return nil }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[certificate] = key
        }
        return key
    }
}
