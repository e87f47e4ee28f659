import Testing

@testable import Directory

@Suite("Proof of a domain") struct DomainClaimTests {
    private static let url = "https://fabrikamconglomerate.com/adfs"
    private let partners = DomainClaim(
        domain: Sample.domain("fabrikam.com"), subject: .partner(Sample.id(7)), reference: url)
    private let own = DomainClaim(domain: Sample.domain("fabrikam.com"), subject: .own, reference: "0123abcd")

    @Test func `the records to publish`() {
        #expect(partners.recordText == "DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs")
        #expect(own.recordText == "vestibule-domain-verification=0123abcd")
    }

    @Test(arguments: [
        ("fabrikam.com", true), ("sts.fabrikam.com", true), ("a.b.fabrikam.com", true),
        ("evilfabrikam.com", false), ("fabrikam.com.evil.example", false), ("com.example", false),
        ("fabrikam.co", false), ("fabrikam-com.example", false),
    ])
    func `a sign-in page at the domain or under it proves it, by whole labels`(host: String, isProven: Bool) {
        let decision = partners.provenByHost(Sample.domain(host))
        #expect(decision.verdict == (isProven ? .proven(.signInHost) : .unproven), "\(host)")
        #expect(decision.reasons.map(\.met) == [isProven])
        #expect(own.provenByHost(Sample.domain(host)).verdict == .unproven, "no page proves a tenant's own domain")
    }

    @Test func `a sign-in page at an address proves nothing`() {
        #expect(partners.provenByHost(nil).verdict == .unproven)
    }

    @Test(arguments: [
        ("google.com", "accounts.google.com", false), ("accounts.google.com", "accounts.google.com", false),
        ("okta.com", "contoso.okta.com", false), ("contoso.okta.com", "contoso.okta.com", true),
        ("microsoftonline.com", "login.microsoftonline.com", false), ("github.io", "evil.github.io", false),
        ("evil.github.io", "evil.github.io", true), ("azure.com", "evil.westus.cloudapp.azure.com", false),
    ])
    func `where everybody can have a page, it proves nothing above it`(domain: String, host: String, isProven: Bool) {
        let claim = DomainClaim(
            domain: Sample.domain(domain), subject: .partner(Sample.id(7)), reference: "https://\(host)/saml")
        #expect(claim.provenByHost(Sample.domain(host)).verdict == (isProven ? .proven(.signInHost) : .unproven))
    }

    @Test func `every shared name is a domain`() {
        for name in SharedSignInHosts.texts {
            let domain = Sample.domain(name)
            #expect(SharedSignInHosts.shared(domain, provingFor: domain) != nil, "\(name)")
        }
    }

    @Test(
        arguments: [
            (["DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs"], true),
            (["v=spf1 -all", "  DirectFedAuthUrl= https://fabrikamconglomerate.com/adfs\t"], true),
            (
                ["DirectFedAuthUrl=https://old.example/", "DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs"],
                true
            ),
            (["DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs/"], false),
            (["DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs/evil"], false),
            (["DirectFedAuthUrl=HTTPS://fabrikamconglomerate.com/adfs"], false),
            (["directfedauthurl=https://fabrikamconglomerate.com/adfs"], false),
            (["x DirectFedAuthUrl=https://fabrikamconglomerate.com/adfs"], false),
            (["DirectFedAuthUrl="], false), (["DirectFedAuthUrl"], false), ([""], false),
        ] as [([String], Bool)])
    func `one record that names the sign-in page exactly is enough`(records: [String], isProven: Bool) {
        let decision = partners.proven(by: .records(records))
        #expect(decision.verdict == (isProven ? .proven(.record) : .unproven), "\(records)")
        #expect(decision.reasons.map(\.rule) == ["domain.record"])
    }

    /// Unicode says that these are one text; a domain's record does not.
    @Test func `canonically equivalent is not the same`() {
        let claim = DomainClaim(
            domain: Sample.domain("fabrikam.com"), subject: .partner(Sample.id(7)), reference: "https://x.example/é")
        #expect(claim.proven(by: .records(["DirectFedAuthUrl=https://x.example/e\u{301}"])).verdict == .unproven)
    }

    @Test func `a token proves nothing to another tenant`() {
        #expect(own.proven(by: .records(["vestibule-domain-verification=0123abcd"])).verdict == .proven(.record))
        #expect(own.proven(by: .records(["vestibule-domain-verification=0123abce"])).verdict == .unproven)
        #expect(own.proven(by: .records(["MS=ms0123abcd", "DirectFedAuthUrl=0123abcd"])).verdict == .unproven)
        #expect(partners.proven(by: .records(["vestibule-domain-verification=\(Self.url)"])).verdict == .unproven)
    }

    @Test func `what is not there is told apart from what could not be asked`() {
        #expect(partners.proven(by: .noRecords).verdict == .unproven)
        #expect(partners.proven(by: .noSuchName).verdict == .unproven)
        #expect(partners.proven(by: .alias(of: "evil.example")).verdict == .unproven)
        let decision = partners.proven(by: .unavailable("192.0.2.53 port 53 answered with SERVFAIL."))
        #expect(decision.verdict == .undecided)
        #expect(decision.reasons.first?.rule == "domain.resolver")
        #expect(decision.reasons.first?.detail.hasSuffix("SERVFAIL.") == true)
    }

    @Test func `a sentence shows no record but the one that was to be there`() throws {
        let records = ["internal-host=10.0.0.7", "secret"]
        let detail = try #require(partners.proven(by: .records(records)).reasons.first?.detail)
        #expect(!detail.contains("internal") && !detail.contains("secret") && detail.contains("2 TXT records"))
        let forged = try #require(
            partners.proven(by: .records(["DirectFedAuthUrl=\u{1B}[2J\n\u{202E}x"])).reasons.first?.detail)
        #expect(forged.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
    }
}
