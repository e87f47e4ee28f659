import Cryptography
import Foundation
import HTTP
import SAML
import Testing

@testable import Lab

/// The sample applications, with Contoso and a key in the place of the organisation they belong to.
@Suite("Sample applications that speak SAML and WS-Federation") struct SampleTests {
    private static func sample(_ path: String) throws -> FederatedSample {
        let scene = try LabScene.test()
        return FederatedSample(
            name: "Shift Planner", path: path, protocolName: "SAML 2.0", look: .teal, lead: "An application.",
            tenant: scene.tenants[0], scene: scene, environment: TestPartner.environment)
    }

    /// An application at whose other end Contoso is.
    private struct SAMLPair {
        let application: TestBrowser
        let test: TestPartner

        init() async throws {
            let home = try TestPartner(.saml)
            let sample = try SAMLSample(sample: SampleTests.sample("/contoso"), clientID: "c") {
                () async throws(LabError) in
                guard let metadata = try? await home.metadata() else { throw LabError("there is no metadata") }
                return metadata
            }
            application = TestBrowser(sample.routes)
            test = home
        }

        /// - Returns: What the browser posts to the application.
        func answer(force: Bool = false) async throws -> (begun: HTTPResponse, pairs: [(String, String)]) {
            let begun = await application.get("/contoso/sign-in\(force ? "?force=yes" : "")")
            let own = await application.get("/contoso/metadata")
            let metadata = try SAMLMetadata.read(own.body, now: TestPartner.now)
            let query = String(begun.target.split(separator: "?", maxSplits: 1)[1])
            let request = try SAMLReceivedRequest(redirectQuery: query)
                .validated(for: metadata, at: test.partner.signInURL, now: TestPartner.now)
            let partner = test.partner
            var assertion = SAMLAssertion(
                id: "_\(UUID().uuidString)", issued: TestPartner.now, issuer: partner.entityID,
                subject: SAMLNameID("ct-40817"), audience: metadata.entityID,
                recipient: request.assertionConsumer.location, inResponseTo: request.request.id,
                authenticatedAt: TestPartner.now.addingTimeInterval(force ? -600 : 0),
                contextClass: SAMLContextClass.password)
            assertion.attributes = [SAMLAttribute("city", values: ["Oslo <&>"])]
            let writer = SAMLResponseWriter(
                issuer: partner.entityID, signer: partner.keys.current.signer,
                encryption: metadata.serviceProvider?.keys.encryption.first)
            let message = try writer.answer(assertion, relayState: nil, environment: partner.environment)
            guard case .post(let url, let fields) = message else { return (begun, []) }
            #expect(url == "http://127.0.0.1:4000/contoso/acs")
            return (begun, fields.map { ($0.name, $0.value) })
        }
    }

    @Test("SAML: there and back, encrypted, and everything it learned is shown")
    func samlSignIn() async throws {
        let pair = try await SAMLPair()
        let (begun, pairs) = try await pair.answer()
        let arriving = await pair.application.post("/contoso/acs", pairs)
        #expect(arriving.status == 303)
        let arrived = await pair.application.get(arriving.target, fields: begun.cookies)
        let page = await pair.application.get("/contoso", fields: arrived.cookies)
        #expect(page.shown.contains("ct-40817"))
        #expect(page.shown.contains("Oslo &lt;&amp;&gt;"))
        #expect(page.shown.contains("&lt;saml:EncryptedAssertion"))
    }

    @Test("SAML: another browser, a second use, and an old authentication are refused")
    func samlRefusals() async throws {
        let pair = try await SAMLPair()
        let (begun, pairs) = try await pair.answer()
        let arriving = await pair.application.post("/contoso/acs", pairs)
        #expect(await pair.application.get(arriving.target).status == 400)
        #expect(await pair.application.get(arriving.target, fields: begun.cookies).status == 400)
        #expect(await pair.application.post("/contoso/acs", pairs).status == 400)
        let old = try await pair.answer(force: true)
        #expect(await pair.application.post("/contoso/acs", old.pairs).status == 400)
    }

