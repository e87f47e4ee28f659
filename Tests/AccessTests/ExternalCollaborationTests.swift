import Directory
import Testing

@testable import Access

@Suite("External collaboration (access-policy §5)") struct ExternalCollaborationTests {
    static let contoso = Sample.sure(DomainName("contoso.com"))
    static let fabrikam = Sample.sure(DomainName("fabrikam.com"))
    static let subContoso = Sample.sure(DomainName("sub.contoso.com"))

    static let guest = Inviter.user(.guest, roles: [])
    static let member = Inviter.user(.member, roles: [])
    static let globalAdministrator = Inviter.user(.member, roles: [.globalAdministrator])
    static let guestInviter = Inviter.user(.guest, roles: [.guestInviter])

    func invite(
        _ collaboration: ExternalCollaboration, _ inviter: Inviter = member, _ domain: DomainName = contoso
    ) -> Verdict<InvitationDenial> {
        invitationDecision(
            for: InvitationInput(inviter: inviter, domain: domain),
            settings: InvitationSettings(collaboration: collaboration))
    }

    /// Who may invite; rows 18, 19 and 20 are among them.
    static let inviters: [(InvitationSource, Inviter, Bool)] = [
        (.none, guest, false), (.none, member, false), (.none, globalAdministrator, false),
        (.none, guestInviter, false), (.none, .application, false), (.none, .command, false),
        (.adminsAndGuestInviters, guest, false), (.adminsAndGuestInviters, member, false),
        (.adminsAndGuestInviters, guestInviter, true), (.adminsAndGuestInviters, globalAdministrator, true),
        (.adminsAndGuestInviters, .user(.member, roles: [.userAdministrator]), true),
        (.adminsAndGuestInviters, .user(.member, roles: [.securityAdministrator, .reportsReader]), false),
        (.adminsAndGuestInviters, .application, true), (.adminsAndGuestInviters, .command, true),
        (.adminsGuestInvitersAndAllMembers, guest, false), (.adminsGuestInvitersAndAllMembers, member, true),
        (.adminsGuestInvitersAndAllMembers, guestInviter, true),
        (.everyone, guest, true), (.everyone, member, true), (.everyone, .application, true),
    ]

    @Test(arguments: inviters)
    func `rows 18 to 20: who may invite`(source: InvitationSource, inviter: Inviter, allowed: Bool) {
        let verdict = invite(ExternalCollaboration(allowsInvitesFrom: source), inviter)
        #expect(verdict.isAllowed == allowed)
        #expect(verdict.denial == (allowed ? nil : .inviterNotPermitted))
        #expect(verdict.reasons.first?.setting == "policies/authorizationPolicy/allowInvitesFrom")
    }

    @Test func `by default everybody may invite everybody`() {
        #expect(invite(ExternalCollaboration(), Self.guest).isAllowed)
    }

    @Test func `row 14: a denied domain can't be invited, and a pending invitation to it can't be redeemed`() {
        let settings = ExternalCollaboration(domains: .blocked([Self.contoso]))
        #expect(invite(settings).denial == .domainBlocked)
        #expect(invite(settings, Self.member, Self.fabrikam).isAllowed)
        #expect(
            redemptionDecision(domain: Self.contoso, collaboration: settings).denial == .invitationDomainBlocked)
    }

    @Test func `row 15: an allow-list blocks everything else, subdomains too`() {
        let settings = ExternalCollaboration(domains: .allowed([Self.contoso]))
        #expect(invite(settings).isAllowed)
        #expect(invite(settings, Self.member, Self.fabrikam).denial == .domainBlocked)
        #expect(invite(settings, Self.member, Self.subContoso).denial == .domainBlocked)
    }

    @Test func `row 17: both lists at once are rejected`() {
        #expect(throws: InvitationDomains.Fault.bothLists) {
            try InvitationDomains(allowedDomains: ["contoso.com"], blockedDomains: ["fabrikam.com"])
        }
    }

    @Test func `a list has 25,000 characters at most, and names nothing but domains`() throws {
        let longest = Array(repeating: "abcdefghijklmno.example.c", count: 1_000)
        #expect(try InvitationDomains(allowedDomains: longest, blockedDomains: []) != .unrestricted)
        #expect(throws: InvitationDomains.Fault.tooLong(25_025)) {
            try InvitationDomains(allowedDomains: longest + longest.prefix(1), blockedDomains: [])
        }
        #expect(throws: InvitationDomains.Fault.domainInvalid("*.contoso.com")) {
            try InvitationDomains(allowedDomains: [], blockedDomains: ["*.contoso.com"])
        }
        #expect(try InvitationDomains(allowedDomains: [], blockedDomains: []) == .unrestricted)
        #expect(
            try InvitationDomains(allowedDomains: [], blockedDomains: ["Contoso.COM"]) == .blocked([Self.contoso]))
    }

    @Test func `who may invite is asked before which domain, and both are told`() {
        let verdict = invite(ExternalCollaboration(allowsInvitesFrom: .none, domains: .blocked([Self.contoso])))
        #expect(verdict.denial == .inviterNotPermitted)
        #expect(verdict.reasons.map(\.rule) == ["collaboration.inviter", "collaboration.domain"])
        #expect(verdict.reasons.allSatisfy { !$0.met })
    }

    @Test(arguments: [
        (false, InvitationDomains.unrestricted, InvitationDenial.signUpSwitchedOff as InvitationDenial?),
        (true, .unrestricted, nil), (true, .blocked([contoso]), .domainBlocked), (true, .allowed([contoso]), nil),
        (false, .allowed([contoso]), .signUpSwitchedOff),
    ])
    func `signing up is off by default, and keeps to the list of domains`(
        isOpen: Bool, domains: InvitationDomains, denial: InvitationDenial?
    ) {
        let settings = ExternalCollaboration(domains: domains, allowsSelfServiceSignUp: isOpen)
        let verdict = signUpDecision(domain: Self.contoso, settings: InvitationSettings(collaboration: settings))
        #expect(verdict.denial == denial)
        #expect(!ExternalCollaboration().allowsSelfServiceSignUp)
    }

    @Test func `leaving`() {
        var tenant = Sample.tenant
        tenant.privacyContact = "privacy@woodgrove.example"
        let asked = ExternalCollaboration(allowsLeaving: false)
        #expect(leavingDecision(isExternal: true, tenant: tenant, collaboration: ExternalCollaboration()).isAllowed)
        #expect(
            leavingDecision(isExternal: false, tenant: tenant, collaboration: ExternalCollaboration()).denial
                == .notExternal)
        #expect(
            leavingDecision(isExternal: true, tenant: tenant, collaboration: asked).denial
                == .askPrivacyContact("privacy@woodgrove.example"))
        #expect(asked.mayBeWritten(for: tenant) && !asked.mayBeWritten(for: Sample.tenant))
    }
}

