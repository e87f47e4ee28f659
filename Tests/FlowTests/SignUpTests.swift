// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import JSON
import Outbound
import Storage
import Synchronization
import Testing

/// Self-service sign-up: a stranger whom somebody vouched for becomes a guest, at an application that invites them.
@Suite("Signing up") struct SignUpTests {
    private static let city = UserFlowAttribute(.city)
    private static let name = UserFlowAttribute(.displayName)

    private static func seats(_ tenant: Tenant) -> UserFlowAttribute {
        UserFlowAttribute(id: .init(custom: "Seats", of: tenant.id)!, displayName: "Seats", dataType: .int64)
    }

    @Test func `a stranger signs up, and is never asked again`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        let run = ApplicationRun(gateway, gateway.web)
        let browser = Visitor(gateway)
        browser.language = "de"
        await browser.arriveAsNora(run)
        #expect(browser.page.contains("Für The web application registrieren"), "\(browser.page)")
        #expect(browser.page.contains(">Ort<") && browser.page.contains("Sitzplätze"))
        #expect(browser.page.contains("value=\"Nora North\""), "the home's name fills in")
        #expect(try await gateway.strangers("nora@northwind.test").isEmpty, "nothing is made before they say so")

        await browser.submit("/signup", gateway.answers(["city": "Bern", "displayName": "Nora N.", "seats": "many"]))
        #expect(browser.response.status == 400 && browser.page.contains("ganze Zahl"))
        #expect(browser.page.contains("value=\"Bern\""), "what was right stays")
        await browser.submit("/signup", gateway.answers(["city": "Bern", "displayName": "Nora N.", "seats": "7"]))
        let answer = try run.answer(browser.destination)
        let (status, body) = try await run.redeem(try #require(answer["code"], "\(answer) \(browser.page)"))
        #expect(status == 200, "\(body)")

        let user = try #require(try await gateway.strangers("nora@northwind.test").first)
        #expect(user.creationType == .selfServiceSignUp && user.externalUserState == nil && user.userType == .guest)
        #expect(user.displayName == "Nora N." && user.mail?.description == "nora@northwind.test")
        #expect(user.userPrincipalName == "nora_northwind.test#EXT#@woodgrove.test")
        let linked = try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: user.id)
        #expect(linked.map(\.key.issuer) == [FakeProvider.issuer])
        let kept = try await gateway.store.attributes(gateway.woodgrove.id, ofUser: user.id)
        #expect(kept == [Self.city.id: .string("Bern"), Self.seats(gateway.woodgrove).id: .integer(7)])

        let record = try #require(try await gateway.store.signIns(gateway.woodgrove.id, limit: 1).first)
        let told = Explanation(record, tenant: gateway.woodgrove, applicationName: "The web application").text
        #expect(told.contains("Whether they may sign up: open") && told.contains("B2X_1_partners"))

