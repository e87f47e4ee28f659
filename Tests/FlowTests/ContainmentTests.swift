// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import JSON
import Storage
import Testing

@Suite("A partner is switched off") struct ContainmentTests {
    @Test func `a session counts no more, and the person may choose another way in`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        try await gateway.disable("northwind")
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("prompt", "none")]))
        #expect(try run.answer(browser.destination)["error"] == "login_required")
        await browser.open(run.url())
        #expect(browser.destination == nil)
        #expect(browser.page.contains("name=\"email\""), "\(browser.page)")
        await browser.submit("/address", [("email", "nora@northwind.test")])
        #expect(browser.response.status == 403, "\(browser.page)")
        #expect(browser.page.contains("AADSTS90023"))
        await browser.open("/\(gateway.woodgrove.id)/account")
        #expect(!browser.page.contains("Nora"))
    }

    @Test func `codes, refresh tokens and access tokens count no more`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url())
        let tokens = try await run.redeem(try #require(run.answer(browser.destination)["code"])).body
        let later = ApplicationRun(gateway, gateway.web)
        await browser.open(later.url())
        let code = try #require(later.answer(browser.destination)["code"])
        let access = try #require(tokens["access_token"]?.string)
        let refresh = try #require(tokens["refresh_token"]?.string)
        #expect(try await gateway.isActive(access, run))
        #expect(try await gateway.isActive(refresh, run))
        #expect(await gateway.userInfo(access) == 200)

        try await gateway.disable("northwind")
        #expect(try await later.redeem(code).body["error"]?.string == "invalid_grant")
        let refreshed = await run.token([("grant_type", "refresh_token"), ("refresh_token", refresh)])
        #expect(refreshed.body["error"]?.string == "invalid_grant")
        #expect(await gateway.userInfo(access) == 401)
        #expect(try await !gateway.isActive(access, run))
        #expect(try await !gateway.isActive(refresh, run))
    }

    @Test func `what a request under way wrote behind the switch counts no more either`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url())
        let tokens = try await run.redeem(try #require(run.answer(browser.destination)["code"])).body
        let access = try #require(tokens["access_token"]?.string)
        let refresh = try #require(tokens["refresh_token"]?.string)
        // The setting alone, so that session and grant stand as if they had been written after it.
        var partner = gateway.provider.partner
        partner.isEnabled = false
        try await gateway.publish([SettingsObject(partner)])
        #expect(await gateway.userInfo(access) == 401)
        #expect(try await !gateway.isActive(access, run))
        #expect(try await !gateway.isActive(refresh, run))
        let refreshed = await run.token([("grant_type", "refresh_token"), ("refresh_token", refresh)])
        #expect(refreshed.body["error"]?.string == "invalid_grant")
        await browser.open(run.url([("prompt", "none")]))
        #expect(try run.answer(browser.destination)["error"] == "login_required")
        // Switched on again, it is ended for good.
        try await gateway.enable("northwind")
        #expect(await gateway.userInfo(access) == 401)
        await browser.open(run.url([("prompt", "none")]))
        #expect(try run.answer(browser.destination)["error"] == "login_required")
    }

    @Test func `a sign-in that comes back from the partner ends there`() async throws {
        let gateway = try await TestGateway()
        try await gateway.invite("nora@northwind.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "nora@northwind.test")]))
        let callback = try gateway.provider.authorize(try #require(browser.destination))
        try await gateway.disable("northwind")
        await browser.open(callback)
        #expect(browser.response.status == 403)
        #expect(browser.page.contains("AADSTS90023"), "\(browser.page)")
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
    }

    @Test(arguments: [false, true])
    func `a sign-in at the page after the partner vouched ends there`(_ sendsForm: Bool) async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.guestAtReview()
        // The setting alone: the pending sign-in itself is still there.
        var partner = gateway.provider.partner
        partner.isEnabled = false
        try await gateway.publish([SettingsObject(partner)])
        if sendsForm {
            await browser.submit("/accept", [("accept", "yes")])
        } else {
            await browser.open(browser.path)
        }
        #expect(browser.destination == nil)
        #expect(browser.page.contains("AADSTS90023"), "\(browser.page)")
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
        let record = try #require(try await gateway.store.signIns(gateway.woodgrove.id, limit: 1).first)
        #expect(record.outcome == .failure && record.errorNumber == 90_023)
    }

    @Test func `a sign-in that it vouched for does not go on when it is switched on again`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.guestAtReview()
        let ended = try await gateway.disable("northwind")
        #expect(ended.pendingSignIns == 1 && ended.isChange)
        #expect(try await !gateway.disable("northwind").isChange)
        try await gateway.enable("northwind")
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.destination == nil)
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
        // And a new one does.
        let fresh = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await fresh.open(run.url([("login_hint", "nora@northwind.test")]))
        await fresh.open(try gateway.provider.authorize(try #require(fresh.destination)))
        await fresh.submit("/accept", [("accept", "yes")])
        #expect(try run.answer(fresh.destination)["code"] != nil)
    }

    @Test func `an organisation of this installation is switched off by its domain`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.member("frida@fabrikam.test", of: gateway.fabrikam, password: "correct horse battery")
        try await gateway.invite("frida@fabrikam.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "frida@fabrikam.test")]))
        await browser.submit("/password", [("password", "correct horse battery")])
        await browser.submit("/accept", [("accept", "yes")])
        let tokens = try await run.redeem(try #require(run.answer(browser.destination)["code"])).body
        let access = try #require(tokens["access_token"]?.string)
        let ended = try await gateway.disable("fabrikam.test")
        #expect(ended.sessions == 1 && ended.grants == 1)
        #expect(await gateway.userInfo(access) == 401)
        await browser.open(run.url([("login_hint", "frida@fabrikam.test")]))
        #expect(browser.page.contains("AADSTS90023"), "\(browser.page)")
        // A setting of another name speaks for it just the same.
        let second = try await gateway.disable(gateway.fabrikam.id.description)
        #expect(!second.isChange)
        try await gateway.enable("fabrikam.test")
        await browser.open(run.url([("login_hint", "frida@fabrikam.test")]))
        #expect(!browser.page.contains("AADSTS90023"))
    }

    @Test func `the reach of a partner`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.signedInGuest()
        let tenant = gateway.woodgrove.id
        let guest = try #require(
            try await gateway.store.users(tenant, mail: EmailAddress("nora@northwind.test")!).first)
        let inner = Group(id: .random(Environment.live.randomBytes), displayName: "Buyers", createdAt: gateway.now)
        let outer = Group(id: .random(Environment.live.randomBytes), displayName: "Everybody", createdAt: gateway.now)
        var closed = gateway.daemon.application
        closed.requiresAssignment = true
        var shut = gateway.api
        shut.requiresAssignment = true
        try await gateway.publish([SettingsObject(closed), SettingsObject(shut)])
        try await gateway.store.commit([
            .insertGroup(inner, in: tenant), .insertGroup(outer, in: tenant),
            .addMember(.user(guest.id), to: inner.id, in: tenant),
            .addMember(.group(inner.id), to: outer.id, in: tenant),
            .insertAssignment(
                Assignment(principal: .group(outer.id), application: closed.appID, role: nil), in: tenant),
            .assignRole(.globalAdministrator, to: guest.id, in: tenant),
        ])
        let snapshot = try #require(try await gateway.installation.settings.snapshot(tenant))
        let radius = try #require(try await gateway.installation.blastRadius(ofPartner: "northwind", in: snapshot))
        #expect(radius.reach.guestCount == 1 && radius.reach.guests.map(\.id) == [guest.id])
        #expect(radius.reach.sessions == 1)
        #expect(radius.reach.groups.map(\.displayName) == ["Buyers", "Everybody"])
        #expect(radius.reach.directoryRoles.map(\.role) == [.globalAdministrator])
        let names = radius.applications.map(\.application.displayName)
        #expect(names.contains(closed.displayName) && names.contains(gateway.web.application.displayName))
        #expect(!names.contains(shut.displayName))
        #expect(radius.reach.signIns.first?.outcome == .success)
        #expect(try await gateway.installation.blastRadius(ofPartner: "nobody", in: snapshot) == nil)
    }
}

