import Directory
import Gateway
import JSON
import Storage

extension Command {
    static let partnerList = Command(
        name: "partner list", summary: "Show an organisation's partners.", options: [.tenant, .configuration, .json]
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.listPartners, partnerParameters(arguments), arguments, console)
    }

    static let partnerDisable = Command(
        name: "partner disable", summary: "Accept nothing from a partner any more, from this moment on.",
        operands: "NAME", operandCount: 1...1, options: [.tenant, .configuration, .json],
        details: """
            Within a second every server refuses what the partner vouched for: sign-ins under way, sessions,
            authorization codes, refresh tokens, and access tokens where we are asked about them. All of it has ended
            for good: people prove themselves anew when the partner is enabled again. NAME may also be the id or a
            domain of another organisation of this installation.
            """
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(
            .switchPartner, partnerParameters(arguments, ["enabled": false]), arguments, console)
    }

    static let partnerEnable = Command(
        name: "partner enable", summary: "Accept a partner again.", operands: "NAME", operandCount: 1...1,
        options: [.tenant, .configuration, .json]
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(
            .switchPartner, partnerParameters(arguments, ["enabled": true]), arguments, console)
    }

    static let partnerBlastRadius = Command(
        name: "partner blast-radius", summary: "Show what a partner's guests hold and can reach.", operands: "NAME",
        operandCount: 1...1, options: [.tenant, .configuration, .json]
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.blastRadius, partnerParameters(arguments), arguments, console)
    }

    static let partnerRefresh = Command(
        name: "partner refresh", summary: "Read a partner's metadata now, and adopt what it says.", operands: "NAME",
        operandCount: 1...1, options: [.tenant, .configuration, .json],
        details: """
            The gateway does this by itself before the metadata expires, and when an answer is signed with a key that it
            does not know. Another entity than the one configured is never adopted.
            """
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.refreshPartner, partnerParameters(arguments), arguments, console)
    }

    static func partnerParameters(_ arguments: Arguments, _ more: JSONObject = [:]) -> JSONObject {
        var parameters = more
        if let tenant = arguments.value("tenant") { parameters["tenant"] = .string(tenant) }
        if let name = arguments.operands.first { parameters["partner"] = .string(name) }
        return parameters
    }
}

extension Operation {
    static let listPartners = Operation(name: "listPartners") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let snapshot = try await context.tenant(parameters)
            var lines = ["Partners of \(snapshot.tenant.displayName):"]
            for partner in snapshot.partners {
                let domains = partner.domains.map(\.description).joined(separator: " ")
                lines.append(
                    "  " + partner.name.padded(to: 24) + partner.kind.rawValue.padded(to: 14)
                        + (partner.isEnabled ? "enabled" : "DISABLED").padded(to: 10) + domains)
            }
            return OperationResult(
                text: lines.joined(separator: "\n"),
                json: [
                    "tenant": .string(snapshot.tenant.id.description),
                    "partners": .array(snapshot.partners.map { .object($0.members) }),
                ])
        }
    }

    static let switchPartner = Operation(name: "switchPartner") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let snapshot = try await context.tenant(parameters)
            guard let name = parameters["partner"]?.string, let enabled = parameters["enabled"]?.bool else {
                throw OperationFailure(.fault, "the request is incomplete")
            }
            let result: PartnerSwitch?
            do throws(StorageError) {
                result = try await context.installation.setPartner(
                    name, enabled: enabled, in: snapshot.tenant.id,
                    by: "vestibule partner \(enabled ? "enable" : "disable")")
            } catch {
                throw OperationFailure(error)
            }
            guard let result else { throw .noPartner(name) }
            var json = result.partner.members
            json["changed"] = .bool(result.isChange)
            json["version"] = .integer(result.version)
            json["ended"] = [
                "sessions": .integer(Int64(result.sessions)), "grants": .integer(Int64(result.grants)),
                "signIns": .integer(Int64(result.pendingSignIns)),
            ]
            return OperationResult(text: result.sentence, json: .object(json))
        }
    }

    static let refreshPartner = Operation(name: "refreshPartner") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let snapshot = try await context.tenant(parameters)
            let name = parameters["partner"]?.string ?? ""
            guard let partner = snapshot.partner(named: name) else { throw .noPartner(name) }
            guard partner.federation?.metadataURL != nil else {
                throw OperationFailure(.refused, "\(name) has no metadataURL: it is kept by hand")
            }
            let checked: CheckedPeer?
            do throws(StorageError) {
                checked = try await context.installation.refreshPartner(named: name, in: snapshot)
            } catch {
                throw OperationFailure(error)
            }
            guard let checked else { throw .noPartner(name) }
            var json: JSONObject = ["partner": .string(name), "read": .bool(checked.failure == nil)]
            json["events"] = .array(
                checked.events.map { ["change": .string($0.change.rawValue), "text": .string($0.sentence)] })
            if let failure = checked.failure { json["failure"] = .string(failure) }
            if let date = checked.metadata.validUntil { json["validUntil"] = .string(date.iso8601Text) }
            if let date = checked.metadata.dueAt { json["nextAt"] = .string(date.iso8601Text) }
            var lines = checked.events.map(\.sentence)
            if lines.isEmpty { lines = [checked.failure ?? "The metadata of \(name) says what it said before."] }
            return OperationResult(
                checked.failure == nil ? .done : .refused, text: lines.joined(separator: "\n"), json: .object(json))
        }
    }

    static let blastRadius = Operation(name: "blastRadius") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let snapshot = try await context.tenant(parameters)
            let name = parameters["partner"]?.string ?? ""
            let radius: BlastRadius?
            do throws(StorageError) {
                radius = try await context.installation.blastRadius(ofPartner: name, in: snapshot)
            } catch {
                throw OperationFailure(error)
            }
            guard let radius else { throw .noPartner(name) }
            return OperationResult(text: radius.text, json: radius.json)
        }
    }
}

extension OperationFailure {
    static func noPartner(_ name: String) -> OperationFailure {
        OperationFailure(.refused, "there is no partner \(name); 'vestibule partner list' shows them all")
    }
}

extension Partner {
    var members: JSONObject {
        [
            "id": .string(id.description), "name": .string(name), "displayName": .string(displayName),
            "kind": .string(kind.rawValue), "enabled": .bool(isEnabled),
            "domains": .array(domains.map { .string($0.description) }),
        ]
    }
}

extension PartnerSwitch {
    fileprivate var sentence: String {
        let state = partner.isEnabled ? "enabled" : "disabled"
        let what = isChange ? "\(partner.name) is \(state)." : "\(partner.name) was \(state) already."
        guard sessions + grants + pendingSignIns > 0 else { return what }
        return what + " Ended: \(sessions) sessions, \(grants) grants, \(pendingSignIns) sign-ins under way."
    }
}
