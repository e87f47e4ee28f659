import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import SAML
import Storage
import Testing

@Suite("Single logout") struct SingleLogoutTests {
    @Test func `an application's request ends the session and reaches the other application and the home`() async throws
    {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop, .wiki])
        let sent = FakeSAMLParty.shop.logoutRequest(
            told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)
        await browser.open(location(sent))

        #expect(browser.page.contains("Signing you out of Wiki"), "\(browser.page)")
        let atWiki = try await scene.confirm(browser, at: .wiki)
        #expect(atWiki.nameID == told[1].name)
        #expect(atWiki.sessionIndexes == [told[1].sessionIndex])

        #expect(browser.page.contains("Signing you out of Contoso"), "\(browser.page)")
        let atHome = try await scene.confirm(browser, at: .idp)
        #expect(atHome.nameID.value == "name-of-alba")
        #expect(atHome.nameID.nameQualifier == FakeSAMLParty.idp.entityID)
        #expect(atHome.nameID.spNameQualifier == "\(scene.partnerRoot)/metadata")
        #expect(atHome.sessionIndexes == ["_index-of-alba"])

        let (message, relayState) = try await scene.read(browser, at: .shop)
        guard case .response(let response) = message else { throw FakeSAMLParty.NotHere(location: nil) }
        #expect(response.isSuccess)
        #expect(relayState == "there")
        let left = browser.cookies.filter { !$0.key.hasPrefix("__Host-a.") }
        #expect(left.isEmpty, "neither session nor sign-out is left, only which way this browser went: \(left)")
        #expect(try await scene.aliveSessions().isEmpty)
        #expect(await !scene.isSignedIn(browser))
    }

    @Test func `grants of the session end with it`() async throws {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop])
        let run = ApplicationRun(scene.gateway, scene.gateway.web)
        await browser.open(run.url())
        let code = try #require(try run.answer(browser.destination)["code"], "\(browser.page)")
        let (_, tokens) = try await run.redeem(code)
        let refresh = try #require(tokens["refresh_token"]?.string)
        await browser.open(
            location(
                FakeSAMLParty.shop.logoutRequest(
                    told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)))
        let (status, _) = await run.token([("grant_type", "refresh_token"), ("refresh_token", refresh)])
        #expect(status == 400)
    }

    @Test(arguments: ["no address", "says no", "disabled"])
    func `whoever can't be reached or does not confirm makes it partial`(_ trouble: String) async throws {
        let scene = try await SAMLScene(wiki: { if trouble == "no address" { $0.logoutURL = nil } })
        let (browser, told) = try await scene.signedIn(to: [.shop, .wiki])
        if trouble == "disabled" {
            var wiki = scene.wiki
            wiki.isEnabled = false
            try await scene.gateway.publish([SettingsObject(wiki)])
        }
        await browser.open(
            location(
                FakeSAMLParty.shop.logoutRequest(
                    told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)))
        if trouble == "says no" { try await scene.confirm(browser, at: .wiki, status: SAMLStatus(.responder)) }
        try await scene.confirm(browser, at: .idp)
        guard case .response(let response) = try await scene.read(browser, at: .shop).message else {
            throw FakeSAMLParty.NotHere(location: browser.destination)
        }
        #expect(response.statusCodes == [SAMLStatusCode.success, SAMLStatusCode.partialLogout])
        #expect(try await scene.aliveSessions().isEmpty)
    }

    @Test func `messages by POST, without our Lax cookies`() async throws {
        let scene = try await SAMLScene(shop: { $0.logoutBinding = .post }, wiki: { $0.logoutBinding = .post })
        let (browser, told) = try await scene.signedIn(to: [.shop, .wiki])
        let sent = FakeSAMLParty.shop.logoutRequest(
            told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now, by: .post)
        let kept = browser.cookies
        browser.cookies = [:]
        await browser.post(sent)
        let atWiki = try browser.posted("SAMLRequest", to: FakeSAMLParty.wiki.logoutURL)
        #expect(browser.page.contains("Signing you out of Wiki"))
        #expect(browser.cookies.keys.allSatisfy { $0.hasPrefix("__Host-o.") }, "\(browser.cookies)")
        await browser.post(
            FakeSAMLParty.wiki.logoutResponse(
                to: atWiki, at: scene.applicationEndpoint, now: scene.gateway.now, by: .post))
        try await scene.confirm(browser, at: .idp)
        _ = try browser.posted("SAMLResponse", to: FakeSAMLParty.shop.logoutURL)
        browser.cookies = kept
        #expect(await !scene.isSignedIn(browser))
    }

    @Test func `the home's request ends the session and reaches the applications`() async throws {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop, .wiki])
        let sent = FakeSAMLParty.idp.logoutRequest(
            scene.homeName(), ["_index-of-alba"], at: scene.partnerEndpoint, now: scene.gateway.now)
        await browser.open(location(sent))
        #expect(try await scene.confirm(browser, at: .shop).nameID == told[0].name)
        #expect(try await scene.confirm(browser, at: .wiki).nameID == told[1].name)
        let (message, relayState) = try await scene.read(browser, at: .idp)
        guard case .response(let response) = message else { throw FakeSAMLParty.NotHere(location: nil) }
        #expect(response.isSuccess)
        #expect(relayState == "there")
        #expect(await !scene.isSignedIn(browser))
    }

    @Test func `in a frame the sessions end, nobody else is told, and the answer says so`() async throws {
        let scene = try await SAMLScene()
        _ = try await scene.signedIn(to: [.shop])
        let sent = location(
            FakeSAMLParty.idp.logoutRequest(
                scene.homeName(), ["_index-of-alba"], at: scene.partnerEndpoint, now: scene.gateway.now))
        let response = await scene.gateway.handler.respond(
            to: HTTPRequest(
                method: .get, target: String(sent.dropFirst(TestGateway.base.count)),
                fields: [("Sec-Fetch-Dest", "iframe"), ("Sec-Fetch-Site", "cross-site")]))
        let (message, _) = try FakeSAMLParty.idp.read(
            response.field("Location"), issuer: "\(scene.partnerRoot)/metadata",
            keys: try await scene.keys(towardsPartner: true), now: scene.gateway.now)
        guard case .response(let answer) = message else { throw FakeSAMLParty.NotHere(location: nil) }
        #expect(answer.statusCodes.contains(SAMLStatusCode.partialLogout))
        #expect(try await scene.aliveSessions().isEmpty)
        #expect(response.field("Set-Cookie") == nil)
    }

    @Test func `without an index every session of the person at that home ends, in whatever browser`() async throws {
        let scene = try await SAMLScene()
        _ = try await scene.signedIn(to: [.shop])
        _ = try await scene.signedIn(to: [.wiki])
        let (other, _) = try await scene.signedIn(to: [.shop], as: "bela")
        #expect(try await scene.aliveSessions().count == 2)
        let browser = Visitor(scene.gateway)
        await browser.open(
            location(
                FakeSAMLParty.idp.logoutRequest(
                    scene.homeName(), [], at: scene.partnerEndpoint, now: scene.gateway.now)))
        #expect(try await scene.aliveSessions().isEmpty)
        #expect(await scene.isSignedIn(other))
    }

    @Test func `our own sign-out reaches everybody and ends on a page that names who did not confirm`() async throws {
        let scene = try await SAMLScene()
        let (browser, _) = try await scene.signedIn(to: [.shop, .wiki])
        await browser.open(scene.account)
        await browser.submit("/signout")
        try await scene.confirm(browser, at: .shop)
        try await scene.confirm(browser, at: .wiki, status: SAMLStatus(.responder))
        try await scene.confirm(browser, at: .idp)
        #expect(browser.page.contains("You are signed out"))
        #expect(browser.page.contains("Wiki") && !browser.page.contains("Shop"), "\(browser.page)")
    }

    @Test func `sign-out of an OpenID application goes on to its registered address`() async throws {
        let scene = try await SAMLScene()
        var web = scene.gateway.web.application
        web.postLogoutRedirectURIs = ["https://web.app.test/bye"]
        try await scene.gateway.publish([SettingsObject(web)])
        let (browser, _) = try await scene.signedIn(to: [.shop])
        let run = ApplicationRun(scene.gateway, scene.gateway.web)
        await browser.open(run.url())
        let (_, tokens) = try await run.redeem(try #require(try run.answer(browser.destination)["code"]))
        let query = Form.encode([
            ("id_token_hint", tokens["id_token"]?.string ?? ""),
            ("post_logout_redirect_uri", "https://web.app.test/bye"), ("state", "s"), ("ui_locales", "de"),
        ])
        await browser.open("/\(scene.tenant)/oauth2/v2.0/logout?\(query)")
        #expect(browser.page.contains("Sie werden bei Shop abgemeldet"), "\(browser.page)")
        try await scene.confirm(browser, at: .shop)
        #expect(browser.page.contains("Sie werden bei Contoso abgemeldet"), "the language stays")
        try await scene.confirm(browser, at: .idp)
        #expect(browser.destination == "https://web.app.test/bye?state=s")
    }

    @Test func `who comes back without an answer can try again or go on without`() async throws {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop, .wiki])
        await browser.open(
            location(
                FakeSAMLParty.shop.logoutRequest(
                    told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)))
        let first = try await scene.request(browser, at: .wiki)
        await browser.open("/\(scene.tenant)/signout/next")
        #expect(browser.page.contains("Wiki has not confirmed"), "\(browser.page)")
        await browser.open(try #require(browser.page.firstMatch(after: "button secondary\" href=\"")))
        let second = try await scene.request(browser, at: .wiki)
        #expect(first.id != second.id)
        await browser.open("/\(scene.tenant)/signout/next")
        await browser.open(try #require(browser.page.firstMatch(after: "button primary\" href=\"")))
        try await scene.confirm(browser, at: .idp)
        guard case .response(let response) = try await scene.read(browser, at: .shop).message else {
            throw FakeSAMLParty.NotHere(location: browser.destination)
        }
        #expect(!response.isSuccess)
    }

    @Test func `asked again by the application, a stuck sign-out goes on and is answered`() async throws {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop, .wiki])
        func ask() async {
            await browser.open(
                location(
                    FakeSAMLParty.shop.logoutRequest(
                        told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)))
        }
        await ask()
        _ = try await scene.request(browser, at: .wiki)
        await ask()
        try await scene.confirm(browser, at: .idp)
        guard case .response(let response) = try await scene.read(browser, at: .shop).message else {
            throw FakeSAMLParty.NotHere(location: browser.destination)
        }
        #expect(!response.isSuccess, "the wiki never confirmed")
        await ask()
        guard case .response(let again) = try await scene.read(browser, at: .shop).message else {
            throw FakeSAMLParty.NotHere(location: browser.destination)
        }
        #expect(again.isSuccess, "nothing is left to end")
    }
}

