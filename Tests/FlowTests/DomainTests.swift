// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import Outbound
import Storage
import Synchronization
import Testing
import Upstream

/// Domains, a tenant's own and its partners', over an installation whose DNS is the test's.
@Suite("Proof of domains") struct DomainTests {
    private final class Names: Sendable {
        private let state = Mutex<(texts: [String: [String]], isDown: Bool, asked: [String])>(([:], false, []))

        var asked: [String] { state.withLock { $0.asked } }

        func publish(_ domain: String, _ texts: [String]?) { state.withLock { $0.texts[domain] = texts } }

        func stop(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

        var lookup: DomainLookup {
            DomainLookup { domain in
                self.state.withLock { state in
                    state.asked.append(domain.description)
                    if state.isDown { return .unavailable("192.0.2.53 port 53 did not answer.") }
                    return state.texts[domain.description].map { .records($0) } ?? .noSuchName
                }
            }
        }
    }

    private let gateway: TestGateway
    private let installation: Installation
    private let names = Names()
    private let domain = DomainName("contoso.com")!
    private let url = "https://idp.elsewhere.example/saml"

    init() async throws {
        let gateway = try await TestGateway()
        self.gateway = gateway
        let nobody = PartnerFetch { _, _ throws(FetchError) in FetchResult(status: 404) }
        let environment = Environment(now: { gateway.now }, randomBytes: Environment.live.randomBytes)
        installation = Installation(
            base: TestGateway.base, isDevelopment: false, environment: environment, store: gateway.store,
            masterKey: try MasterKey(Secret([UInt8](repeating: 7, count: 32))),
            upstream: UpstreamProviders(fetch: nobody, environment: environment), egress: .publicInternetOnly,
            limits: .forTests, failures: FailureLog(write: { _ in }), domainLookup: names.lookup, wakeOutbox: {})
    }

    private func snapshot(_ tenant: Tenant) async throws -> TenantSnapshot {
        try await installation.settings.snapshot(tenant.id)!
    }

    private func add(to tenant: Tenant) async throws -> String {
        let added = try await installation.addDomain(domain, to: snapshot(tenant), by: "test")
        return added.verificationDnsRecords[0].text
    }

    /// Nil: it is verified now.
    private func refusal(of tenant: Tenant) async throws -> String? {
        let snapshot = try await snapshot(tenant)
        do throws(DomainRefusal) {
            _ = try await installation.verifyDomain(domain, of: snapshot, by: "test")
            return nil
        } catch {
            return error.sentence
        }
    }

    private func activities(_ tenant: Tenant) async throws -> [String] {
        try await gateway.store.auditRecords(tenant.id).map(\.activity)
    }

    // MARK: A tenant's own

    @Test func `a record makes the domain the tenant's, in one commit with its audit record`() async throws {
        let record = try await add(to: gateway.woodgrove)
        #expect(try await refusal(of: gateway.woodgrove)?.contains("no name") == true)
        #expect(try await gateway.store.tenant(forDomain: domain) == nil)
        names.publish("contoso.com", ["x", record])
        #expect(try await refusal(of: gateway.woodgrove) == nil)
        #expect(try await gateway.store.tenant(forDomain: domain) == gateway.woodgrove.id)
        #expect(try await snapshot(gateway.woodgrove).tenant.domains.contains(domain))
        #expect(
            Set(try await activities(gateway.woodgrove)).isSuperset(of: ["Verify domain", "Add unverified domain"]))
        let own = try await installation.tenantDomains(snapshot(gateway.woodgrove))
        #expect(Set(own.map(\.name)) == [domain, gateway.woodgrove.initialDomain])
        #expect(own.allSatisfy { $0.isVerified && $0.isInitial == ($0.name != domain) })
    }

    @Test func `a record proves the domain to one tenant alone`() async throws {
        let ours = try await add(to: gateway.woodgrove)
        let theirs = try await add(to: gateway.fabrikam)
        #expect(ours != theirs)
        names.publish("contoso.com", [ours])
        #expect(try await refusal(of: gateway.fabrikam) != nil)
        #expect(try await gateway.store.tenant(forDomain: domain) == nil)
    }

    @Test func `of two tenants with a record each, one gets the domain`() async throws {
        names.publish("contoso.com", [try await add(to: gateway.woodgrove), try await add(to: gateway.fabrikam)])
        async let first = refusal(of: gateway.woodgrove)
        async let second = refusal(of: gateway.fabrikam)
        let refusals = try await [first, second]
        #expect(refusals.filter { $0 == nil }.count == 1)
        let owner = try await gateway.store.tenant(forDomain: domain)
        #expect(owner == (refusals[0] == nil ? gateway.woodgrove.id : gateway.fabrikam.id))
    }

