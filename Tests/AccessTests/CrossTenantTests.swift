import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("Cross-tenant access (access-policy §1)") struct CrossTenantTests {
    static let home = HomeOrganization(tenant: "11111111-0000-0000-0000-000000000001")
    static let organization = OrganizationIdentifier.tenant("11111111-0000-0000-0000-000000000001")
    static let member = CrossTenantPerson(user: "u", groups: ["g1"])
    static let other = CrossTenantPerson(user: "o", groups: ["g2"])
    static let a1: Application.AppID = Sample.id(31)
    static let a2: Application.AppID = Sample.id(33)

    static func access(_ inbound: AccessSetting?, defaults: WholeAccessSetting = .allowAll) -> CrossTenantAccess {
        var access = CrossTenantAccess()
        access.defaults.settings.collaborationInbound = defaults
        access.organizations[organization] = OrganizationAccess()
        access.organizations[organization]?.settings.collaborationInbound = inbound
        return access
    }

    static func setting(_ people: PeopleTargets, _ applications: ApplicationTargets) -> AccessSetting {
        AccessSetting(people: people, applications: applications)
    }

    func decide(
        _ access: CrossTenantAccess, _ person: CrossTenantPerson? = member, _ application: Application.AppID? = a1,
        home: HomeSide? = nil, kind: CrossTenantKind = .collaboration, cloud: CloudEndpoint? = nil
    ) -> Verdict<Refusal> {
        crossTenantDecision(
            for: CrossTenantQuestion(
                kind: kind, organization: Self.home, cloud: cloud, person: person,
                applications: Set([application].compactMap(\.self))), access: access, home: home)
    }

    static let g1Allowed = PeopleTargets(.allowed, groups: ["g1"])
    static let g1Blocked = PeopleTargets(.blocked, groups: ["g1"])
    static let a1Allowed = ApplicationTargets(.allowed, applications: [a1])
    static let a1Blocked = ApplicationTargets(.blocked, applications: [a1])
    static let allBlocked = ApplicationTargets(.blocked, everything: true)

    /// Row, setting, whether u→a1, u→a2, other→a1, other→a2 get in.
    static let combinations: [(Int, AccessSetting, [Bool])] = [
        (5, setting(g1Allowed, a1Allowed), [true, false, false, false]),
        (6, setting(g1Allowed, a1Blocked), [false, true, false, false]),
        (7, setting(g1Blocked, a1Allowed), [false, false, true, false]),
        (8, setting(g1Blocked, a1Blocked), [false, true, true, true]),
        (9, setting(g1Blocked, allBlocked), [false, false, true, true]),
    ]

    @Test(arguments: combinations)
    func `rows 5 to 9: the four ways of combining the halves`(row: Int, setting: AccessSetting, expected: [Bool]) throws
    {
        let access = Self.access(setting)
        try access.check()
        let cases = [(Self.member, Self.a1), (Self.member, Self.a2), (Self.other, Self.a1), (Self.other, Self.a2)]
        for ((person, application), allowed) in zip(cases, expected) {
            let verdict = decide(access, person, application)
            #expect(verdict.denial == (allowed ? nil : .ourInbound), "row \(row)")
            #expect(verdict.reasons.last?.setting?.contains(Self.home.identifiers[0].name) == true)
        }
    }

    @Test func `row 1: by default everybody may collaborate, nobody is trusted and consent is shown`() {
        let access = CrossTenantAccess()
        #expect(decide(access).isAllowed)
        #expect(access.inboundTrust(for: Self.home).trust == .none)
        #expect(access.defaults.isServiceDefault)
        #expect(decide(access, kind: .directConnect).denial == .ourInbound)
    }

    @Test func `row 2: a null follows a default that blocks`() {
        let verdict = decide(Self.access(nil, defaults: .blockAll))
        #expect(verdict.denial == .ourInbound)
        #expect(
            verdict.reasons.last?.setting
                == "policies/crossTenantAccessPolicy/default/b2bCollaborationInbound/usersAndGroups")
    }

    @Test func `row 3: an organisation's own setting wins over the default`() {
        let allow = AccessSetting(
            people: WholeAccessSetting.allowAll.people, applications: WholeAccessSetting.allowAll.applications)
        #expect(decide(Self.access(allow, defaults: .blockAll)).isAllowed)
    }

    @Test func `a half that is missing follows the default's`() {
        let half = AccessSetting(people: Self.g1Allowed, applications: nil)
        #expect(decide(Self.access(half), Self.member, Self.a2).isAllowed)
        #expect(decide(Self.access(half), Self.other, Self.a2).denial == .ourInbound)
    }

    static func side(_ outbound: WholeAccessSetting, kind: CrossTenantKind = .collaboration) -> HomeSide {
        var access = CrossTenantAccess()
        access.defaults.settings[kind.outbound] = outbound
        return HomeSide(access: access, destination: Sample.tenant)
    }

    @Test func `row 4: the home's outbound side is asked first`() {
        #expect(decide(CrossTenantAccess(), home: Self.side(.blockAll)).denial == .homeOutbound)
        #expect(decide(Self.access(nil, defaults: .blockAll), home: Self.side(.blockAll)).denial == .homeOutbound)
        let verdict = decide(Self.access(nil, defaults: .blockAll), home: Self.side(.allowAll))
        #expect(verdict.denial == .ourInbound)
        #expect(verdict.reasons.map(\.met) == [true, false])
    }

    @Test func `the home may name us by our domain`() {
        var access = CrossTenantAccess()
        access.organizations[.domain(Sample.tenant.initialDomain)] = OrganizationAccess()
        access.organizations[.domain(Sample.tenant.initialDomain)]?.settings.collaborationOutbound = AccessSetting(
            people: WholeAccessSetting.blockAll.people, applications: WholeAccessSetting.blockAll.applications)
        let side = HomeSide(access: access, destination: Sample.tenant)
        #expect(decide(CrossTenantAccess(), home: side).denial == .homeOutbound)
    }

    /// Row 10.
    static let invalid: [(WholeAccessSetting, CrossTenantFault?)] = [
        (
            WholeAccessSetting(
                people: PeopleTargets(.blocked, everyone: true),
                applications: ApplicationTargets(.allowed, everything: true)), .blockedUsersNeedBlockedApplications
        ),
        (
            WholeAccessSetting(
                people: PeopleTargets(.blocked, everyone: true), applications: a1Blocked),
            .blockedUsersNeedBlockedApplications
        ),
        (
            WholeAccessSetting(people: PeopleTargets(.allowed, everyone: true), applications: allBlocked),
            .allowedUsersNeedAllowedApplications
        ),
        (
            WholeAccessSetting(people: g1Allowed, applications: allBlocked), .allowedUsersNeedAllowedApplications
        ),
        (WholeAccessSetting(people: PeopleTargets(.allowed), applications: a1Allowed), .noTargets),
        (WholeAccessSetting(people: g1Blocked, applications: allBlocked), nil), (.blockAll, nil), (.allowAll, nil),
    ]

    @Test(arguments: invalid)
    func `row 10: settings that can't be written`(setting: WholeAccessSetting, fault: CrossTenantFault?) {
        let access = Self.access(AccessSetting(people: setting.people, applications: setting.applications))
        if let fault {
            #expect(throws: fault) { try access.check() }
        } else {
            #expect(throws: Never.self) { try access.check() }
        }
    }

    @Test func `row 10: an inbound default names no users or groups, an outbound one may`() {
        var access = CrossTenantAccess()
        access.defaults.settings.collaborationOutbound.people = Self.g1Allowed
        #expect(throws: Never.self) { try access.check() }
        access.defaults.settings.collaborationInbound.people = Self.g1Allowed
        #expect(throws: CrossTenantFault.defaultNamesPeople) { try access.check() }
    }

    @Test func `row 11: who is removed follows the default, and a service provider can't be removed`() throws {
        var access = Self.access(
            AccessSetting(people: WholeAccessSetting.blockAll.people, applications: Self.allBlocked))
        #expect(decide(access).denial == .ourInbound)
        #expect(decide(try access.removing(Self.organization)).isAllowed)
        access.organizations[Self.organization]?.isServiceProvider = true
        #expect(throws: CrossTenantFault.serviceProviderCanNotBeRemoved) { try access.removing(Self.organization) }
        #expect(throws: CrossTenantFault.organizationUnknown) { try access.removing(.tenant("x")) }
    }

    @Test func `row 13: direct connect needs both sides`() {
        var ours = CrossTenantAccess()
        let theirs = Self.side(.allowAll, kind: .directConnect)
        #expect(decide(ours, home: theirs, kind: .directConnect).denial == .ourInbound)
        ours.defaults.settings.directConnectInbound = .allowAll
        #expect(
            decide(ours, home: Self.side(.blockAll, kind: .directConnect), kind: .directConnect).denial
                == .homeOutbound)
        #expect(decide(ours, home: theirs, kind: .directConnect).isAllowed)
    }

    static func inCloud(_ cloud: CloudEndpoint, allows: Set<CloudEndpoint>, names: OrganizationIdentifier?)
        -> CrossTenantAccess
    {
        var access = CrossTenantAccess(cloud: cloud, allowedClouds: allows)
        if let names { access.organizations[names] = OrganizationAccess() }
        return access
    }

    @Test func `rows 22 and 23: another cloud takes both sides and both entries`() {
        let us = OrganizationIdentifier.tenant(Sample.tenant.id.description)
        func verdict(
            _ ours: Set<CloudEndpoint>, _ ourEntry: Bool, _ theirs: Set<CloudEndpoint>, _ theirEntry: Bool
        ) -> Refusal? {
            decide(
                Self.inCloud(.global, allows: ours, names: ourEntry ? Self.organization : nil),
                home: HomeSide(
                    access: Self.inCloud(.governmentUS, allows: theirs, names: theirEntry ? us : nil),
                    destination: Sample.tenant)
            ).denial
        }
        #expect(verdict([.governmentUS], true, [], true) == .homeCloud)
        #expect(verdict([], true, [.global], true) == .ourCloud)
        #expect(verdict([.governmentUS], false, [.global], true) == .ourCloud)
        #expect(verdict([.governmentUS], true, [.global], false) == .homeCloud)
        #expect(verdict([.governmentUS], true, [.global], true) == nil)
    }

    @Test func `a cloud is known by its issuer, and direct connect does not cross`() {
        let ours = Self.inCloud(.global, allows: [.china], names: Self.organization)
        let cloud = CloudEndpoint(issuer: "https://login.partner.microsoftonline.cn/x/v2.0")
        #expect(cloud == .china)
        #expect(decide(ours, cloud: cloud).isAllowed)
        #expect(decide(ours, kind: .directConnect, cloud: cloud).denial == .ourCloud)
        #expect(CloudEndpoint(issuer: "https://login.microsoftonline.com.evil.example/") == nil)
        #expect(throws: CrossTenantFault.cloudsDoNotMeet(.china, .governmentUS)) {
            try CrossTenantAccess(cloud: .china, allowedClouds: [.governmentUS]).check()
        }
    }

    @Test func `what the home did not say is no proof either way`() {
        let silent = CrossTenantPerson(user: nil, groups: nil)
        #expect(decide(Self.access(Self.setting(Self.g1Blocked, Self.a1Blocked)), silent).denial == .ourInbound)
        #expect(decide(Self.access(Self.setting(Self.g1Allowed, Self.a1Allowed)), silent).denial == .ourInbound)
        #expect(decide(Self.access(Self.setting(Self.g1Blocked, Self.a1Blocked)), silent, Self.a2).isAllowed)
    }

    @Test func `a page of our own is My Apps`() {
        let setting = Self.setting(
            PeopleTargets(.allowed, everyone: true),
            ApplicationTargets(.allowed, applications: PortalApplication.myApps))
        #expect(decide(Self.access(setting), Self.member, nil).isAllowed)
        #expect(decide(Self.access(setting)).denial == .ourInbound)
        #expect(PortalApplication.myApps.count == 1 && PortalApplication.mySignIns.count == 1)
        #expect(PortalApplication.myProfile.count == 1)
    }
}

