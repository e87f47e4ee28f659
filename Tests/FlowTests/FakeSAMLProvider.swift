// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import Outbound
import SAML
import Storage
import Synchronization

/// A SAML identity provider that publishes metadata and does what a test wants: honest by default, and it can announce a
/// key, change it, and say anything in its metadata.
final class FakeSAMLProvider: Sendable {
    struct State: Sendable {
        /// Signs assertions.
        var signer: SAMLSigner
        /// In the metadata.
        var published: [SAMLSigner]
        var entityID: String
        var signInURL: String
        var validUntil: Date?
        var cacheDuration: Double?
        /// Signs the metadata.
        var metadataSigner: SAMLSigner?
        var isDown = false
        var fetches = 0
        var attributes: [SAMLAttribute]
    }

    /// Keys take longer to make than tests to run.
    static let first = signer("first", days: 400)
    static let second = signer("second", days: 800)

    let host: String
    let name: String
    private let state: Mutex<State>

    init(_ name: String = "contoso") {
        self.name = name
        host = "https://idp.\(name).test"
        state = Mutex(
            State(
                signer: Self.first, published: [Self.first], entityID: "https://idp.\(name).test/metadata",
                signInURL: "https://idp.\(name).test/sso",
                attributes: [
                    SAMLAttribute("mail", values: ["nina@\(name).test"]), SAMLAttribute("sn", values: ["North"]),
                ]
            ))
    }

    static func signer(_ name: String, days: Int, now: Date = TestClock().now) -> SAMLSigner {
        let key = try! SigningKey.generate(.rsa(bits: 2048))
        let environment = Environment(now: { now }, randomBytes: Environment.live.randomBytes)
        return SAMLSigner(
            key: key,
            certificate: try! Certificate.selfSigned(name: name, key: key, days: days, environment: environment))
    }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    var fetches: Int { state.withLock(\.fetches) }

    var metadataURL: String { host + "/metadata" }

    var metadata: SAMLMetadata {
        let state = state.withLock { $0 }
        var metadata = SAMLMetadata(entityID: state.entityID)
        metadata.validUntil = state.validUntil
        metadata.cacheDuration = state.cacheDuration
        metadata.identityProvider = SAMLIdentityProviderRole(
            keys: SAMLKeys(signing: state.published.map { try! SAMLKey(certificate: $0.certificate!) }),
            singleSignOn: [SAMLEndpoint(.redirect, state.signInURL), SAMLEndpoint(.post, host + "/sso-post")])
        return metadata
    }

    func answer(_ request: FetchRequest) throws(FetchError) -> FetchResult {
        let state = state.withLock { state in
            state.fetches += 1
            return state
        }
        if state.isDown { return FetchResult(status: 503) }
        return FetchResult(status: 200, body: try! metadata.document(id: "_metadata", signer: state.metadataSigner))
    }

    /// The person at the provider: signed in. Where the browser posts, and what.
    func signIn(_ location: String, now: Date) throws -> (action: String, fields: [(String, String)]) {
        let query = String(location.split(separator: "?", maxSplits: 1).last ?? "")
        let request = try SAMLReceivedRequest(redirectQuery: query)
        guard case .url(let consumer, _) = request.claimed.assertionConsumer else { throw FetchError.badRequest("acs") }
        return try respond(
            to: request.claimed.id, audience: request.issuer, at: consumer, relayState: request.relayState, now: now)
    }

    func respond(
        to request: String?, audience: String, at consumer: String, relayState: String?, now: Date
    ) throws -> (action: String, fields: [(String, String)]) {
        let state = state.withLock { $0 }
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(.live), issued: now, issuer: state.entityID,
            subject: SAMLNameID("nina-4711", format: SAMLNameIDFormat.persistent), audience: audience,
            recipient: consumer, inResponseTo: request, authenticatedAt: now,
            contextClass: SAMLContextClass.passwordProtectedTransport)
        assertion.attributes = state.attributes
        let writer = SAMLResponseWriter(issuer: state.entityID, signer: state.signer)
        let sent = try writer.answer(assertion, relayState: relayState, environment: .live)
        guard case .post(let url, let fields) = sent else { throw FetchError.badRequest("not a form") }
        return (url, fields.map { ($0.name, $0.value) })
    }
}

extension TestGateway {
    /// The provider as a partner of the host, by its metadata.
    func addPartner(
        _ provider: FakeSAMLProvider, more: String = "", file: [UInt8]? = nil
    ) async throws -> AppliedDeclaration {
        serve(provider.host) { request throws(FetchError) in try provider.answer(request) }
        let place = file == nil ? "metadataURL: '\(provider.metadataURL)'" : "metadataFile: 'metadata.xml'"
        let text = """
            { tenant: 'woodgrove.test',
              partners: [{ name: '\(provider.name)', kind: 'saml', \(place), domains: ['\(provider.name).test'] \(more) }] }
            """
        let declared = try Declaration(DeclaredFile(name: "it.json5", bytes: Array(text.utf8))) { _ in file }
        return try await installation.apply(declared, asOperator: true, by: "test")
    }

    func partner(_ name: String) async throws -> Partner? {
        installation.settings.forget(woodgrove.id)
        return try await installation.settings.snapshot(woodgrove.id)?.partner(named: name)
    }

    func peerState(_ name: String) async throws -> PeerState? {
        guard let partner = try await partner(name) else { return nil }
        return try await store.peerState(woodgrove.id, .partner(partner.id))
    }

    /// A browser sent to the provider, which has an invited guest.
    func atProvider(_ provider: FakeSAMLProvider) async throws -> (browser: Visitor, run: ApplicationRun) {
        let address = "nina@\(provider.name).test"
        if try await store.users(woodgrove.id, mail: EmailAddress(address)!).isEmpty { try await invite(address) }
        let browser = Visitor(self)
        let run = ApplicationRun(self, web)
        await browser.open(run.url([("login_hint", address)]))
        return (browser, run)
    }

    /// The whole way, from the provider to the application.
    func comeBack(
        _ browser: Visitor, _ run: ApplicationRun, from provider: FakeSAMLProvider
    ) async throws -> [String: String] {
        let answer = try provider.signIn(browser.destination ?? "", now: now)
        await browser.post(answer.action, answer.fields, origin: provider.host)
        await browser.go()
        if browser.page.contains("name=\"accept\"") { await browser.submit("/accept", [("accept", "yes")]) }
        return try run.answer(browser.destination)
    }

    func signIn(from provider: FakeSAMLProvider) async throws -> [String: String] {
        let (browser, run) = try await atProvider(provider)
        return try await comeBack(browser, run, from: provider)
    }
}

extension Visitor {
    /// Goes where the last answer leads, within the gateway.
    func go() async {
        let next = response.field("Location") ?? page.firstMatch(after: "content=\"0;url=")
        if let next, destination == nil { await open(next) }
    }
}
