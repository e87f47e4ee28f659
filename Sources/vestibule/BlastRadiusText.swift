import Directory
import Gateway
import JSON
import Storage

extension BlastRadius {
    /// For people.
    var text: String {
        let state = partner.isEnabled ? "" : " (disabled)"
        var lines = [
            "What \(partner.name)\(state) could reach:",
            "  \(reach.guestCount) guests, \(reach.sessions) sessions, \(grantCount) grants alive, "
                + "\(reach.pendingSignIns) sign-ins under way",
        ]
        for (role, holders) in reach.directoryRoles {
            lines.append("  directory role \(role.displayName): \(holders)")
        }
        for group in reach.groups { lines.append("  group \(group.displayName)") }
        for reachable in applications {
            let why = reachable.isOpen ? "open to every user" : "assigned"
            let roles = reachable.roles.isEmpty ? "" : ", roles " + reachable.roles.joined(separator: " ")
            lines.append(
                "  application \(reachable.application.displayName): \(why)\(roles), \(reachable.grants) grants")
        }
        for guest in reach.guests { lines.append("  guest \(guest.userPrincipalName)") }
        if reach.guestCount > reach.guests.count {
            lines.append("  and \(reach.guestCount - reach.guests.count) guests more")
        }
        for signIn in reach.signIns {
            let number = signIn.errorNumber.map { ", AADSTS\($0)" } ?? ""
            lines.append("  sign-in \(signIn.id) \(signIn.at.iso8601Text) \(signIn.outcome.rawValue)\(number)")
        }
        return lines.joined(separator: "\n")
    }

    private var grantCount: Int { reach.grants.reduce(0) { $0 + $1.count } }

    var json: JSONValue {
        [
            "partner": .object(partner.members),
            "guests": [
                "count": .integer(Int64(reach.guestCount)),
                "listed": .array(
                    reach.guests.map {
                        [
                            "id": .string($0.id.description), "userPrincipalName": .string($0.userPrincipalName),
                            "enabled": .bool($0.accountEnabled),
                        ]
                    }),
            ],
            "sessions": .integer(Int64(reach.sessions)), "grants": .integer(Int64(grantCount)),
            "signInsUnderWay": .integer(Int64(reach.pendingSignIns)),
            "applications": .array(
                applications.map {
                    [
                        "appId": .string($0.application.appID.description),
                        "displayName": .string($0.application.displayName), "open": .bool($0.isOpen),
                        "roles": .array($0.roles.map { .string($0) }), "grants": .integer(Int64($0.grants)),
                    ]
                }),
            "groups": .array(
                reach.groups.map { ["id": .string($0.id.description), "displayName": .string($0.displayName)] }),
            "directoryRoles": .array(
                reach.directoryRoles.map {
                    ["role": .string($0.role.displayName), "holders": .integer(Int64($0.holders))]
                }),
            "signIns": .array(reach.signIns.map(\.json)),
        ]
    }
}

extension PartnerReach.SignIn {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id.description), "at": .string(at.iso8601Text), "outcome": .string(outcome.rawValue),
        ]
        if let user { object["user"] = .string(user.description) }
        if let application { object["appId"] = .string(application.description) }
        if let errorNumber { object["error"] = .integer(Int64(errorNumber)) }
        return .object(object)
    }
}