@Suite("Organisations of cross-tenant settings") struct HomeOrganizationTests {
    static let contoso = Sample.sure(DomainName("contoso.com"))

    static let homes: [(HomeFacts, [OrganizationIdentifier], Bool)] = [
        (
            HomeFacts(kind: .tenant, issuer: "https://h.example", partner: nil, homeTenant: "ABC"),
            [.tenant("abc"), .issuer("https://h.example")], true
        ),
        (
            HomeFacts(
                kind: .saml, issuer: "urn:idp", partner: nil, emailDomain: contoso, emailIsVerified: true,
                domains: [contoso]), [.entityID("urn:idp"), .domain(contoso), .domain(contoso)], false
        ),
        (
            HomeFacts(kind: .oidc, issuer: "https://idp.example", partner: nil, emailDomain: contoso),
            [.issuer("https://idp.example")], false
        ),
        (
            HomeFacts(kind: .emailCode, issuer: "mail", partner: nil, emailDomain: contoso, emailIsVerified: true),
            [.domain(contoso)], false
        ),
        (
            HomeFacts(
                kind: .oidc, issuer: "https://login.microsoftonline.com/x", partner: nil,
                homeTenant: "9188040d-6c67-4c5b-b112-36a304b66dad"),
            [
                .tenant("9188040d-6c67-4c5b-b112-36a304b66dad"), .issuer("https://login.microsoftonline.com/x"),
            ], false
        ),
    ]

