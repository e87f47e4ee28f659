// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import SAML
import Storage
import Testing

@Suite("How partners are told to fare") struct PartnerDoctorTests {
    private let provider = FakeSAMLProvider()
    private let day = 86_400.0

    @Test func `a partner that is well raises nothing, and each trouble its own finding`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        try await gateway.installation.recordPeerExperience()
        let well = try await gateway.diagnosis()
        #expect(well.isWell && well.findings(of: "partner contoso") == [])
        let state = try #require(well.partners.first { $0.partner.name == "contoso" }?.state)
        #expect(state.experience.lastSuccessAt == gateway.now && state.metadata.fetchedAt == gateway.now)

        // An answer that is refused after a success.
        gateway.advance(by: 1)
        provider.set { $0.signer = FakeSAMLProvider.second }
        _ = try await gateway.signIn(from: provider)
        try await gateway.installation.recordPeerExperience()
        #expect(try await gateway.diagnosis().rules(of: "partner contoso").count == 1)
        #expect(try await !gateway.diagnosis().isWell)
        provider.set { $0.signer = FakeSAMLProvider.first }
        gateway.advance(by: 1)
        _ = try await gateway.signIn(from: provider)
        try await gateway.installation.recordPeerExperience()
        #expect(try await gateway.diagnosis().isWell)

        // Metadata that can't be read: a notice, and after two days a problem.
        provider.set { $0.isDown = true }
        gateway.advance(by: day)
        try await gateway.installation.refreshDuePeers()
        #expect(try await gateway.diagnosis().rules(of: "partner contoso") == ["metadata.failing"])
        #expect(try await gateway.diagnosis().isWell)
        gateway.advance(by: 2.5 * day)
        #expect(try await !gateway.diagnosis().isWell)
    }

    @Test func `certificates, ours and theirs, at 30, 7 and 1 days`() async throws {
        let gateway = try await TestGateway()
        let short = FakeSAMLProvider.signer("short", days: 40)
        provider.set { ($0.signer, $0.published) = (short, [short]) }
        _ = try await gateway.addPartner(provider)
        var seen: [Int: String] = [:]
        for number in 1...41 {
            gateway.advance(by: day)
            let rules = try await gateway.diagnosis().rules(of: "partner contoso").filter {
                $0.hasPrefix("certificate")
            }
            if let rule = rules.first, !seen.values.contains(rule) { seen[number] = rule }
        }
        #expect(seen == [10: "certificate.30", 33: "certificate.7", 39: "certificate.1", 40: "certificate.0"])
        #expect(try await !gateway.diagnosis().isWell)
    }

    @Test func `what a partner publishes now is compared, and not adopted`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let before = try await gateway.partner("contoso")
        provider.set { $0.published = [FakeSAMLProvider.second] }
        #expect(try await gateway.diagnosis().rules(of: "partner contoso") == [])
        #expect(try await gateway.diagnosis(asks: true).rules(of: "partner contoso") == ["drift"])
        provider.set { $0.entityID = "https://idp.contoso.test/mallory" }
        #expect(try await gateway.diagnosis(asks: true).rules(of: "partner contoso") == ["issuer_mismatch"])
        #expect(try await gateway.partner("contoso") == before)
    }

    @Test func `lapsed proofs of domains, and a clock that is behind`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let partner = try #require(try await gateway.partner("contoso"))
        let claim = DomainClaim(
            domain: DomainName("contoso.test")!, subject: .partner(partner.id),
            reference: "https://idp.contoso.test/sso")
        let proof = DomainProof(claim: claim, state: .lapsed(since: gateway.now), addedAt: gateway.now)
        try await gateway.store.commit([.putDomainProof(proof, in: gateway.woodgrove.id)])
        #expect(try await gateway.diagnosis().rules(of: "domain contoso.test") == ["domain.lapsed"])
        #expect(try await gateway.diagnosis().rules(of: "clock") == [])
        gateway.advance(by: -3600)
        #expect(try await gateway.diagnosis().rules(of: "clock") == ["clock.behind"])
    }

    @Test func `metrics are for the listener of their own, and count by partner and rule`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        _ = try await gateway.signIn(from: provider)
        provider.set { $0.signer = FakeSAMLProvider.second }
        _ = try await gateway.signIn(from: provider)
        try await gateway.installation.recordPeerExperience()
        let text = await gateway.metrics("/metrics").text
        #expect(text.contains("partner=\"contoso\",result=\"success\"} 1"), "\(text)")
        #expect(text.contains("partner=\"contoso\",result=\"failure\",rule="))
        #expect(text.contains("vestibule_certificate_left_seconds{"))
        #expect(text.contains("# TYPE vestibule_partner_sign_ins_total counter"))
        #expect(await gateway.metrics("/\(gateway.woodgrove.id)/account").status == 404)
        #expect(await gateway.metrics("/metrics", isInternal: false).status == 404)
    }
}

@Suite("A connection is tried") struct PartnerTestTests {
    private let provider = FakeSAMLProvider()

    private func begin(_ gateway: TestGateway) async throws -> (browser: Visitor, id: OneTimeLink.ID, url: String) {
        let partner = try #require(try await gateway.partner(provider.name))
        let test = try await gateway.installation.newPartnerTest(partner, in: gateway.woodgrove.id)
        let browser = Visitor(gateway)
        await browser.open(test.url)
        return (browser, test.id, test.url)
    }