    @Test func `a domain let go is nobody else's for thirty days, whatever its record says`() async throws {
        try await gateway.store.commit([
            .claimDomain(domain, for: gateway.fabrikam.id, at: gateway.now),
            .releaseDomain(domain, of: gateway.fabrikam.id, at: gateway.now),
        ])
        let snapshot = try await snapshot(gateway.woodgrove)
        await #expect(throws: DomainRefusal.self) {
            try await installation.addDomain(domain, to: snapshot, by: "test")
        }
        gateway.advance(by: 31 * 86_400)
        names.publish("contoso.com", [try await add(to: gateway.woodgrove)])
        #expect(try await refusal(of: gateway.woodgrove) == nil)
    }

    @Test func `what a partner speaks for is not the tenant's own`() async throws {
        names.publish("contoso.com", [try await add(to: gateway.woodgrove)])
        try await list([domain])
        #expect(try await refusal(of: gateway.woodgrove)?.contains("listed for the partner") == true)
    }

    @Test func `a record that is taken away is told, and takes nothing`() async throws {
        names.publish("contoso.com", [try await add(to: gateway.woodgrove)])
        #expect(try await refusal(of: gateway.woodgrove) == nil)
        names.publish("contoso.com", nil)
        gateway.advance(by: 86_400)
        let events = try await installation.checkDueDomains()
        #expect(events.map(\.change) == [.lapsed])
        #expect(events.first?.partner == nil)
        #expect(try await gateway.store.tenant(forDomain: domain) == gateway.woodgrove.id)
    }

    @Test func `the operator's word is a proof of its own, and goes with the domain`() async throws {
        let text = "{ tenant: { domain: 'woodgrove.test', domains: ['contoso.com'] } }"
        func apply(_ text: String) async throws {
            let declaration = try Declaration(DeclaredFile(name: "it.json5", bytes: Array(text.utf8))) { _ in nil }
            _ = try await installation.apply(declaration, asOperator: true, by: "test")
        }
        try await apply(text)
        let proof = try await gateway.store.domainProof(gateway.woodgrove.id, domain, of: .own)
        #expect(proof?.state == .proven(by: .operatorsWord, at: gateway.now))
        #expect(try await refusal(of: gateway.woodgrove) == nil)
        #expect(names.asked == [], "nobody is asked what the operator has said")
        let both = "{ tenant: { domain: 'woodgrove.test', domains: ['contoso.com', 'contoso.net'] } }"
        try await list([DomainName("contoso.net")!])
        await #expect(throws: DeclarationRefusal.self, "a partner has it") { try await apply(both) }
        try await apply(text.replacing("'contoso.com'", with: ""))
        #expect(try await gateway.store.domainProof(gateway.woodgrove.id, domain, of: .own) == nil)
    }

    // MARK: A partner's

    private var partner: Partner {
        Partner(
            id: ID(bytes: [UInt8](repeating: 0x77, count: 16))!, name: "contoso", displayName: "Contoso",
            connection: .emailCode, domains: [])
    }

    /// The partner with these domains, as a declaration would write it.
    @discardableResult
    private func list(_ domains: [DomainName], at url: String? = nil, asOperator: Bool = false) async throws -> Partner
    {
        var partner = partner
        partner.domains = domains
        try await gateway.publish([SettingsObject(partner)])
        installation.settings.forget(gateway.woodgrove.id)
        try await gateway.store.commit(
            installation.partnerDomainSteps(
                partner, at: url ?? self.url, in: gateway.woodgrove.id, asOperator: asOperator))
        return partner
    }

    private func isHeard(_ partner: Partner, at url: String? = nil, for domain: DomainName? = nil) async throws -> Bool
    {
        try await installation.voice(
            of: partner, at: url ?? self.url, for: domain ?? self.domain, in: gateway.woodgrove
        ).isHeard
    }

    @Test func `a partner is heard for its page's own domain, and nobody is asked`() async throws {
        let page = "https://sts.contoso.com/adfs/ls"
        let partner = try await list([domain, DomainName("contoso.net")!], at: page)
        #expect(try await isHeard(partner, at: page))
        #expect(try await !isHeard(partner, at: page, for: DomainName("contoso.net")!))
        #expect(try await !isHeard(partner, at: page, for: DomainName("sub.contoso.com")!))
        #expect(try await !isHeard(partner, at: "https://sts.contoso.com.evil.example/"))
        #expect(names.asked == [])
    }

    /// protocols-and-threats §5, "federated domain spoofing".
    @Test func `a partner elsewhere is heard once the domain's record names its page, and until it does not`()
        async throws
    {
        let partner = try await list([domain])
        #expect(try await !isHeard(partner))
        #expect(try await installation.checkDueDomains().isEmpty)
        #expect(try await !isHeard(partner))

        names.publish("contoso.com", ["DirectFedAuthUrl=" + url])
        gateway.advance(by: 3600)
        let proven = try await installation.checkDueDomains()
        #expect(proven.map(\.change) == [.proven])
        #expect(proven.first?.partner == partner.id)
        #expect(try await isHeard(partner))

        names.publish("contoso.com", ["DirectFedAuthUrl=https://other.example/"])
        gateway.advance(by: 86_400)
        let lapsed = try await installation.checkDueDomains()
        #expect(lapsed.map(\.change) == [.lapsed])
        #expect(lapsed.first?.sentence.contains("https://other.example/") == true)
        #expect(try await activities(gateway.woodgrove).first == "Domain proof lapsed")
        #expect(try await !isHeard(partner))

        names.publish("contoso.com", ["DirectFedAuthUrl=" + url])
        gateway.advance(by: 3600)
        #expect(try await installation.checkDueDomains().map(\.change) == [.restored])
        #expect(try await isHeard(partner))
    }

    @Test func `a resolver that fails is told at once and ends the proof after three days`() async throws {
        names.publish("contoso.com", ["DirectFedAuthUrl=" + url])
        let partner = try await list([domain])
        #expect(try await installation.checkDueDomains().map(\.change) == [.proven])
        names.stop(true)
        gateway.advance(by: 86_400)
        var changes: [DomainProofChange] = []
        for _ in 0..<72 {
            changes += try await installation.checkDueDomains().map(\.change)
            #expect(try await isHeard(partner))
            gateway.advance(by: 3600)
        }
        #expect(changes == [.failing])
        #expect(try await installation.checkDueDomains().map(\.change) == [.lapsed])
        #expect(try await !isHeard(partner))
    }

    @Test func `a server that ends in the middle of it counts no failure`() async throws {
        names.publish("contoso.com", ["DirectFedAuthUrl=" + url])
        let partner = try await list([domain])
        _ = try await installation.checkDueDomains()
        names.stop(true)
        gateway.advance(by: 86_400)
        let ending = Task { [installation] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await installation.checkDueDomains().count
        }
        #expect(try await ending.value == 0)
        let subject = DomainSubject.partner(partner.id)
        let proof = try await gateway.store.domainProof(gateway.woodgrove.id, domain, of: subject)
        #expect(proof?.isProven == true && proof?.failingSince == nil)
    }

    @Test func `another sign-in page needs another proof`() async throws {
        names.publish("contoso.com", ["DirectFedAuthUrl=" + url])
        var partner = try await list([domain])
        _ = try await installation.checkDueDomains()
        #expect(try await isHeard(partner))
        let moved = "https://new.elsewhere.example/saml"
        #expect(try await !isHeard(partner, at: moved), "before the proofs follow")
        partner = try await list([domain], at: moved)
        #expect(try await !isHeard(partner, at: moved))
        _ = try await installation.checkDueDomains()
        #expect(try await !isHeard(partner, at: moved))
    }

    @Test func `what is listed no more has no proof, and is not proven when it comes back`() async throws {
        let partner = try await list([domain], asOperator: true)
        #expect(try await isHeard(partner))
        try await list([])
        #expect(try await gateway.store.domainProof(gateway.woodgrove.id, domain, of: .partner(partner.id)) == nil)
        #expect(try await !isHeard(try await list([domain])))
        #expect(try await !isHeard(partner, for: DomainName("woodgrove.test")!))
    }

    @Test func `a claim of a partner that is gone is forgotten`() async throws {
        let partner = try await list([domain])
        try await gateway.publish([
            SettingsObject(kind: .partner, id: partner.id.description, body: nil)
        ])
        installation.settings.forget(gateway.woodgrove.id)
        #expect(try await installation.checkDueDomains().isEmpty)
        #expect(names.asked == [])
        #expect(try await gateway.store.domainProof(gateway.woodgrove.id, domain, of: .partner(partner.id)) == nil)
    }

    @Test func `many claims are looked at in one go`() async throws {
        let domains = (0..<150).map { DomainName("d\($0).example")! }
        for domain in domains { names.publish(domain.description, ["DirectFedAuthUrl=" + url]) }
        try await list(domains)
        #expect(try await installation.checkDueDomains().count == 150)
        #expect(Set(names.asked).count == 150)
        #expect(try await installation.checkDueDomains().isEmpty)
    }
}
