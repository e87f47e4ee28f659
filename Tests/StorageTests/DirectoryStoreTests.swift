import Directory
import FoundationEssentials
import Storage
import Testing

@Suite("Directory in the store") struct DirectoryStoreTests {
    @Test(arguments: Backend.available)
    func `a user is read as it was written`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let full = User.sample()
            let bare = User(
                id: sampleID(2), userPrincipalName: "b@woodgrove.example", displayName: "", userType: .member,
                createdAt: now)
            try await store.commit([.insertUser(full, in: woodgrove), .insertUser(bare, in: woodgrove)])
            #expect(try await store.user(woodgrove, full.id) == full)
            #expect(try await store.user(woodgrove, bare.id) == bare)
            #expect(try await store.users(woodgrove) == [full, bare])
            #expect(try await store.users(woodgrove, after: full.id) == [bare])
            #expect(try await store.users(woodgrove, limit: 1) == [full])
            #expect(try await store.userCount(woodgrove) == 2)
            #expect(try await store.users(woodgrove, mail: sampleEmail("ada@partner.example")) == [full])
            let shouted = full.userPrincipalName.uppercased()
            #expect(try await store.user(woodgrove, userPrincipalName: shouted) == full)
            // The Kelvin sign lowers to k in Unicode, and to nothing here.
            #expect(try await store.user(woodgrove, userPrincipalName: "\u{212A}@woodgrove.example") == nil)

