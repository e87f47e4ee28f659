import Directory
import Gateway
import JSON
import Storage
import Testing

@Suite("The three ways in") struct ThreeWaysInTests {
    @Test func `a guest of an outside provider redeems, and the application gets tokens`() async throws {
        let gateway = try await TestGateway()
        try await gateway.invite("nora@northwind.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)

        await browser.open(run.url())
        #expect(browser.page.contains("name=\"email\""))
        await browser.submit("/address", [("email", "nora@northwind.test")])
        let atProvider = try #require(browser.destination)
        #expect(atProvider.hasPrefix(FakeProvider.issuer + "/authorize"))
        await browser.open(try gateway.provider.authorize(atProvider))
        #expect(browser.page.contains("name=\"accept\""), "\(browser.page)")
        await browser.submit("/accept", [("accept", "yes")])

        let answer = try run.answer(browser.destination)
        #expect(answer["state"] == run.state)
        #expect(answer["iss"] == "\(TestGateway.base)/\(gateway.woodgrove.id)/v2.0")
        let code = try #require(answer["code"], "\(answer)")
        let (status, body) = try await run.redeem(code)
        #expect(status == 200, "\(body)")
        let claims = try await run.claims(try #require(body["id_token"]?.string), type: "JWT")
        #expect(claims["email"]?.string == "nora@northwind.test")
        #expect(claims["nonce"]?.string == run.nonce)
        #expect(claims["idp"]?.string == FakeProvider.issuer)
        #expect(claims["acct"]?.integer == 1)
        #expect(body["refresh_token"]?.string != nil)
    }

    @Test func `a returning guest is not asked anything again`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.spa)
        await browser.open(run.url())
        let answer = try run.answer(browser.destination)
        #expect(answer["code"] != nil, "\(answer)")
    }

    @Test func `an employee of a hosted organisation signs in with their own password`() async throws {
        let gateway = try await TestGateway()
        let employee = try await gateway.member(
            "frida@fabrikam.test", of: gateway.fabrikam, password: "correct horse battery")
        try await gateway.invite("frida@fabrikam.test")
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)

        await browser.open(run.url([("login_hint", "frida@fabrikam.test")]))
        #expect(browser.page.contains("name=\"password\""), "\(browser.page)")
        #expect(browser.page.contains("Fabrikam"))
        await browser.submit("/password", [("password", "wrong password here")])
        #expect(browser.page.contains("not right"))
        await browser.submit("/password", [("password", "correct horse battery")])
        #expect(browser.page.contains("name=\"accept\""), "\(browser.page)")
        await browser.submit("/accept", [("accept", "yes")])
        let answer = try run.answer(browser.destination)
        let (status, body) = try await run.redeem(try #require(answer["code"], "\(answer)"))
        #expect(status == 200, "\(body)")
        let claims = try await run.claims(try #require(body["id_token"]?.string), type: "JWT")
        #expect(claims["idp"]?.string == "\(TestGateway.base)/\(gateway.fabrikam.id)/v2.0")
        let linked = try await gateway.store.linkedIdentity(
            gateway.woodgrove.id,
            IdentityKey(
                issuer: "\(TestGateway.base)/\(gateway.fabrikam.id)/v2.0", subject: employee.id.description))
        #expect(linked != nil, "the guest's key is the home's issuer and the object id there")
    }

    @Test func `somebody who only has email gets a code`() async throws {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite("olga@outside.test", redirect: "https://web.app.test/start")
        let browser = Visitor(gateway)
        await browser.open(issued.redeemURL)
        #expect(browser.page.contains("olga@outside.test"))
        await browser.submit("/redeem")
        #expect(browser.page.contains("name=\"code\""), "\(browser.page)")
        await browser.submit("/code", [("code", "00000000")])
        #expect(browser.page.contains("not right"))
        let code = try await gateway.code(mailedTo: "olga@outside.test")
        await browser.submit("/code", [("code", code)])
        #expect(browser.page.contains("name=\"accept\""), "\(browser.page)")
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.destination == "https://web.app.test/start")

        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url())
        let answer = try run.answer(browser.destination)
        let (status, body) = try await run.redeem(try #require(answer["code"], "\(answer)"))
        #expect(status == 200, "\(body)")
    }

    @Test func `every sign-in is recorded with its reasons`() async throws {
        let gateway = try await TestGateway()
        let browser = try await gateway.signedInGuest()
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url())
        let records = try await gateway.store.signIns(gateway.woodgrove.id, limit: 10)
        #expect(records.count == 2)
        let record = try #require(records.first)
        #expect(record.outcome == .success)
        #expect(record.content.verify() == .intact)
        let explanation = Explanation(record, tenant: gateway.woodgrove, applicationName: "The web application")
        #expect(explanation.text.contains("nora@northwind.test"))
        #expect(explanation.text.contains("assignment.required"))
    }
}

extension TestGateway {
    /// A browser with a session of the outside provider's guest.
    func signedInGuest() async throws -> Visitor {
        try await invite("nora@northwind.test")
        let browser = Visitor(self)
        let run = ApplicationRun(self, web)
        await browser.open(run.url([("login_hint", "nora@northwind.test")]))
        await browser.open(try provider.authorize(try #require(browser.destination)))
        await browser.submit("/accept", [("accept", "yes")])
        let answer = try run.answer(browser.destination)
        #expect(answer["code"] != nil, "\(answer)")
        return browser
    }
}
