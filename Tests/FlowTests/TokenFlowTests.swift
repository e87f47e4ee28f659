import Directory
import Foundation
import HTTP
import JSON
import Storage
import Testing

@Suite("Tokens") struct TokenFlowTests {
    /// A guest's tokens at an application.
    static func tokens(
        _ gateway: TestGateway, _ app: TestApplication, scope: String = "openid profile email offline_access"
    ) async throws -> (run: ApplicationRun, body: JSONValue) {
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, app)
        await browser.open(run.url(scope: scope))
        let answer = try run.answer(browser.destination)
        let (status, body) = try await run.redeem(try #require(answer["code"], "\(answer)"))
        #expect(status == 200, "\(body)")
        return (run, body)
    }

    @Test func `an access token for our own userinfo answers there, with the ID Token's subject`() async throws {
        let gateway = try await TestGateway()
        let (run, body) = try await Self.tokens(gateway, gateway.web)
        let access = try #require(body["access_token"]?.string)
        let claims = try await run.claims(access, type: "at+jwt")
        #expect(claims["scp"]?.string == "openid profile email offline_access")
        let response = await gateway.handler.respond(
            to: HTTPRequest(
                method: .get, target: "/\(gateway.woodgrove.id)/openid/userinfo",
                fields: [("Authorization", "Bearer \(access)")]))
        #expect(response.status == 200)
        let info = try JSONReader.read(response.body)
        let idToken = try await run.claims(try #require(body["id_token"]?.string), type: "JWT")
        #expect(info["sub"] == idToken["sub"])
        #expect(info["email_verified"]?.bool == true)
    }

    @Test func `two workers that refresh with one token get the same successor`() async throws {
        let gateway = try await TestGateway()
        let (run, body) = try await Self.tokens(gateway, gateway.web)
        let first = try #require(body["refresh_token"]?.string)
        async let one = run.token([("grant_type", "refresh_token"), ("refresh_token", first)])
        async let two = run.token([("grant_type", "refresh_token"), ("refresh_token", first)])
        let answers = await (one, two)
        #expect(answers.0.status == 200 && answers.1.status == 200, "\(answers)")
        #expect(answers.0.body["refresh_token"] == answers.1.body["refresh_token"])
        #expect(answers.0.body["refresh_token"]?.string != first)
    }

    @Test func `a refresh token of long ago ends the grant and what it issued`() async throws {
        let gateway = try await TestGateway()
        let (run, body) = try await Self.tokens(gateway, gateway.web)
        let first = try #require(body["refresh_token"]?.string)
        let second = await run.token([("grant_type", "refresh_token"), ("refresh_token", first)])
        gateway.advance(by: 11)
        let reused = await run.token([("grant_type", "refresh_token"), ("refresh_token", first)])
        #expect(reused.status == 400 && reused.body["error"]?.string == "invalid_grant")
        let successor = try #require(second.body["refresh_token"]?.string)
        let after = await run.token([("grant_type", "refresh_token"), ("refresh_token", successor)])
        #expect(after.status == 400)
        let response = await gateway.handler.respond(
            to: HTTPRequest(
                method: .get, target: "/\(gateway.woodgrove.id)/openid/userinfo",
                fields: [("Authorization", "Bearer \(try #require(second.body["access_token"]?.string))")]))
        #expect(response.status == 401)
    }

    @Test func `an API's scopes need consent once, and the token is for that API`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url(scope: "openid api://orders/orders.read"))
        #expect(browser.page.contains("Read orders"), "\(browser.page)")
        await browser.submit("/consent", [("accept", "yes")])
        let answer = try run.answer(browser.destination)
        let (_, body) = try await run.redeem(try #require(answer["code"], "\(answer)"))
        let claims = try await run.claims(try #require(body["access_token"]?.string), type: "at+jwt")
        #expect(claims["aud"]?.string == gateway.api.appID.description)
        #expect(claims["scp"]?.string == "orders.read")
        let again = ApplicationRun(gateway, gateway.web)
        await browser.open(again.url(scope: "openid api://orders/orders.read"))
        #expect(try again.answer(browser.destination)["code"] != nil, "asked once")
    }

    @Test func `declining consent answers access_denied and grants nothing`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url(scope: "openid api://orders/orders.write"))
        await browser.submit("/cancel")
        #expect(try run.answer(browser.destination)["error"] == "access_denied")
        await browser.open(run.url([("prompt", "none")], scope: "openid api://orders/orders.write"))
        #expect(try run.answer(browser.destination)["error"] == "consent_required")
    }

    @Test func `what an administrator granted is not asked`() async throws {
        let gateway = try await TestGateway()
        let (run, body) = try await Self.tokens(gateway, gateway.spa, scope: "openid api://orders/.default")
        let claims = try await run.claims(try #require(body["access_token"]?.string), type: "at+jwt")
        #expect(claims["scp"]?.string == "orders.read")
    }

    @Test func `client credentials carry the application's roles`() async throws {
        let gateway = try await TestGateway()
        let run = ApplicationRun(gateway, gateway.daemon)
        let (status, body) = await run.token([("grant_type", "client_credentials"), ("scope", "api://orders/.default")])
        #expect(status == 200, "\(body)")
        let claims = try await run.claims(try #require(body["access_token"]?.string), type: "at+jwt")
        #expect(claims["roles"]?.strings == ["Orders.Read.All"])
        #expect(claims["idtyp"]?.string == "app")
        #expect(body["refresh_token"] == nil)
    }

    @Test func `an email code's grant ends after a day`() async throws {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite("olga@outside.test")
        let browser = Visitor(gateway)
        await browser.open(issued.redeemURL)
        await browser.submit("/redeem")
        await browser.submit("/code", [("code", try await gateway.code(mailedTo: "olga@outside.test"))])
        await browser.submit("/accept", [("accept", "yes")])
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url())
        let (_, body) = try await run.redeem(try #require(try run.answer(browser.destination)["code"]))
        gateway.advance(by: 24 * 3600 + 1)
        let late = await run.token([
            ("grant_type", "refresh_token"), ("refresh_token", try #require(body["refresh_token"]?.string)),
        ])
        #expect(late.status == 400 && late.body["error"]?.string == "invalid_grant")
        await browser.open(run.url([("prompt", "none")]))
        #expect(try run.answer(browser.destination)["error"] == "login_required")
    }

    @Test func `introspection tells the client and the API, and nobody else`() async throws {
        let gateway = try await TestGateway()
        let (run, body) = try await Self.tokens(gateway, gateway.web)
        let token = try #require(body["access_token"]?.string)
        func introspect(_ app: TestApplication) async throws -> JSONValue {
            let response = await gateway.handler.respond(
                to: HTTPRequest(
                    method: .post, target: "/\(gateway.woodgrove.id)/oauth2/v2.0/introspect",
                    fields: [("Content-Type", "application/x-www-form-urlencoded")],
                    body: Array(
                        Form.encode([("token", token), ("client_id", app.clientID), ("client_secret", app.secret)]).utf8
                    )))
            return try JSONReader.read(response.body)
        }
        #expect(try await introspect(gateway.web)["active"]?.bool == true)
        #expect(try await introspect(gateway.daemon) == ["active": false])
        let response = await gateway.handler.respond(
            to: HTTPRequest(
                method: .post, target: "/\(gateway.woodgrove.id)/oauth2/v2.0/revoke",
                fields: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(
                    Form.encode([
                        ("token", try #require(body["refresh_token"]?.string)), ("client_id", run.app.clientID),
                        ("client_secret", run.app.secret),
                    ]).utf8)))
        #expect(response.status == 200)
        #expect(try await introspect(gateway.web) == ["active": false])
    }
}

@Suite("A sign-in in a real browser's life") struct BrowserLifeTests {
    @Test func `two tabs finish, each with its own answer`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.signedInGuest()
        let browser = Visitor(gateway)
        let one = ApplicationRun(gateway, gateway.web)
        let two = ApplicationRun(gateway, gateway.spa)
        await browser.open(one.url([("login_hint", "nora@northwind.test")]))
        let first = try #require(browser.destination)
        await browser.open(two.url([("login_hint", "nora@northwind.test")]))
        let second = try #require(browser.destination)
        await browser.open(try gateway.provider.authorize(second))
        #expect(try two.answer(browser.destination)["state"] == two.state)
        await browser.open(try gateway.provider.authorize(first))
        #expect(try one.answer(browser.destination)["state"] == one.state)
    }

    @Test func `ten minutes at the partner are fine, and an hour is too long`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.signedInGuest()
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "nora@northwind.test")]))
        let there = try #require(browser.destination)
        gateway.advance(by: 600)
        await browser.open(try gateway.provider.authorize(there))
        #expect(try run.answer(browser.destination)["code"] != nil)
        let late = Visitor(gateway)
        await late.open(run.url([("login_hint", "nora@northwind.test")]))
        let back = try gateway.provider.authorize(try #require(late.destination))
        gateway.advance(by: 3_700)
        await late.open(back)
        #expect(late.response.status == 400)
    }

    @Test func `a reload of the finished sign-in goes on from the session`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.signedInGuest()
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "nora@northwind.test")]))
        let kept = browser.cookies
        let back = try gateway.provider.authorize(try #require(browser.destination))
        await browser.open(back)
        #expect(try run.answer(browser.destination)["code"] != nil)
        browser.cookies.merge(kept) { new, _ in new }
        await browser.open(back)
        #expect(browser.response.status < 500)
    }

    @Test func `prompt none without a session says login_required, with one it answers`() async throws {
        let gateway = try await TestGateway()
        let run = ApplicationRun(gateway, gateway.web)
        let stranger = Visitor(gateway)
        await stranger.open(run.url([("prompt", "none")]))
        #expect(try run.answer(stranger.destination)["error"] == "login_required")
        let guest = try await gateway.signedInGuest()
        await guest.open(run.url([("prompt", "none")]))
        #expect(try run.answer(guest.destination)["code"] != nil)
    }

    @Test func `max_age and prompt login send the person home again`() async throws {
        let gateway = try await TestGateway()
        let guest = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await guest.open(run.url([("prompt", "login"), ("login_hint", "nora@northwind.test")]))
        #expect(guest.destination?.contains("prompt=login") == true, "\(guest.destination ?? guest.page)")
        gateway.advance(by: 61)
        await guest.open(run.url([("max_age", "60"), ("login_hint", "nora@northwind.test")]))
        #expect(guest.destination?.hasPrefix(FakeProvider.issuer) == true)
    }

    @Test func `the request may come by POST from another site, and the answer may go by form_post`() async throws {
        let gateway = try await TestGateway()
        let guest = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        let pairs = try Form.parse(Array(run.url([("response_mode", "form_post")]).split(separator: "?")[1].utf8)).pairs
        await guest.post(
            "/\(gateway.woodgrove.id)/oauth2/v2.0/authorize", pairs.map { ($0.name, $0.value) },
            origin: "https://web.app.test")
        #expect(guest.response.status == 303)
        await guest.open(try #require(guest.response.field("Location")))
        #expect(guest.page.contains("action=\"\(run.app.redirectURI)\""), "\(guest.page)")
        let fields = Dictionary(guest.forms[0].hidden) { $1 }
        #expect(fields["code"] != nil && fields["state"] == run.state && fields["iss"] != nil)
        #expect(guest.response.field("Content-Security-Policy")?.contains("form-action") == false)
    }

    @Test func `signing out ends the session and returns to the registered address`() async throws {
        let gateway = try await TestGateway()
        let guest = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await guest.open(run.url())
        let (_, body) = try await run.redeem(try #require(try run.answer(guest.destination)["code"]))
        let query = Form.encode([
            ("id_token_hint", try #require(body["id_token"]?.string)),
            ("post_logout_redirect_uri", "https://web.app.test/bye"), ("state", "s"),
        ])
        await guest.open("/\(gateway.woodgrove.id)/oauth2/v2.0/logout?\(query)")
        #expect(guest.destination == "https://web.app.test/bye?state=s", "\(guest.page)")
        await guest.open(run.url([("prompt", "none")]))
        #expect(try run.answer(guest.destination)["error"] == "login_required")
        let refresh = await run.token([
            ("grant_type", "refresh_token"), ("refresh_token", try #require(body["refresh_token"]?.string)),
        ])
        #expect(refresh.status == 400)
    }

    @Test func `an unassigned guest is told so, and the record names the setting`() async throws {
        let gateway = try await TestGateway()
        var closed = gateway.web.application
        closed.requiresAssignment = true
        try await gateway.publish([SettingsObject(closed)])
        try await gateway.invite("nora@northwind.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "nora@northwind.test")]))
        await browser.open(try gateway.provider.authorize(try #require(browser.destination)))
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.response.status == 403)
        #expect(browser.page.contains("AADSTS50105"), "\(browser.page)")
        let record = try #require(try await gateway.store.signIns(gateway.woodgrove.id, limit: 1).first)
        #expect(record.outcome == .failure && record.errorNumber == 50105)
        #expect(browser.page.contains(record.id.description))
    }

    @Test func `the address is asked in the language that the application wants`() async throws {
        let gateway = try await TestGateway()
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("ui_locales", "de fr")]))
        #expect(browser.page.contains("lang=\"de\"") && browser.page.contains("Anmelden"))
    }
}
