import Directory
import FoundationEssentials
import Gateway
import JSON
import Storage

extension Command {
    static let doctor = Command(
        name: "doctor", summary: "Look at partners, their metadata and certificates, domains, keys and the clock.",
        options: [
            .tenant,
            Option(name: "live", value: nil, summary: "read partners' metadata now, and compare; nothing is changed"),
            .configuration, .json,
        ],
        details: """
            Without --tenant every organisation is looked at. Ends with 1 if there is a problem; a notice is none.
            """
    ) { arguments, console throws(CommandFailure) in
        var parameters = JSONObject()
        if let tenant = arguments.value("tenant") { parameters["tenant"] = .string(tenant) }
        if arguments.has("live") { parameters["live"] = true }
        return try InstallationClient(arguments).run(.doctor, parameters, arguments, console)
    }
}

extension Operation {
    static let doctor = Operation(name: "doctor") { parameters, context in
        await .of { () async throws(OperationFailure) in
            var snapshots: [TenantSnapshot] = []
            var diagnoses: [Diagnosis] = []
            if parameters["tenant"] != nil { snapshots.append(try await context.tenant(parameters)) }
            do throws(StorageError) {
                let installation = context.installation
                if snapshots.isEmpty {
                    for id in try await installation.store.tenantIDs() {
                        if let snapshot = try await installation.settings.snapshot(id) { snapshots.append(snapshot) }
                    }
                }
                for snapshot in snapshots {
                    diagnoses.append(
                        try await installation.diagnose(snapshot, asks: parameters["live"]?.bool == true))
                }
            } catch {
                throw OperationFailure(error)
            }
            let isWell = diagnoses.allSatisfy(\.isWell)
            let now = context.installation.now
            let lines = diagnoses.flatMap { $0.lines(now: now) }
            return OperationResult(
                isWell ? .done : .refused, text: lines.joined(separator: "\n"),
                json: [
                    "well": .bool(isWell), "tenants": .array(diagnoses.map { $0.json(now: now) }),
                ])
        }
    }
}

extension HealthFinding {
    fileprivate var line: String {
        "  \(severity == .problem ? "PROBLEM" : "notice ") \(subject): \(sentence) [\(rule)]"
    }

    fileprivate var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "subject": .string(subject), "rule": .string(rule),
            "text": .string(sentence),
        ]
    }
}

extension Diagnosis {
    fileprivate func lines(now: Date) -> [String] {
        var lines = ["\(tenant.displayName): \(isWell ? "well" : "not well")"]
        for (partner, state) in partners { lines.append("  " + partner.name.padded(to: 24) + words(state, now)) }
        return lines + findings.map(\.line)
    }

    private func words(_ state: PeerState?, _ now: Date) -> String {
        var parts: [String] = []
        if let at = state?.metadata.fetchedAt { parts.append("metadata \(Self.age(at, now)) old") }
        if let end = state?.metadata.certificateEndsAt {
            parts.append("certificate \(Int((end.timeIntervalSince(now) / 86_400).rounded(.down))) days")
        }
        if let at = state?.experience.lastSuccessAt { parts.append("last success \(at.iso8601Text)") }
        if let failure = state?.experience.lastFailure {
            parts.append("last failure \(failure.at.iso8601Text) \(failure.rule)")
        }
        return parts.isEmpty ? "nothing known yet" : parts.joined(separator: ", ")
    }

    private static func age(_ date: Date, _ now: Date) -> String {
        let minutes = Int(now.timeIntervalSince(date) / 60)
        return minutes < 120 ? "\(minutes) min" : minutes < 2880 ? "\(minutes / 60) h" : "\(minutes / 1440) days"
    }

    fileprivate func json(now: Date) -> JSONValue {
        [
            "tenant": .string(tenant.id.description), "well": .bool(isWell),
            "partners": .array(
                partners.map { partner, state in
                    var object = partner.members
                    if let state { object["health"] = state.json(now: now) }
                    return .object(object)
                }), "findings": .array(findings.map(\.json)),
        ]
    }
}

extension PeerState {
    func json(now: Date) -> JSONValue {
        var object = JSONObject()
        func add(_ name: String, _ date: Date?) {
            if let date { object[name] = .string(date.iso8601Text) }
        }
        add("metadataReadAt", metadata.fetchedAt)
        add("metadataValidUntil", metadata.validUntil)
        add("nextLookAt", metadata.dueAt)
        add("failingSince", metadata.failingSince)
        if let failure = metadata.failure { object["failure"] = .string(failure) }
        add("certificateEndsAt", metadata.certificateEndsAt)
        if let end = metadata.certificateEndsAt {
            object["certificateDaysLeft"] = .integer(Int64((end.timeIntervalSince(now) / 86_400).rounded(.down)))
        }
        add("lastSuccessAt", experience.lastSuccessAt)
        if let failure = experience.lastFailure {
            object["lastFailure"] = [
                "at": .string(failure.at.iso8601Text), "rule": .string(failure.rule), "detail": .string(failure.detail),
            ]
        }
        object["claims"] = .array(experience.claims.map { .string($0) })
        return .object(object)
    }
}
