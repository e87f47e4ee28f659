// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import SAML
import Storage

/// What an application was told of a person, by whichever protocol.
struct Told: Sendable {
    var subject: SAMLNameID
    var attributes: [SAMLAttribute]
    var contextClass: String?
    var sessionNotOnOrAfter: Date?

    init(_ assertion: VerifiedAssertion) {
        subject = assertion.subject
        attributes = assertion.attributes
        contextClass = assertion.contextClass
        sessionNotOnOrAfter = assertion.sessionNotOnOrAfter
    }

    var mail: String? { attributes.values(Self.claims + "emailaddress")?.first }
    var objectID: String? { attributes.values(Self.identity + "objectidentifier")?.first }
    var identityProvider: String? { attributes.values(Self.identity + "identityprovider")?.first }

    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
    private static let identity = "http://schemas.microsoft.com/identity/claims/"
}

/// An application that speaks SAML: it asks, and verifies what it is answered with our published metadata.
struct FakeServiceProvider: Sendable {
    let gateway: TestGateway
    var application: Application
    var signer: SAMLSigner?
    let requestID = SAMLMessageID.make(.live)
    let relayState = "the page that was asked for"

    var provider: SAMLServiceProvider { application.saml! }
    /// At which it asks.
    var tenant: Tenant
    var endpoint: String { "\(TestGateway.base)/\(tenant.id)/saml2" }
    var idp: String { "\(endpoint)/metadata" }

    static let acs = "https://wiki.app.test/saml/acs"

    static func application(
        _ name: String = "wiki", _ change: (inout SAMLServiceProvider) -> Void = { _ in }
    ) -> Application {
        var provider = SAMLServiceProvider(
            entityID: "https://\(name).app.test/saml",
            assertionConsumers: [.init(url: "https://\(name).app.test/saml/acs", index: 0, isDefault: true)],
            signingCertificates: [FederationKeys.application.certificateText])
        change(&provider)
        var application = Application(
            id: .random(Environment.live.randomBytes), appID: .random(Environment.live.randomBytes),
            servicePrincipalID: .random(Environment.live.randomBytes), displayName: "The \(name)", kind: .web,
            authentication: .clientSecretPost)
        application.saml = provider
        return application
    }

    func request(_ change: (inout SAMLAuthnRequest) -> Void = { _ in }) -> SAMLAuthnRequest {
        var request = SAMLAuthnRequest(
            id: requestID, issued: gateway.now, destination: endpoint, issuer: provider.entityID,
            assertionConsumer: .url(provider.assertionConsumers[0].url, .post))
        change(&request)
        return request
    }

    /// The URL that a redirect to us leads to, whatever its message says of where it is for.
    func redirect(_ change: (inout SAMLAuthnRequest) -> Void = { _ in }, relayState: String? = nil) throws -> String {
        let sent = try request(change).transmission(
            by: .redirect, relayState: relayState ?? self.relayState, signer: signer)
        guard case .redirect(let url) = sent, let query = url.split(separator: "?", maxSplits: 1).last else {
            fatalError("a redirect was asked for")
        }
        return "\(endpoint)?\(query)"
    }

    func post(
        _ change: (inout SAMLAuthnRequest) -> Void = { _ in }, relayState: String? = nil
    ) throws -> PostedForm {
        PostedForm(
            try request(change).transmission(by: .post, relayState: relayState ?? self.relayState, signer: signer))
    }

    private func metadata() async throws -> SAMLMetadata {
        let answer = await gateway.handler.respond(
            to: HTTPRequest(method: .get, target: "/\(tenant.id)/saml2/metadata"))
        return try SAMLMetadata.read(answer.body, entityID: idp, now: gateway.now)
    }

