// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import SAML
import Storage

/// A SAML identity provider or application that a test controls: real messages, signed with keys of its own.
struct FakeSAMLParty: Sendable {
    let name: String
    let entityID: String
    var signer: SAMLSigner

    init(_ name: String, signer: SAMLSigner) {
        self.name = name
        entityID = "https://\(name).test/saml"
        self.signer = signer
    }

    /// Keys are made once for the whole run.
    static let idp = FakeSAMLParty("contoso", signer: key("contoso"))
    static let shop = FakeSAMLParty("shop", signer: key("shop"))
    static let wiki = FakeSAMLParty("wiki", signer: key("wiki"))
    static let mallory = FakeSAMLParty("mallory", signer: key("mallory"))

    private static func key(_ name: String) -> SAMLSigner {
        let key = try! SigningKey.generate(.rsa(bits: 2048))
        return SAMLSigner(
            key: key, certificate: try! Certificate.selfSigned(name: name, key: key, days: 3650, environment: .live))
    }

    var certificateText: String { Base64.encode(signer.certificate!.der) }
    var acsURL: String { "https://\(name).test/acs" }
    var logoutURL: String { "https://\(name).test/slo" }

    // MARK: As the gateway knows it

    func partner(_ change: (inout FederationConnection) -> Void = { _ in }) -> Partner {
        var connection = FederationConnection(
            issuer: entityID, signInURL: "https://\(name).test/sso", signingCertificates: [certificateText],
            logoutURL: logoutURL)
        change(&connection)
        return Partner(
            id: .random(Environment.live.randomBytes), name: name, displayName: name.capitalized,
            connection: .saml(connection), domains: [DomainName("\(name).test")!])
    }

    func application(_ change: (inout SAMLServiceProvider) -> Void = { _ in }) -> Application {
        var provider = SAMLServiceProvider(
            entityID: entityID, assertionConsumers: [.init(url: acsURL, index: 0, isDefault: true)],
            logoutURL: logoutURL, signingCertificates: [certificateText])
        change(&provider)
        var application = Application(
            id: .random(Environment.live.randomBytes), appID: .random(Environment.live.randomBytes),
            servicePrincipalID: .random(Environment.live.randomBytes), displayName: name.capitalized, kind: .web,
            authentication: .none)
        application.saml = provider
        return application
    }

    // MARK: What it sends

    func authnRequest(at destination: String, now: Date) -> String {
        let request = SAMLAuthnRequest(
            id: SAMLMessageID.make(.live), issued: now, destination: destination, issuer: entityID,
            assertionConsumer: .url(acsURL, .post))
        return location(try! request.transmission(by: .redirect, relayState: "relay", signer: signer))
    }

    func logoutRequest(
        _ name: SAMLNameID, _ indexes: [String], at destination: String, now: Date, relayState: String? = "there",
        by binding: SAMLBinding = .redirect, _ change: (inout SAMLLogoutRequest) -> Void = { _ in }
    ) -> SAMLTransmission {
        var request = SAMLLogoutRequest(
            id: SAMLMessageID.make(.live), issued: now, destination: destination, issuer: entityID, nameID: name,
            sessionIndexes: indexes)
        change(&request)
        return try! request.transmission(by: binding, relayState: relayState, signer: signer)
    }

    func logoutResponse(
        to requestID: String, at destination: String, now: Date, status: SAMLStatus = .success,
        by binding: SAMLBinding = .redirect
    ) -> SAMLTransmission {
        let response = SAMLLogoutResponse(
            id: SAMLMessageID.make(.live), issued: now, destination: destination, issuer: entityID,
            inResponseTo: requestID, status: status)
        return try! response.transmission(by: binding, relayState: nil, signer: signer)
    }

    // MARK: What it reads

    /// A logout message of the gateway's that the browser brought here, verified with the gateway's published keys.
    func read(
        _ location: String?, issuer: String, keys: [VerificationKey], requestID: String? = nil, now: Date
    ) throws -> (message: SAMLReceivedLogout.Verified.Message, relayState: String?) {
        let parts = (location ?? "").split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0] == logoutURL else { throw NotHere(location: location) }
        let received = try SAMLReceivedLogout(redirectQuery: String(parts[1]))
        let verified = try received.verified(
            .init(issuer: issuer, keys: keys, endpoint: logoutURL, requestID: requestID), now: now)
        return (verified.message, received.relayState)
    }

    struct NotHere: Error { let location: String? }
}

