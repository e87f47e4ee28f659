import Directory
import FoundationEssentials
import Storage
import Testing

@Suite("Tenants") struct TenantTests {
    private let domain = sampleDomain("partner.example")

    @Test(arguments: Backend.available)
    func `a domain belongs to one tenant, and lies fallow for thirty days`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.createTenant(woodgrove, at: now), .createTenant(fabrikam, at: now.adding(1))])
            #expect(try await store.tenantIDs() == [woodgrove, fabrikam])
            await #expect(throws: StorageError.conflict(constraint: "tenants_pkey")) {
                try await store.commit([.createTenant(woodgrove, at: now)])
            }
            try await store.commit([.claimDomain(domain, for: woodgrove, at: now)])
            #expect(try await store.tenant(forDomain: domain) == woodgrove)
            #expect(try await store.applies([.claimDomain(domain, for: woodgrove, at: now.adding(5))]))
            #expect(try await store.domainOwner(domain)?.claimedAt == now, "claiming again changes nothing")
            #expect(try await store.applies([.claimDomain(domain, for: fabrikam, at: now)]) == false)
            #expect(try await store.applies([.releaseDomain(domain, of: fabrikam, at: now)]) == false)

            try await store.commit([.releaseDomain(domain, of: woodgrove, at: now)])
            #expect(try await store.tenant(forDomain: domain) == nil)
            #expect(try await store.domains(woodgrove) == [])
            #expect(try await store.domainOwner(domain)?.releasedAt == now)
            let day = 86_400.0
            let tooEarly = now.adding(30 * day - 1)
            #expect(try await store.applies([.claimDomain(domain, for: fabrikam, at: tooEarly)]) == false)
            #expect(try await store.applies([.claimDomain(domain, for: woodgrove, at: tooEarly)]), "its own")
            try await store.commit([.releaseDomain(domain, of: woodgrove, at: now)])
            #expect(try await store.applies([.claimDomain(domain, for: fabrikam, at: now.adding(30 * day))]))
            #expect(try await store.tenant(forDomain: domain) == fabrikam)
            #expect(try await store.domains(fabrikam).map(\.domain) == [domain])
        }
    }

    /// Storm-0558, in a table: a row of one tenant never answers for another.
    @Test(arguments: Backend.available)
    func `the same ids in two tenants do not mix`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            var other = User.sample()
            other.displayName = "Another Ada"
            var theirs = Grant.sample(1, tenant: fabrikam)
            theirs.audience = "theirs"
            let mail = OutgoingMail.sample()
            try await store.commit([
                .insertUser(.sample(), in: woodgrove), .insertUser(other, in: fabrikam),
                .link(.sample(), in: woodgrove), .link(.sample(), in: fabrikam),
                .insertCode(.sample(1)), .insertCode(.sample(1, tenant: fabrikam)),
                .insertGrant(.sample()), .insertGrant(theirs),
                .insertSession(.sample()), .insertSession(.sample(70, tenant: fabrikam)),
                .addMember(.user(sampleID(1)), to: sampleID(7), in: woodgrove),
                .addMember(.group(sampleID(7)), to: sampleID(8), in: fabrikam),
                .assignRole(.globalAdministrator, to: sampleID(1), in: woodgrove),
                .setPassword("hash", of: sampleID(1), in: woodgrove, at: now),
                .enqueueMail(mail),
            ])
            #expect(try await store.user(fabrikam, sampleID(1)) == other)
            #expect(try await store.user(woodgrove, sampleID(1)) == .sample())
            #expect(try await store.guest(fabrikam, LinkedIdentity.sample().key)?.user == other)
            #expect(try await store.transitiveGroups(woodgrove, ofUser: sampleID(1)) == [sampleID(7)])
            #expect(try await store.transitiveGroups(fabrikam, ofUser: sampleID(1)) == [])
            #expect(try await store.directoryRoles(fabrikam, ofUser: sampleID(1)) == [])
            #expect(try await store.passwordHash(fabrikam, sampleID(1)) == nil)
            #expect(try await store.standing(fabrikam, sampleID(1))?.user == other)
            #expect(try await store.standing(fabrikam, sampleID(1))?.grant == theirs)
            #expect(try await store.mail(fabrikam, mail.id) == nil)

            // What one tenant does leaves the other's rows as they are.
            try await store.commit(
                [
                    .spendCode(sampleID(1), secretDigest: digest(1), in: woodgrove, at: now),
                    .revokeGrants(ofUser: sampleID(1), in: woodgrove, because: "test", at: now),
                    .endSessions(ofUser: sampleID(1), in: woodgrove, at: now),
                ] + Step.deleteUser(sampleID(1), in: woodgrove, at: now))
            #expect(try await store.authorizationCode(fabrikam, sampleID(1))?.spentAt == nil)
            #expect(try await store.grant(fabrikam, sampleID(1))?.revokedAt == nil)
            #expect(try await store.session(fabrikam, sampleID(70))?.isAlive(at: now) == true)
            #expect(try await store.guest(fabrikam, LinkedIdentity.sample().key)?.user == other)
        }
    }
}
