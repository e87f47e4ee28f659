import FoundationEssentials
import Testing
import XML

@testable import SAML

@Suite("AuthnRequests") struct AuthnRequestTests {
    private static let endpoint = "https://login.vestibule.example/saml/sso"
    private static let application = "https://app.example/saml"
    private static let acs = "https://app.example/saml/acs"

    private func registration(
        signs: Bool = false, keys: [SAMLSigner] = [TestKeys.partner]
    ) -> SAMLMetadata {
        var metadata = SAMLMetadata(entityID: Self.application)
        metadata.serviceProvider = SAMLServiceProviderRole(
            keys: SAMLKeys(signing: keys.map { SAMLKey(key: $0.publicKey) }), signsAuthnRequests: signs,
            assertionConsumers: [
                SAMLEndpoint(.other("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"), Self.acs + "/art", index: 0),
                SAMLEndpoint(.post, Self.acs + "/old", index: 1, isDefault: false),
                SAMLEndpoint(.post, Self.acs, index: 2, isDefault: true),
            ])
        return metadata
    }

    private func request(_ change: (inout SAMLAuthnRequest) -> Void = { _ in }) -> SAMLAuthnRequest {
        var request = SAMLAuthnRequest(
            id: "_abc", issued: noon, destination: Self.endpoint, issuer: Self.application,
            assertionConsumer: .url(Self.acs, .post))
        change(&request)
        return request
    }

    /// As the browser brings it.
    private func received(
        _ request: SAMLAuthnRequest, by binding: SAMLBinding, signer: SAMLSigner? = nil
    ) throws -> SAMLReceivedRequest {
        switch try request.transmission(by: binding, relayState: "relay", signer: signer) {
        case .redirect(let url):
            return try SAMLReceivedRequest(redirectQuery: String(url.split(separator: "?", maxSplits: 1)[1]))
        case .post(let url, let fields):
            #expect(url == Self.endpoint)
            #expect(fields.map(\.name) == ["SAMLRequest", "RelayState"])
            return try SAMLReceivedRequest(postValue: fields[0].value, relayState: fields[1].value)
        }
    }

    private func outcome(
        _ request: SAMLAuthnRequest, by binding: SAMLBinding = .redirect, signer: SAMLSigner? = nil,
        registration: SAMLMetadata? = nil, requiresSignature: Bool = false, now: Date = noon
    ) -> SAMLReason? {
        refusal {
            do {
                return try received(request, by: binding, signer: signer).validated(
                    for: registration ?? self.registration(), at: Self.endpoint, requiresSignature: requiresSignature,
                    now: now)
            } catch SAMLRequestRefusal.rejected(let rejection) {
                throw rejection
            }
        }
    }

    @Test(arguments: [SAMLBinding.redirect, .post], [true, false])
    func `a request arrives as it was made`(binding: SAMLBinding, isSigned: Bool) throws {
        let made = request {
            $0.forcesAuthentication = true
            $0.isPassive = true
            $0.providerName = #"App & "Sons" <Ltd>"#
            $0.nameIDPolicy = .init(format: SAMLNameIDFormat.persistent)
            $0.requestedContext = SAMLRequestedContext(
                [SAMLContextClass.refedsMultipleFactors, SAMLContextClass.x509], comparison: .minimum)
            $0.subject = SAMLNameID("ada@partner.example", format: SAMLNameIDFormat.emailAddress)
        }
        let received = try received(made, by: binding, signer: isSigned ? TestKeys.partner : nil)
        #expect(received.claimed == made)
        #expect(received.relayState == "relay")
        #expect(received.isSigned == isSigned)
        let valid = try received.validated(for: registration(), at: Self.endpoint, now: noon)
        #expect(valid.request == made)
        #expect(valid.assertionConsumer.location == Self.acs)
        #expect((valid.signature != nil) == isSigned)
    }