func location(_ transmission: SAMLTransmission) -> String {
    guard case .redirect(let url) = transmission else { preconditionFailure("not by redirect") }
    return url
}

/// The host with a SAML partner, two SAML applications and one that speaks WS-Federation, and a guest at each.
struct SAMLScene {
    let gateway: TestGateway
    let partner: Partner
    let shop: Application
    let wiki: Application
    let portal: Application

    /// What an application was told.
    struct Told {
        var name: SAMLNameID
        var sessionIndex: String
    }

    init(
        partner changePartner: (inout FederationConnection) -> Void = { _ in },
        shop changeShop: (inout SAMLServiceProvider) -> Void = { _ in },
        wiki changeWiki: (inout SAMLServiceProvider) -> Void = { _ in }
    ) async throws {
        gateway = try await TestGateway()
        partner = FakeSAMLParty.idp.partner(changePartner)
        shop = FakeSAMLParty.shop.application(changeShop)
        wiki = FakeSAMLParty.wiki.application(changeWiki)
        var portal = FakeSAMLParty("portal", signer: FakeSAMLParty.shop.signer).application()
        portal.saml = nil
        portal.wsFederation = WSFederationRelyingParty(
            realm: "urn:portal", replyURLs: ["https://portal.test/signin", "https://portal.test/bye"])
        self.portal = portal
        try await gateway.publish([
            SettingsObject(partner), SettingsObject(shop), SettingsObject(wiki), SettingsObject(portal),
        ])
        try await gateway.store.commit(
            try await gateway.installation.partnerDomainSteps(
                partner, at: "https://contoso.test/sso", in: gateway.woodgrove.id, asOperator: true))
    }

    var tenant: Tenant.ID { gateway.woodgrove.id }
    var applicationEndpoint: String { "\(TestGateway.base)/\(tenant)/saml2/logout" }
    var partnerRoot: String { "\(TestGateway.base)/\(tenant)/federation/contoso" }
    var partnerEndpoint: String { "\(partnerRoot)/slo" }
    var entityID: String { "\(TestGateway.base)/\(tenant)/saml2/metadata" }
    var account: String { "/\(tenant)/account" }

    func keys(towardsPartner: Bool) async throws -> [VerificationKey] {
        let path = towardsPartner ? "\(partnerRoot)/metadata" : entityID
        let response = await gateway.handler.respond(
            to: HTTPRequest(method: .get, target: String(path.dropFirst(TestGateway.base.count))))
        let metadata = try SAMLMetadata.read(response.body, now: gateway.now)
        return (metadata.serviceProvider?.keys ?? metadata.identityProvider!.keys).verificationKeys
    }

    /// What an application reads of a logout message that the browser brought it.
    func read(
        _ browser: Visitor, at party: FakeSAMLParty, requestID: String? = nil
    ) async throws -> (message: SAMLReceivedLogout.Verified.Message, relayState: String?) {
        let isPartner = party.name == "contoso"
        return try party.read(
            browser.destination, issuer: isPartner ? "\(partnerRoot)/metadata" : entityID,
            keys: try await keys(towardsPartner: isPartner), requestID: requestID, now: gateway.now)
    }

    /// The request that the browser brought.
    func request(_ browser: Visitor, at party: FakeSAMLParty) async throws -> SAMLLogoutRequest {
        guard case .request(let request) = try await read(browser, at: party).message else {
            throw FakeSAMLParty.NotHere(location: browser.destination)
        }
        return request
    }

    /// The party answers what the browser brought, and sends it back.
    @discardableResult
    func confirm(
        _ browser: Visitor, at party: FakeSAMLParty, status: SAMLStatus = .success
    ) async throws -> SAMLLogoutRequest {
        let request = try await request(browser, at: party)
        let endpoint = party.name == "contoso" ? partnerEndpoint : applicationEndpoint
        await browser.open(
            location(party.logoutResponse(to: request.id, at: endpoint, now: gateway.now, status: status)))
        return request
    }

