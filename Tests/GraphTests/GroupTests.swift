// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Directory
import HTTP
import JSON
import Storage
import Testing

@testable import Graph

@Suite("Groups") struct GroupTests {
    @Test func `a rule counts at once, through other groups too`() async throws {
        let directory = try await TestDirectory()
        let caller = try await directory.application([.groupReadWriteAll, .userReadWriteAll])
        let user = try await directory.user("ada@partner.test")
        let dynamic = await directory.call(
            .post, "/groups", by: caller,
            body: [
                "displayName": "Partners", "mailEnabled": false, "securityEnabled": true, "mailNickname": "p",
                "groupTypes": ["DynamicMembership"],
                "membershipRule": "(user.userType -eq \"Guest\") and (user.mail -endsWith \"@PARTNER.test\")",
            ])
        #expect(dynamic.status == 201, "\(dynamic.body)")
        let outer = await directory.call(.post, "/groups", by: caller, body: ["displayName": "Outer"])
        let (inner, around) = (dynamic.body["id"]!.string!, outer.body["id"]!.string!)
        let reference: JSONValue = ["@odata.id": .string("https://graph.microsoft.com/v1.0/directoryObjects/\(inner)")]
        #expect(
            await directory.call(.post, "/groups/\(around)/members/$ref", by: caller, body: reference).status == 204)
        #expect(
            await directory.call(.post, "/groups/\(around)/members/$ref", by: caller, body: reference).status == 400)

        let members = await directory.call(.get, "/groups/\(inner)/members", by: caller)
        #expect(members.body["value"]?.list.map { $0["id"]?.string } == [user.id.description])
        let places = try await directory.store.groups(directory.tenant.id, of: user)
        #expect(Set(places.all.map(\.description)) == [inner, around])
        #expect(Set(places.onlyByRule) == Set(places.all))

        let change = await directory.call(.patch, "/users/\(user.id)", by: caller, body: ["userType": "Member"])
        #expect(change.status == 204)
        let after = try #require(try await directory.store.user(directory.tenant.id, user.id))
        #expect(try await directory.store.groups(directory.tenant.id, of: after).all.isEmpty)
        let byHand: JSONValue = ["@odata.id": .string("https://x/\(user.id)")]
        #expect(await directory.call(.post, "/groups/\(inner)/members/$ref", by: caller, body: byHand).status == 400)
    }

    @Test func `an owner changes members of their own group alone`() async throws {
        let directory = try await TestDirectory()
        let owner = try await directory.user("ida@home.test", .member)
        let guest = try await directory.user("ada@partner.test")
        let random = directory.installation.environment.randomBytes
        let (own, other) = (
            Group(id: .random(random), displayName: "Own", createdAt: TestDirectory.now),
            Group(id: .random(random), displayName: "Other", createdAt: TestDirectory.now)
        )
        let tenant = directory.tenant.id
        try await directory.store.commit([
            .insertGroup(own, in: tenant), .insertGroup(other, in: tenant), .addOwner(owner.id, to: own.id, in: tenant),
        ])
        let caller = try await directory.person(owner, [.groupMemberReadWriteAll])
        let reference: JSONValue = ["@odata.id": .string("https://x/\(guest.id)")]
        #expect(
            await directory.call(.post, "/groups/\(own.id)/members/$ref", by: caller, body: reference).status == 204)
        #expect(
            await directory.call(.post, "/groups/\(other.id)/members/$ref", by: caller, body: reference).status == 403)
        #expect(await directory.call(.delete, "/groups/\(own.id)/members/\(guest.id)/$ref", by: caller).status == 204)
        #expect(await directory.call(.delete, "/groups/\(own.id)/members/\(guest.id)/$ref", by: caller).status == 404)
    }

    @Test(arguments: [
        "user.userType -eq Guest", "user.nobody -eq \"x\"", "user.mail -matches \"x\"", "(user.mail -eq \"x\"", "",
        "user.mail -eq \"x\" user", "user.mail -contains null",
    ])
    func `a rule that means nothing is refused`(rule: String) {
        #expect(throws: MembershipRule.Fault.self) { try MembershipRule(rule) }
    }
}