        let again = Visitor(gateway)
        await again.arriveAsNora(run)
        #expect(try run.answer(again.destination)["code"] != nil, "\(again.page)")
    }

    @Test func `a stranger with nothing but an address gets a code`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        let run = ApplicationRun(gateway, gateway.web)
        let browser = Visitor(gateway)
        await browser.open(run.url())
        await browser.submit("/address", [("email", "olga@outside.test")])
        #expect(browser.page.contains("is on its way to this address") && !browser.page.contains("invited"))
        await browser.submit("/code", [("code", try await gateway.code(mailedTo: "olga@outside.test"))])
        #expect(browser.page.contains("Create account"), "\(browser.page)")
        await browser.submit("/signup", gateway.answers(["city": "Bern"]))
        #expect(browser.response.status == 400, "the display name is missing")
        await browser.submit("/signup", gateway.answers(["city": "Bern", "displayName": "Olga", "seats": "1"]))
        #expect(try run.answer(browser.destination)["code"] != nil, "\(browser.page)")
        #expect(try await gateway.strangers("olga@outside.test").map(\.displayName) == ["Olga"])
    }

    enum Closed: CaseIterable { case switchedOff, otherApplication, otherHome, blockedDomain, notAllowedDomain }

    @Test(arguments: Closed.allCases)
    func `where it is not open, a stranger is refused as ever`(closed: Closed) async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp { tenant, flow in
            switch closed {
            case .switchedOff: tenant.allowsSelfServiceSignUp = false
            case .otherApplication: flow.applications = [gateway.spa.application.appID]
            case .otherHome: flow.providers = .some([], emailCode: true)
            case .blockedDomain: tenant.blockedInvitationDomains = [DomainName("northwind.test")!]
            case .notAllowedDomain: tenant.allowedInvitationDomains = [DomainName("contoso.test")!]
            }
        }
        let browser = Visitor(gateway)
        await browser.arriveAsNora(ApplicationRun(gateway, gateway.web))
        #expect(browser.page.contains("AADSTS50020"), "\(browser.page)")
        #expect(try await gateway.strangers("nora@northwind.test").isEmpty)
    }

    @Test func `an address that somebody has makes no second user, and links to none`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        _ = try await gateway.signedInGuest()
        _ = try await gateway.member("mia@woodgrove.test", of: gateway.woodgrove, password: "correct horse battery")
        let run = ApplicationRun(gateway, gateway.web)
        for address in ["nora@northwind.test", "NORA@northwind.test", "mia@woodgrove.test"] {
            gateway.provider.set {
                $0.claims["sub"] = "somebody else"
                $0.claims["email"] = .string(address)
            }
            let browser = Visitor(gateway)
            await browser.arriveAsNora(run)
            #expect(browser.destination == nil && !browser.page.contains("Create account"), "\(browser.page)")
            #expect(try await gateway.strangers(address).count == 1, "\(address)")
        }
        let key = IdentityKey(issuer: FakeProvider.issuer, subject: "somebody else")
        #expect(try await gateway.store.linkedIdentity(gateway.woodgrove.id, key) == nil)
    }

    @Test func `an address that the home does not vouch for is proven by a code first`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        gateway.provider.set { $0.claims["email_verified"] = false }
        let browser = Visitor(gateway)
        await browser.arriveAsNora(ApplicationRun(gateway, gateway.web))
        #expect(!browser.page.contains("Create account") && browser.page.contains("/send"), "\(browser.page)")
        await browser.submit("/send")
        await browser.submit("/code", [("code", try await gateway.code(mailedTo: "nora@northwind.test"))])
        #expect(browser.page.contains("Create account"), "\(browser.page)")
    }

    @Test func `somebody who is invited meanwhile becomes one guest`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        let browser = Visitor(gateway)
        await browser.arriveAsNora(ApplicationRun(gateway, gateway.web))
        try await gateway.invite("nora@northwind.test")
        await browser.submit("/signup", gateway.answers(["city": "Bern", "displayName": "Nora", "seats": "1"]))
        #expect(browser.page.contains("name=\"accept\""), "\(browser.page)")
        #expect(try await gateway.strangers("nora@northwind.test").map(\.creationType) == [.invitation])
    }

    @Test func `a form sent twice at once makes one guest`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        let browser = Visitor(gateway)
        await browser.arriveAsNora(ApplicationRun(gateway, gateway.web))
        let form = try #require(browser.forms.first { $0.action.hasSuffix("/signup") })
        let cookies = browser.cookies
        let answers = form.hidden + gateway.answers(["city": "Bern", "displayName": "Nora", "seats": "1"])
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let twin = Visitor(gateway)
                    twin.cookies = cookies
                    await twin.post(form.action, answers)
                }
            }
        }
        #expect(try await gateway.strangers("nora@northwind.test").count == 1)
    }

    @Test func `nobody answers for another`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp()
        let browser = Visitor(gateway)
        await browser.arriveAsNora(ApplicationRun(gateway, gateway.web))
        let form = try #require(browser.forms.first { $0.action.hasSuffix("/signup") })
        let answers = gateway.answers(["city": "Bern", "displayName": "Nora", "seats": "1"])
        await browser.post(form.action, answers + [("token", "another")])
        #expect(browser.response.status == 400)
        await browser.post(form.action, form.hidden + answers, origin: "https://elsewhere.test")
        #expect(browser.response.status == 400)
        await Visitor(gateway).post(form.action, form.hidden + answers)
        #expect(try await gateway.strangers("nora@northwind.test").isEmpty)
    }

    // MARK: Connectors

    @Test func `connectors fill in, correct and have the last word`() async throws {
        let gateway = try await TestGateway()
        try await gateway.openSignUp(withConnectors: true)
        let service = FakeConnector(gateway)
        service.answers = [
            #"{"version":"1.0.0","action":"Continue","city":"Zürich"}"#,
            #"{"version":"1.0.0","status":400,"action":"ValidationError","userMessage":"Seven seats are too many."}"#,
            #"{"version":"1.0.0","action":"Continue","city":"Basel","extension_Seats":2}"#,
        ]
        let run = ApplicationRun(gateway, gateway.web)
        let browser = Visitor(gateway)
        await browser.arriveAsNora(run)
        #expect(browser.page.contains("value=\"Zürich\""), "\(browser.page)")
        await browser.submit("/signup", gateway.answers(["city": "Zürich", "displayName": "Nora", "seats": "7"]))
        #expect(browser.response.status == 400 && browser.page.contains("Seven seats are too many."))
        await browser.submit("/signup", gateway.answers(["city": "Zürich", "displayName": "Nora", "seats": "3"]))
        #expect(try run.answer(browser.destination)["code"] != nil, "\(browser.page)")
        let user = try #require(try await gateway.strangers("nora@northwind.test").first)
        let kept = try await gateway.store.attributes(gateway.woodgrove.id, ofUser: user.id)
        #expect(kept == [Self.city.id: .string("Basel"), Self.seats(gateway.woodgrove).id: .integer(2)])
        #expect(service.asked.count == 3 && Set(service.keys).count == 3)
        #expect(service.asked[0]["email"]?.string == "nora@northwind.test" && service.asked[0]["identities"] == nil)
        #expect(service.asked[0]["city"] == nil && service.asked[2]["city"]?.string == "Zürich")
        let audits = try await gateway.audits("An API was called as part of a user flow")
        // Records of one millisecond have no order.
        #expect(audits.sorted() == ["Continue", "Continue", "ValidationError"])
    }

    @Test(arguments: [
        (#"{"version":"1.0.0","action":"ShowBlockPage","userMessage":"Wait <until> Monday."}"#, "AADSTS8800050"),
        (#"{"version":"1.0.0","action":"Perhaps"}"#, "AADSTS8800051"), ("", "AADSTS8800051"),
    ])
    func `a connector that does not agree ends it, before and after the form`(
        reply: String, number: String
    ) async throws {
        for step in 0...1 {
            let gateway = try await TestGateway()
            try await gateway.openSignUp(withConnectors: true)
            let service = FakeConnector(gateway)
            service.answers = [#"{"version":"1.0.0","action":"Continue"}"#].prefix(step) + [reply]
            let browser = Visitor(gateway)
            await browser.arriveAsNora(ApplicationRun(gateway, gateway.web))
            await browser.submit("/signup", gateway.answers(["city": "Bern", "displayName": "Nora", "seats": "1"]))
            if step == 0 {
                #expect(browser.page.contains("no form /signup"))
                #expect(browser.page.contains(number), "\(browser.page)")
            } else {
                #expect(browser.page.contains(number), "\(browser.page)")
            }
            #expect(!browser.page.contains("<until>"))
            #expect(try await gateway.strangers("nora@northwind.test").isEmpty)
            let record = try #require(try await gateway.store.signIns(gateway.woodgrove.id, limit: 1).first)
            #expect(record.outcome == .failure && number.hasSuffix("\(record.errorNumber ?? 0)"))
            let told = Explanation(record, tenant: gateway.woodgrove, applicationName: nil).text
            #expect(told.contains("What the connector said"), "\(told)")
            #expect(
                service.asked.count == (reply.isEmpty ? step + 2 : step + 1), "what does not come is asked for twice")
        }
    }
}

/// The organisation's service, answering what a test wrote down, in order. An empty answer: nothing comes.
private final class FakeConnector: Sendable {
    static let url = "https://approvals.woodgrove.test/api"

    private struct State {
        var answers: [String] = []
        var asked: [JSONValue] = []
        var keys: [String] = []
    }

    private let state = Mutex(State())

    init(_ gateway: TestGateway) {
        gateway.serve(Self.url) { [self] request throws(FetchError) in try answer(request) }
    }

    var answers: [String] {
        get { state.withLock { $0.answers } }
        set { state.withLock { $0.answers = newValue } }
    }
    var asked: [JSONValue] { state.withLock { $0.asked } }
    var keys: [String] { state.withLock { $0.keys } }

    private func answer(_ request: FetchRequest) throws(FetchError) -> FetchResult {
        let field = { (name: String) in request.fields.first { $0.name == name }?.value }
        guard field("Authorization") == "Basic dmVzdGlidWxlOnBhc3M=" else { return FetchResult(status: 401) }
        let reply = state.withLock { state in
            state.asked.append((try? JSONReader.read(request.body)) ?? .null)
            state.keys.append(field("Idempotency-Key") ?? "")
            let reply = state.answers.first ?? ""
            // The second try at what did not come does not come either.
            if !reply.isEmpty { state.answers.removeFirst() }
            return reply
        }
        guard !reply.isEmpty else { throw .timeout(host: "approvals.woodgrove.test") }
        return FetchResult(status: reply.contains("ValidationError") ? 400 : 200, body: Array(reply.utf8))
    }
}

extension Visitor {
    /// At the application, then at the outside provider, and back.
    fileprivate func arriveAsNora(_ run: ApplicationRun) async {
        await open(run.url())
        await submit("/address", [("email", "nora@northwind.test")])
        guard let destination, let back = try? gateway.provider.authorize(destination) else { return }
        await open(back)
    }
}

extension TestGateway {
    fileprivate func openSignUp(
        withConnectors: Bool = false, _ change: (inout Tenant, inout UserFlow) -> Void = { _, _ in }
    ) async throws {
        let seats = UserFlowAttribute(
            id: .init(custom: "Seats", of: woodgrove.id)!, displayName: "Seats", dataType: .int64)
        let connector = APIConnector(
            id: .random(Environment.live.randomBytes), displayName: "Approvals", targetURL: FakeConnector.url,
            authentication: .basic(username: "vestibule", secretName: "connector"))
        var tenant = woodgrove
        tenant.allowsSelfServiceSignUp = true
        var flow = UserFlow(
            id: UserFlow.ID(name: "partners")!,
            attributes: [
                AttributeAssignment(UserFlowAttribute(.city)), AttributeAssignment(UserFlowAttribute(.displayName)),
                AttributeAssignment(seats), AttributeAssignment(UserFlowAttribute(.jobTitle), isOptional: true),
            ], postFederationSignup: withConnectors ? connector.id : nil,
            postAttributeCollection: withConnectors ? connector.id : nil, applications: [web.application.appID],
            languages: ["de": .init(labels: [seats.id: "Sitzplätze"])])
        change(&tenant, &flow)
        let place = Array("\(woodgrove.id)/secrets/connector".utf8)
        let secret = installation.masterKey.wrap(
            Secret(utf8: "pass"), associatedData: place, environment: installation.environment)
        try await store.commit([.putSecret(SecretRecord(tenant: woodgrove.id, name: "connector", wrapped: secret))])
        try await publish([
            SettingsObject(tenant), SettingsObject(seats), SettingsObject(connector), SettingsObject(flow),
        ])
    }

    fileprivate func answers(_ values: [String: String]) -> [(String, String)] {
        values.map { name, value in
            let id = name == "seats" ? UserFlowAttribute.ID(custom: "Seats", of: woodgrove.id)!.description : name
            return ("attribute.\(id)", value)
        }
    }

    /// Users of the host with the address.
    fileprivate func strangers(_ address: String) async throws -> [User] {
        try await store.users(woodgrove.id, mail: EmailAddress(address)!)
    }

    /// What came of each record of an activity, oldest first.
    fileprivate func audits(_ activity: String) async throws -> [String] {
        try await store.auditRecords(woodgrove.id, limit: 100).filter { $0.activity == activity }.reversed()
            .compactMap { $0.content.whole?["details"]?["Outcome"]?.string }
    }
}