@Suite("WS-Federation sign-out") struct WSFederationSignOutTests {
    private let reply = "https://portal.test/bye"

    @Test func `an application's wsignout asks, tells everybody, and goes to a registered wreply`() async throws {
        let scene = try await SAMLScene()
        let (browser, _) = try await scene.signedIn(to: [.shop])
        await browser.open(
            "/\(scene.tenant)/wsfed?"
                + Form.encode([("wa", "wsignout1.0"), ("wtrealm", "urn:portal"), ("wreply", reply)]))
        let form = try #require(browser.forms.first { $0.action.contains("/signout?") }, "\(browser.page)")
        #expect(await scene.isSignedIn(browser))
        await browser.post(form.action, form.hidden)
        try await scene.confirm(browser, at: .shop)
        try await scene.confirm(browser, at: .idp)
        #expect(browser.destination == reply)
        #expect(await !scene.isSignedIn(browser))
    }

    @Test func `applications are told by images of exactly their origins`() async throws {
        let scene = try await SAMLScene()
        let (browser, told) = try await scene.signedIn(to: [.shop])
        await browser.open(
            "/\(scene.tenant)/wsfed?" + Form.encode([("wa", "wsignin1.0"), ("wtrealm", "urn:portal")]))
        #expect(browser.page.contains("wresult"), "\(browser.page)")
        await browser.open(
            location(
                FakeSAMLParty.shop.logoutRequest(
                    told[0].name, [told[0].sessionIndex], at: scene.applicationEndpoint, now: scene.gateway.now)))
        try await scene.confirm(browser, at: .idp)
        #expect(browser.page.contains("src=\"https://portal.test/signin?wa=wsignoutcleanup1.0\""), "\(browser.page)")
        let policy = try #require(browser.response.field("Content-Security-Policy"))
        #expect(policy.contains("img-src data: https://portal.test;"), "\(policy)")
        #expect(browser.page.contains("href=\"\(FakeSAMLParty.shop.logoutURL)?SAMLResponse="))
    }

