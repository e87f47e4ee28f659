import Gateway
import Issuing
import JSON
import Storage

extension Command {
    static let keysList = Command(
        name: "keys list", summary: "Show an organisation's keys.", options: [.tenant, .configuration, .json]
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.listKeys, parameters(arguments), arguments, console)
    }

    static let keysRotate = Command(
        name: "keys rotate", summary: "Begin to replace an organisation's keys.",
        options: [
            .tenant,
            Option(
                name: "compromised", value: nil,
                summary: "replace them at once, and withdraw the old ones with all that they signed"),
            .configuration, .json,
        ],
        details: """
            New keys are published at once and sign two days later, when everybody knows them; the old ones stay
            published until the last token they signed has expired. The gateway does this by itself every 90 days.
            """
    ) { arguments, console throws(CommandFailure) in
        var parameters = parameters(arguments)
        if arguments.has("compromised") { parameters["compromised"] = true }
        return try InstallationClient(arguments).run(.rotateKeys, parameters, arguments, console)
    }

    private static func parameters(_ arguments: Arguments) -> JSONObject {
        arguments.value("tenant").map { ["tenant": .string($0)] } ?? JSONObject()
    }
}

extension Operation {
    static let listKeys = Operation(name: "listKeys") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let tenant = try await context.tenant(parameters).tenant
            let records: [KeyRecord]
            do throws(StorageError) {
                records = try await context.installation.store.keys(tenant.id)
            } catch {
                throw OperationFailure(error)
            }
            let shown = records.filter { !$0.publicJWK.isEmpty }
            var lines = ["Keys of \(tenant.displayName):"]
            for record in shown {
                lines.append(
                    "  " + record.keyID.padded(to: 46) + record.purpose.rawValue.padded(to: 12)
                        + record.algorithm.padded(to: 8) + record.state.rawValue.padded(to: 10)
                        + "made \(record.createdAt.iso8601Text)"
                        + (record.state == .next
                            ? record.activeFrom.map { ", signs from \($0.iso8601Text)" } ?? "" : "")
                        + (record.retiresAt.map { ", withdrawn \($0.iso8601Text)" } ?? ""))
            }
            let json: [JSONValue] = shown.map { record in
                var object: JSONObject = [
                    "kid": .string(record.keyID), "purpose": .string(record.purpose.rawValue),
                    "alg": .string(record.algorithm), "state": .string(record.state.rawValue),
                    "created": .string(record.createdAt.iso8601Text),
                ]
                if let date = record.activeFrom { object["activeFrom"] = .string(date.iso8601Text) }
                if let date = record.retiresAt { object["retires"] = .string(date.iso8601Text) }
                return .object(object)
            }
            return OperationResult(
                text: lines.joined(separator: "\n"),
                json: ["tenant": .string(tenant.id.description), "keys": .array(json)])
        }
    }

    static let rotateKeys = Operation(name: "rotateKeys") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let tenant = try await context.tenant(parameters).tenant
            let changes: [KeyChange]
            do throws(StorageError) {
                changes = try await context.installation.rotateKeys(
                    tenant.id, request: parameters["compromised"]?.bool == true ? .compromised : .requested,
                    by: "vestibule keys rotate")
            } catch {
                throw OperationFailure(error)
            }
            let sentences = changes.map(\.sentence)
            let text =
                sentences.isEmpty
                ? "Nothing to do: a rotation is under way; 'vestibule keys list' shows it."
                : sentences.map { "  " + $0 }.joined(separator: "\n")
            return OperationResult(
                text: text,
                json: ["tenant": .string(tenant.id.description), "changes": .array(sentences.map { .string($0) })])
        }
    }
}
