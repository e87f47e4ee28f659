import Cryptography
import Foundation
import HTTP
import JSON
import SAML
import Testing

@testable import Lab

/// A partner with a gateway that is no more than its metadata, and a browser that follows forms.
struct TestPartner {
    static let now = Date(timeIntervalSince1970: 1_790_000_000)
    static let root = "http://localhost:8080/t/federation"

    static let environment = Environment(now: { now }, randomBytes: Environment.live.randomBytes)
    /// The gateway's keys are the same for all.
    private static let gatewayKeys = Result {
        (signing: try SigningKey.generate(.rsa(bits: 2048)), encryption: try SigningKey.generate(.rsa(bits: 2048)))
    }

    let partner: FederationPartner
    private let routes: [LabRoute]
    private let gatewayKey: SigningKey
    /// Ours, as the gateway.
    let decryptionKey: SigningKey

    init(_ kind: FederationPartner.Kind) throws {
        (gatewayKey, decryptionKey) = try Self.gatewayKeys.get()
        let keys = try [gatewayKey, decryptionKey].map {
            try SAMLKey(
                certificate: Certificate.selfSigned(name: "gateway", key: $0, days: 30, environment: Self.environment))
        }
        partner = try FederationPartner(
            kind, origin: "http://127.0.0.3:4000", gateway: Self.root, environment: Self.environment
        ) { url in
            { () async throws(LabError) in Self.gatewayMetadata(url, keys) }
        }
        routes = kind == .saml ? IdentityProvider(partner: partner).routes : TokenService(partner: partner).routes
    }

    private static func gatewayMetadata(_ url: String, _ keys: [SAMLKey]) -> SAMLMetadata {
        var metadata = SAMLMetadata(entityID: url)
        let root = String(url.dropLast("/metadata".count))
        metadata.serviceProvider = SAMLServiceProviderRole(
            keys: SAMLKeys(signing: [keys[0]], encryption: [keys[1]]),
            assertionConsumers: [SAMLEndpoint(.post, root + "/acs", index: 0, isDefault: true)],
            singleLogout: [SAMLEndpoint(.redirect, root + "/slo")])
        return metadata
    }

    // MARK: The browser

    func get(_ target: String, fields: [(String, String)] = []) async -> HTTPResponse {
        await TestBrowser(routes).get(target, fields: fields)
    }

    func post(_ target: String, _ pairs: [(String, String)], fields: [(String, String)] = []) async -> HTTPResponse {
        await TestBrowser(routes).post(target, pairs, fields: fields)
    }

    func post(_ target: String, json: String, fields: [(String, String)] = []) async -> HTTPResponse {
        let type = [("Content-Type", "application/json")]
        return await TestBrowser(routes)
            .send(HTTPRequest(method: .post, target: target, fields: type + fields, body: Array(json.utf8)))
    }

    // MARK: A sign-in

    /// What a person's browser brings back to the gateway.
    ///
    /// - Parameter fault: Chosen on the partner's page.
    func signIn(
        _ email: String, fault: String = "", factor: String = "", force: Bool = false, cookie: String? = nil
    ) async throws -> TestAnswer {
        let asked = try ask(force: force)
        let cookies = cookie.map { [("Cookie", $0)] } ?? []
        let page = await get("\(partner.signInPath)?\(asked.query)", fields: cookies)
        var response = page
        if TestForm(page)?["person"] != nil || page.shown.contains("name=\"person\"") {
            let form = try #require(TestForm(page))
            response = await post(
                form.action, form.hidden + [("person", email), ("fault", fault), ("factor", factor)],
                fields: [("Origin", partner.origin)])
        }
        return TestAnswer(response, requestID: asked.id)
    }

    /// The request of the gateway, by redirect.
    func ask(force: Bool = false) throws -> (id: String, query: String) {
        guard partner.kind == .saml else {
            var request = WSFederationSignIn(realm: partner.audience)
            (request.reply, request.context) = (partner.consumerURL, "state")
            if force { request.freshness = 0 }
            return ("", query(of: request.url(at: partner.signInURL)))
        }
        var request = SAMLAuthnRequest(
            id: "_" + UUID().uuidString, issued: Self.now, destination: partner.signInURL, issuer: partner.audience,
            assertionConsumer: .url(partner.consumerURL, .post))
        request.forcesAuthentication = force
        let message = try request.transmission(
            by: .redirect, relayState: "state", signer: SAMLSigner(key: gatewayKey, certificate: nil))
        guard case .redirect(let url) = message else { return ("", "") }
        return (request.id, query(of: url))
    }

    private func query(of url: String) -> String { String(url.split(separator: "?", maxSplits: 1)[1]) }

    // MARK: The gateway's judgement

    /// As the gateway reads the partner's metadata now.
    func metadata() async throws -> SAMLMetadata {
        let response = await get(partner.metadataPath)
        #expect(response.status == 200)
        return try SAMLMetadata.read(response.body, entityID: partner.entityID, now: Self.now)
    }

    /// - Parameter keys: The published ones unless given.
    func judge(
        _ answer: TestAnswer, keys: [VerificationKey]? = nil, allowsCBC: Bool = false
    ) async throws -> VerifiedAssertion {
        let metadata = try await metadata()
        if partner.kind == .saml {
            let published = metadata.identityProvider?.keys.verificationKeys ?? []
            var expected = SAMLResponseExpectations(
                audience: partner.audience, acsURL: partner.consumerURL, answering: .request(answer.requestID),
                issuer: partner.entityID, keys: keys ?? published)
            expected.decryptionKeys = [decryptionKey]
            expected.allowsCBC = allowsCBC
            return try SAMLReceivedResponse(postValue: answer["SAMLResponse"])
                .verify(expecting: expected, now: Self.now)
        }
        let published = metadata.federationRoles.first?.keys.verificationKeys ?? []
        return try WSFederationReceivedToken(wresult: answer["wresult"])
            .verify(
                expecting: WSFederationExpectations(
                    realm: partner.audience, recipient: partner.consumerURL, issuer: partner.entityID,
                    keys: keys ?? published), now: Self.now)
    }
}
