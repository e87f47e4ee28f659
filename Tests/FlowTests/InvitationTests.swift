// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Directory
import FoundationEssentials
import Gateway
import Outbound
import Storage
import Testing

extension TestGateway {
    var snapshot: TenantSnapshot {
        get async throws { try await installation.settings.snapshot(woodgrove.id)! }
    }

    func invite(
        _ request: InvitationRequest, by party: InvitingParty = InvitingParty(.command, name: "Ida Host")
    ) async throws -> IssuedInvitation {
        try await installation.invite(request, to: snapshot, by: party)
    }

    func change(_ change: (inout Tenant) -> Void) async throws {
        var tenant = try await snapshot.tenant
        change(&tenant)
        try await publish([SettingsObject(tenant)])
    }

    func stored(_ user: User.ID) async throws -> User? { try await store.user(woodgrove.id, user) }

    func activities() async throws -> [String] {
        try await store.auditRecords(woodgrove.id, limit: 100).map(\.activity)
    }
}

/// Numbers are those of "Behaviours that surprise" in docs/surprises.md.
@Suite("Invitations") struct InvitationTests {
    private let address = EmailAddress("nora@northwind.test")!
    private let landing = "https://web.app.test/start"

    /// Redeems as the outside provider's person, and answers where it led.
    private func redeem(_ gateway: TestGateway, _ link: String, _ browser: Visitor) async throws {
        await browser.open(link)
        await browser.submit("/redeem")
        if let there = browser.destination { await browser.open(try gateway.provider.authorize(there)) }
        await browser.submit("/accept", [("accept", "yes")])
    }

