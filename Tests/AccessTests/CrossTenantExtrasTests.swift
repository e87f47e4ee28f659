import Directory
import Testing

@testable import Access

@Suite("Automatic redemption, synchronisation, tenant restrictions (access-policy §1.5, §3, §8)")
struct CrossTenantExtrasTests {
    static let us = OrganizationIdentifier.tenant(Sample.tenant.id.description)

    static func here(_ consent: AutomaticConsent, sync: Bool = false) -> CrossTenantAccess {
        CrossTenantAccess(organizations: [
            CrossTenantTests.organization: OrganizationAccess(automaticConsent: consent, allowsSynchronization: sync)
        ])
    }

    static func home(_ consent: AutomaticConsent) -> HomeSide {
        HomeSide(
            access: CrossTenantAccess(organizations: [us: OrganizationAccess(automaticConsent: consent)]),
            destination: Sample.tenant)
    }

    /// The home's inbound and outbound, our inbound and outbound, each yes, no or unsaid.
    @Test func `row 21: the prompt is left out only where the home says outbound and we inbound`() {
        let words: [Bool?] = [nil, false, true]
        for homeIn in words {
            for homeOut in words {
                for ourIn in words {
                    for ourOut in words {
                        let (isAutomatic, reasons) = automaticRedemption(
                            from: CrossTenantTests.home,
                            access: Self.here(AutomaticConsent(inbound: ourIn, outbound: ourOut)),
                            home: Self.home(AutomaticConsent(inbound: homeIn, outbound: homeOut)))
                        #expect(isAutomatic == (homeOut == true && ourIn == true))
                        #expect(reasons.count == 2)
                    }
                }
            }
        }
        #expect(
            !automaticRedemption(
                from: CrossTenantTests.home, access: Self.here(AutomaticConsent(inbound: true)), home: nil
            ).isAutomatic)
    }

    @Test func `synchronising takes the target's word and automatic redemption`() {
        func denial(_ sync: Bool, _ ourIn: Bool, _ homeOut: Bool) -> SynchronizationDenial? {
            synchronizationDecision(
                from: CrossTenantTests.home, access: Self.here(AutomaticConsent(inbound: ourIn), sync: sync),
                home: Self.home(AutomaticConsent(outbound: homeOut))
            ).denial
        }
        #expect(denial(true, true, true) == nil)
        #expect(denial(false, true, true) == .notAllowedByTarget)
        #expect(denial(true, false, true) == .redemptionNotAutomatic)
        #expect(denial(true, true, false) == .redemptionNotAutomatic)
        var blocked = Self.here(AutomaticConsent(inbound: true), sync: true)
        blocked.defaults.settings.collaborationInbound = .blockAll
        #expect(
            synchronizationDecision(
                from: CrossTenantTests.home, access: blocked, home: Self.home(AutomaticConsent(outbound: true))
            ).denial == .blockedByCrossTenantAccess)
    }

    @Test func `what becomes of each person`() throws {
        let guest = try #require(
            User.member(
                named: Sample.sure(EmailAddress("ada@woodgrove.example")), displayName: "Ada", id: Sample.id(20),
                in: Sample.tenant, at: Sample.now))
        var linked = guest
        linked.userType = .guest
        func change(
            scope: Bool = true, internal: Bool = true, linked: User? = nil, made: Bool = false,
            type: User.UserType? = nil
        ) -> SynchronizationChange {
            synchronizationChange(
                isInScope: scope, isInternalMember: `internal`, linked: linked, wasSynchronized: made, mappedType: type)
        }
        #expect(change() == .create(.member))
        #expect(change(type: .guest) == .create(.guest))
        #expect(change(internal: false) == .nothing)
        // A guest who was there before stays one, unless the mapping says otherwise.
        #expect(change(linked: linked) == .update(linked.id, nil))
        #expect(change(linked: linked, type: .member) == .update(linked.id, .member))
        #expect(change(linked: linked, type: .guest) == .update(linked.id, nil))
        #expect(change(scope: false, linked: linked, made: true) == .remove(linked.id))
        #expect(change(scope: false, linked: linked) == .nothing)
    }

    @Test func `a network's restriction is read from either header`() {
        #expect(TenantRestriction(permittedTenants: nil, policy: nil) == nil)
        #expect(
            TenantRestriction(permittedTenants: "Contoso.com, woodgrove.example", policy: nil)
                == .permitted(["contoso.com", "woodgrove.example"]))
        #expect(TenantRestriction(permittedTenants: "x", policy: "A:B") == .policy(tenant: "a", policy: "b"))
        #expect(TenantRestriction(permittedTenants: nil, policy: "nonsense") == .permitted([]))
    }

    @Test func `which tenants a network lets its people enter`() {
        func met(_ restriction: TenantRestriction?, _ settings: CrossTenantAccess? = nil) -> Bool? {
            restriction?.reason(
                entering: Sample.tenant, person: CrossTenantTests.member, applications: [CrossTenantTests.a1],
                settings: settings
            ).met
        }
        #expect(met(TenantRestriction(permittedTenants: "woodgrove.example", policy: nil)) == true)
        #expect(met(TenantRestriction(permittedTenants: Sample.tenant.id.description, policy: nil)) == true)
        #expect(met(TenantRestriction(permittedTenants: "contoso.com", policy: nil)) == false)
        #expect(met(TenantRestriction(permittedTenants: "", policy: nil)) == false)
        let policy = TenantRestriction(permittedTenants: nil, policy: "other:p")
        #expect(met(policy) == false)
        var settings = CrossTenantAccess(defaults: .init(tenantRestrictions: .blockAll))
        #expect(met(policy, settings) == false)
        settings.organizations[Self.us] = OrganizationAccess(
            tenantRestrictions: AccessSetting(
                people: PeopleTargets(.allowed, everyone: true), applications: CrossTenantTests.a1Allowed))
        #expect(met(policy, settings) == true)
        #expect(met(TenantRestriction(permittedTenants: nil, policy: Sample.tenant.id.description + ":p")) == true)
    }
}