    private func passivePartner() async throws -> (SAMLScene, Visitor) {
        let scene = try await SAMLScene()
        let (browser, _) = try await scene.signedIn(to: [.shop])
        // The same partner, from now on by WS-Federation: its sessions stay its own.
        var partner = scene.partner
        var connection = try #require(partner.federation)
        connection.signInURL = "https://contoso.test/adfs/ls/"
        connection.logoutURL = connection.signInURL
        partner.connection = .wsFederation(connection)
        try await scene.gateway.publish([SettingsObject(partner)])
        return (scene, browser)
    }

    @Test func `a home that speaks WS-Federation is asked last, and the way back goes on`() async throws {
        let (scene, browser) = try await passivePartner()
        await browser.open(scene.account)
        await browser.submit("/signout")
        try await scene.confirm(browser, at: .shop)
        let parts = try #require(browser.destination).split(separator: "?", maxSplits: 1)
        #expect(parts[0] == "https://contoso.test/adfs/ls/")
        let query = try Form.parse(Array(String(parts[1]).utf8))
        #expect(try query.value("wa") == "wsignout1.0")
        #expect(try query.value("wreply") == "\(scene.partnerRoot)/wsfed")
        await browser.open(try #require(try query.value("wreply")))
        #expect(browser.page.contains("You are signed out"), "\(browser.page)")
    }

    @Test func `its cleanup ends this browser's session and goes back to its own endpoint alone`() async throws {
        let (scene, browser) = try await passivePartner()
        let back = "https://contoso.test/adfs/ls/?assocId=1&relayState=x"
        await browser.open(
            "\(scene.partnerRoot)/wsfed?" + Form.encode([("wa", "wsignoutcleanup1.0"), ("wreply", back)]))
        try await scene.confirm(browser, at: .shop)
        #expect(browser.destination == back)
        #expect(await !scene.isSignedIn(browser))
        await browser.open("\(scene.partnerRoot)/wsfed?wa=wsignoutcleanup1.0")
        #expect(browser.response.field("Content-Type") == "image/gif", "whether or not there was a session")
    }
}

extension Visitor {
    /// A form that another site makes the browser post.
    func post(_ transmission: SAMLTransmission) async {
        guard case .post(let url, let fields) = transmission else { return }
        await post(url, fields.map { ($0.name, $0.value) }, origin: "https://elsewhere.test")
    }

    /// The id of the message in the page's form.
    func posted(_ name: String, to url: String) throws -> String {
        guard let form = forms.first(where: { $0.action == url }),
            let value = form.hidden.first(where: { $0.0 == name })?.1, let xml = Base64.decode(value)
        else { throw FakeSAMLParty.NotHere(location: page) }
        return String(decoding: xml, as: UTF8.self).firstMatch(after: " ID=\"") ?? ""
    }
}
