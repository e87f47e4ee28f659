import Directory
import Testing

@testable import Access

/// Which of the settings wins (access-policy §5.4), over invitation, redemption and the sign-in of a redeemed guest.
@Suite("Which setting wins (access-policy §5.4)") struct PrecedenceTests {
    struct Row: Sendable {
        var domains: InvitationDomains
        var inbound: WholeAccessSetting
        var invitation: InvitationDenial?
        var redemption: Refusal?
        var redeemed: Refusal?
    }

    static let contoso = Sample.sure(DomainName("contoso.com"))
    static let rows = [
        Row(domains: .unrestricted, inbound: .allowAll, invitation: nil, redemption: nil, redeemed: nil),
        Row(domains: .allowed([contoso]), inbound: .allowAll, invitation: nil, redemption: nil, redeemed: nil),
        Row(
            domains: .unrestricted, inbound: .blockAll, invitation: .crossTenantAccess, redemption: .ourInbound,
            redeemed: .ourInbound),
        // Row 16: the allow-list lets the domain through, and the inbound setting names the refusal.
        Row(
            domains: .allowed([contoso]), inbound: .blockAll, invitation: .crossTenantAccess, redemption: .ourInbound,
            redeemed: .ourInbound),
        // Row 14.
        Row(
            domains: .blocked([contoso]), inbound: .allowAll, invitation: .domainBlocked,
            redemption: .invitationDomainBlocked, redeemed: nil),
        Row(
            domains: .blocked([contoso]), inbound: .blockAll, invitation: .domainBlocked,
            redemption: .invitationDomainBlocked, redeemed: .ourInbound),
    ]

    static let home = HomeOrganization(tenant: "11111111-0000-0000-0000-000000000001")

    static func signIn(redeeming: Bool) -> SignInInput {
        var home = HomeFacts(kind: .tenant, issuer: "https://h.example", partner: nil)
        home.homeTenant = "11111111-0000-0000-0000-000000000001"
        home.homeUser = "u"
        var input = Sample.input(home: home)
        input.redeemedDomain = redeeming ? contoso : nil
        return input
    }

    static func settings(_ domains: InvitationDomains, _ inbound: WholeAccessSetting) -> AccessSettings {
        var access = CrossTenantAccess()
        access.organizations[home.identifiers[0]] = OrganizationAccess()
        access.organizations[home.identifiers[0]]?.settings.collaborationInbound = AccessSetting(
            people: inbound.people, applications: inbound.applications)
        return AccessSettings(
            tenant: Sample.tenant, application: Sample.application(), partner: nil,
            collaboration: ExternalCollaboration(domains: domains), crossTenant: access)
    }

    func invite(_ settings: AccessSettings, _ person: CrossTenantPerson? = nil) -> Verdict<InvitationDenial> {
        invitationDecision(
            for: InvitationInput(
                inviter: .user(.member, roles: []), domain: Self.contoso, organization: Self.home, person: person),
            settings: InvitationSettings(
                collaboration: settings.collaboration, crossTenant: settings.crossTenant, home: settings.home))
    }

    @Test(arguments: rows)
    func `the whole table`(row: Row) {
        let settings = Self.settings(row.domains, row.inbound)
        #expect(invite(settings).denial == row.invitation)
        #expect(accessDecision(for: Self.signIn(redeeming: true), settings: settings).refusal == row.redemption)
        #expect(accessDecision(for: Self.signIn(redeeming: false), settings: settings).refusal == row.redeemed)
    }

    @Test func `worked example 1: a denied domain is not invited though cross-tenant access allows all`() {
        let adatum = Sample.sure(DomainName("adatum.com"))
        let verdict = invitationDecision(
            for: InvitationInput(
                inviter: .user(.member, roles: [.globalAdministrator]), domain: adatum, organization: Self.home),
            settings: InvitationSettings(collaboration: ExternalCollaboration(domains: .blocked([adatum]))))
        #expect(verdict.denial == .domainBlocked)
        #expect(verdict.reasons.last == verdict.reasons.first { $0.rule == "crossTenant.inbound" })
        #expect(verdict.reasons.last?.met == true)
    }

    @Test func `worked example 2: a domain denied later stops invitations, and guests go on`() {
        let before = Self.settings(.unrestricted, .allowAll)
        #expect(invite(before).isAllowed)
        #expect(accessDecision(for: Self.signIn(redeeming: true), settings: before).isAllowed)
        let after = Self.settings(.blocked([Self.contoso]), .allowAll)
        #expect(invite(after).denial == .domainBlocked)
        #expect(accessDecision(for: Self.signIn(redeeming: false), settings: after).isAllowed)
    }

    @Test func `row 12: an inbound block stops a redeemed guest, and its end lets them back in`() {
        let input = Self.signIn(redeeming: false)
        #expect(accessDecision(for: input, settings: Self.settings(.unrestricted, .allowAll)).isAllowed)
        let blocked = accessDecision(for: input, settings: Self.settings(.unrestricted, .blockAll))
        #expect(blocked.refusal == .ourInbound)
        #expect(blocked.reasons.contains { $0.rule == "user.exists" && $0.met })
        #expect(accessDecision(for: input, settings: Self.settings(.unrestricted, .allowAll)).isAllowed)
    }

    @Test func `at an invitation only a block of everybody counts, or of a person who is known`() {
        var settings = Self.settings(.unrestricted, .allowAll)
        settings.crossTenant.organizations[Self.home.identifiers[0]]?.settings.collaborationInbound = AccessSetting(
            people: PeopleTargets(.blocked, groups: ["g1"]),
            applications: ApplicationTargets(.blocked, everything: true))
        #expect(invite(settings).isAllowed)
        #expect(invite(settings, CrossTenantPerson(user: "u", groups: ["g2"])).isAllowed)
        #expect(invite(settings, CrossTenantPerson(user: "u", groups: ["g1"])).denial == .crossTenantAccess)
    }

    @Test func `the home's outbound side is asked at the invitation too`() {
        var settings = Self.settings(.unrestricted, .allowAll)
        settings.home = CrossTenantTests.side(.blockAll)
        let verdict = invite(settings)
        #expect(verdict.denial == .crossTenantAccess)
        #expect(verdict.reasons.first { !$0.met }?.rule == "crossTenant.outbound")
    }
}