@Suite("Guest permission levels (access-policy §5.2)") struct GuestPermissionsTests {
    /// Area, then what a limited and a restricted guest see.
    static let views: [(DirectoryArea, DirectoryView, DirectoryView)] = [
        (.ownUser, .whole, .whole), (.otherUser, .limited, .none), (.userList, .none, .none),
        (.ownGroups, .whole, .identifiers), (.group, .whole, .none), (.groupList, .none, .none),
        (.applications, .whole, .whole), (.applicationRegistration, .none, .none),
        (.organization, .limited, .limited), (.devices, .none, .none), (.directoryRoles, .none, .none),
        (.subscriptions, .none, .none), (.policies, .none, .none), (.ownTermsAcceptances, .whole, .whole),
    ]

    func view(
        _ area: DirectoryArea, _ level: GuestAccess, _ type: User.UserType = .guest, _ roles: [DirectoryRole] = []
    ) -> DirectoryView {
        directoryView(of: area, for: type, roles: roles, level: level).view
    }

    @Test(arguments: views)
    func `rows 54 and 55: what each level sees`(area: DirectoryArea, limited: DirectoryView, restricted: DirectoryView)
    {
        #expect(view(area, .limited) == limited)
        #expect(view(area, .restricted) == restricted)
        #expect(view(area, .asMembers) == .whole)
        #expect(view(area, .restricted, .member) == .whole)
        #expect(directoryView(of: area, for: .guest, roles: [], level: .limited).reason.met == (limited != .none))
    }

    @Test func `every area is in the table`() { #expect(Self.views.map(\.0) == DirectoryArea.allCases) }

    @Test func `directory roles add at any level`() {
        #expect(view(.userList, .restricted, .guest, [.guestInviter]) == .whole)
        #expect(view(.policies, .restricted, .guest, [.securityAdministrator]) == .whole)
        #expect(view(.policies, .restricted, .guest, [.reportsReader, .guestInviter]) == .none)
    }
}
