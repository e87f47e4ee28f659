// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import SAML
import Storage

/// Somebody at a partner that speaks SAML or WS-Federation, as it tells of them.
struct FakePerson: Sendable {
    var nameID: SAMLNameID
    var attributes: [SAMLAttribute]
    var context = SAMLContextClass.passwordProtectedTransport

    static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

    init(_ nameID: String, mail: String?, name: String? = nil) {
        self.nameID = SAMLNameID(nameID, format: SAMLNameIDFormat.persistent)
        attributes = []
        if let mail { attributes.append(SAMLAttribute(Self.claims + "emailaddress", values: [mail])) }
        if let name { attributes.append(SAMLAttribute(Self.claims + "name", values: [name])) }
    }
}

/// An outside identity provider that does whatever a test wants: honest by default, and its messages open to change before
/// and after they are signed.
struct FakeSAMLPartner: Sendable {
    let gateway: TestGateway
    var partner: Partner
    var signer = FederationKeys.partner
    var signed = SAMLResponseWriter.Signed.assertion
    var encryption: SAMLKey?

    static let entityID = "https://sso.adatum.test/saml"

    var federation: FederationConnection { partner.federation! }

    /// How the host knows such a partner, before a test changes it.
    static func partner(
        _ name: String = "adatum", entityID: String = entityID, domains: [String] = ["adatum.test"],
        _ change: (inout FederationConnection) -> Void = { _ in }
    ) -> Partner {
        var federation = FederationConnection(
            issuer: entityID, signInURL: "https://sso.\(name).test/sso",
            signingCertificates: [FederationKeys.partner.certificateText])
        change(&federation)
        return Partner(
            id: .random(Environment.live.randomBytes), name: name, displayName: "\(name.capitalized) SSO",
            connection: .saml(federation), domains: domains.map { DomainName($0)! })
    }

    /// A request of ours as it reached the partner: read from the redirect or the form, its signature checked with our
    /// metadata.
    struct Asked {
        let request: SAMLAuthnRequest
        let relayState: String?
        let isSigned: Bool
    }

    func asked(_ browser: Visitor) async throws -> Asked {
        let received: SAMLReceivedRequest
        if let form = browser.posted, let message = form.value("SAMLRequest") {
            guard form.url == federation.signInURL else { throw NotHere(page: form.url) }
            received = try SAMLReceivedRequest(postValue: message, relayState: form.value("RelayState"))
        } else {
            let parts = (browser.destination ?? "").split(separator: "?", maxSplits: 1)
            guard parts.count == 2, parts[0] == federation.signInURL else { throw NotHere(page: browser.page) }
            received = try SAMLReceivedRequest(redirectQuery: String(parts[1]))
        }
        let document = await gateway.handler.respond(
            to: HTTPRequest(
                method: .get, target: "/\(gateway.woodgrove.id)/federation/\(partner.name)/metadata")
        ).body
        let us = try SAMLMetadata.read(document, entityID: received.issuer, now: gateway.now)
        let valid = try received.validated(
            for: us, at: federation.signInURL, requiresSignature: federation.signsRequests, now: gateway.now)
        return Asked(request: valid.request, relayState: valid.relayState, isSigned: received.isSigned)
    }

    struct NotHere: Error { let page: String }

    /// What the partner says of a person, in answer to a request or to none.
    func assertion(_ person: FakePerson, to request: SAMLAuthnRequest?) -> SAMLAssertion {
        let root = "\(TestGateway.base)/\(gateway.woodgrove.id)/federation/\(partner.name)"
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(.live), issued: gateway.now, issuer: federation.issuer, subject: person.nameID,
            audience: "\(root)/metadata", recipient: "\(root)/acs", inResponseTo: request?.id,
            authenticatedAt: gateway.now, contextClass: person.context)
        assertion.sessionIndex = "_session"
        assertion.attributes = person.attributes
        return assertion
    }

    func form(_ assertion: SAMLAssertion, relayState: String?) throws -> PostedForm {
        let writer = SAMLResponseWriter(
            issuer: federation.issuer, signer: signer, signed: signed, encryption: encryption)
        return PostedForm(try writer.answer(assertion, relayState: relayState, environment: .live))
    }

    /// The partner's answer to the request that the browser brought.
    ///
    /// - Parameters:
    ///   - change: Before it is signed.
    ///   - alter: The text of the message afterwards.
    func answer(
        _ browser: Visitor, _ person: FakePerson, change: (inout SAMLAssertion) -> Void = { _ in },
        alter: (String) -> String = { $0 }
    ) async throws -> PostedForm {
        let asked = try await asked(browser)
        var assertion = assertion(person, to: asked.request)
        change(&assertion)
        return try form(assertion, relayState: asked.relayState).altering(alter)
    }

    /// The partner reports an error.
    func refuse(_ browser: Visitor, _ status: SAMLStatus) async throws -> PostedForm {
        let asked = try await asked(browser)
        let writer = SAMLResponseWriter(issuer: federation.issuer, signer: signer)
        return PostedForm(
            try writer.answer(
                status, to: assertion(FakePerson("x", mail: nil), to: nil).recipient, inResponseTo: asked.request.id,
                relayState: asked.relayState, now: gateway.now, environment: .live))
    }
}