    @Test("SAML: a sign-out asks the organisation, which a forged answer does not stand for")
    func samlSignOut() async throws {
        let pair = try await SAMLPair()
        let (begun, pairs) = try await pair.answer()
        let arriving = await pair.application.post("/contoso/acs", pairs)
        let arrived = await pair.application.get(arriving.target, fields: begun.cookies)
        let leaving = await pair.application.post("/contoso/sign-out", [], fields: arrived.cookies)
        #expect(leaving.field("location")?.hasPrefix(pair.test.partner.logoutURL) == true)
        let request = try SAMLReceivedLogout(
            redirectQuery: String(leaving.target.split(separator: "?", maxSplits: 1)[1]))
        #expect(request.issuer == "http://127.0.0.1:4000/contoso/metadata")
        #expect(await pair.application.get("/contoso", fields: arrived.cookies).shown.contains("ct-40817") == false)
        let stranger = try pair.test.partner.keys.stranger()
        let forged = try logoutAnswer(pair, to: request.relayState, stranger.signer)
        #expect(await pair.application.get(forged).status == 400)
        let answer = try logoutAnswer(pair, to: request.relayState, pair.test.partner.keys.current.signer)
        #expect(await pair.application.get(answer).shown.contains("have forgotten this browser"))
        #expect(await pair.application.get(answer).status == 400)
    }

    /// The organisation's answer to a sign-out, as the browser brings it.
    private func logoutAnswer(_ pair: SAMLPair, to requestID: String?, _ signer: SAMLSigner) throws -> String {
        let answer = SAMLLogoutResponse(
            id: "_a", issued: TestPartner.now, destination: "http://127.0.0.1:4000/contoso/slo",
            issuer: pair.test.partner.entityID, inResponseTo: requestID, status: .success)
        let message = try answer.transmission(by: .redirect, relayState: requestID, signer: signer)
        guard case .redirect(let url) = message else { return "" }
        return String(url.dropFirst("http://127.0.0.1:4000".count))
    }

    @Test("WS-Federation: there and back, and not with another's context")
    func wsFederationSignIn() async throws {
        let home = try TestPartner(.wsFederation)
        let sample = WSFederationSample(sample: try Self.sample("/wsfed")) { () async throws(LabError) in
            guard let metadata = try? await home.metadata() else { throw LabError("no metadata") }
            return metadata
        }
        let application = TestBrowser(sample.routes)
        let begun = await application.get("/wsfed/sign-in")
        let query = String(begun.target.split(separator: "?", maxSplits: 1)[1])
        guard case .signIn(let request) = try WSFederationRequest.parse(Form.parse(query).pairs) else {
            Issue.record("no sign-in was asked for")
            return
        }
        let assertion = SAMLAssertion(
            id: "_1", issued: TestPartner.now, issuer: home.partner.entityID, subject: SAMLNameID("ts-1"),
            audience: request.realm, recipient: try #require(request.reply), inResponseTo: nil,
            authenticatedAt: TestPartner.now, contextClass: SAMLContextClass.password)
        let writer = WSFederationResponseWriter(signer: home.partner.keys.current.signer)
        func pairs(_ context: String?) throws -> [(String, String)] {
            guard case .post(_, let fields) = try writer.answer(assertion, context: context) else { return [] }
            return fields.map { ($0.name, $0.value) }
        }
        #expect(await application.post("/wsfed/callback", try pairs("another")).status == 400)
        let arriving = await application.post("/wsfed/callback", try pairs(request.context))
        let arrived = await application.get(arriving.target, fields: begun.cookies)
        let page = await application.get("/wsfed", fields: arrived.cookies)
        #expect(page.shown.contains("ts-1"))
        _ = await application.get("/wsfed/callback?wa=wsignoutcleanup1.0", fields: arrived.cookies)
        #expect(await application.get("/wsfed", fields: arrived.cookies).shown.contains("ts-1") == false)
    }

    @Test("XML is indented by its depth, and a value stays on its line")
    func listing() {
        let listing = XMLListing.indented("<a><b x=\"1\">text</b><c/><d><e></e></d></a>")
        #expect(listing == "<a>\n  <b x=\"1\">text</b>\n  <c/>\n  <d>\n    <e></e>\n  </d>\n</a>")
    }
}
