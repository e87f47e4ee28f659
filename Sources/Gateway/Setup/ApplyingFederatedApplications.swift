internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import SAML
internal import Upstream

/// Applications that speak SAML or WS-Federation, from their metadata or by hand.
extension DeclarationPlan {
    func serviceProvider(
        _ declared: DeclaredServiceProvider, before: SAMLServiceProvider?
    ) async throws(FileFault) -> (provider: SAMLServiceProvider, metadata: SAMLMetadata?) {
        var provider = before ?? SAMLServiceProvider(entityID: "", assertionConsumers: [])
        provider.metadataURL = declared.metadataURL
        provider.byHand = declared.byHand
        let metadata = try await metadata(declared)
        let encrypts = declared.encryptsAssertions ?? (before?.encryptionCertificate != nil)
        if let metadata { provider.adopt(metadata, encrypts: encrypts) }
        if let entityID = declared.entityID { provider.entityID = entityID }
        if let urls = declared.assertionConsumerURLs {
            provider.assertionConsumers = urls.enumerated().map { index, url in
                SAMLServiceProvider.AssertionConsumer(url: url, index: index, isDefault: index == 0)
            }
        }
        if let url = declared.logoutURL { provider.logoutURL = url }
        if let binding = declared.logoutBinding { provider.logoutBinding = binding }
        if let certificates = declared.signingCertificates { provider.signingCertificates = certificates }
        if let required = declared.requiresSignedRequests { provider.requiresSignedRequests = required }
        if let certificates = declared.encryptionCertificates {
            provider.encryptionCertificate = certificates.first
        }
        guard !encrypts || provider.encryptionCertificate != nil else {
            throw declared.place.fault("names no certificate that assertions could be encrypted to")
        }
        if let certificate = provider.encryptionCertificate, SAMLKey(encryptingTo: certificate) == nil {
            throw declared.place.fault(
                "names a certificate that assertions can't be encrypted to; it takes RSA of 2048 bits or more")
        }
        if let nameID = declared.nameID { provider.nameID = nameID }
        if let signs = declared.signs { provider.signs = signs }
        if let allows = declared.allowsUnsolicited { provider.allowsUnsolicited = allows }
        if let attributes = declared.attributes { provider.attributes = attributes }
        guard !provider.assertionConsumers.isEmpty else {
            throw declared.place.fault("names no assertion consumer service with the POST binding")
        }
        guard !provider.requiresSignedRequests || !provider.signingCertificates.isEmpty else {
            throw declared.place.fault("wants signed requests, and there is no certificate to verify them with")
        }
        let addresses =
            provider.assertionConsumers.map(\.url)
            + [provider.logoutURL, provider.logoutResponseURL].compactMap { $0 }
        for url in addresses where !installation.isAcceptableAddress(url) {
            throw declared.place.fault("leads to \(url), which is no https address")
        }
        return (provider, metadata)
    }

    func relyingParty(
        _ declared: DeclaredRelyingParty, before: WSFederationRelyingParty?
    ) throws(FileFault) -> WSFederationRelyingParty {
        var party = before ?? WSFederationRelyingParty(realm: "", replyURLs: [])
        party.realm = declared.realm
        party.replyURLs = declared.replyURLs
        if let token = declared.token { party.token = token }
        if let nameID = declared.nameID { party.nameID = nameID }
        if let attributes = declared.attributes { party.attributes = attributes }
        for url in party.replyURLs where !installation.isAcceptableAddress(url) {
            throw declared.place.fault("leads to \(url), which is no https address")
        }
        return party
    }

    private func metadata(_ declared: DeclaredServiceProvider) async throws(FileFault) -> SAMLMetadata? {
        do throws(UpstreamError) {
            if let bytes = declared.metadata {
                return try SAMLMetadata.read(
                    application: bytes, entityID: declared.entityID, now: installation.now)
            }
            guard let url = declared.metadataURL else { return nil }
            let bytes = try await installation.upstream.metadataDocument(
                at: url, entityID: declared.entityID, policy: installation.egress
            ).bytes
            return try SAMLMetadata.read(application: bytes, entityID: declared.entityID, now: installation.now)
        } catch {
            throw declared.place.fault("can't be used: \(error.cause)")
        }
    }
}

extension SAMLMetadata {
    fileprivate static func read(
        application bytes: [UInt8], entityID: String?, now: Date
    ) throws(UpstreamError) -> SAMLMetadata {
        do throws(SAMLRejection) {
            return try read(bytes, entityID: entityID, now: now)
        } catch {
            throw .assertion(error)
        }
    }
}

extension SAMLServiceProvider {
    /// The registration as the metadata says now. What metadata does not speak of stays, and so does what is written by
    /// hand.
    ///
    /// - Parameter encrypts: Whether assertions are encrypted to the key that it names: many publish one key for both
    ///   uses without being able to decrypt, so that is a setting.
    mutating func adopt(_ metadata: SAMLMetadata, encrypts: Bool) {
        guard let role = metadata.serviceProvider else { return }
        entityID = metadata.entityID
        if !byHand.contains(.assertionConsumers) {
            assertionConsumers = role.assertionConsumers.filter { $0.binding == .post }.enumerated().map {
                position, endpoint in
                AssertionConsumer(
                    url: endpoint.location, index: endpoint.index ?? position,
                    isDefault: endpoint == role.defaultAssertionConsumer)
            }
        }
        let logout = role.singleLogout.first(.redirect) ?? role.singleLogout.first(.post)
        if !byHand.contains(.logoutURL) {
            logoutURL = logout?.location
            logoutResponseURL = logout?.responseLocation
        }
        if !byHand.contains(.logoutBinding) { logoutBinding = logout?.binding == .post ? .post : .redirect }
        if !byHand.contains(.signingCertificates) {
            signingCertificates = role.keys.signing.compactMap { $0.certificate.map { Base64.encode($0.der) } }
        }
        if !byHand.contains(.requiresSignedRequests) { requiresSignedRequests = role.signsAuthnRequests }
        if !byHand.contains(.encryptionCertificate) {
            let certificate = role.keys.encryption.first?.certificate
            encryptionCertificate = encrypts ? certificate.map { Base64.encode($0.der) } : nil
        }
    }
}