    /// A guest of the partner, redeemed, signed in at the first of these applications and then at the others.
    func signedIn(
        to parties: [FakeSAMLParty], as subject: String = "alba", browser: Visitor? = nil
    ) async throws -> (browser: Visitor, told: [Told]) {
        let browser = browser ?? Visitor(gateway)
        var told: [Told] = []
        for party in parties {
            await browser.open(
                party.authnRequest(at: "\(TestGateway.base)/\(tenant)/saml2", now: gateway.now))
            if told.isEmpty, browser.page.contains("name=\"email\"") { try await vouch(browser, subject) }
            told.append(try Self.told(browser, by: party))
            // They are told in this order.
            gateway.advance(by: 1)
        }
        return (browser, told)
    }

    /// From the page that asks for the address to the application's door, by way of the partner.
    func vouch(_ browser: Visitor, _ subject: String = "alba") async throws {
        let address = "\(subject)@contoso.test"
        if try await gateway.store.users(tenant, mail: EmailAddress(address)!).isEmpty {
            try await gateway.invite(address)
        }
        await browser.submit("/address", [("email", address)])
        try await answerAtPartner(browser, subject)
        if browser.page.contains("name=\"accept\"") { await browser.submit("/accept", [("accept", "yes")]) }
    }

    /// The partner's response to the request that the browser brought.
    func answerAtPartner(_ browser: Visitor, _ subject: String) async throws {
        let query = String((browser.destination ?? "").split(separator: "?", maxSplits: 1).last ?? "")
        let received = try SAMLReceivedRequest(redirectQuery: query)
        let relayState = try Form.parse(Array(query.utf8)).value("RelayState")
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(.live), issued: gateway.now, issuer: FakeSAMLParty.idp.entityID,
            subject: homeName(subject), audience: "\(partnerRoot)/metadata", recipient: "\(partnerRoot)/acs",
            inResponseTo: received.claimed.id,
            authenticatedAt: gateway.now, contextClass: SAMLContextClass.passwordProtectedTransport)
        assertion.sessionIndex = "_index-of-\(subject)"
        assertion.attributes = [
            SAMLAttribute("mail", nameFormat: SAMLAttributeNameFormat.basic, values: ["\(subject)@contoso.test"])
        ]
        let writer = SAMLResponseWriter(issuer: FakeSAMLParty.idp.entityID, signer: FakeSAMLParty.idp.signer)
        let answer = try writer.answer(assertion, relayState: relayState, environment: .live)
        guard case .post(_, let fields) = answer else { preconditionFailure("an answer is posted") }
        await browser.post(
            "\(partnerRoot)/acs", fields.map { ($0.name, $0.value) }, origin: "https://contoso.test")
        if let next = browser.response.field("Location") { await browser.open(next) }
    }

    private static func told(_ browser: Visitor, by party: FakeSAMLParty) throws -> Told {
        guard let form = browser.forms.first(where: { $0.action == party.acsURL }),
            let message = form.hidden.first(where: { $0.0 == "SAMLResponse" })?.1,
            let xml = Base64.decode(message)
        else { throw FakeSAMLParty.NotHere(location: "\(browser.path): \(browser.page)") }
        let text = String(decoding: xml, as: UTF8.self)
        func attribute(_ name: String) -> String? { text.firstMatch(after: " \(name)=\"") }
        let value = text.components(between: "<saml:NameID", and: "</saml:NameID>").first?
            .split(separator: ">", maxSplits: 1).last
        return Told(
            name: SAMLNameID(
                String(value ?? ""), format: attribute("Format")!, nameQualifier: attribute("NameQualifier"),
                spNameQualifier: attribute("SPNameQualifier")), sessionIndex: attribute("SessionIndex")!)
    }

    /// What the partner calls a person.
    func homeName(_ subject: String = "alba") -> SAMLNameID {
        SAMLNameID(
            "name-of-\(subject)", format: SAMLNameIDFormat.persistent, nameQualifier: FakeSAMLParty.idp.entityID,
            spNameQualifier: "\(partnerRoot)/metadata")
    }

    /// Whether the browser's session stands.
    func isSignedIn(_ browser: Visitor) async -> Bool {
        await browser.open(account)
        return browser.page.contains("/signout\"")
    }

    /// The sessions of the guest that stand, whichever browser has them.
    func aliveSessions(_ subject: String = "alba") async throws -> [Session] {
        try await gateway.store.sessions(
            tenant, ofPartner: partner.id, named: "name-of-\(subject)", at: gateway.now)
    }
}
