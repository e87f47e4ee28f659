import Cryptography
import FoundationEssentials
import Testing

@testable import SAML

@Suite("Metadata") struct MetadataReadingTests {
    private static let identityProvider = """
        <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m" entityID="https://idp.example" \
        validUntil="\(instant(86_400))" cacheDuration="PT6H"><!-- written by hand -->
          <md:Extensions><shibmd:Scope xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" regexp="false">partner.example</shibmd:Scope></md:Extensions>
          <md:IDPSSODescriptor WantAuthnRequestsSigned="1" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol">
            <md:Extensions><mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"><mdui:DisplayName xml:lang="en">Partner</mdui:DisplayName><mdui:DisplayName xml:lang="de">Partnerin</mdui:DisplayName></mdui:UIInfo></md:Extensions>
            KEYS
            <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo" ResponseLocation="https://idp.example/slo/done"/>
            <md:NameIDFormat> urn:oasis:names:tc:SAML:2.0:nameid-format:persistent </md:NameIDFormat>
            <md:SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://idp.example/old"/>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/redirect"/>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="javascript:alert(1)"/>
          </md:IDPSSODescriptor>
        </md:EntityDescriptor>
        """

    private static func keyDescriptor(_ certificate: String, use: String? = nil) -> String {
        """
        <md:KeyDescriptor\(use.map { " use=\"\($0)\"" } ?? "")><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\
        <ds:X509Data><ds:X509Certificate>
        \(certificate)
        </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
        """
    }

    private static func document(_ keys: String) -> String { identityProvider.replacing("KEYS", with: keys) }

    private func read(
        _ text: String, entityID: String? = nil, signers: [VerificationKey]? = nil, now: Date = noon
    ) throws -> SAMLMetadata {
        try SAMLMetadata.read(Array(text.utf8), entityID: entityID, signers: signers, now: now)
    }