    @Test(arguments: homes)
    func `by tenant, entity id, issuer or proven domain`(
        home: HomeFacts, identifiers: [OrganizationIdentifier], isTenant: Bool
    ) {
        #expect(HomeOrganization(home) == HomeOrganization(identifiers: identifiers, isTenant: isTenant))
    }

    @Test func `members are of no other organisation`() {
        #expect(HomeOrganization(HomeFacts(kind: .localMember, issuer: "x", partner: nil)) == nil)
    }

    @Test func `the defaults are about tenants, an entry reaches any home`() {
        let mail = HomeOrganization(identifiers: [.domain(Self.contoso)], isTenant: false)
        let question = CrossTenantQuestion(
            organization: mail, person: CrossTenantPerson(user: nil, groups: nil), applications: [])
        var access = CrossTenantAccess()
        access.defaults.settings.collaborationInbound = .blockAll
        #expect(crossTenantDecision(for: question, access: access, home: nil) == .allow([]))
        access.organizations[.domain(Self.contoso)] = OrganizationAccess()
        #expect(crossTenantDecision(for: question, access: access, home: nil).denial == .ourInbound)
    }

    @Test func `the most exact name counts`() {
        var access = CrossTenantAccess()
        access.organizations[.domain(Self.contoso)] = OrganizationAccess(isServiceProvider: true)
        access.organizations[.issuer("i")] = OrganizationAccess()
        let home = HomeOrganization(identifiers: [.issuer("i"), .domain(Self.contoso)], isTenant: false)
        #expect(access.entry(for: home)?.0 == .issuer("i"))
    }
}
