// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import SAML
import Storage
import Testing

@Suite("A partner's metadata") struct PartnerHealthTests {
    private let provider = FakeSAMLProvider()
    private let day = 86_400.0

    @Test func `is read again before a day is over, and nothing is published where it says the same`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let state = try #require(try await gateway.peerState("contoso")?.metadata)
        #expect(state.fetchedAt == gateway.now)
        let wait = try #require(state.dueAt).timeIntervalSince(gateway.now)
        #expect((0.7 * day...day).contains(wait))
        #expect(state.certificateEndsAt.map { abs($0.timeIntervalSince(gateway.now) - 400 * day) < 7200 } == true)
        let version = try await gateway.store.settingsVersion(gateway.woodgrove.id)

        gateway.advance(by: wait - 60)
        try await gateway.installation.refreshDuePeers()
        #expect(provider.fetches == 1)
        gateway.advance(by: 120)
        try await gateway.installation.refreshDuePeers()
        #expect(provider.fetches == 2)
        #expect(try await gateway.store.settingsVersion(gateway.woodgrove.id) == version)
        #expect(try await gateway.peerState("contoso")?.metadata.fetchedAt == gateway.now)
    }

    @Test func `brings new keys and endpoints as a version of the settings`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let before = try #require(try await gateway.store.settingsVersion(gateway.woodgrove.id))
        provider.set {
            $0.published = [FakeSAMLProvider.first, FakeSAMLProvider.second]
            $0.signInURL = "https://idp.contoso.test/new"
        }
        gateway.advance(by: day)
        try await gateway.installation.refreshDuePeers()
        let federation = try #require(try await gateway.partner("contoso")?.federation)
        #expect(federation.signingCertificates.count == 2)
        #expect(federation.signInURL == "https://idp.contoso.test/new")
        let history = try await gateway.store.settingsHistory(gateway.woodgrove.id, limit: 1)
        #expect(history.first?.number == before + 1 && history.first?.author == "metadata")
        #expect(gateway.events.map(\.change) == [.keys, .endpoints])
        #expect(gateway.events.last?.sentence.contains("https://idp.contoso.test/new") == true)
        let audit = try await gateway.store.auditRecords(gateway.woodgrove.id, limit: 2)
        #expect(audit.allSatisfy { $0.activity.hasPrefix("Partner health:") })
    }

    @Test func `leaves what is written by hand`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(
            provider, more: ", signInBinding: 'post', logoutURL: 'https://idp.contoso.test/bye', signsRequests: false")
        #expect(try await gateway.partner("contoso")?.federation?.signInURL == "https://idp.contoso.test/sso-post")
        provider.set { $0.published = [FakeSAMLProvider.second] }
        gateway.advance(by: day)
        try await gateway.installation.refreshDuePeers()
        let federation = try #require(try await gateway.partner("contoso")?.federation)
        #expect(federation.signInBinding == .post && federation.signInURL == "https://idp.contoso.test/sso-post")
        #expect(federation.logoutURL == "https://idp.contoso.test/bye" && !federation.signsRequests)
        #expect(federation.signingCertificates.count == 1)
    }

    @Test func `of another entity is refused and told, once`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let before = try await gateway.partner("contoso")
        provider.set {
            $0.entityID = "https://idp.contoso.test/mallory"
            $0.published = [FakeSAMLProvider.second]
        }
        for _ in 0..<3 {
            gateway.advance(by: day)
            try await gateway.installation.refreshDuePeers()
        }
        #expect(try await gateway.partner("contoso") == before)
        #expect(gateway.events.map(\.change) == [.issuer])
        #expect(try await gateway.peerState("contoso")?.metadata.failure?.hasPrefix("issuer_mismatch:") == true)
    }

    @Test func `that can't be read leaves the last good one, until it expires`() async throws {
        let gateway = try await TestGateway()
        provider.set { $0.validUntil = gateway.now.addingTimeInterval(4 * day) }
        _ = try await gateway.addPartner(provider)
        let due = try #require(try await gateway.peerState("contoso")?.metadata.dueAt)
        #expect(due <= gateway.now.addingTimeInterval(3 * day))
        provider.set { $0.isDown = true }
        var asked = 0
        for _ in 0..<80 {
            gateway.advance(by: 3600)
            try await gateway.installation.refreshDuePeers()
            asked = provider.fetches
        }
        #expect(asked > 20, "it is asked again and again, \(asked) times")
        #expect(gateway.events.map(\.change) == [.failing])
        #expect(try await gateway.signIn(from: provider)["code"] != nil)

        gateway.advance(by: day)
        try await gateway.installation.refreshDuePeers()
        #expect(gateway.events.map(\.change) == [.failing, .expired])
        let late = try await gateway.atProvider(provider).browser
        #expect(late.destination == nil && late.page.contains("AADSTS50008"), "\(late.page)")
        provider.set {
            $0.isDown = false
            $0.validUntil = gateway.now.addingTimeInterval(30 * day)
        }
        gateway.advance(by: 3700)
        try await gateway.installation.refreshDuePeers()
        #expect(gateway.events.map(\.change) == [.failing, .expired, .restored])
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
    }

    @Test func `that expired while a person was at the partner does not count when they come back`() async throws {
        let gateway = try await TestGateway()
        provider.set { $0.validUntil = gateway.now.addingTimeInterval(600) }
        _ = try await gateway.addPartner(provider)
        let (browser, run) = try await gateway.atProvider(provider)
        provider.set { $0.isDown = true }
        gateway.advance(by: 700)
        let answer = try await gateway.comeBack(browser, run, from: provider)
        #expect(answer["code"] == nil)
        #expect(browser.page.contains("AADSTS50008"), "\(browser.page)")
        try await gateway.installation.recordPeerExperience()
        #expect(try await gateway.peerState("contoso")?.experience.lastFailure?.rule == "metadata_expired")
    }

    @Test func `in a file expires as well, and another one renews it`() async throws {
        let gateway = try await TestGateway()
        provider.set { $0.validUntil = gateway.now.addingTimeInterval(600) }
        let document = try provider.metadata.document(id: "_1", signer: nil)
        _ = try await gateway.addPartner(provider, file: document)
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        gateway.advance(by: 700)
        try await gateway.installation.refreshDuePeers()
        #expect(gateway.events.map(\.change) == [.expired])
        #expect(try await gateway.atProvider(provider).browser.page.contains("AADSTS50008"))
        provider.set { $0.validUntil = gateway.now.addingTimeInterval(600) }
        let again = try await gateway.addPartner(provider, file: try provider.metadata.document(id: "_1", signer: nil))
        #expect(!again.changesAnything)
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        #expect(provider.fetches == 0)
    }

    @Test func `certificates are told of 30, 7 and 1 days before they end, and after`() async throws {
        let gateway = try await TestGateway()
        let short = FakeSAMLProvider.signer("short", days: 40)
        provider.set { ($0.signer, $0.published) = (short, [short]) }
        _ = try await gateway.addPartner(provider)
        var told: [(day: Int, event: PeerEvent)] = []
        for number in 1...45 {
            gateway.advance(by: day)
            try await gateway.installation.refreshDuePeers()
            told += gateway.events.dropFirst(told.count).map { (number, $0) }
        }
        #expect(told.map(\.event.change) == [.certificate, .certificate, .certificate, .certificate])
        #expect(told.map(\.day) == [10, 33, 39, 40])
        // An ended certificate is worth an alarm and no more.
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
    }

    @Test func `a key that was announced signs without a refusal`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        provider.set { $0.published = [FakeSAMLProvider.first, FakeSAMLProvider.second] }
        gateway.advance(by: day)
        try await gateway.installation.refreshDuePeers()
        let fetches = provider.fetches
        provider.set { $0.signer = FakeSAMLProvider.second }
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        #expect(provider.fetches == fetches)
    }

    @Test func `a key that nobody announced is looked for while people sign in, and none is refused`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        var waiting: [(Visitor, ApplicationRun)] = []
        for _ in 0..<6 { waiting.append(try await gateway.atProvider(provider)) }
        provider.set { ($0.signer, $0.published) = (FakeSAMLProvider.second, [FakeSAMLProvider.second]) }
        gateway.advance(by: 1)
        for (browser, run) in waiting {
            #expect(try await gateway.comeBack(browser, run, from: provider)["code"] != nil, "\(browser.page)")
        }
        #expect(provider.fetches == 2)
        #expect(gateway.events.map(\.change) == [.keys])
    }

    @Test func `keys that nobody publishes make us ask once a minute, and count for nothing`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        provider.set { $0.signer = FakeSAMLProvider.second }
        for _ in 0..<5 { #expect(try await gateway.signIn(from: provider)["code"] == nil) }
        #expect(provider.fetches == 2)
        gateway.advance(by: 61)
        #expect(try await gateway.signIn(from: provider)["code"] == nil)
        #expect(provider.fetches == 3)
        try await gateway.installation.recordPeerExperience()
        let experience = try #require(try await gateway.peerState("contoso")?.experience)
        #expect(experience.lastFailure?.rule == "signature_invalid" || experience.lastFailure?.rule == "untrusted_key")
        #expect(experience.lastSuccessAt == nil)
    }

    @Test func `metadata that its pinned signer did not sign is not adopted`() async throws {
        let gateway = try await TestGateway()
        provider.set { $0.metadataSigner = FakeSAMLProvider.first }
        let pin = Base64.encode(FakeSAMLProvider.first.certificate!.der)
        _ = try await gateway.addPartner(provider, more: ", metadataSigner: '\(pin)'")
        let before = try await gateway.partner("contoso")
        provider.set {
            $0.metadataSigner = FakeSAMLProvider.second
            $0.published = [FakeSAMLProvider.second]
        }
        gateway.advance(by: day)
        try await gateway.installation.refreshDuePeers()
        #expect(try await gateway.partner("contoso") == before)
        #expect(gateway.events.map(\.change) == [.failing])
    }

    @Test func `what sign-ins showed is written by the minute, not by them`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        #expect(try await gateway.peerState("contoso")?.experience == PeerState.Experience())
        try await gateway.installation.recordPeerExperience()
        var experience = try #require(try await gateway.peerState("contoso")?.experience)
        #expect(experience.lastSuccessAt == gateway.now && experience.claims == ["mail", "sn"])
        provider.set { $0.attributes.removeLast() }
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        try await gateway.installation.recordPeerExperience()
        experience = try #require(try await gateway.peerState("contoso")?.experience)
        #expect(experience.claims == ["mail"] && experience.claimsBefore == ["mail", "sn"])
        #expect(gateway.events.map(\.change) == [.claims])
    }

    @Test func `peers of before are looked at, and those that are gone are forgotten`() async throws {
        let gateway = try await TestGateway()
        let tenant = gateway.woodgrove.id
        _ = try await gateway.addPartner(provider)
        let partner = try #require(try await gateway.partner("contoso"))
        try await gateway.store.commit([.removePeer(.partner(partner.id), in: tenant)])
        try await gateway.installation.enrolPeers(tenant)
        try await gateway.installation.refreshDuePeers()
        #expect(try await gateway.peerState("contoso")?.metadata.fetchedAt == gateway.now)
        try await gateway.publish([SettingsObject(kind: .partner, id: partner.id.description, body: nil)])
        try await gateway.installation.enrolPeers(tenant)
        #expect(try await gateway.store.peerStates(tenant) == [])
    }
}