extension TestGateway {
    @discardableResult
    func disable(_ name: String) async throws -> PartnerSwitch { try await turn(name, false) }

    @discardableResult
    func enable(_ name: String) async throws -> PartnerSwitch { try await turn(name, true) }

    private func turn(_ name: String, _ enabled: Bool) async throws -> PartnerSwitch {
        try #require(try await installation.setPartner(name, enabled: enabled, in: woodgrove.id, by: "test"))
    }

    /// A browser that the outside provider vouched for, at the page that asks for the organisation's terms.
    func guestAtReview() async throws -> Visitor {
        try await invite("nora@northwind.test")
        let browser = Visitor(self)
        await browser.open(ApplicationRun(self, web).url([("login_hint", "nora@northwind.test")]))
        await browser.open(try provider.authorize(try #require(browser.destination)))
        #expect(browser.page.contains("name=\"accept\""), "\(browser.page)")
        return browser
    }

    func userInfo(_ token: String) async -> Int {
        await handler.respond(
            to: HTTPRequest(
                method: .get, target: "/\(woodgrove.id)/openid/userinfo",
                fields: [("Authorization", "Bearer \(token)")])
        ).status
    }

    func isActive(_ token: String, _ run: ApplicationRun) async throws -> Bool {
        let fields = [("token", token), ("client_id", run.app.clientID), ("client_secret", run.app.secret)]
        let response = await handler.respond(
            to: HTTPRequest(
                method: .post, target: "/\(woodgrove.id)/oauth2/v2.0/introspect",
                fields: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(Form.encode(fields).utf8)))
        return try JSONReader.read(response.body)["active"]?.bool == true
    }
}