extension PostedForm {
    init(_ transmission: SAMLTransmission) {
        guard case .post(let url, let fields) = transmission else { fatalError("a response goes by POST") }
        self.init(url: url, fields: fields.map { ($0.name, $0.value) })
    }

    /// The same with another text of its message.
    func altering(_ alter: (String) -> String) -> PostedForm {
        if let message = value("SAMLResponse") {
            let text = String(decoding: Base64.decode(message)!, as: UTF8.self)
            return replacing("SAMLResponse", Base64.encode(Array(alter(text).utf8)))
        }
        return replacing("wresult", alter(value("wresult") ?? ""))
    }

    private func replacing(_ name: String, _ value: String) -> PostedForm {
        PostedForm(url: url, fields: fields.map { $0.0 == name ? (name, value) : $0 })
    }
}

extension TestGateway {
    /// What the administrator reads of a refusal: its cause and the rules that were not met.
    func cause(_ browser: Visitor) -> String {
        for id in browser.page.components(between: "<code>", and: "</code>") {
            guard let entry = installation.failures.entry(id) else { continue }
            return entry.cause + entry.reasons.filter { !$0.met }.map { " [\($0.rule)]" }.joined()
        }
        return "no refusal: \(browser.response.status) \(browser.page)"
    }

    /// The session that a browser points to.
    func session(_ browser: Visitor) async throws -> Session? {
        guard let cookie = browser.cookies.first(where: { $0.key.hasPrefix("__Host-s.") })?.value,
            let id = Base64URL.decode(String(cookie.prefix { $0 != "." })).flatMap({ Session.ID(bytes: $0) })
        else { return nil }
        return try await store.session(woodgrove.id, id)
    }

    /// A guest of the partner who has redeemed, in a browser of their own.
    @discardableResult
    func redeemed(
        _ partner: FakeSAMLPartner, _ person: FakePerson, as address: String = "sam@adatum.test"
    ) async throws -> Visitor {
        try await invite(address)
        let browser = try await atPartner(as: address)
        await browser.deliver(try await partner.answer(browser, person))
        await browser.submit("/accept", [("accept", "yes")])
        guard browser.destination?.contains("code=") == true else {
            throw FakeSAMLPartner.NotHere(page: cause(browser))
        }
        return browser
    }

    /// A sign-in of the web application that has been sent to a partner.
    func atPartner(_ browser: Visitor? = nil, as address: String = "sam@adatum.test") async throws -> Visitor {
        let browser = browser ?? Visitor(self)
        await browser.open(ApplicationRun(self, web).url([("login_hint", address), ("prompt", "login")]))
        return browser
    }

    /// Publishes a partner, its domains vouched for by the operator.
    func add(_ partner: Partner) async throws {
        var steps = Step.publish(
            [SettingsObject(partner)], in: woodgrove.id, over: try await store.settingsVersion(woodgrove.id) ?? 0,
            by: "test", at: now)
        if let federation = partner.federation {
            steps += try await installation.partnerDomainSteps(
                partner, at: federation.signInURL, in: woodgrove.id, asOperator: true)
        }
        try await store.commit(steps)
        installation.settings.forget(woodgrove.id)
    }

    func addSAMLPartner(
        _ name: String = "adatum", entityID: String = FakeSAMLPartner.entityID, domains: [String] = ["adatum.test"],
        _ change: (inout FederationConnection) -> Void = { _ in }
    ) async throws -> FakeSAMLPartner {
        let partner = FakeSAMLPartner.partner(name, entityID: entityID, domains: domains, change)
        try await add(partner)
        return FakeSAMLPartner(gateway: self, partner: partner)
    }
}
