import FoundationEssentials
import Testing

@testable import SAML

@Suite("Metadata that we write") struct MetadataWritingTests {
    private func key(_ signer: SAMLSigner) throws -> SAMLKey { try SAMLKey(certificate: #require(signer.certificate)) }

    private func readBack(_ metadata: SAMLMetadata) throws {
        let document = try metadata.document(id: "_meta1", signer: TestKeys.own)
        var read = try SAMLMetadata.read(
            document, entityID: metadata.entityID, signers: [TestKeys.own.publicKey], now: noon)
        #expect(read.signature?.id == "_meta1")
        read.signature = nil
        #expect(read == metadata)
        var unsigned = try SAMLMetadata.read(metadata.document(id: "_meta1", signer: nil), now: noon)
        unsigned.signature = nil
        #expect(unsigned == metadata)
    }

    @Test func `a service provider's reads back as it was meant`() throws {
        var metadata = SAMLMetadata(entityID: TestResponse.us)
        metadata.validUntil = noon.addingTimeInterval(86_400)
        metadata.cacheDuration = 3600
        metadata.serviceProvider = SAMLServiceProviderRole(
            keys: SAMLKeys(
                signing: [try key(TestKeys.own), try key(TestKeys.partnerNext)], encryption: [try key(TestKeys.own)]),
            signsAuthnRequests: true, wantsAssertionsSigned: true,
            assertionConsumers: [SAMLEndpoint(.post, TestResponse.acs + "?a=1&b=2", index: 0, isDefault: true)],
            singleLogout: [SAMLEndpoint(.redirect, "https://x/slo", responseLocation: "https://x/done")],
            nameIDFormats: [SAMLNameIDFormat.persistent, SAMLNameIDFormat.emailAddress],
            requestedAttributes: [
                SAMLRequestedAttribute("mail", nameFormat: SAMLAttributeNameFormat.basic, isRequired: true)
            ])
        try readBack(metadata)
    }

    @Test func `an identity provider's shows the next key beside the current`() throws {
        var metadata = SAMLMetadata(entityID: TestResponse.partner)
        metadata.identityProvider = SAMLIdentityProviderRole(
            keys: SAMLKeys(signing: [
                try key(TestKeys.partner), try key(TestKeys.partnerNext), try key(TestKeys.partnerECDSA),
            ]),
            wantsAuthnRequestsSigned: true,
            singleSignOn: [SAMLEndpoint(.redirect, "https://x/sso"), SAMLEndpoint(.post, "https://x/sso")],
            singleLogout: [SAMLEndpoint(.post, "https://x/slo")], nameIDFormats: [SAMLNameIDFormat.transient])
        try readBack(metadata)
    }

    @Test func `federation metadata of both kinds reads back`() throws {
        var metadata = SAMLMetadata(entityID: "https://login.vestibule.example/contoso/")
        metadata.federationRoles = [
            WSFederationRole(
                kind: .securityTokenService, keys: SAMLKeys(signing: [try key(TestKeys.own)]),
                passiveEndpoints: ["https://x/wsfed"], displayName: "Contoso", claimTypes: ["urn:a", "urn:b"]),
            WSFederationRole(
                kind: .applicationService, keys: SAMLKeys(encryption: [SAMLKey(key: TestKeys.own.publicKey)]),
                passiveEndpoints: ["https://x/wsfed/callback"], targetScopes: ["urn:realm"]),
        ]
        try readBack(metadata)
    }
}