    /// The person of the response that the browser is to post.
    func told(
        _ browser: Visitor, unsolicited: Bool = false, _ change: (inout SAMLResponseExpectations) -> Void = { _ in }
    ) async throws -> Told {
        guard let form = browser.posted, let message = form.value("SAMLResponse") else {
            throw FakeSAMLPartner.NotHere(page: browser.page)
        }
        if !unsolicited, form.value("RelayState") != relayState { throw FakeSAMLPartner.NotHere(page: "\(form)") }
        var expected = SAMLResponseExpectations(
            audience: provider.entityID, acsURL: form.url,
            answering: unsolicited ? .unsolicited : .request(requestID), issuer: idp,
            keys: try await metadata().identityProvider!.keys.verificationKeys)
        expected.requiredSignature = .either
        change(&expected)
        return Told(try SAMLReceivedResponse(postValue: message).verify(expecting: expected, now: gateway.now))
    }

    /// The status of the answer that the browser is to post, outermost first; its signature is checked.
    func status(_ browser: Visitor) async throws -> [String] {
        do throws(SAMLRejection) {
            guard let message = browser.posted?.value("SAMLResponse") else { return ["no answer: \(browser.page)"] }
            let expected = SAMLResponseExpectations(
                audience: provider.entityID, acsURL: browser.posted?.url ?? "", answering: .request(requestID),
                issuer: idp, keys: [])
            _ = try SAMLReceivedResponse(postValue: message).verify(expecting: expected, now: gateway.now)
            return [SAMLStatusCode.success]
        } catch {
            return error.reason == .statusNotSuccess ? error.statusCodes : ["\(error)"]
        }
    }
}

/// An application that speaks WS-Federation.
struct FakeRelyingParty: Sendable {
    let gateway: TestGateway
    let application: Application
    let context = "ru=/orders&x=<1>"

    var party: WSFederationRelyingParty { application.wsFederation! }
    var endpoint: String { "/\(gateway.woodgrove.id)/wsfed" }
    var idp: String { "\(TestGateway.base)/\(gateway.woodgrove.id)/saml2/metadata" }

    static func application(
        _ name: String = "portal", token: WSFederationRelyingParty.TokenVersion = .saml11
    ) -> Application {
        var application = Application(
            id: .random(Environment.live.randomBytes), appID: .random(Environment.live.randomBytes),
            servicePrincipalID: .random(Environment.live.randomBytes), displayName: "The \(name)", kind: .web,
            authentication: .clientSecretPost)
        application.wsFederation = WSFederationRelyingParty(
            realm: "urn:app:\(name)", replyURLs: ["https://\(name).app.test/wsfed"], token: token)
        return application
    }

    func url(_ change: (inout WSFederationSignIn) -> Void = { _ in }) -> String {
        var request = WSFederationSignIn(realm: party.realm)
        request.context = context
        request.reply = party.replyURLs[0]
        change(&request)
        return request.url(at: endpoint)
    }

    func told(_ browser: Visitor) async throws -> Told {
        guard let form = browser.posted, form.url == party.replyURLs[0], let result = form.value("wresult"),
            form.value("wctx") == context
        else { throw FakeSAMLPartner.NotHere(page: browser.page) }
        let answer = await gateway.handler.respond(
            to: HTTPRequest(
                method: .get, target: "/\(gateway.woodgrove.id)/federationmetadata/2007-06/federationmetadata.xml"))
        let metadata = try SAMLMetadata.read(answer.body, entityID: idp, now: gateway.now)
        let expected = WSFederationExpectations(
            realm: party.realm, recipient: form.url, issuer: idp,
            keys: metadata.federationRoles[0].keys.verificationKeys)
        return Told(
            try WSFederationReceivedToken(wresult: result).verify(expecting: expected, now: gateway.now))
    }
}

extension TestGateway {
    func addServiceProvider(
        _ name: String = "wiki", signer: SAMLSigner? = nil, _ change: (inout SAMLServiceProvider) -> Void = { _ in }
    ) async throws -> FakeServiceProvider {
        let application = FakeServiceProvider.application(name, change)
        try await publish([SettingsObject(application)])
        return FakeServiceProvider(gateway: self, application: application, signer: signer, tenant: woodgrove)
    }

    func addRelyingParty(
        _ name: String = "portal", token: WSFederationRelyingParty.TokenVersion = .saml11
    ) async throws -> FakeRelyingParty {
        let application = FakeRelyingParty.application(name, token: token)
        try await publish([SettingsObject(application)])
        return FakeRelyingParty(gateway: self, application: application)
    }
}