    @Test(arguments: [SAMLBinding.redirect, .post]) func `signatures are demanded and verified`(binding: SAMLBinding) {
        #expect(outcome(request(), by: binding, registration: registration(signs: true)) == .noSignature)
        #expect(outcome(request(), by: binding, requiresSignature: true) == .noSignature)
        #expect(
            outcome(request(), by: binding, signer: TestKeys.partner, registration: registration(signs: true)) == nil)
        // One that is there and wrong is refused also where none is demanded.
        let wrong = outcome(request(), by: binding, signer: TestKeys.attacker)
        #expect(wrong == .untrustedKey || wrong == .signatureInvalid)
        #expect(
            outcome(request(), by: binding, signer: TestKeys.partner, registration: registration(keys: []))
                == .keyNotFound)
        #expect(
            outcome(
                request(), by: binding, signer: TestKeys.partnerNext,
                registration: registration(signs: true, keys: [TestKeys.partner, TestKeys.partnerNext])) == nil)
    }

    @Test func `the answer goes to a registered address only`() throws {
        for consumer: SAMLAuthnRequest.AssertionConsumer in [
            .url("https://app.example/saml/acs/", nil), .url("https://app.example.evil/saml/acs", .post),
            .url("HTTPS://app.example/saml/acs", nil), .url(Self.acs + "?x", nil), .url(Self.acs + "/art", nil),
            .url(Self.acs, .redirect), .index(0), .index(7), .url("javascript:alert(1)", nil),
        ] {
            #expect(outcome(request { $0.assertionConsumer = consumer }) == .urlForbidden, "\(consumer)")
        }
        for (consumer, location) in [
            (SAMLAuthnRequest.AssertionConsumer.unnamed, Self.acs), (.index(1), Self.acs + "/old"),
            (.url(Self.acs + "/old", nil), Self.acs + "/old"),
        ] {
            let valid = try received(request { $0.assertionConsumer = consumer }, by: .post)
                .validated(for: registration(), at: Self.endpoint, now: noon)
            #expect(valid.assertionConsumer.location == location)
        }
    }

    @Test func `sender, destination and time are compared`() {
        #expect(outcome(request { $0.issuer = "https://other.example" }) == .unknownIssuer)
        #expect(outcome(request { $0.destination = Self.endpoint + "/" }) == .destinationMismatch)
        #expect(outcome(request(), now: noon.addingTimeInterval(-61)) == .notYetValid)
        #expect(outcome(request(), now: noon.addingTimeInterval(-60)) == nil)
        #expect(outcome(request(), now: noon.addingTimeInterval(3660)) == .expired)
        var identityProvider = SAMLMetadata(entityID: Self.application)
        identityProvider.identityProvider = SAMLIdentityProviderRole(keys: SAMLKeys(), singleSignOn: [])
        #expect(outcome(request(), registration: identityProvider) == .unknownIssuer)
    }

    @Test(arguments: [
        (#"<a xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>"#, SAMLReason.wrongRoot),
        (#"Version="1.1""#, .wrongVersion), (#"ID="""#, .missingID), (#"ID="1a""#, .missingID),
        (#"IssueInstant="yesterday""#, .missingID), ("<saml:Issuer></saml:Issuer>", .unknownIssuer),
        (#"IsPassive="yes""#, .badXML), (#"AssertionConsumerServiceIndex="1""#, .badXML),
        (#"AssertionConsumerServiceIndex="70000""#, .badXML),
        ("<saml:Issuer>\(application)</saml:Issuer><saml:Subject/>", .subjectMissing),
        ("<saml:Issuer>\(application)</saml:Issuer><saml:Subject><saml:EncryptedID/></saml:Subject>", .subjectMissing),
        ("<saml:Issuer>\(application)</saml:Issuer><saml:Subject><saml:NameID/></saml:Subject>", .nameIDInvalid),
    ])
    func `a request that is none is refused`(change: String, reason: SAMLReason) {
        var attributes = [
            "ID": "_abc", "Version": "2.0", "IssueInstant": instant(0), "AssertionConsumerServiceURL": Self.acs,
        ]
        var issuer = "<saml:Issuer>\(Self.application)</saml:Issuer>"
        if change.hasPrefix("<saml") { issuer = change }
        let parts = change.split(separator: "=", maxSplits: 1)
        if !change.hasPrefix("<") { attributes[String(parts[0])] = String(parts[1].dropFirst().dropLast()) }
        var text = """
            <samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
            xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" \
            \(attributes.map { "\($0)=\"\($1)\"" }.joined(separator: " "))>\(issuer)</samlp:AuthnRequest>
            """
        if change.hasPrefix("<a") { text = change }
        #expect(refusal { try SAMLReceivedRequest(xml: Array(text.utf8)) } == reason)
    }

    @Test func `formats and contexts that can't be had are answered with a status`() throws {
        let valid = try received(
            request {
                $0.nameIDPolicy = .init(format: SAMLNameIDFormat.transient)
                $0.requestedContext = SAMLRequestedContext([SAMLContextClass.x509], comparison: .minimum)
            }, by: .post
        ).validated(for: registration(), at: Self.endpoint, now: noon)
        #expect(
            try valid.nameIDFormat(supported: [SAMLNameIDFormat.transient], usual: SAMLNameIDFormat.persistent)
                == SAMLNameIDFormat.transient)
        #expect(throws: SAMLRequestRefusal.self) {
            try valid.nameIDFormat(supported: [SAMLNameIDFormat.persistent], usual: SAMLNameIDFormat.persistent)
        }
        let ranking = [SAMLContextClass.password, SAMLContextClass.x509, SAMLContextClass.refedsMultipleFactors]
        #expect(throws: SAMLRequestRefusal.self) {
            try valid.requireContext(SAMLContextClass.password, ranking: ranking)
        }
        try valid.requireContext(SAMLContextClass.refedsMultipleFactors, ranking: ranking)
    }

    @Test(arguments: [
        (SAMLRequestedContext.Comparison.exact, [false, true, false]), (.minimum, [false, true, true]),
        (.maximum, [true, true, false]), (.better, [false, false, true]),
    ])
    func `contexts compare as the specification says`(comparison: SAMLRequestedContext.Comparison, met: [Bool]) {
        let ranking = ["weak", "middle", "strong"]
        let requested = SAMLRequestedContext(["middle"], comparison: comparison)
        #expect(ranking.map { requested.isMet(by: $0, ranking: ranking) } == met)
        #expect(!requested.isMet(by: "unknown", ranking: ranking))
    }
}
