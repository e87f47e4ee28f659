// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Directory
import Gateway
import HTTP
import SAML
import Storage
import Testing

/// Where a guest comes from.
enum FakeHome: String, CaseIterable, Sendable {
    case oidc, saml, samlByPost, wsFederation, wsFederation20, emailCode, hostedTenant

    var address: String {
        switch self {
        case .oidc: "nora@northwind.test"
        case .saml, .samlByPost: "sam@adatum.test"
        case .wsFederation, .wsFederation20: "will@litware.test"
        case .emailCode: "olga@outside.test"
        case .hostedTenant: "frida@fabrikam.test"
        }
    }
}

/// What a guest goes to.
enum FakeApplication: String, CaseIterable, Sendable {
    case oidc, saml, samlByPost, wsFederation, wsFederation20
}

/// Every kind of home with every kind of application.
struct FederationPair {
    let gateway: TestGateway
    let home: FakeHome
    let application: FakeApplication
    private var saml: FakeSAMLPartner?
    private var sts: FakeSTS?
    private var provider: FakeServiceProvider?
    private var party: FakeRelyingParty?

    init(_ home: FakeHome, _ application: FakeApplication) async throws {
        gateway = try await TestGateway()
        (self.home, self.application) = (home, application)
        switch home {
        case .oidc, .emailCode: break
        case .saml: saml = try await gateway.addSAMLPartner()
        case .samlByPost: saml = try await gateway.addSAMLPartner { $0.signInBinding = .post }
        case .wsFederation: sts = try await gateway.addSTS()
        case .wsFederation20:
            sts = try await gateway.addSTS()
            sts?.token = .saml20
            sts?.trust = .trust13
        case .hostedTenant:
            _ = try await gateway.member(home.address, of: gateway.fabrikam, password: "correct horse battery")
        }
        switch application {
        case .oidc: break
        case .saml: provider = try await gateway.addServiceProvider()
        case .samlByPost: provider = try await gateway.addServiceProvider(signer: FederationKeys.application)
        case .wsFederation: party = try await gateway.addRelyingParty()
        case .wsFederation20: party = try await gateway.addRelyingParty(token: .saml20)
        }
    }

    /// The application sends a browser that knows nothing yet, the person proves who they are, and what is left to do is
    /// done. Returns how many pages of ours had to be answered, and the address that the application was told.
    func signIn(_ browser: Visitor, accepting: Bool) async throws -> String? {
        let run = ApplicationRun(gateway, gateway.web)
        switch application {
        case .oidc: await browser.open(run.url())
        case .saml: await browser.open(try provider!.redirect())
        case .samlByPost: await browser.deliver(try provider!.post())
        case .wsFederation, .wsFederation20: await browser.open(party!.url())
        }
        await browser.submit("/address", [("email", home.address)])
        try await prove(browser)
        if accepting {
            #expect(browser.page.contains("name=\"accept\""), "\(browser.page)")
            await browser.submit("/accept", [("accept", "yes")])
        }
        switch application {
        case .oidc:
            let answer = try run.answer(browser.destination)
            let tokens = try await run.redeem(try #require(answer["code"], "\(answer) \(browser.page)"))
            return try await run.claims(try #require(tokens.body["id_token"]?.string), type: "JWT")["email"]?.string
        case .saml, .samlByPost: return try await provider!.told(browser).mail
        case .wsFederation, .wsFederation20: return try await party!.told(browser).mail
        }
    }

    func prove(_ browser: Visitor) async throws {
        let person = FakePerson("\(home.rawValue)-1", mail: home.address, name: "Somebody")
        switch home {
        case .oidc: await browser.open(try gateway.provider.authorize(try #require(browser.destination)))
        case .saml, .samlByPost: await browser.deliver(try await saml!.answer(browser, person))
        case .wsFederation, .wsFederation20: await browser.deliver(try sts!.answer(browser, person))
        case .emailCode:
            await browser.submit("/code", [("code", try await gateway.code(mailedTo: home.address))])
        case .hostedTenant: await browser.submit("/password", [("password", "correct horse battery")])
        }
    }
}

@Suite("Every home with every application") struct FederationPairTests {
    @Test(arguments: FakeHome.allCases, FakeApplication.allCases)
    func `a guest redeems, and comes back without a page`(
        _ home: FakeHome, _ application: FakeApplication
    ) async throws {
        let pair = try await FederationPair(home, application)
        try await pair.gateway.invite(home.address)
        let first = try await pair.signIn(Visitor(pair.gateway), accepting: true)
        #expect(first == home.address)
        pair.gateway.advance(by: 120)
        let second = try await pair.signIn(Visitor(pair.gateway), accepting: false)
        #expect(second == home.address)
        let user = try #require(
            try await pair.gateway.store.users(pair.gateway.woodgrove.id, mail: EmailAddress(home.address)!).first)
        #expect(user.externalUserState == .accepted)
    }
}
