import Directory
import Gateway
import Glibc
import JSON
import Storage

/// `vestibule invite --csv FILE`: the lines go to the server in parts, the server works on them, and the command tells how
/// far it is. A command that is cut off leaves a job that goes on; `--job ID` looks at it again.
struct InviteMany {
    let arguments: Arguments
    let console: Console

    /// Lines sent at once, so that no request comes near the control socket's limit.
    private static let linesPerRequest = 200

    func run() throws(CommandFailure) -> ExitCode {
        let client = try InstallationClient(arguments)
        let job: String
        if let named = arguments.value("job") { job = named } else { job = try begin(client) }
        guard !arguments.has("no-wait") else {
            console.output(arguments.isJSON ? "{\"id\":\"\(job)\"}" : "job: \(job)")
            return .done
        }
        return try follow(job, client)
    }

    private func begin(_ client: InstallationClient) throws(CommandFailure) -> String {
        let path = arguments.value("csv") ?? ""
        let bytes: [UInt8]
        do throws(FileAccess.Failure) {
            bytes = try FileAccess.read(path)
        } catch {
            throw CommandFailure(.unreadable, "\(path): \(error.words)")
        }
        let lines: [InvitationJobLine]
        do throws(InvitationCSV.Fault) {
            lines = try InvitationCSV.read(bytes, allowsLoopback: client.configuration.isDevelopment)
        } catch {
            throw CommandFailure(.unreadable, "\(path) can't be used. \(error)")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let answer = try client.perform(.beginInvitationJob, parameters(["name": .string(name)]))
        guard answer.code == .done, let job = answer.json["id"]?.string else {
            throw CommandFailure(answer.code, answer.json["error"]?.string ?? "the job was not made")
        }
        var rest = lines[...]
        while !rest.isEmpty {
            try send(rest.prefix(Self.linesPerRequest), of: job, client)
            rest = rest.dropFirst(Self.linesPerRequest)
        }
        _ = try client.perform(.startInvitationJob, parameters(["job": .string(job)]))
        return job
    }

    private func send(
        _ lines: ArraySlice<InvitationJobLine>, of job: String, _ client: InstallationClient
    ) throws(CommandFailure) {
        let answer = try client.perform(
            .addInvitationLines, parameters(["job": .string(job), "lines": .array(lines.map(\.json))]))
        guard answer.code == .done else {
            throw CommandFailure(answer.code, answer.json["error"]?.string ?? "the lines were not taken")
        }
    }

    private func follow(_ job: String, _ client: InstallationClient) throws(CommandFailure) -> ExitCode {
        var told = -1
        while true {
            let answer = try client.perform(.invitationJob, parameters(["job": .string(job)]))
            guard answer.code == .done else {
                throw CommandFailure(answer.code, answer.json["error"]?.string ?? "the job can't be read")
            }
            let total = answer.json["total"]?.integer ?? 0
            let done = (answer.json["success"]?.integer ?? 0) + (answer.json["failure"]?.integer ?? 0)
            if Int(done) != told { console.error("\(done) of \(total)") }
            told = Int(done)
            if answer.json["state"]?.string == InvitationJob.State.finished.rawValue {
                return tell(answer)
            }
            usleep(200_000)
        }
    }

    private func tell(_ answer: OperationResult) -> ExitCode {
        if arguments.isJSON {
            console.writeOutput(JSONWriter.write(answer.json) + [0x0A])
        } else {
            console.output(answer.text)
        }
        return answer.json["failure"]?.integer == 0 ? .done : .refused
    }

    private func parameters(_ more: JSONObject) -> JSONObject {
        var parameters = more
        if let tenant = arguments.value("tenant") { parameters["tenant"] = .string(tenant) }
        return parameters
    }
}

extension InvitationJobLine {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "n": .integer(Int64(number)), "a": .string(address), "u": .string(redirectURL), "m": .bool(sendsMail),
        ]
        if let message { object["t"] = .string(message) }
        if let reason { object["r"] = .string(reason) }
        return .object(object)
    }

    fileprivate init?(_ json: JSONValue) {
        guard let number = json["n"]?.integer, let address = json["a"]?.string, let url = json["u"]?.string,
            let sends = json["m"]?.bool
        else { return nil }
        let reason = json["r"]?.string
        self.init(
            number: Int(number), address: address, redirectURL: url, sendsMail: sends, message: json["t"]?.string,
            state: reason == nil ? .waiting : .failure, reason: reason)
    }
}

