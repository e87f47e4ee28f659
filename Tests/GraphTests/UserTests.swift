// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Directory
import HTTP
import JSON
import Storage
import Testing

@testable import Gateway
@testable import Graph

@Suite("Users") struct UserTests {
    @Test func `only what is listed can be written`() async throws {
        let directory = try await TestDirectory()
        let user = try await directory.user("ada@partner.test")
        let caller = try await directory.application([.userReadWriteAll])
        for body: JSONValue in [
            ["id": .string(user.id.description)], ["creationType": "Invitation"], ["externalUserState": "Accepted"],
            ["identities": []], ["isAdmin": true], ["proxyAddresses": ["SMTP:x@y.z"]], ["displayName": .null],
            ["displayName": 3], ["accountEnabled": "yes"], ["usageLocation": "de"], ["mail": "no address"],
            ["userPrincipalName": "ada@elsewhere.test"], [],
        ] {
            let answer = await directory.call(.patch, "/users/\(user.id)", by: caller, body: body)
            #expect(answer.status == 400, "\(body)")
        }
    }

    @Test func `of two changes to one version the second is told`() async throws {
        let directory = try await TestDirectory()
        let user = try await directory.user("ada@partner.test")
        let caller = try await directory.application([.userReadWriteAll])
        let read = await directory.call(.get, "/users/\(user.id)", by: caller)
        let fields = [("If-Match", read.body["@odata.etag"]!.string!)]
        let first = await directory.call(
            .patch, "/users/\(user.id)", by: caller, body: ["jobTitle": "Engineer"], fields: fields)
        let second = await directory.call(
            .patch, "/users/\(user.id)", by: caller, body: ["jobTitle": "Mathematician"], fields: fields)
        #expect(first.status == 204)
        #expect(second.status == 412)
    }

    @Test func `a deleted user comes back whole, and is erased for good`() async throws {
        let directory = try await TestDirectory()
        let user = try await directory.user("ada@partner.test")
        let tenant = directory.tenant.id
        let group = Group(
            id: .random(directory.installation.environment.randomBytes), displayName: "G", createdAt: TestDirectory.now)
        let identity = LinkedIdentity(
            key: IdentityKey(issuer: "https://idp.test", subject: "1"), user: user.id, partner: nil, kind: .oidc,
            linkedAt: TestDirectory.now)
        try await directory.store.commit([
            .insertGroup(group, in: tenant), .addMember(.user(user.id), to: group.id, in: tenant),
            .link(identity, in: tenant),
        ])
        let caller = try await directory.application([.userReadWriteAll, .groupReadAll])
        #expect(await directory.call(.delete, "/users/\(user.id)", by: caller).status == 204)
        #expect(await directory.call(.get, "/users/\(user.id)", by: caller).status == 404)
        #expect(try await directory.store.linkedIdentity(tenant, identity.key) == nil)
        #expect(
            await directory.call(.get, "/groups/\(group.id)/members", by: caller).body["value"]?.list.isEmpty == true)
        #expect(
            await directory.call(.get, "/directory/deletedItems/graph.user", by: caller).body["value"]?.list.count == 1)

        #expect(await directory.call(.post, "/directory/deletedItems/\(user.id)/restore", by: caller).status == 200)
        #expect(try await directory.store.user(tenant, user.id) == user)
        #expect(try await directory.store.linkedIdentity(tenant, identity.key) == identity)
        #expect(await directory.call(.get, "/groups/\(group.id)/members", by: caller).body["value"]?.list.count == 1)

        #expect(await directory.call(.delete, "/users/\(user.id)", by: caller).status == 204)
        #expect(await directory.call(.delete, "/directory/deletedItems/\(user.id)", by: caller).status == 204)
        #expect(await directory.call(.post, "/directory/deletedItems/\(user.id)/restore", by: caller).status == 404)
        let records = try await directory.store.auditRecords(tenant)
        #expect(records.contains { $0.activity == "Hard Delete user" })
        #expect(records.filter { $0.activity == "Delete user" }.allSatisfy { $0.content.isErased })
    }

    @Test func `a guest sees by the organisation's level`() async throws {
        for (level, others, list) in [
            (GuestAccess.asMembers, 200, 200), (.limited, 200, 403), (.restricted, 403, 403),
        ] {
            let directory = try await TestDirectory { $0.guestAccess = level }
            let guest = try await directory.user("ada@partner.test")
            let member = try await directory.user("ida@home.test", .member)
            let caller = try await directory.person(guest, [.userReadAll, .groupReadAll])
            let answer = await directory.call(
                .get, "/users/\(member.id)?$select=id,displayName,department,accountEnabled", by: caller)
            #expect(answer.status == others)
            #expect((answer.body["department"] != nil) == (level == .asMembers))
            #expect(await directory.call(.get, "/users", by: caller).status == list)
            #expect(await directory.call(.get, "/groups", by: caller).status == list)
            #expect(await directory.call(.get, "/me", by: caller).status == 200)
            #expect(await directory.call(.get, "/users/\(guest.id)", by: caller).status == 200)
        }
    }

    @Test func `User-Read reads oneself and nobody else`() async throws {
        let directory = try await TestDirectory()
        let member = try await directory.user("ida@home.test", .member)
        let other = try await directory.user("eve@home.test", .member)
        let caller = try await directory.person(member, [.userRead], roles: [.globalAdministrator])
        #expect(await directory.call(.get, "/me", by: caller).status == 200)
        #expect(await directory.call(.get, "/users/\(other.id)", by: caller).status == 403)
    }

    @Test func `who holds a role is out of reach of applications and lesser administrators`() async throws {
        let directory = try await TestDirectory()
        let admin = try await directory.user("ida@home.test", .member)
        let helper = try await directory.user("eve@home.test", .member)
        try await directory.store.commit([.assignRole(.globalAdministrator, to: admin.id, in: directory.tenant.id)])
        for caller in [
            try await directory.application([.userReadWriteAll]),
            try await directory.person(helper, [.userReadWriteAll], roles: [.userAdministrator]),
        ] {
            let patch = await directory.call(.patch, "/users/\(admin.id)", by: caller, body: ["accountEnabled": false])
            #expect(patch.status == 403)
            #expect(await directory.call(.delete, "/users/\(admin.id)", by: caller).status == 403)
        }
        let itself = try await directory.person(admin, [.userReadWriteAll], roles: [.globalAdministrator])
        #expect(await directory.call(.delete, "/users/\(admin.id)", by: itself).status == 400)
    }

    @Test func `a batch keeps its order and stops behind a failure`() async throws {
        let directory = try await TestDirectory()
        let caller = try await directory.application([.userReadAll])
        let answer = await directory.call(
            .post, "/$batch", by: caller,
            body: [
                "requests": [
                    ["id": "2", "method": "GET", "url": "/users", "dependsOn": ["1"]],
                    ["id": "1", "method": "GET", "url": "/users/nobody"],
                    ["id": "3", "method": "GET", "url": "/users?$top=1"],
                ]
            ])
        let responses = answer.body["responses"]!.list
        #expect(responses.map { $0["id"]?.string } == ["1", "2", "3"])
        #expect(responses.map { $0["status"]?.integer } == [404, 424, 200])
        let many = (0..<21).map { number -> JSONValue in ["id": .string("\(number)"), "method": "GET", "url": "/users"]
        }
        #expect(await directory.call(.post, "/$batch", by: caller, body: ["requests": .array(many)]).status == 400)
    }
}