    private func walk(_ gateway: TestGateway, _ browser: Visitor) async throws {
        await browser.submit("/test")
        let answer = try provider.signIn(try #require(browser.destination, "\(browser.page)"), now: gateway.now)
        await browser.post(answer.action, answer.fields, origin: provider.host)
        await browser.go()
    }

    @Test func `each claim and rule is shown, and nobody is signed in`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let (browser, id, _) = try await begin(gateway)
        #expect(gateway.installation.partnerTestResult(id) == nil)
        try await walk(gateway, browser)
        #expect(browser.page.contains("read as email") && browser.page.contains("nina@contoso.test"), "\(browser.page)")
        #expect(browser.page.contains("would be accepted"))
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-") }, "\(browser.cookies)")
        let result = try #require(gateway.installation.partnerTestResult(id))
        #expect(result.refusal == nil && result.guest == nil)
        #expect(result.checks.contains { $0.name == "audience" && $0.passed && $0.expected != nil })
        #expect(result.claims.map(\.name) == ["mail", "sn"] && result.claims[1].properties == ["surname"])
        #expect(try await gateway.store.signIns(gateway.woodgrove.id, limit: 5) == [])
        #expect(try await gateway.store.users(gateway.woodgrove.id, mail: EmailAddress("nina@contoso.test")!) == [])
    }

    @Test func `a refusal names its rule, with what was expected and what came`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let (browser, id, _) = try await begin(gateway)
        provider.set { $0.entityID = "https://idp.contoso.test/other" }
        try await walk(gateway, browser)
        let result = try #require(gateway.installation.partnerTestResult(id))
        #expect(result.refusal?.rule == "issuer_mismatch")
        let failed = try #require(result.checks.last { !$0.passed })
        #expect(failed.expected == "https://idp.contoso.test/metadata")
        #expect(failed.actual == "https://idp.contoso.test/other")
        #expect(browser.page.contains("NOT met") && browser.page.contains("issuer_mismatch"))
    }

    @Test func `a disabled partner can be tried, and a guest who is known is named`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        #expect(try await gateway.signIn(from: provider)["code"] != nil)
        try await gateway.disable("contoso")
        let (browser, id, _) = try await begin(gateway)
        try await walk(gateway, browser)
        #expect(gateway.installation.partnerTestResult(id)?.guest?.contains("nina") == true, "\(browser.page)")
    }

    @Test func `the link works once, for ten minutes, for its own partner, and only from our page`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let (browser, _, url) = try await begin(gateway)
        // From another site.
        let form = try #require(browser.forms.first)
        await browser.post(form.action, form.hidden, origin: "https://evil.test")
        #expect(browser.response.status == 400)
        await browser.open(url)
        await browser.submit("/test")
        #expect(browser.destination != nil)
        let second = Visitor(gateway)
        await second.open(url)
        #expect(second.response.status == 410)
        await second.post(form.action, form.hidden)
        #expect(second.response.status == 410)

        let late = try await begin(gateway)
        gateway.advance(by: 601)
        await late.browser.submit("/test")
        #expect(late.browser.response.status == 410)

        let other = try await begin(gateway)
        await other.browser.open(other.url.replacing("/contoso/", with: "/northwind/"))
        #expect(other.browser.response.status == 410)
    }

    @Test func `a test is never continued as a sign-in`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.addPartner(provider)
        let (browser, _, _) = try await begin(gateway)
        await browser.submit("/test")
        let answer = try provider.signIn(try #require(browser.destination), now: gateway.now)
        let relay = try #require(answer.fields.first { $0.0 == "RelayState" }?.1)
        let bytes = try #require(Base64URL.decode(relay))
        let id = try #require(OneTimeLink.ID(bytes: Array(bytes.prefix(16))))
        await browser.open("/\(gateway.woodgrove.id)/signin/\(id)")
        #expect(browser.response.status == 400, "\(browser.page)")
        await browser.post(answer.action, answer.fields, origin: provider.host)
        #expect(browser.page.contains("would be accepted"))
        // The same answer again finds no test any more.
        await browser.post(answer.action, answer.fields, origin: provider.host)
        #expect(browser.response.status == 400)
    }
}

extension TestGateway {
    func diagnosis(asks: Bool = false) async throws -> Diagnosis {
        installation.settings.forget(woodgrove.id)
        let snapshot = try #require(try await installation.settings.snapshot(woodgrove.id))
        return try await installation.diagnose(snapshot, asks: asks)
    }

    func metrics(_ path: String, isInternal: Bool = true) async -> (status: Int, text: String) {
        var request = HTTPRequest(method: .get, target: path, fields: [("Host", "gateway.test")])
        request.peer = Peer(remoteAddress: "127.0.0.1", isInternal: isInternal)
        let response = await handler.respond(to: request)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }
}

extension Diagnosis {
    fileprivate func findings(of subject: String) -> [HealthFinding] { findings.filter { $0.subject == subject } }

    fileprivate func rules(of subject: String) -> [String] { findings(of: subject).map(\.rule) }
}
