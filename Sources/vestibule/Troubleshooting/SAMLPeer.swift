import Cryptography
import SAML

/// Who must have signed, by what a command line says of them.
struct SAMLPeer {
    var keys: [VerificationKey]
    var metadata: SAMLMetadata?

    /// From the option that names certificates and the one that names a metadata file; one of them must be there.
    ///
    /// - Returns: Nil if a key or the metadata is refused, which the finding then says.
    static func read(
        _ circumstances: Circumstances, certificates: String, metadata option: String, _ finding: inout Finding,
        keys: (SAMLMetadata) -> [VerificationKey]
    ) throws(CommandFailure) -> SAMLPeer? {
        guard let named = try circumstances.verificationKeys(certificates, &finding) else { return nil }
        var peer = SAMLPeer(keys: named)
        if circumstances.arguments.has(option) {
            guard let metadata = try circumstances.metadata(option, &finding) else { return nil }
            peer.metadata = metadata
            peer.keys += keys(metadata)
        } else if named.isEmpty {
            throw .usage("--\(certificates) or --\(option) is missing")
        }
        return peer
    }
}

extension Circumstances {
    /// - Returns: Nil if the metadata is refused, which the finding then says.
    func metadata(_ option: String, _ finding: inout Finding) throws(CommandFailure) -> SAMLMetadata? {
        let bytes = try file(option)
        do throws(SAMLRejection) {
            return try SAMLMetadata.read(bytes, now: now)
        } catch {
            finding.reject(error.reason.rawValue, error.detail, at: option)
            return nil
        }
    }

    /// What SAML's own rules call leniencies.
    var messageLeniencies: Set<SAMLLeniency> { Set(leniencies.compactMap { SAMLLeniency(rawValue: $0.rawValue) }) }
}