    @Test func `an identity provider's metadata is read whole`() throws {
        let keys =
            Self.keyDescriptor(TestKeys.partner.certificateText, use: "signing")
            + Self.keyDescriptor(TestKeys.partnerNext.certificateText)
            + Self.keyDescriptor(TestKeys.partnerECDSA.certificateText)
            + Self.keyDescriptor(TestKeys.own.certificateText, use: "encryption")
            + Self.keyDescriptor("AAAA", use: "signing")
        let metadata = try read(Self.document(keys), entityID: "https://idp.example")
        #expect(metadata.entityID == "https://idp.example")
        #expect(metadata.validUntil == noon.addingTimeInterval(86_400))
        #expect(metadata.cacheDuration == 21_600)
        #expect(metadata.scopes == [SAMLScope(value: "partner.example", isPattern: false)])
        #expect(metadata.displayNames == ["en": "Partner", "de": "Partnerin"])
        let role = try #require(metadata.identityProvider)
        #expect(role.wantsAuthnRequestsSigned)
        #expect(
            role.keys.verificationKeys == [
                TestKeys.partner.publicKey, TestKeys.partnerNext.publicKey, TestKeys.partnerECDSA.publicKey,
            ])
        #expect(role.keys.encryption.map(\.key) == [TestKeys.partnerNext.publicKey, TestKeys.own.publicKey])
        #expect(role.singleSignOn.count == 3)
        #expect(role.singleSignOn.first(.redirect)?.location == "https://idp.example/redirect")
        #expect(role.singleLogout.first?.responseLocation == "https://idp.example/slo/done")
        #expect(role.nameIDFormats == [SAMLNameIDFormat.persistent])
        #expect(metadata.warnings.count == 2)
        #expect(metadata.serviceProvider == nil)
    }

    @Test func `a service provider's metadata is read whole`() throws {
        let metadata = try read(
            """
            <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://app.example">
            <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://app.example/art" isDefault="true"/>
            <AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://app.example/one" isDefault="false"/>
            <AssertionConsumerService index="2" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://app.example/two"/>
            <AttributeConsumingService index="1"><ServiceName xml:lang="en">App</ServiceName>
            <RequestedAttribute Name="urn:oid:0.9.2342.19200300.100.1.3" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="mail" isRequired="true"/></AttributeConsumingService>
            </SPSSODescriptor>
            <Organization><OrganizationName xml:lang="en">X</OrganizationName><OrganizationDisplayName xml:lang="en">The App</OrganizationDisplayName></Organization>
            </EntityDescriptor>
            """)
        let role = try #require(metadata.serviceProvider)
        #expect(role.signsAuthnRequests && role.wantsAssertionsSigned)
        #expect(role.defaultAssertionConsumer?.location == "https://app.example/two")
        #expect(role.requestedAttributes.map(\.friendlyName) == ["mail"])
        #expect(role.requestedAttributes.map(\.isRequired) == [true])
        #expect(metadata.displayNames == ["en": "The App"])
    }

    @Test func `a federation role is read by its type, whatever its prefix`() throws {
        let metadata = try read(
            """
            <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://sts.example/trust">
            <RoleDescriptor xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:f="http://docs.oasis-open.org/wsfed/federation/200706" i:type="f:SecurityTokenServiceType" ServiceDisplayName="STS" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">
            \(Self.keyDescriptor(TestKeys.partner.certificateText, use: "signing").replacing("md:", with: ""))
            <f:ClaimTypesOffered><auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" Uri="urn:claim"/></f:ClaimTypesOffered>
            <f:SecurityTokenServiceEndpoint><EndpointReference xmlns="http://www.w3.org/2005/08/addressing"><Address>https://sts.example/active</Address></EndpointReference></f:SecurityTokenServiceEndpoint>
            <f:PassiveRequestorEndpoint><EndpointReference xmlns="http://www.w3.org/2005/08/addressing"><Address>https://sts.example/adfs/ls/</Address></EndpointReference></f:PassiveRequestorEndpoint>
            </RoleDescriptor>
            <RoleDescriptor xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:f="urn:other" i:type="f:SecurityTokenServiceType" protocolSupportEnumeration="x"/>
            </EntityDescriptor>
            """)
        #expect(metadata.federationRoles.count == 1)
        let role = try #require(metadata.federationRoles.first)
        #expect(role.kind == .securityTokenService)
        #expect(role.passiveEndpoints == ["https://sts.example/adfs/ls/"])
        #expect(role.keys.verificationKeys == [TestKeys.partner.publicKey])
        #expect(role.claimTypes == ["urn:claim"])
        #expect(role.displayName == "STS")
    }

    @Test func `what has expired or is another's is refused`() throws {
        let text = Self.document("")
        #expect(refusal { try read(text, now: noon.addingTimeInterval(86_400)) } == .metadataExpired)
        #expect(refusal { try read(text, now: noon.addingTimeInterval(86_399)) } == nil)
        #expect(refusal { try read(text, entityID: "https://idp.example/") } == .issuerMismatch)
        #expect(refusal { try read("<a/>") } == .wrongRoot)
        #expect(refusal { try read("<!DOCTYPE a><a/>") } == .dtdForbidden)
        #expect(refusal { try read(text.replacing("PT6H", with: "6h")) } == .badXML)
    }

    @Test func `one entity is found in an aggregate, under the nearest limits`() throws {
        let entity = Self.document("").replacing(#" ID="_m""#, with: "")
        let text = """
            <md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="\(instant(600))">
            <md:EntitiesDescriptor cacheDuration="PT1H">\(entity)</md:EntitiesDescriptor>
            \(entity.replacing("https://idp.example\"", with: "https://second.example\""))</md:EntitiesDescriptor>
            """
        let found = try read(text, entityID: "https://idp.example")
        #expect(found.validUntil == noon.addingTimeInterval(600))
        #expect(found.cacheDuration == 3600)
        #expect(try read(text, entityID: "https://second.example").cacheDuration == 21_600)
        #expect(refusal { try read(text) } == .issuerMismatch)
        #expect(refusal { try read(text, entityID: "https://third.example") } == .issuerMismatch)
        let twice = text.replacing("https://second.example", with: "https://idp.example")
        #expect(refusal { try read(twice, entityID: "https://idp.example") } == .issuerMismatch)
    }

    @Test func `a pinned signer must have signed`() throws {
        let signer = [TestKeys.partner.publicKey]
        var enveloped = EnvelopedSigner()
        let plain = Self.document("").replacing("<!-- written by hand -->", with: "")
        let signed = try enveloped.sign(plain, id: "_m")
        let metadata = try read(signed, signers: signer)
        #expect(metadata.signature?.element == "EntityDescriptor")
        #expect(refusal { try read(plain, signers: signer) } == .metadataSignature)
        #expect(
            refusal { try read(signed.replacing("/redirect\"", with: "/redirected\""), signers: signer) }
                == .metadataSignature)
        enveloped.signer = TestKeys.attacker
        #expect(refusal { try read(enveloped.sign(plain, id: "_m"), signers: signer) } == .metadataSignature)
        #expect(refusal { try read(signed.replacing("/redirect\"", with: "/redirected\"")) } == nil)
    }

    @Test func `one entity of a signed aggregate is imported`() throws {
        let signed = try EnvelopedSigner().sign(TestAggregate.text(entities: 50), id: "_all")
        func read(_ text: String, _ entity: Int, _ signers: [VerificationKey]?) throws -> SAMLMetadata {
            try SAMLAggregate.entity(TestAggregate.name(entity), in: Array(text.utf8), signers: signers, now: noon)
        }
        let signers = [TestKeys.partner.publicKey]
        let found = try read(signed, 33, signers)
        #expect(found.identityProvider?.singleSignOn.first?.location == TestAggregate.name(33) + "/sso")
        #expect(found.signature?.element == "EntitiesDescriptor")
        #expect(refusal { try read(signed, 50, signers) } == .issuerMismatch)
        #expect(refusal { try read(signed, 33, [TestKeys.attacker.publicKey]) } == .metadataSignature)
        let changed = signed.replacing(TestAggregate.name(33) + "/sso", with: "https://evil.example/sso")
        #expect(refusal { try read(changed, 33, signers) } == .metadataSignature)
        #expect(try read(changed, 33, nil).identityProvider?.singleSignOn.first?.location == "https://evil.example/sso")
    }
}