            var changed = full
            changed.externalUserState = .accepted
            changed.mail = nil
            changed.accountEnabled = false
            changed.sponsors = []
            try await store.commit([.updateUser(changed, in: woodgrove)])
            #expect(try await store.user(woodgrove, full.id) == changed)
            #expect(try await store.users(woodgrove, mail: sampleEmail("ada@partner.example")) == [])
            await #expect(throws: StorageError.notApplied(step: 0)) {
                try await store.commit([.updateUser(.sample(9), in: woodgrove)])
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a guest is found by issuer and subject, byte for byte, and by nothing else`(
        _ backend: Backend
    ) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertUser(.sample(), in: woodgrove), .link(.sample(), in: woodgrove)])
            let found = try #require(try await store.guest(woodgrove, LinkedIdentity.sample().key))
            #expect(found.user == .sample() && found.identity == .sample())
            for key in [
                IdentityKey(issuer: "https://idp.partner.example", subject: "Subject-1"),
                IdentityKey(issuer: "https://idp.partner.example/", subject: "subject-1"),
                IdentityKey(issuer: "https://idp.partner.example", subject: ""),
            ] {
                #expect(try await store.guest(woodgrove, key) == nil)
            }
            #expect(try await store.linkedIdentity(woodgrove, LinkedIdentity.sample().key) == .sample())
            #expect(try await store.linkedIdentities(woodgrove, ofUser: sampleID(1)) == [.sample()])
            let key = LinkedIdentity.sample().key
            #expect(try await store.applies([.unlink(key, from: sampleID(2), in: woodgrove)]) == false)
            #expect(try await store.applies([.unlink(key, from: sampleID(1), in: woodgrove)]))
            #expect(try await store.guest(woodgrove, key) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `groups are reached through groups, and circles end`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let groups: [Group] = (1...5).map {
                Group(id: sampleID($0), displayName: "Group \($0)", createdAt: now)
            }
            try await store.commit(groups.map { .insertGroup($0, in: woodgrove) })
            // 1 ∋ user, 2 ∋ 1, 3 ∋ 2, 1 ∋ 3: a circle. 4 ∋ 4. 5 ∋ a user with the id of group 1.
            try await store.commit([
                .addMember(.user(sampleID(100)), to: sampleID(1), in: woodgrove),
                .addMember(.user(sampleID(100)), to: sampleID(1), in: woodgrove),
                .addMember(.group(sampleID(1)), to: sampleID(2), in: woodgrove),
                .addMember(.group(sampleID(2)), to: sampleID(3), in: woodgrove),
                .addMember(.group(sampleID(3)), to: sampleID(1), in: woodgrove),
                .addMember(.group(sampleID(4)), to: sampleID(4), in: woodgrove),
                .addMember(.user(sampleID(1)), to: sampleID(5), in: woodgrove),
            ])
            #expect(
                try await store.transitiveGroups(woodgrove, ofUser: sampleID(100))
                    == [sampleID(1), sampleID(2), sampleID(3)])
            #expect(try await store.transitiveGroups(woodgrove, ofUser: sampleID(1)) == [sampleID(5)])
            #expect(
                try await store.members(woodgrove, of: sampleID(1)) == [.group(sampleID(3)), .user(sampleID(100))])
            try await store.commit(Step.deleteGroup(sampleID(2), in: woodgrove))
            #expect(try await store.transitiveGroups(woodgrove, ofUser: sampleID(100)) == [sampleID(1)])
            #expect(try await store.group(woodgrove, sampleID(2)) == nil)
            try await store.commit([
                .renameGroup(sampleID(1), to: "Zebras", in: woodgrove),
                .removeMember(.user(sampleID(100)), from: sampleID(1), in: woodgrove),
            ])
            #expect(try await store.transitiveGroups(woodgrove, ofUser: sampleID(100)) == [])
            #expect(
                try await store.groups(woodgrove).map(\.displayName) == ["Group 3", "Group 4", "Group 5", "Zebras"])
        }
    }

    @Test(arguments: Backend.available)
    func `an assignment reaches a user directly and through groups`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let application: Application.AppID = sampleID(60)
            let own = Assignment(principal: .user(sampleID(1)), application: application, role: nil)
            let byGroup = Assignment(principal: .group(sampleID(8)), application: application, role: sampleID(5))
            let other = Assignment(principal: .user(sampleID(1)), application: sampleID(61), role: nil)
            try await store.commit([
                .addMember(.user(sampleID(1)), to: sampleID(7), in: woodgrove),
                .addMember(.group(sampleID(7)), to: sampleID(8), in: woodgrove),
                .insertAssignment(own, in: woodgrove), .insertAssignment(own, in: woodgrove),
                .insertAssignment(byGroup, in: woodgrove), .insertAssignment(other, in: woodgrove),
            ])
            #expect(
                try await store.assignments(woodgrove, reaching: sampleID(1), toApplication: application)
                    == [own, byGroup])
            #expect(
                try await store.assignments(woodgrove, reaching: sampleID(2), toApplication: application) == [])
            #expect(try await store.assignments(woodgrove, toApplication: application) == [own, byGroup])
            #expect(try await store.assignments(woodgrove, ofPrincipal: .user(sampleID(1))) == [own, other])
            try await store.commit([.removeAssignment(byGroup, in: woodgrove)])
            #expect(
                try await store.assignments(woodgrove, reaching: sampleID(1), toApplication: application) == [own])
        }
    }

    @Test(arguments: Backend.available)
    func `roles and passwords`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            #expect(try await store.isHeldByAnyone(.globalAdministrator) == false)
            try await store.commit([
                .assignRole(.globalAdministrator, to: sampleID(1), in: woodgrove),
                .assignRole(.guestInviter, to: sampleID(1), in: woodgrove),
                .setPassword("one", of: sampleID(1), in: woodgrove, at: now),
                .setPassword("two", of: sampleID(1), in: woodgrove, at: now),
            ])
            #expect(try await store.isHeldByAnyone(.globalAdministrator))
            #expect(
                Set(try await store.directoryRoles(woodgrove, ofUser: sampleID(1)))
                    == [.globalAdministrator, .guestInviter])
            #expect(try await store.holders(woodgrove, of: .guestInviter) == [sampleID(1)])
            #expect(try await store.passwordHash(woodgrove, sampleID(1)) == "two")
            try await store.commit([
                .unassignRole(.guestInviter, from: sampleID(1), in: woodgrove),
                .removePassword(of: sampleID(1), in: woodgrove),
            ])
            #expect(try await store.directoryRoles(woodgrove, ofUser: sampleID(1)) == [.globalAdministrator])
            #expect(try await store.passwordHash(woodgrove, sampleID(1)) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `consent grows by union and is withdrawn whole`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let application: Application.AppID = sampleID(60)
            func consent(_ scopes: [String], _ resource: Application.AppID?) -> [Step] {
                Step.consent(
                    to: scopes, at: resource, for: application, by: sampleID(1), in: woodgrove, at: now)
            }
            try await store.commit(consent(["openid", "email"], nil) + consent(["Files.Read"], sampleID(61)))
            try await store.commit(consent(["email", "profile"], nil))
            let consents = try await store.consents(woodgrove, ofUser: sampleID(1), to: application)
            #expect(
                consents == [
                    Consent(resource: nil, scopes: ["email", "openid", "profile"]),
                    Consent(resource: sampleID(61), scopes: ["Files.Read"]),
                ])
            try await store.commit([.revokeConsent(to: application, by: sampleID(1), in: woodgrove)])
            #expect(try await store.consents(woodgrove, ofUser: sampleID(1), to: application) == [])
        }
    }

    @Test(arguments: Backend.available)
    func `a deleted user leaves nothing that lets anybody in`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([
                .insertUser(.sample(), in: woodgrove), .link(.sample(), in: woodgrove),
                .setPassword("hash", of: sampleID(1), in: woodgrove, at: now), .insertSession(.sample()),
                .insertGrant(.sample()), .assignRole(.userAdministrator, to: sampleID(1), in: woodgrove),
            ])
            try await store.commit(Step.deleteUser(sampleID(1), in: woodgrove, at: now))
            #expect(try await store.user(woodgrove, sampleID(1)) == nil)
            #expect(try await store.linkedIdentity(woodgrove, LinkedIdentity.sample().key) == nil)
            #expect(try await store.passwordHash(woodgrove, sampleID(1)) == nil)
            #expect(try await store.session(woodgrove, sampleID(70))?.isAlive(at: now) == false)
            #expect(try await store.grant(woodgrove, sampleID(1))?.revocation == "userDeleted")
            #expect(try await store.standing(woodgrove, sampleID(1)) == nil)
            #expect(try await store.directoryRoles(woodgrove, ofUser: sampleID(1)) == [])
            await #expect(throws: StorageError.notApplied(step: 0)) {
                try await store.commit(Step.deleteUser(sampleID(1), in: woodgrove, at: now))
            }
        }
    }
}
