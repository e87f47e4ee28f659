import XML

@testable import SAML

extension AcceptedMessage {
    /// Metadata whose signer is pinned.
    static var metadata: [AcceptedMessage] {
        get throws {
            var partner = SAMLMetadata(entityID: TestResponse.partner)
            (partner.validUntil, partner.cacheDuration) = (noon.addingTimeInterval(86_400), 3600)
            partner.identityProvider = SAMLIdentityProviderRole(
                keys: SAMLKeys(signing: [try SAMLKey(TestKeys.partner)]), wantsAuthnRequestsSigned: true,
                singleSignOn: [SAMLEndpoint(.redirect, TestResponse.partner + "/sso")],
                singleLogout: [SAMLEndpoint(.post, TestResponse.partner + "/slo")],
                nameIDFormats: [SAMLNameIDFormat.persistent])
            var application = SAMLMetadata(entityID: TestResponse.partner)
            application.serviceProvider = SAMLServiceProviderRole(
                keys: SAMLKeys(signing: [try SAMLKey(TestKeys.partner)], encryption: [try SAMLKey(TestKeys.own)]),
                signsAuthnRequests: true, assertionConsumers: [SAMLEndpoint(.post, TestResponse.acs, index: 0)])
            var service = SAMLMetadata(entityID: TestResponse.partner)
            service.federationRoles = [
                WSFederationRole(
                    kind: .securityTokenService, keys: SAMLKeys(signing: [try SAMLKey(TestKeys.partner)]),
                    passiveEndpoints: [TestResponse.partner + "/wsfed"], displayName: "Contoso")
            ]
            let written = try [
                ("identity provider", partner), ("service provider", application), ("security token service", service),
            ].map { name, metadata in
                try document(name, String(decoding: metadata.document(id: "_m", signer: TestKeys.own), as: UTF8.self))
            }
            var signer = EnvelopedSigner()
            signer.signer = TestKeys.own
            let entity = String(decoding: try partner.document(id: "_e", signer: nil), as: UTF8.self)
            let aggregate = """
                <md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m">\(entity)\
                \(entity.replacing("\"_e\"", with: "\"_f\"").replacing(TestResponse.partner, with: "urn:other"))\
                </md:EntitiesDescriptor>
                """
            return written + [try document("aggregate", signer.sign(aggregate, id: "_m"))]
        }
    }

    private static func document(_ name: String, _ xml: String) throws -> AcceptedMessage {
        try AcceptedMessage("metadata of \(name)", xml: xml, signedID: "_m") { text in
            var read = try SAMLMetadata.read(
                Array(text.utf8), entityID: TestResponse.partner, signers: [TestKeys.own.publicKey], now: noon)
            read.signature = nil
            return read
        }
    }
}

extension SAMLKey {
    fileprivate init(_ signer: SAMLSigner) throws {
        guard let certificate = signer.certificate else { fatalError("test keys have certificates") }
        try self.init(certificate: certificate)
    }
}
