// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Directory
import HTTP
import JSON
import Testing

@testable import Graph

@Suite("OData query options") struct QueryTests {
    private static func users() async throws -> TestDirectory {
        let directory = try await TestDirectory()
        for number in 0..<25 {
            try await directory.user(
                "guest\(number)@partner\(number % 5).test", number % 3 == 0 ? .member : .guest,
                name: "Person \(number % 7)")
        }
        return directory
    }

    @Test(
        arguments: [
            ("userType eq 'Guest'", 16), ("userType eq 'guest'", 16), ("userType ne 'Guest'", 9),
            ("mail eq 'GUEST3@partner3.test'", 1), ("startswith(mail,'guest1')", 11),
            ("startsWith(displayName,'person 6') and userType eq 'Guest'", 2),
            ("endswith(mail,'@partner4.test')", 5), ("not endswith(mail,'@partner4.test')", 20),
            ("contains(displayName,'SON 1')", 4),
            ("mail in ('guest1@partner1.test','guest2@partner2.test','x@y.z')", 2),
            ("proxyAddresses/any(p:p eq 'smtp:guest7@partner2.test')", 1),
            ("otherMails/any()", 0), ("otherMails/$count eq 0", 25), ("externalUserState eq null", 25),
            ("accountEnabled", 25), ("accountEnabled eq false", 0),
            ("(userType eq 'Guest' or mail eq 'guest0@partner0.test') and not (displayName eq 'Person 1')", 14),
            ("createdDateTime ge 2027-01-15T08:00:00Z", 25), ("createdDateTime gt 2027-01-15T08:00:00Z", 0),
            ("createdDateTime lt 2020-01-01T00:00:00Z", 0), ("id eq '00000000-0000-0000-0000-000000000000'", 0),
            ("mail eq 'it''s@partner.test'", 0),
        ])
    func `a filter finds whom it names`(filter: String, count: Int) async throws {
        let directory = try await Self.users()
        let caller = try await directory.application([.userReadAll])
        let query = "/users?$top=999&$count=true&$filter=" + PercentEncoding.component(filter)
        let answer = await directory.call(.get, query, by: caller, fields: [("ConsistencyLevel", "eventual")])
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer.body["value"]?.list.count == count)
        #expect(answer.body["@odata.count"]?.integer == Int64(count))
    }

    @Test(
        arguments: [
            "$filter=nobody eq 'x'", "$filter=mail eq", "$filter=mail eq 'x", "$filter=mail eq x",
            "$filter=(mail eq 'x'",
            "$filter=mail xx 'y'", "$filter=userType eq 'Robot'", "$filter=accountEnabled gt true",
            "$filter=mail eq 'a' mail eq 'b'", "$filter=identities/any(i:j/issuer eq 'x')", "$select=nobody",
            "$top=0", "$top=1000", "$top=x", "$skip=3", "$expand=nobody", "$orderby=jobTitle", "$top=1&$top=2",
            "$count=maybe", "$apply=x", "$skiptoken=AAAA", "filter=mail xx 'y'", "$search=\"mail:x\"",
            "$filter=" + String(repeating: "(", count: 30) + "mail eq 'x'" + String(repeating: ")", count: 30),
        ])
    func `what is not understood is refused`(query: String) async throws {
        let directory = try await TestDirectory()
        let caller = try await directory.application([.userReadAll])
        let pairs = query.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return sides[0] + "=" + PercentEncoding.component(sides[1])
        }
        let answer = await directory.call(.get, "/users?" + pairs.joined(separator: "&"), by: caller)
        #expect(answer.status == 400, "\(query): \(answer.body)")
    }

    @Test(arguments: [
        "", "&$orderby=displayName", "&$orderby=displayName desc", "&$orderby=createdDateTime desc",
        "&$filter=userType eq 'Guest'", "&$filter=endswith(mail,'.test')",
    ])
    func `pages lead through everybody once`(more: String) async throws {
        let directory = try await Self.users()
        let caller = try await directory.application([.userReadAll])
        var target =
            "/users?$top=4&$select=id,displayName" + more.replacing(" ", with: "%20").replacing("'", with: "%27")
        var ids: [String] = []
        for _ in 0..<20 {
            let answer = await directory.call(.get, target, by: caller)
            #expect(answer.status == 200, "\(answer.body)")
            ids += answer.body["value"]!.list.compactMap { $0["id"]?.string }
            guard let next = answer.body["@odata.nextLink"]?.string else { break }
            target = String(next.dropFirst("https://gateway.test/graph/v1.0".count))
        }
        #expect(Set(ids).count == ids.count)
        #expect(ids.count == (more.contains("Guest") ? 16 : 25))
    }

    @Test func `a skip token is good for its list alone`() async throws {
        let directory = try await Self.users()
        let caller = try await directory.application([.userReadAll])
        let first = await directory.call(.get, "/users?$top=4", by: caller)
        let next = first.body["@odata.nextLink"]!.string!
        let token = next.split(separator: "=").last!
        for target in [
            "/users?$top=5&$skiptoken=\(token)", "/users?$top=4&$skiptoken=A\(token.dropFirst())",
            "/directory/deletedItems/graph.user?$top=4&$skiptoken=\(token)",
        ] {
            let answer = await directory.call(.get, target, by: caller)
            #expect(answer.status == 400, "\(target)")
        }
    }
}
