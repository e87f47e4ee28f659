// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import Outbound
import SAML
import Storage
import Synchronization
import Testing

@Suite("What a page leaves behind") struct TraceTests {
    private let sam = FakePerson("sam-1", mail: "sam@adatum.test", name: "Sam Adatum")

    // MARK: Used twice

    @Test func `an assertion used again in another sign-in is refused as a replay`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner { $0.acceptsUnsolicited = true }
        _ = try await gateway.redeemed(partner, sam)
        let form = try partner.form(partner.assertion(sam, to: nil), relayState: nil)
        let first = Visitor(gateway)
        await first.deliver(form)
        #expect(first.page.contains("/signout\""), "\(first.page)")
        let second = Visitor(gateway)
        await second.deliver(form)
        #expect(second.response.status == 403 && second.cookies.isEmpty, "\(second.page)")
        #expect(gateway.cause(second).contains("[partner.replay]"), "\(gateway.cause(second))")
    }

    @Test func `the answer of a sign-in that is over tells the visitor so, and the administrator what came`()
        async throws
    {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        _ = try await gateway.redeemed(partner, sam)
        let browser = try await gateway.atPartner()
        let (before, marks) = (browser.cookies, browser.crossSiteCookies)
        let answer = try await partner.answer(browser, sam)
        await browser.deliver(answer)
        let code = try #require(
            try ApplicationRun(gateway, gateway.web).answer(browser.destination)["code"], "\(browser.page)")
        let id = try #require(
            Base64URL.decode(String(code.prefix { $0 != "." })).flatMap { SignInID(bytes: $0) })

        let again = Visitor(gateway)
        (again.cookies, again.crossSiteCookies) = (before, marks)
        await again.deliver(answer)
        #expect(again.response.status == 200 && again.destination == nil, "\(again.page)")
        let noted = gateway.installation.failures.entries(id.description)
        #expect(noted.flatMap(\.reasons).map(\.rule) == ["partner.replay"])
        #expect(try await gateway.store.signIn(gateway.woodgrove.id, id)?.outcome == .success)
    }

    // MARK: What the partner says

    @Test func `a status instead of an assertion has the name of its rule, and one period`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        try await gateway.invite("sam@adatum.test")
        let browser = try await gateway.atPartner()
        await browser.deliver(
            try await partner.refuse(browser, SAMLStatus(.responder, SAMLStatusCode.authnFailed)))
        #expect(browser.response.status == 502)
        let cause = gateway.cause(browser)
        #expect(
            cause == "Adatum SSO did not sign the person in. The status is Responder/AuthnFailed."
                + " [partner.status_not_success]")
    }

    // MARK: A home that does not answer

    @Test func `a home that can't be reached leaves a way on`() async throws {
        let gateway = try await TestGateway()
        let line = Line(to: gateway.provider)
        gateway.serve(FakeProvider.issuer) { request throws(FetchError) in try line.answer(request) }
        line.isCut.withLock { $0 = true }
        let run = ApplicationRun(gateway, gateway.web)
        let browser = Visitor(gateway)
        await browser.open(run.url([("login_hint", "pat@northwind.test")]))
        #expect(browser.response.status == 502 && browser.page.contains("AADSTS40010"), "\(browser.page)")
        let links = browser.page.components(between: "<a class=\"button", and: "</a>")
        let again = try #require(links.first?.firstMatch(after: "href=\""))
        #expect(again.contains("/signin/"))
        #expect(links.contains { $0.contains(gateway.web.redirectURI) }, "and back to the application: \(links)")
        line.isCut.withLock { $0 = false }
        // For so long nobody asks again.
        gateway.advance(by: 11)
        await browser.open(again)
        #expect(browser.destination?.contains("/authorize") == true, "\(browser.page)")
    }

    // MARK: Invitations

    @Test(arguments: ["expired", "withdrawn"])
    func `an invitation that is over shows what to look it up by`(_ how: String) async throws {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite("pat@contoso.test")
        if how == "expired" {
            gateway.advance(by: 400 * 86_400)
        } else {
            try await gateway.store.commit([
                .revokeInvitation(issued.invitation.id, in: gateway.woodgrove.id)
            ])
        }
        let browser = Visitor(gateway)
        await browser.open(issued.redeemURL)
        #expect(browser.response.status == 410)
        let id = try #require(browser.page.components(between: "<code>", and: "</code>").first)
        let entry = try #require(gateway.installation.failures.entry(id))
        #expect(entry.reasons.map(\.rule) == ["invitation.\(how)"])
        #expect(entry.reasons[0].detail.contains(issued.invitation.id.description))
    }

    // MARK: Signing out

    @Test func `whoever asks, a sign-out is in the audit trail`() async throws {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop])
        await browser.open(
            location(
                FakeSAMLParty.shop.logoutRequest(
                    told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)))
        #expect(try await scene.signOuts() == [["Shop", "alba@contoso.test"]])

        let (other, _) = try await scene.signedIn(to: [.wiki])
        await other.open(scene.account)
        await other.submit("/signout")
        #expect(
            try await scene.signOuts() == [["Shop", "alba@contoso.test"], ["alba@contoso.test", "alba@contoso.test"]])
    }
}

/// The way to the outside provider, which a test may cut.
private final class Line: Sendable {
    let isCut = Mutex(false)
    private let provider: FakeProvider

    init(to provider: FakeProvider) { self.provider = provider }

    func answer(_ request: FetchRequest) throws(FetchError) -> FetchResult {
        if isCut.withLock({ $0 }) { throw .timeout(host: "northwind.test") }
        return try provider.answer(request)
    }
}

extension SAMLScene {
    /// Who asked, and who was signed out.
    fileprivate func signOuts() async throws -> [[String]] {
        try await gateway.store.auditRecords(tenant, limit: 1_000).filter { $0.activity == "Sign out" }.reversed()
            .map { record in
                let whole = record.content.whole
                return [whole?["actor"], whole?["targets"]?.array?.first].map { $0?["displayName"]?.string ?? "" }
            }
    }
}
