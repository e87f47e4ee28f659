import Cryptography
import Glibc
import SAML

extension Finding {
    /// One entity of a federation's metadata that is too large for this process: read as the import reads it.
    static func largeMetadata(_ path: String, _ circumstances: Circumstances) throws(CommandFailure) -> Finding {
        let arguments = circumstances.arguments
        try arguments.checkMetadataOptions()
        var finding = Finding(.samlMetadata, circumstances)
        guard let entityID = arguments.value("entity-id") else {
            throw .usage("\(path) is an aggregate: --entity-id says whose metadata is meant")
        }
        guard let signers = try circumstances.verificationKeys("signer-cert", &finding) else { return finding }
        guard signers.count <= 1 else { throw .usage("a large aggregate has one --signer-cert") }
        let signer = try circumstances.signerCertificate()
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw CommandFailure(.unreadable, "\(path) can't be read") }
        defer { close(file) }
        let now = circumstances.now
        do throws(SAMLRejection) {
            let entity = try MetadataReader.entity(entityID, inFile: file, signer: signer, now: now).get()
            let metadata = try SAMLMetadata.read(entity, entityID: entityID, now: now)
            try finding.add(metadata, arguments, isSigned: signer != nil)
        } catch {
            finding.reject(error)
        }
        return finding
    }
}

extension Arguments {
    func checkMetadataOptions() throws(CommandFailure) {
        let role = value("role")
        guard role == nil || role == "idp" || role == "sp" else { throw .usage("--role must be idp or sp") }
        guard !has("require-signature") || has("signer-cert") else {
            throw .usage("--require-signature needs --signer-cert")
        }
    }
}

extension Circumstances {
    /// The pinned certificate, base64 DER; nil: none is named.
    fileprivate func signerCertificate() throws(CommandFailure) -> String? {
        guard arguments.has("signer-cert") else { return nil }
        let bytes = try file("signer-cert")
        let block = PEM.blocks(in: bytes)?.first
        guard let der = block.map(\.der) ?? Base64.decodeLenient(bytes), (try? Certificate(der: der)) != nil else {
            throw .usage("the signer of a large aggregate is named by a certificate")
        }
        return Base64.encode(der)
    }
}