extension Operation {
    static let beginInvitationJob = Operation(name: "invite many") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let snapshot = try await context.tenant(parameters)
            let party = InvitingParty(.command, name: snapshot.tenant.displayName)
            do throws(StorageError) {
                let job = try await context.installation.beginInvitationJob(
                    name: parameters["name"]?.string ?? "", of: snapshot.tenant.id, by: party)
                return OperationResult(text: "", json: ["id": .string(job.id.description)])
            } catch {
                throw OperationFailure(error)
            }
        }
    }

    static let addInvitationLines = Operation(name: "invite many: lines") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let (snapshot, job) = try await invitationJob(parameters, context)
            let lines = (parameters["lines"]?.array ?? []).compactMap(InvitationJobLine.init)
            guard lines.count == parameters["lines"]?.array?.count else {
                throw OperationFailure(.fault, "the request is incomplete")
            }
            do throws(StorageError) {
                try await context.installation.addLines(lines, to: job, in: snapshot.tenant.id)
            } catch {
                throw OperationFailure(error)
            }
            return OperationResult(text: "", json: [:])
        }
    }

    static let startInvitationJob = Operation(name: "invite many: start") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let (snapshot, job) = try await invitationJob(parameters, context)
            do throws(StorageError) {
                _ = try await context.installation.startInvitationJob(job, in: snapshot.tenant.id)
            } catch {
                throw OperationFailure(error)
            }
            return OperationResult(text: "", json: [:])
        }
    }

    /// How far the job is. Asked for without a server, it is also what gets it done.
    static let invitationJob = Operation(name: "invite many: look") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let (snapshot, id) = try await invitationJob(parameters, context)
            let tenant = snapshot.tenant.id
            let store = context.installation.store
            do throws(StorageError) {
                try await context.installation.workOnInvitationJobs(forSeconds: 0.5)
                guard let job = try await store.invitationJob(tenant, id) else {
                    throw StorageError.refused("there is no job \(id)")
                }
                let progress = try await store.invitationJobProgress(tenant, id)
                let failures =
                    job.state == .finished ? try await store.invitationJobFailures(tenant, id, limit: 2_000) : []
                return result(job, progress, failures)
            } catch {
                throw OperationFailure(error)
            }
        }
    }

    private static func invitationJob(
        _ parameters: JSONObject, _ context: OperationContext
    ) async throws(OperationFailure) -> (TenantSnapshot, InvitationJob.ID) {
        guard let id = parameters["job"]?.string.flatMap({ InvitationJob.ID($0) }) else {
            throw OperationFailure(.usage, "--job takes the id of a job")
        }
        return (try await context.tenant(parameters), id)
    }

    private static func result(
        _ job: InvitationJob, _ progress: InvitationJobProgress, _ failures: [InvitationJobLine]
    ) -> OperationResult {
        let json: JSONObject = [
            "id": .string(job.id.description), "state": .string(job.state.rawValue),
            "total": .integer(Int64(job.total)), "success": .integer(Int64(progress.succeeded)),
            "failure": .integer(Int64(progress.failed)), "waiting": .integer(Int64(progress.waiting)),
            "failures": .array(
                failures.map { line in
                    [
                        "line": .integer(Int64(line.number)), "inviteeEmail": .string(line.address),
                        "reason": .string(line.reason ?? ""),
                    ]
                }),
        ]
        let text =
            ["\(progress.succeeded) of \(job.total) invited, \(progress.failed) not. job: \(job.id)"]
            + failures.map { "  line \($0.number): \($0.reason ?? "")" }
        return OperationResult(text: text.joined(separator: "\n"), json: .object(json))
    }
}
