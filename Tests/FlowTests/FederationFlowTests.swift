import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import JSON
import SAML
import Storage
import Testing

@Suite("Sign-ins over SAML and WS-Federation") struct FederationFlowTests {
    private let sam = FakePerson("sam-1", mail: "sam@adatum.test", name: "Sam Adatum")

    // MARK: What an application may ask for

    @Test func `whoever declines sends the application a status, and stays invited`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        try await gateway.invite("sam@adatum.test")
        let browser = Visitor(gateway)
        await browser.open(try wiki.redirect())
        await browser.submit("/address", [("email", "sam@adatum.test")])
        await browser.deliver(try await partner.answer(browser, sam))
        await browser.submit("/cancel")
        #expect(try await wiki.status(browser) == [SAMLStatusCode.responder, SAMLStatusCode.requestDenied])
        #expect(browser.posted?.value("RelayState") == wiki.relayState)
        let user = try #require(
            try await gateway.store.users(gateway.woodgrove.id, mail: EmailAddress("sam@adatum.test")!).first)
        #expect(user.externalUserState == .pendingAcceptance)
    }

    @Test func `IsPassive without a session is NoPassive, and with one an assertion without a page`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider(signer: FederationKeys.application)
        let stranger = Visitor(gateway)
        await stranger.open(try wiki.redirect { $0.isPassive = true })
        #expect(try await wiki.status(stranger) == [SAMLStatusCode.responder, SAMLStatusCode.noPassive])
        await stranger.deliver(try wiki.post { $0.isPassive = true })
        #expect(try await wiki.status(stranger) == [SAMLStatusCode.responder, SAMLStatusCode.noPassive])

        let browser = try await gateway.redeemed(partner, sam)
        await browser.open(try wiki.redirect { $0.isPassive = true })
        #expect(try await wiki.told(browser).mail == "sam@adatum.test")
        await browser.deliver(try wiki.post { $0.isPassive = true })
        #expect(try await wiki.told(browser).mail == "sam@adatum.test")
        await browser.open(
            try wiki.redirect {
                $0.isPassive = true
                $0.forcesAuthentication = true
            })
        #expect(try await wiki.status(browser) == [SAMLStatusCode.responder, SAMLStatusCode.noPassive])
    }

    @Test func `ForceAuthn passes the session over, and the partner has to authenticate anew`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        let browser = try await gateway.redeemed(partner, sam)
        gateway.advance(by: 600)
        for stale in [true, false] {
            await browser.open(try wiki.redirect { $0.forcesAuthentication = true })
            await browser.submit("/address", [("email", "sam@adatum.test")])
            #expect(try await partner.asked(browser).request.forcesAuthentication)
            let answer = try await partner.answer(
                browser, sam, change: { if stale { $0.authenticatedAt = gateway.now.addingTimeInterval(-500) } })
            await browser.deliver(answer)
            if stale {
                #expect(gateway.cause(browser).contains("[partner.authn_statement]"), "\(gateway.cause(browser))")
            } else {
                #expect(try await wiki.told(browser).mail == "sam@adatum.test")
            }
        }
    }

    @Test func `wfresh passes an older session over`() async throws {
        let gateway = try await TestGateway()
        let sts = try await gateway.addSTS()
        let portal = try await gateway.addRelyingParty()
        let will = FakePerson("will-1", mail: "will@litware.test")
        try await gateway.invite("will@litware.test")
        let browser = Visitor(gateway)
        await browser.open(portal.url { $0.homeRealm = "litware.test" })
        #expect(try sts.asked(browser).freshness == nil, "whr leads there without a page")
        await browser.deliver(try sts.answer(browser, will))
        await browser.submit("/accept", [("accept", "yes")])
        #expect(try await portal.told(browser).mail == "will@litware.test")
        gateway.advance(by: 1_200)
        await browser.open(portal.url { $0.freshness = 30 })
        #expect(try await portal.told(browser).mail == "will@litware.test", "young enough")
        for minutes in [10, 0] {
            await browser.open(
                portal.url {
                    $0.freshness = minutes
                    $0.homeRealm = "litware.test"
                })
            #expect(try sts.asked(browser).freshness == minutes)
            let old = try sts.answer(
                browser, will, change: { $0.authenticatedAt = gateway.now.addingTimeInterval(-1_200) })
            await browser.deliver(old)
            #expect(gateway.cause(browser).contains("[partner.authn_statement]"), "\(gateway.cause(browser))")
        }
        await browser.open(
            portal.url {
                $0.freshness = 0
                $0.homeRealm = "litware.test"
            })
        await browser.deliver(try sts.answer(browser, will))
        #expect(try await portal.told(browser).mail == "will@litware.test")
    }

    @Test func `max_age asks a SAML partner to authenticate anew, since SAML can't say how old`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let browser = try await gateway.redeemed(partner, sam)
        gateway.advance(by: 600)
        let run = ApplicationRun(gateway, gateway.web)
        let hint = ("login_hint", "sam@adatum.test")
        await browser.open(run.url([("max_age", "3600"), hint]))
        #expect(try run.answer(browser.destination)["code"] != nil, "the session is young enough")
        await browser.open(run.url([("max_age", "300"), hint]))
        #expect(try await partner.asked(browser).request.forcesAuthentication)
        await browser.deliver(
            try await partner.answer(
                browser, sam, change: { $0.authenticatedAt = gateway.now.addingTimeInterval(-400) }))
        #expect(gateway.cause(browser).contains("[partner.authn_statement]"), "\(gateway.cause(browser))")
        await browser.open(run.url([("max_age", "300"), hint]))
        await browser.deliver(
            try await partner.answer(
                browser, sam, change: { $0.authenticatedAt = gateway.now.addingTimeInterval(-200) }))
        #expect(try run.answer(browser.destination)["code"] != nil, "\(gateway.cause(browser))")
    }

    @Test func `a context that the application wants is asked of the partner, and said if the evidence bears it`()
        async throws
    {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        let mfa = SAMLContextClass.refedsMultipleFactors
        var strong = sam
        strong.context = mfa
        let browser = try await gateway.redeemed(partner, sam)

        // The session has no second factor: the person gets the chance to show one.
        for person in [sam, strong] {
            await browser.open(try wiki.redirect { $0.requestedContext = SAMLRequestedContext([mfa]) })
            await browser.submit("/address", [("email", "sam@adatum.test")])
            let wanted = try await partner.asked(browser).request.requestedContext
            #expect(wanted == SAMLRequestedContext([mfa]))
            await browser.deliver(try await partner.answer(browser, person))
            if person.context == mfa {
                #expect(try await wiki.told(browser).contextClass == mfa)
            } else {
                #expect(try await wiki.status(browser) == [SAMLStatusCode.responder, SAMLStatusCode.noAuthnContext])
            }
        }
        // Now it has.
        await browser.open(try wiki.redirect { $0.requestedContext = SAMLRequestedContext([mfa]) })
        #expect(try await wiki.told(browser).contextClass == mfa)
    }

    @Test func `how a context is compared is passed on to the partner`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        try await gateway.redeemed(partner, sam)
        let browser = Visitor(gateway)
        let wish = SAMLRequestedContext([SAMLContextClass.password], comparison: .minimum)
        await browser.open(try wiki.redirect { $0.requestedContext = wish })
        await browser.submit("/address", [("email", "sam@adatum.test")])
        #expect(try await partner.asked(browser).request.requestedContext == wish)
        var strong = sam
        strong.context = SAMLContextClass.refedsMultipleFactors
        await browser.deliver(try await partner.answer(browser, strong))
        #expect(try await wiki.told(browser).mail == "sam@adatum.test")
    }

    @Test func `contexts that the partner's setting asks for must be in its answer`() async throws {
        let gateway = try await TestGateway()
        let mfa = SAMLContextClass.refedsMultipleFactors
        let partner = try await gateway.addSAMLPartner { $0.requestedContexts = [mfa] }
        try await gateway.invite("sam@adatum.test")
        let browser = try await gateway.atPartner()
        #expect(try await partner.asked(browser).request.requestedContext == SAMLRequestedContext([mfa]))
        await browser.deliver(try await partner.answer(browser, sam))
        #expect(gateway.cause(browser).contains("[partner.authn_context]"), "\(gateway.cause(browser))")
        var strong = sam
        strong.context = mfa
        let again = try await gateway.atPartner()
        await again.deliver(try await partner.answer(again, strong))
        #expect(again.page.contains("name=\"accept\""), "\(gateway.cause(again))")

        let sts = try await gateway.addSTS { $0.requestedContexts = [mfa] }
        try await gateway.invite("will@litware.test")
        var will = FakePerson("will-1", mail: "will@litware.test")
        let third = try await gateway.atPartner(as: "will@litware.test")
        await third.deliver(try sts.answer(third, will))
        #expect(gateway.cause(third).contains("[partner.authn_context]"), "\(gateway.cause(third))")
        will.context = mfa
        let fourth = try await gateway.atPartner(as: "will@litware.test")
        await fourth.deliver(try sts.answer(fourth, will))
        #expect(fourth.page.contains("name=\"accept\""), "\(gateway.cause(fourth))")
    }

    // MARK: How long it lasts

    @Test func `our session ends with the partner's, and the application is told`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        try await gateway.redeemed(partner, sam)
        let browser = try await gateway.atPartner()
        let end = gateway.now.addingTimeInterval(1_800)
        await browser.deliver(try await partner.answer(browser, sam, change: { $0.sessionNotOnOrAfter = end }))
        let session = try #require(try await gateway.session(browser))
        #expect(session.expiresAt == end)
        gateway.advance(by: 1_700)
        await browser.open(try wiki.redirect())
        #expect(try await wiki.told(browser).sessionNotOnOrAfter == end)
        gateway.advance(by: 100)
        await browser.open(try wiki.redirect())
        #expect(browser.page.contains("name=\"email\""), "the session is over")
    }

    @Test(arguments: [true, false])
    func `refresh tokens on an assertion end after twelve hours`(_ isSAML: Bool) async throws {
        let gateway = try await TestGateway()
        let address = isSAML ? "sam@adatum.test" : "will@litware.test"
        try await gateway.invite(address)
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        if isSAML {
            let partner = try await gateway.addSAMLPartner()
            await browser.open(run.url([("login_hint", address)]))
            await browser.deliver(try await partner.answer(browser, sam))
        } else {
            let sts = try await gateway.addSTS()
            await browser.open(run.url([("login_hint", address)]))
            await browser.deliver(try sts.answer(browser, FakePerson("will-1", mail: address)))
        }
        await browser.submit("/accept", [("accept", "yes")])
        let code = try #require(try run.answer(browser.destination)["code"], "\(gateway.cause(browser))")
        var (status, body) = try await run.redeem(code)
        #expect(status == 200)
        gateway.advance(by: 12 * 3600 - 60)
        (status, body) = await run.token([
            ("grant_type", "refresh_token"), ("refresh_token", body["refresh_token"]?.string ?? ""),
        ])
        #expect(status == 200, "\(body)")
        gateway.advance(by: 120)
        (status, body) = await run.token([
            ("grant_type", "refresh_token"), ("refresh_token", body["refresh_token"]?.string ?? ""),
        ])
        #expect(status == 400 && body["error"]?.string == "invalid_grant", "\(body)")
    }

    // MARK: Keys and changes under way

    @Test func `several signing keys are accepted, and one that was taken away is refused at once`() async throws {
        let gateway = try await TestGateway()
        var partner = try await gateway.addSAMLPartner {
            $0.signingCertificates.append(FederationKeys.partnerNext.certificateText)
        }
        try await gateway.redeemed(partner, sam)
        for signer in [FederationKeys.partner, FederationKeys.partnerNext] {
            partner.signer = signer
            let browser = try await gateway.atPartner()
            await browser.deliver(try await partner.answer(browser, sam))
            #expect(browser.destination?.contains("code=") == true, "\(gateway.cause(browser))")
        }
        let under = try await gateway.atPartner()
        partner.signer = FederationKeys.partner
        let answer = try await partner.answer(under, sam)
        var changed = partner.partner
        var federation = partner.federation
        federation.signingCertificates = [FederationKeys.partnerNext.certificateText]
        changed.connection = .saml(federation)
        try await gateway.publish([SettingsObject(changed)])
        await under.deliver(answer)
        #expect(gateway.cause(under).contains("[partner.untrusted_key]"), "\(gateway.cause(under))")
    }

    @Test func `encrypted assertions, from a partner and to an application`() async throws {
        let gateway = try await TestGateway()
        var partner = try await gateway.addSAMLPartner()
        let snapshot = try #require(try await gateway.installation.settings.snapshot(gateway.woodgrove.id))
        partner.encryption = try SAMLKey(
            certificate: try #require(snapshot.keys.certifiedKeys(.samlDecryption).first).certificate)
        let wiki = try await gateway.addServiceProvider {
            $0.encryptionCertificate = FederationKeys.application.certificateText
        }
        let browser = try await gateway.redeemed(partner, sam)
        await browser.open(try wiki.redirect())
        let message = try #require(browser.posted?.value("SAMLResponse").flatMap { Base64.decode($0) })
        #expect(!String(decoding: message, as: UTF8.self).contains("sam@adatum.test"))
        let told = try await wiki.told(browser) { $0.decryptionKeys = [FederationKeys.application.key] }
        #expect(told.mail == "sam@adatum.test")
    }

    @Test func `a partner that is switched off while somebody is there`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        try await gateway.redeemed(partner, sam)
        let browser = try await gateway.atPartner()
        let answer = try await partner.answer(browser, sam)
        var off = partner.partner
        off.isEnabled = false
        try await gateway.publish([SettingsObject(off)])
        await browser.deliver(answer)
        #expect(browser.response.status == 403)
        #expect(!browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
    }

    @Test func `an application that is switched off, or whose address is taken away, while somebody signs in`()
        async throws
    {
        for change: @Sendable (inout Application) -> Void in [
            { $0.isEnabled = false },
            { $0.saml?.assertionConsumers = [.init(url: "https://wiki.app.test/other", index: 0, isDefault: true)] },
            { $0.saml = nil },
        ] {
            let gateway = try await TestGateway()
            let partner = try await gateway.addSAMLPartner()
            let wiki = try await gateway.addServiceProvider()
            try await gateway.redeemed(partner, sam)
            let browser = Visitor(gateway)
            await browser.open(try wiki.redirect())
            await browser.submit("/address", [("email", "sam@adatum.test")])
            let answer = try await partner.answer(browser, sam)
            var application = wiki.application
            change(&application)
            try await gateway.publish([SettingsObject(application)])
            await browser.deliver(answer)
            #expect(browser.response.status == 403, "\(browser.page)")
            #expect(browser.posted == nil && browser.destination == nil)
        }
    }

    // MARK: Browsers

    @Test func `two tabs have a sign-in each`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        try await gateway.redeemed(partner, sam)
        let browser = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await browser.open(run.url([("login_hint", "sam@adatum.test")]))
        let first = try await partner.answer(browser, sam)
        await browser.open(try wiki.redirect())
        await browser.submit("/address", [("email", "sam@adatum.test")])
        let second = try await partner.answer(browser, sam)
        await browser.deliver(first)
        #expect(try run.answer(browser.destination)["code"] != nil, "\(gateway.cause(browser))")
        await browser.deliver(second)
        #expect(try await wiki.told(browser).mail == "sam@adatum.test")
    }

    @Test func `the back button repeats nothing, and leads on from the session`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let wiki = try await gateway.addServiceProvider()
        try await gateway.invite("sam@adatum.test")
        let browser = Visitor(gateway)
        await browser.open(try wiki.redirect())
        await browser.submit("/address", [("email", "sam@adatum.test")])
        let answer = try await partner.answer(browser, sam)
        await browser.deliver(answer)
        let review = browser.path
        await browser.deliver(answer)
        #expect(browser.response.status == 400 && browser.posted == nil, "its cookie travels so no more")
        await browser.open(review)
        #expect(browser.page.contains("name=\"accept\""))
        await browser.submit("/accept", [("accept", "yes")])
        #expect(try await wiki.told(browser).mail == "sam@adatum.test")
        await browser.open(review)
        #expect(browser.posted == nil, "its cookie is gone")
        await browser.deliver(answer)
        #expect(browser.posted == nil)
    }

    @Test func `the sign-in's cookie travels from another site only while the partner is asked`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        try await gateway.invite("sam@adatum.test")
        let browser = Visitor(gateway)
        await browser.open(ApplicationRun(gateway, gateway.web).url())
        #expect(browser.crossSiteCookies.isEmpty)
        await browser.submit("/address", [("email", "sam@adatum.test")])
        #expect(browser.crossSiteCookies.count == 1)
        await browser.deliver(try await partner.answer(browser, sam))
        #expect(browser.crossSiteCookies.isEmpty)
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.cookies.keys.contains { $0.hasPrefix("__Host-s.") })
        #expect(browser.crossSiteCookies.isEmpty, "the session never travels so")
    }

    @Test func `a partner's error leads back into the sign-in`() async throws {
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner()
        let browser = try await gateway.atPartner()
        await browser.deliver(
            try await partner.refuse(browser, SAMLStatus(.responder, SAMLStatusCode.authnFailed, message: "no luck")))
        #expect(browser.response.status == 502)
        #expect(gateway.cause(browser).contains("AuthnFailed"))
        #expect(browser.page.contains("/another\""), "another account can be used: \(browser.page)")
    }
}
