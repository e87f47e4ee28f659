import Directory
import Gateway
import JSON
import Storage

/// What a command does to an installation. It runs in the server where one runs, and in the command itself where none
/// does; it knows no difference.
struct Operation: Sendable {
    let name: String
    let perform: @Sendable (JSONObject, OperationContext) async -> OperationResult

    static let all: [Operation] = [
        .createTenant, .invite, .beginInvitationJob, .addInvitationLines, .startInvitationJob, .invitationJob, .apply,
        .addDomain, .verifyDomain, .listDomains, .listKeys, .rotateKeys, .explain, .listPartners, .switchPartner,
        .refreshPartner, .doctor, .beginPartnerTest, .partnerTestResult, .blastRadius,
    ]
}

/// What an operation works on.
struct OperationContext: Sendable {
    let installation: Installation
    /// The tenant meant where none is named: an id or a domain.
    let defaultTenant: String?
    /// Whether mail leaves from here: with a server and a mail configuration.
    let sendsMail: Bool
    /// Whether this is the server, which browsers reach.
    let serves: Bool

    /// The tenant that a command means.
    func tenant(_ parameters: JSONObject) async throws(OperationFailure) -> TenantSnapshot {
        let named = parameters["tenant"]?.string ?? defaultTenant
        let ids: [Tenant.ID]
        let found: TenantSnapshot?
        do throws(StorageError) {
            ids = try await installation.store.tenantIDs()
            let only = ids.count == 1 ? ids.first?.description : nil
            found =
                if let name = named ?? only { try await installation.settings.snapshot(named: name) } else { nil }
        } catch {
            throw OperationFailure(error)
        }
        if let found { return found }
        if ids.isEmpty {
            throw OperationFailure(.refused, "there is no organisation yet; 'vestibule tenant create' makes one")
        }
        guard let named else {
            throw OperationFailure(.usage, "there are \(ids.count) organisations; --tenant says which one is meant")
        }
        throw OperationFailure(.refused, "there is no organisation with the id or domain \(named)")
    }
}

/// What an operation answers: for people, and for programs.
struct OperationResult: Sendable {
    var code: ExitCode
    /// For standard output.
    var text: String
    /// For standard error.
    var note: String?
    var json: JSONValue

    init(_ code: ExitCode = .done, text: String, note: String? = nil, json: JSONValue) {
        self.code = code
        self.text = text
        self.note = note
        self.json = json
    }

    init(_ failure: OperationFailure) {
        self.init(
            failure.code, text: "", note: "vestibule: \(failure.sentence)", json: ["error": .string(failure.sentence)])
    }

    /// Runs the work, and makes a failure a result.
    static func of(
        _ work: () async throws(OperationFailure) -> OperationResult
    ) async -> OperationResult {
        do throws(OperationFailure) { return try await work() } catch { return OperationResult(error) }
    }

    // MARK: On the control socket

    var line: [UInt8] {
        var object: JSONObject = ["exit": .integer(Int64(code.rawValue)), "text": .string(text), "json": json]
        if let note { object["note"] = .string(note) }
        return JSONWriter.write(.object(object))
    }

    init?(line: [UInt8]) {
        guard let value = try? JSONReader.read(line), let number = value["exit"]?.integer,
            let code = ExitCode(rawValue: Int32(truncatingIfNeeded: number)), let text = value["text"]?.string
        else { return nil }
        self.init(code, text: text, note: value["note"]?.string, json: value["json"] ?? .null)
    }
}

/// Why an operation did nothing, in one sentence.
struct OperationFailure: Error, Sendable {
    let code: ExitCode
    let sentence: String

    init(_ code: ExitCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    init(_ error: StorageError) {
        let isOurs: Bool = if case .faulty = error { true } else { false }
        self.init(isOurs ? .fault : .refused, "\(error)")
    }
}
