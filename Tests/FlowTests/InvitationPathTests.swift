// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Directory
import Gateway
import HTTP
import Storage
import Testing

/// How a guest comes to the door.
enum WayIn: String, CaseIterable, Sendable {
    case emailedLink, directLink, applicationsPage
}

/// What else is so.
enum GuestSituation: String, CaseIterable, Sendable {
    case newGuest, existingGuest, otherDevice, expiredLink, resentLink, withdrawnLink, scannerFirst, wrongAccount
    case declinedFirst
}

/// Every way in × every home × every situation, walked page by page. Nobody may end at a page that has no next step.
@Suite("No path is a dead end") struct InvitationPathTests {
    static let homes: [FakeHome] = [.hostedTenant, .saml, .oidc, .emailCode, .wsFederation]

    @Test(arguments: WayIn.allCases, homes)
    func `every situation ends at the application, or at a page with the next step`(
        _ way: WayIn, _ home: FakeHome
    ) async throws {
        for situation in GuestSituation.allCases {
            var walk = try await InvitationWalk(way, home, situation)
            try await walk.prepare()
            try await walk.enter()
            try await walk.go()
            let end = try walk.end
            let state = try await walk.state
            let name = "\(way.rawValue), \(home.rawValue), \(situation.rawValue): \(walk.browser.page)"
            switch end {
            case .application: #expect(state == .accepted, "\(name)")
            case .page(let hasNextStep): #expect(hasNextStep, "\(name)")
            case .deadEnd: Issue.record("a dead end: \(name)")
            }
            let reaches = ![.expiredLink, .withdrawnLink].contains(situation)
            if reaches { #expect(end == .application, "\(name)") }
            if !reaches { #expect(state == .pendingAcceptance, "\(name)") }
        }
    }
}

struct InvitationWalk {
    enum End: Equatable {
        case application
        case page(hasNextStep: Bool)
        case deadEnd
    }

    static let landing = "https://web.app.test/start"

    let pair: FederationPair
    let way: WayIn
    let home: FakeHome
    let situation: GuestSituation
    let browser: Visitor
    private var link = ""

    var gateway: TestGateway { pair.gateway }

    init(_ way: WayIn, _ home: FakeHome, _ situation: GuestSituation) async throws {
        (self.way, self.home, self.situation) = (way, home, situation)
        pair = try await FederationPair(home, .oidc)
        browser = Visitor(pair.gateway)
        var application = pair.gateway.web.application
        application.homepageURL = Self.landing
        try await pair.gateway.publish([SettingsObject(application)])
    }

    /// Until the guest moves.
    mutating func prepare() async throws {
        let issued = try await gateway.invite(home.address, redirect: Self.landing)
        link = issued.redeemURL
        let snapshot = try await gateway.installation.settings.snapshot(gateway.woodgrove.id)!
        let party = InvitingParty(.command, name: "Ida Host")
        switch situation {
        case .newGuest, .declinedFirst: break
        case .existingGuest:
            _ = try await pair.signIn(Visitor(gateway), accepting: true)
            gateway.advance(by: 60)
        case .otherDevice:
            // Opened on the phone, and gone on with elsewhere.
            let phone = Visitor(gateway)
            await phone.open(link)
            await phone.submit("/redeem")
            gateway.advance(by: 60)
        case .expiredLink: gateway.advance(by: 31 * 86_400)
        case .resentLink:
            gateway.advance(by: 86_400)
            _ = try await gateway.installation.resend(issued.invitation.id, of: snapshot, by: party)
        case .withdrawnLink:
            try await gateway.installation.revoke(issued.invitation.id, of: snapshot, by: party)
        case .scannerFirst:
            for _ in 0..<3 { await Visitor(gateway).open(link) }
        case .wrongAccount:
            try await gateway.invite("oskar@outside.test")
            await browser.open("/\(gateway.woodgrove.id)/account")
            await browser.submit("/address", [("email", "oskar@outside.test")])
            await browser.submit("/code", [("code", try await gateway.code(mailedTo: "oskar@outside.test"))])
            await browser.submit("/accept", [("accept", "yes")])
            gateway.advance(by: 60)
        }
    }

    mutating func enter() async throws {
        switch way {
        case .emailedLink: await browser.open(link)
        case .directLink: await browser.open("/\(gateway.woodgrove.id)/apps/\(gateway.web.clientID)")
        case .applicationsPage:
            await browser.open("/apps")
            #expect(browser.page.contains("name=\"tenantId\""), "\(browser.page)")
            await browser.open("/apps?tenantId=Woodgrove.test")
        }
        if situation == .wrongAccount, way != .emailedLink {
            // What was asked for is the other guest's, who is signed in; nobody can tell that somebody else sits here.
            #expect(try end == .application)
            browser.cookies = [:]
            await browser.open(
                "/\(gateway.woodgrove.id)/\(way == .directLink ? "apps/\(gateway.web.clientID)" : "account")")
        }
    }

    /// Answers each page as a person would, until there is none.
    mutating func go() async throws {
        var accepts = situation != .declinedFirst
        for _ in 0..<12 {
            let page = browser.page
            if page.contains("/redeem/again\"") {
                // The old link: the newest mail is there.
                await browser.submit("/redeem/again")
                let mail = try await gateway.mails(to: home.address).first { $0.text.contains("/redeem?") }
                link =
                    try #require(mail?.text.split(separator: "\n").first { $0.contains("/redeem?") })
                    .split(separator: " ").last.map(String.init) ?? ""
                await browser.open(link)
            } else if page.contains("/redeem\"") {
                await browser.submit("/redeem")
            } else if page.contains("name=\"email\"") {
                await browser.submit("/address", [("email", home.address)])
            } else if page.contains("name=\"accept\"") {
                await browser.submit(accepts ? "/accept" : "/cancel", accepts ? [("accept", "yes")] : [])
                if !accepts {
                    accepts = true
                    #expect(try await state == .pendingAcceptance)
                    try await enter()
                }
            } else if page.contains("This invitation is for") {
                await browser.submit("/another")
            } else if page.contains("/send\""), !page.contains("name=\"code\"") {
                await browser.submit("/send")
            } else if !isAtHome {
                return
            }
            if isAtHome { try await pair.prove(browser) }
        }
    }

    /// At the home's own page, or at ours where the home is here.
    private var isAtHome: Bool {
        if browser.page.contains("name=\"code\"") || browser.page.contains("name=\"password\"") { return true }
        if browser.posted != nil { return true }
        return browser.destination.map { !$0.hasPrefix(Self.landing) } ?? false
    }

    var end: End {
        get throws {
            if browser.destination == Self.landing || browser.page.contains("href=\"\(Self.landing)\"") {
                return .application
            }
            if browser.response.status == 200, browser.page.contains("/signout\"") { return .application }
            let page = browser.page
            // A form, a link that leads on, or a sentence that says whom to ask.
            let leads =
                page.contains("<form") || page.contains("class=\"button") || page.contains("class=\"lead\"")
                || page.contains("<h2>")
            return page.isEmpty ? .deadEnd : .page(hasNextStep: leads)
        }
    }

    var state: User.ExternalUserState? {
        get async throws {
            try await gateway.store.users(gateway.woodgrove.id, mail: EmailAddress(home.address)!).first?
                .externalUserState
        }
    }
}
