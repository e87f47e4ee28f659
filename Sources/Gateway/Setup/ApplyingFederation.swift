internal import Directory
internal import FoundationEssentials
internal import Storage
internal import Upstream

/// Connections to partners that speak SAML or WS-Federation, from their metadata or by hand.
extension DeclarationPlan {
    func federation(
        _ declared: DeclaredFederation, before: Partner?
    ) async throws(FileFault) -> (connection: Partner.Connection, metadata: FederationMetadata?) {
        var connection =
            before?.federation ?? FederationConnection(issuer: "", signInURL: "", signingCertificates: [])
        connection.byHand = declared.byHand
        if let binding = declared.signInBinding { connection.signInBinding = binding }
        connection.metadataURL = declared.metadataURL
        connection.metadataSigner = declared.metadataSigner
        let metadata = try await metadata(declared)
        if let metadata { connection.adopt(metadata) }
        if let issuer = declared.issuer { connection.issuer = issuer }
        if let url = declared.signInURL { connection.signInURL = url }
        if let url = declared.logoutURL { connection.logoutURL = url }
        if let binding = declared.logoutBinding { connection.logoutBinding = binding }
        if let certificates = declared.signingCertificates { connection.signingCertificates = certificates }
        if let required = declared.requiredSignature { connection.requiredSignature = required }
        if let signs = declared.signsRequests { connection.signsRequests = signs }
        if let accepts = declared.acceptsUnsolicited { connection.acceptsUnsolicited = accepts }
        if let accepts = declared.acceptsCBC { connection.acceptsCBC = accepts }
        if let accepts = declared.acceptsUnconfirmedSubject { connection.acceptsUnconfirmedSubject = accepts }
        if let format = declared.nameIDFormat { connection.nameIDFormat = format }
        if let contexts = declared.requestedContexts { connection.requestedContexts = contexts }
        if let attributes = declared.attributes { connection.attributes = attributes }
        for url in [connection.signInURL] + [connection.logoutURL, connection.logoutResponseURL].compactMap({ $0 }) {
            guard installation.isAcceptableAddress(url) else {
                throw declared.place.fault("leads to \(url), which is no https address")
            }
        }
        return (declared.kind == .saml ? .saml(connection) : .wsFederation(connection), metadata)
    }

    /// Keeps what was read, for the one who looks after peers; or that a connection was written by hand.
    mutating func note(_ known: KnownPeer?, isRead: Bool, cacheDuration: Double?, validUntil: Date?) {
        guard let known else { return }
        let read = ReadMetadata(peer: known, cacheDuration: cacheDuration, validUntil: validUntil)
        var state = installation.noted(read)
        if !isRead { state.fetchedAt = nil }
        peerSteps.append(.putPeer(known.peer, state, in: tenant.id))
    }

    private func metadata(_ declared: DeclaredFederation) async throws(FileFault) -> FederationMetadata? {
        do throws(UpstreamError) {
            if let bytes = declared.metadata {
                return try FederationMetadata(
                    bytes, kind: declared.kind, issuer: declared.issuer, signer: nil, now: installation.now)
            }
            guard let url = declared.metadataURL else { return nil }
            return try await installation.upstream.federationMetadata(
                at: url, kind: declared.kind, issuer: declared.issuer, signer: declared.metadataSigner,
                policy: installation.egress, now: installation.now)
        } catch {
            throw declared.place.fault("can't be used: \(error.cause)")
        }
    }
}
