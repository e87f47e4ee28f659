import Cryptography
import Directory
import Gateway
import JSON
import Storage

extension Command {
    static let explain = Command(
        name: "explain", summary: "Tell why a sign-in went as it did.", operands: "ID", operandCount: 1...1,
        options: [.configuration, .json],
        details: """
            ID is the id of a sign-in (also as it stands before the dot of an authorization code), or the id that an error
            page showed.
            """
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(
            .explain, ["id": .string(arguments.operands[0])], arguments, console)
    }
}

extension Operation {
    static let explain = Operation(name: "explain") { parameters, context in
        await .of { () async throws(OperationFailure) in
            guard let text = parameters["id"]?.string else {
                throw OperationFailure(.fault, "the request is incomplete")
            }
            let refused = context.installation.failures.entries(text)
            if let explanation = try await stored(text, context.installation) {
                return told(explanation, refused)
            }
            if let last = refused.last {
                return OperationResult(text: refused.map(story).joined(separator: "\n\n"), json: last.json)
            }
            throw OperationFailure(
                .refused,
                "nothing is known of \"\(text)\": what strangers ran into is remembered only while the server runs")
        }
    }

    /// What was recorded, and what was refused under the same id besides: an answer that came twice, a home that could
    /// not be asked at first.
    private static func told(_ explanation: Explanation, _ refused: [FailureLog.Entry]) -> OperationResult {
        // The record of a refusal tells of its own page.
        let own = explanation.json["error"]?.string
        let others = refused.filter { entry in entry.number.map { "AADSTS\($0)" } != own || own == nil }
        guard case .object(var json) = explanation.json, !others.isEmpty else {
            return OperationResult(text: explanation.text, json: explanation.json)
        }
        json["refused"] = .array(others.map(\.json))
        return OperationResult(
            text: ([explanation.text] + others.map(story)).joined(separator: "\n"), json: .object(json))
    }

    private static func stored(
        _ text: String, _ installation: Installation
    ) async throws(OperationFailure) -> Explanation? {
        let store = installation.store
        do throws(StorageError) {
            var record: SignInRecord?
            if let id = SignInID(text) ?? Base64URL.decode(text).flatMap({ SignInID(bytes: $0) }),
                let tenant = try await store.tenant(ofSignIn: id)
            {
                record = try await store.signIn(tenant, id)
            } else if let tenant = try await store.tenant(ofFailure: text) {
                record = try await store.signIn(tenant, failureID: text)
            }
            guard let record, let snapshot = try await installation.settings.snapshot(record.tenant) else { return nil }
            let application = record.application.flatMap { snapshot.application($0)?.displayName }
            return Explanation(record, tenant: snapshot.tenant, applicationName: application)
        } catch {
            throw OperationFailure(error)
        }
    }

    /// A refusal that no sign-in is recorded for.
    private static func story(of entry: FailureLog.Entry) -> String {
        let number = entry.number.map { ", AADSTS\($0)" } ?? ""
        var lines = [
            "Refused at \(entry.at.iso8601Text): \(entry.path), status \(entry.status)\(number).", entry.cause,
        ]
        for reason in entry.reasons {
            lines.append("  \(reason.met ? "yes" : "NO ") \(reason.rule): \(reason.detail)")
        }
        return lines.joined(separator: "\n")
    }
}
