import Directory
import Gateway
import Glibc
import JSON
import Storage

extension Command {
    /// Microseconds between two questions for the result.
    private static let pause: UInt32 = 500_000

    static let partnerTest = Command(
        name: "partner test", summary: "Walk a sign-in at a partner, and show each claim and rule.", operands: "NAME",
        operandCount: 1...1, options: [.tenant, .configuration, .json],
        details: """
            Prints a link for your own browser, good once and for ten minutes, and waits for what it shows. The way is that
            of a real sign-in, but nothing is issued and nobody becomes a guest. Works with a disabled partner too. Ends
            with 1 if the answer was refused. With --json the first line is the link, the second the result.
            """
    ) { arguments, console throws(CommandFailure) in
        let client = try InstallationClient(arguments)
        let begun = try client.perform(.beginPartnerTest, partnerParameters(arguments))
        guard begun.code == .done, let id = begun.json["id"] else {
            if let note = begun.note { console.error(note) }
            return begun.code
        }
        func show(_ result: OperationResult) {
            if arguments.isJSON {
                console.writeOutput(JSONWriter.write(result.json) + [0x0A])
            } else {
                console.output(result.text)
            }
        }
        show(begun)
        while true {
            let result = try client.perform(
                .partnerTestResult, ["id": id, "expiresAt": begun.json["expiresAt"] ?? .null])
            if let note = result.note { console.error(note) }
            if result.json["waiting"]?.bool != true {
                show(result)
                return result.code
            }
            usleep(pause)
        }
    }
}

extension Operation {
    static let beginPartnerTest = Operation(name: "beginPartnerTest") { parameters, context in
        await .of { () async throws(OperationFailure) in
            guard context.serves else {
                throw OperationFailure(.refused, "no server runs that the partner could send you back to")
            }
            let snapshot = try await context.tenant(parameters)
            let name = parameters["partner"]?.string ?? ""
            guard let partner = snapshot.partner(named: name) else { throw .noPartner(name) }
            guard partner.kind != .emailCode else {
                throw OperationFailure(.refused, "\(name) is the mailed code, which has no connection")
            }
            do throws(StorageError) {
                let test = try await context.installation.newPartnerTest(partner, in: snapshot.tenant.id)
                return OperationResult(
                    text: "Open this within ten minutes, in a browser of yours:\n\(test.url)",
                    json: [
                        "id": .string(test.id.description), "link": .string(test.url),
                        "expiresAt": .integer(Int64(test.expiresAt.timeIntervalSince1970)),
                    ])
            } catch {
                throw OperationFailure(error)
            }
        }
    }

    static let partnerTestResult = Operation(name: "partnerTestResult") { parameters, context in
        await .of { () async throws(OperationFailure) in
            guard let id = parameters["id"]?.string.flatMap({ OneTimeLink.ID($0) }),
                let end = parameters["expiresAt"]?.integer
            else { throw OperationFailure(.fault, "the request is incomplete") }
            guard let result = context.installation.partnerTestResult(id) else {
                // The link may have been opened at its last moment, and the person may take a while at the partner.
                guard context.installation.now.timeIntervalSince1970 < Double(end) + 3600 else {
                    throw OperationFailure(.refused, "nobody came back from the partner")
                }
                return OperationResult(text: "", json: ["waiting": true])
            }
            return OperationResult(result.refusal == nil ? .done : .refused, text: result.text, json: result.json)
        }
    }
}

extension PartnerTestResult {
    fileprivate var text: String {
        var lines = [refusal.map { "Refused by \($0.rule): \($0.cause)" } ?? "The answer would be accepted."]
        if refusal == nil {
            lines.append(guest.map { "It is the guest \($0)." } ?? "Nobody here has this identity yet.")
        }
        lines.append("Rules:")
        for check in checks {
            let expected = check.expected.map { ", expected \($0)" } ?? ""
            let actual = check.actual.map { ", actual \($0)" } ?? ""
            lines.append("  \(check.passed ? "yes" : "NO ") \(check.name)\(expected)\(actual)")
        }
        if !claims.isEmpty { lines.append("Claims as they arrived:") }
        for claim in claims {
            let meaning = claim.properties.isEmpty ? "not used" : claim.properties.joined(separator: ", ")
            lines.append("  \(claim.name) = \(claim.values.joined(separator: " | ")) [\(meaning)]")
        }
        if !identity.isEmpty { lines.append("What is known of the person by it:") }
        for fact in identity { lines.append("  " + fact.name.padded(to: 20) + fact.value) }
        return lines.joined(separator: "\n")
    }

    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "partner": .string(partner.name), "at": .string(at.iso8601Text), "accepted": .bool(refusal == nil),
            "checks": .array(
                checks.map { check in
                    var object: JSONObject = ["rule": .string(check.name), "result": .string(check.result.rawValue)]
                    if let expected = check.expected { object["expected"] = .string(expected) }
                    if let actual = check.actual { object["actual"] = .string(actual) }
                    return .object(object)
                }),
            "claims": .array(
                claims.map {
                    [
                        "name": .string($0.name), "values": .array($0.values.map { .string($0) }),
                        "readAs": .array($0.properties.map { .string($0) }),
                    ]
                }), "identity": .object(JSONObject(identity.map { ($0.name, .string($0.value)) })),
        ]
        if let refusal { object["refusal"] = ["rule": .string(refusal.rule), "cause": .string(refusal.cause)] }
        if let guest { object["guest"] = .string(guest) }
        return .object(object)
    }
}