    @Test func `every property is kept, and each step is recorded under Entra's name`() async throws {
        let gateway = try await TestGateway()
        let ida = try await gateway.member(
            "ida@woodgrove.test", of: gateway.woodgrove, password: "a password of twelve")
        let issued = try await gateway.invite(
            InvitationRequest(
                address: address, displayName: "Nora N.", redirectURL: landing, message: "Hello, Nora",
                messageLanguage: "de-CH", copyTo: .init(address: EmailAddress("boss@northwind.test")!),
                lifetime: .days(5), sponsors: [ida.id]),
            by: InvitingParty(ida, roles: []))
        let kept = try #require(try await gateway.store.invitation(gateway.woodgrove.id, issued.invitation.id))
        #expect(kept == issued.invitation)
        #expect(kept.expiresAt == gateway.now.addingTimeInterval(5 * 86_400))
        #expect(kept.messageLanguage == "de-CH" && kept.copyTo?.address.description == "boss@northwind.test")
        let user = try #require(try await gateway.stored(issued.user.id))
        #expect(user.sponsors == [ida.id] && user.displayName == "Nora N.")
        #expect(
            try await gateway.activities().prefix(3).sorted() == [
                "Add user", "Add user sponsor", "Invite external user",
            ])
        let browser = Visitor(gateway)
        try await redeem(gateway, issued.redeemURL, browser)
        #expect(browser.destination == landing)
        #expect(try await gateway.activities().contains("Redeem external user invite"))
    }

    @Test func `links work for thirty days, or as the tenant says, or for ever (3)`() async throws {
        let gateway = try await TestGateway()
        let usual = try await gateway.invite(InvitationRequest(address: address))
        #expect(usual.invitation.expiresAt == gateway.now.addingTimeInterval(30 * 86_400))
        try await gateway.change { $0.invitationDays = nil }
        let never = try await gateway.invite(InvitationRequest(address: EmailAddress("olga@outside.test")!))
        #expect(never.invitation.expiresAt == nil)
    }

    @Test func `sent again, the old link is replaced and says so; it mails the newest to the invited address`()
        async throws
    {
        let gateway = try await TestGateway()
        let first = try await gateway.invite(InvitationRequest(address: address))
        gateway.advance(by: 40 * 86_400)
        let second = try await gateway.installation.resend(
            first.invitation.id, of: gateway.snapshot, by: InvitingParty(.command, name: "Ida"))
        #expect(second.user.id == first.user.id)
        let old = try #require(try await gateway.store.invitation(gateway.woodgrove.id, first.invitation.id))
        #expect(old.status == .replaced && old.replacedBy == second.invitation.id)
        let browser = Visitor(gateway)
        await browser.open(first.redeemURL)
        #expect(browser.response.status == 410 && browser.page.contains("/redeem/again\""), "\(browser.page)")
        for _ in 0..<6 {
            await browser.open(first.redeemURL)
            await browser.submit("/redeem/again")
            #expect(browser.response.status == 200)
        }
        let mails = try await gateway.mails(to: address.description).count
        #expect(mails == 2 + 3, "three a day, whatever is asked")
        await #expect(throws: InvitationRefusal.self) {
            try await gateway.installation.resend(
                first.invitation.id, of: gateway.snapshot, by: InvitingParty(.command, name: "Ida"))
        }
    }

    @Test func `who may invite is asked, and none stops administrators and applications (7, 8)`() async throws {
        let gateway = try await TestGateway()
        let admin = InvitingParty(.user(.member, roles: [.globalAdministrator]), name: "Ada")
        let guest = InvitingParty(.user(.guest, roles: []), name: "Gil")
        _ = try await gateway.invite(InvitationRequest(address: address), by: guest)
        try await gateway.change { $0.allowsInvitesFrom = .adminsAndGuestInviters }
        await #expect(throws: InvitationRefusal.self) {
            try await gateway.invite(InvitationRequest(address: address), by: guest)
        }
        _ = try await gateway.invite(InvitationRequest(address: address), by: admin)
        try await gateway.change { $0.allowsInvitesFrom = .none }
        for party in [admin, InvitingParty(.application, name: "The daemon")] {
            await #expect(throws: InvitationRefusal.self) {
                try await gateway.invite(InvitationRequest(address: address), by: party)
            }
        }
    }

    @Test func `only an administrator invites members, resets and converts`() async throws {
        let gateway = try await TestGateway()
        let member = InvitingParty(.user(.member, roles: [.guestInviter]), name: "Ida")
        for request in [
            InvitationRequest(address: address, userType: .member),
            InvitationRequest(address: address, subject: .reset(.random(gateway.installation.environment.randomBytes))),
        ] {
            await #expect(throws: InvitationRefusal.self) { try await gateway.invite(request, by: member) }
        }
    }

    @Test func `a new block list stops pending guests, not accepted ones (9)`() async throws {
        let gateway = try await TestGateway()
        let pending = try await gateway.invite(InvitationRequest(address: address))
        try await gateway.change { $0.blockedInvitationDomains = [DomainName("northwind.test")!] }
        let browser = Visitor(gateway)
        await browser.open(pending.redeemURL)
        await browser.submit("/redeem")
        await browser.open(try gateway.provider.authorize(try #require(browser.destination)))
        #expect(
            browser.response.status >= 400 && browser.page.contains("does not accept invitations to this address"),
            "\(browser.page)")
        #expect(try await gateway.stored(pending.user.id)?.externalUserState == .pendingAcceptance)
        await #expect(throws: InvitationRefusal.self) {
            try await gateway.invite(InvitationRequest(address: EmailAddress("other@northwind.test")!))
        }
        try await gateway.change { $0.blockedInvitationDomains = [] }
        try await redeem(gateway, pending.redeemURL, Visitor(gateway))
        try await gateway.change { $0.blockedInvitationDomains = [DomainName("northwind.test")!] }
        let later = Visitor(gateway)
        await later.open("/\(gateway.woodgrove.id)/account")
        await later.submit("/address", [("email", address.description)])
        await later.open(try gateway.provider.authorize(try #require(later.destination)))
        #expect(later.page.contains("/signout\""), "\(later.page)")
    }

    @Test func `a reset keeps the object and its name; the address must be the guest's (12, 13)`() async throws {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite(InvitationRequest(address: address, redirectURL: landing))
        let old = Visitor(gateway)
        try await redeem(gateway, issued.redeemURL, old)
        let new = EmailAddress("nora@outside.test")!
        let reset = InvitationRequest(address: new, redirectURL: landing, subject: .reset(issued.user.id))
        await #expect(throws: InvitationRefusal.self) { try await gateway.invite(reset) }
        var user = try #require(try await gateway.stored(issued.user.id))
        user.otherMails = [new]
        try await gateway.store.commit([.updateUser(user, in: gateway.woodgrove.id)])
        let again = try await gateway.invite(reset)
        #expect(again.user.id == issued.user.id && again.user.userPrincipalName == user.userPrincipalName)
        #expect(try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: user.id).isEmpty)
        await old.open("/\(gateway.woodgrove.id)/account")
        #expect(!old.page.contains("/signout\""), "the old identity's session is over")
        let browser = Visitor(gateway)
        await browser.open(again.redeemURL)
        await browser.submit("/redeem")
        await browser.submit("/code", [("code", try await gateway.code(mailedTo: new.description))])
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.destination == landing, "\(browser.page)")
        let links = try await gateway.store.linkedIdentities(gateway.woodgrove.id, ofUser: user.id)
        #expect(links.map(\.kind) == [.emailCode])
        #expect(try await gateway.activities().contains("Invite external user with reset invitation status"))
    }

    @Test func `a converted member keeps id, name and type, and the password ends at redemption (23)`() async throws {
        let gateway = try await TestGateway()
        var member = try await gateway.member(
            "nils@woodgrove.test", of: gateway.woodgrove, password: "correct horse battery")
        let request = InvitationRequest(address: address, redirectURL: landing, subject: .conversion(member.id))
        await #expect(throws: InvitationRefusal.self, "mail is not the outside address yet") {
            try await gateway.invite(request)
        }
        member.mail = address
        try await gateway.store.commit([.updateUser(member, in: gateway.woodgrove.id)])
        let issued = try await gateway.invite(request)
        func passwordSignIn() async -> Visitor {
            let browser = Visitor(gateway)
            await browser.open("/\(gateway.woodgrove.id)/account")
            await browser.submit("/address", [("email", "nils@woodgrove.test")])
            await browser.submit("/password", [("password", "correct horse battery")])
            return browser
        }
        #expect(await passwordSignIn().page.contains("/signout\""), "until redemption the password counts")
        try await redeem(gateway, issued.redeemURL, Visitor(gateway))
        let user = try #require(try await gateway.stored(member.id))
        #expect(user.externalUserState == .accepted && user.userType == .member)
        #expect(user.userPrincipalName == member.userPrincipalName)
        #expect(await !passwordSignIn().page.contains("/signout\""))
        #expect(try await gateway.activities().contains("Invite internal user to B2B collaboration"))
        await #expect(throws: InvitationRefusal.self, "there is no way back") { try await gateway.invite(request) }
    }

    @Test func `an alias of the account: a code to the invited address, and later sign-ins work too (14)`() async throws
    {
        let gateway = try await TestGateway()
        let issued = try await gateway.invite(
            InvitationRequest(address: EmailAddress("n.smith@northwind.test")!, redirectURL: landing))
        let browser = Visitor(gateway)
        await browser.open(issued.redeemURL)
        await browser.submit("/redeem")
        await browser.open(try gateway.provider.authorize(try #require(browser.destination)))
        #expect(browser.page.contains("This invitation is for n.smith@northwind.test"), "\(browser.page)")
        #expect(browser.page.contains("/another\""))
        await browser.submit("/send")
        await browser.submit("/code", [("code", try await gateway.code(mailedTo: "n.smith@northwind.test"))])
        await browser.submit("/accept", [("accept", "yes")])
        #expect(browser.destination == landing, "\(browser.page)")
        let later = Visitor(gateway)
        let run = ApplicationRun(gateway, gateway.web)
        await later.open(run.url([("login_hint", "nora@northwind.test")]))
        await later.open(try gateway.provider.authorize(try #require(later.destination)))
        #expect(try run.answer(later.destination)["code"] != nil, "\(later.page)")
    }

    @Test func `plus addresses are people of their own`() async throws {
        let gateway = try await TestGateway()
        let plain = try await gateway.invite(InvitationRequest(address: EmailAddress("ada@outside.test")!))
        let plus = try await gateway.invite(InvitationRequest(address: EmailAddress("ada+work@outside.test")!))
        #expect(plain.user.id != plus.user.id)
    }

    @Test func `many by a file: each line once, and what can't be invited says why`() async throws {
        let gateway = try await TestGateway()
        let file = """
            version:v1.0
            \(InvitationCSV.header)
            ada@outside.test,https://web.app.test/,true,"Hello, Ada"
            not an address,https://web.app.test/,true,
            ADA@outside.test,https://web.app.test/,true,
            ida@woodgrove.test,https://web.app.test/,false,
            bob@outside.test,https://web.app.test/,FALSE,,extra

            """
        let lines = try InvitationCSV.read(Array(file.utf8), allowsLoopback: false)
        let party = InvitingParty(.command, name: "Ida Host")
        let job = try await gateway.installation.inviteMany(lines, name: "a.csv", of: gateway.snapshot, by: party)
        var found = try #require(try await gateway.store.invitationJob(gateway.woodgrove.id, job.id))
        while found.state != .finished {
            try await gateway.installation.workOnInvitationJobs()
            await Task.yield()
            found = try #require(try await gateway.store.invitationJob(gateway.woodgrove.id, job.id))
        }
        let kept = try await gateway.store.invitationJobLines(gateway.woodgrove.id, job.id)
        #expect(kept.map(\.number) == [3, 4, 5, 6, 7])
        #expect(kept.map(\.state) == [.success, .failure, .failure, .failure, .success])
        #expect(kept[2].reason == "The same address is in line 3.")
        #expect(try await gateway.mails(to: "ada@outside.test").count == 1)
        #expect(try await gateway.mails(to: "bob@outside.test").isEmpty, "the file decides whether mail is sent")
        #expect(kept[0].message == "Hello, Ada")
        #expect(try await gateway.activities().contains("Bulk invite users - finished (bulk)"))
        // A line that is done is never done again, whoever tries.
        await #expect(throws: StorageError.self) {
            try await gateway.store.commit([
                .endInvitationJobLine(kept[0], of: job.id, in: gateway.woodgrove.id)
            ])
        }
    }

    @Test func `whoever blocks invitations gets no mail, and can allow them again`() async throws {
        let gateway = try await TestGateway()
        _ = try await gateway.invite(InvitationRequest(address: address))
        let mail = try #require(try await gateway.mails(to: address.description).first)
        let url = try #require(MailOptions(mail.headers).unsubscribeURL)
        #expect(mail.text.contains(url))
        let browser = Visitor(gateway)
        await browser.open(url)
        #expect(browser.response.status == 200)
        _ = try await gateway.invite(InvitationRequest(address: address))
        #expect(try await gateway.mails(to: address.description).count == 2, "opening the link changed nothing")
        await browser.post(
            String(url.dropFirst(TestGateway.base.count)), [("List-Unsubscribe", "One-Click")], origin: nil)
        #expect(browser.response.status == 200)
        let third = try await gateway.invite(InvitationRequest(address: address))
        #expect(third.mail == .unsubscribed)
        #expect(try await gateway.mails(to: address.description).count == 2)
        #expect(try await gateway.activities().contains("Email not sent, user unsubscribed"))
        await browser.open(url)
        await browser.submit("block?link=" + url.split(separator: "=").last!, [("allow", "yes")])
        #expect(try await gateway.invite(InvitationRequest(address: address)).mail == .queued)
        for altered in [url + "A", String(url.dropLast(2)), url.replacing("?link=", with: "?link=A")] {
            await browser.open(altered)
            #expect(browser.response.status == 410)
        }
    }

    @Test func `the mail speaks the language asked for, else the guest's, else the home's, else ours`() async throws {
        let gateway = try await TestGateway()
        try await gateway.change { $0.preferredLanguage = "fr-FR" }
        func subject(_ address: String, _ language: String?) async throws -> String {
            _ = try await gateway.invite(
                InvitationRequest(
                    address: EmailAddress(address)!, message: "in my own words", messageLanguage: language))
            return try await gateway.mails(to: address).first?.subject ?? ""
        }
        #expect(try await subject("a@outside.test", "de").contains("eingeladen"), "with words of one's own too (5)")
        #expect(try await subject("b@outside.test", nil).contains("invite"))
        #expect(try await subject("b@outside.test", nil).contains("vous"))
        #expect(try await subject("f@fabrikam.test", nil).contains("invited you"), "fabrikam's own language")
    }
}
