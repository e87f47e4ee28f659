// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Directory
import Foundation
import Testing

@testable import Gateway
@testable import Graph

/// The table in docs/graph-permissions.md is what is promised; every cell of it is tried.
@Suite("Who may call what") struct PermissionMatrixTests {
    struct Row {
        var operation: String
        var applications: Set<String>
        var delegated: Set<String>
        var people: String
    }

    static let table: [String: Row] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../docs/graph-permissions.md")
        let text = try! String(contentsOf: file, encoding: .utf8)
        var rows: [String: Row] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            func list(_ cell: String) -> Set<String> {
                cell == "none" ? [] : Set(cell.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
            }
            let operation = cells[0].replacing("`", with: "")
            rows[operation] = Row(
                operation: operation, applications: list(cells[1]), delegated: list(cells[2]), people: cells[3])
        }
        return rows
    }()

    @Test func `the table has each operation, and no other`() {
        let there = Set(GraphSurface.operations.map { "\($0.method) \($0.path)" })
        #expect(there == Set(Self.table.keys))
    }

    @Test func `an application may what its roles say, one by one`() async throws {
        let directory = try await TestDirectory()
        for permission in ManagementPermission.allCases {
            let caller = try await directory.application([permission])
            for operation in GraphSurface.operations {
                let row = try #require(Self.table["\(operation.method) \(operation.path)"])
                #expect(
                    operation.allowance.admits(caller) == row.applications.contains(permission.rawValue),
                    "\(permission.rawValue) at \(row.operation)")
            }
        }
    }

    @Test func `a person may what the scope and the role say together`() async throws {
        let directory = try await TestDirectory()
        let member = try await directory.user("ida@home.test", .member)
        let guest = try await directory.user("ada@partner.test", .guest)
        for (user, roles) in [(member, []), (guest, [])] + DirectoryRole.allCases.map({ (guest, [$0]) }) {
            for permission in ManagementPermission.allCases {
                let caller = try await directory.person(user, [permission], roles: roles)
                for operation in GraphSurface.operations {
                    let row = try #require(Self.table["\(operation.method) \(operation.path)"])
                    let expected = row.delegated.contains(permission.rawValue) && isPromised(row, user, roles)
                    #expect(
                        operation.allowance.admits(caller) == expected,
                        "\(permission.rawValue), \(user.userType) with \(roles) at \(row.operation)")
                }
            }
        }
    }

    /// What the table's last column says of somebody.
    private func isPromised(_ row: Row, _ user: User, _ roles: [DirectoryRole]) -> Bool {
        switch row.people {
        case "anybody": return true
        case let text where text.hasPrefix("who sees "):
            // A guest of the default level sees lists by a role alone; which roles is Access's to test.
            if user.userType == .member { return true }
            let seeing: [DirectoryRole] = [
                .globalAdministrator, .globalReader, .directoryReader, .userAdministrator, .securityAdministrator,
                .helpdeskAdministrator, .groupsAdministrator, .applicationAdministrator,
            ]
            return roles.contains { seeing.contains($0) || ($0 == .guestInviter && text == "who sees userList") }
        default:
            let names = row.people.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            return roles.contains { names.contains($0.displayName) }
        }
    }

    @Test func `whoever holds nothing is refused everywhere`() async throws {
        let directory = try await TestDirectory()
        let user = try await directory.user("ida@home.test", .member)
        let id = user.id.description
        for caller in [
            try await directory.application([]),
            try await directory.person(user, [], roles: [.globalAdministrator]),
        ] {
            for operation in GraphSurface.operations {
                let path = operation.path.split(separator: "/").map { $0.hasPrefix("{") ? id : String($0) }
                    .joined(separator: "/")
                let answer = await directory.call(operation.method, "/" + path, by: caller)
                #expect(answer.status == 403, "\(operation.method) \(operation.path)")
                #expect(answer.body["error"]?["code"]?.string == "Authorization_RequestDenied")
            }
        }
    }

    @Test func `another organisation's objects are not there`() async throws {
        let (here, there) = (try await TestDirectory(), try await TestDirectory())
        let stranger = try await there.user("ada@partner.test")
        let caller = try await here.application(Set(ManagementPermission.allCases))
        let answer = await here.call(.get, "/users/\(stranger.id)", by: caller)
        #expect(answer.status == 404)
    }
}
