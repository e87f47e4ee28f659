import Glibc
import JSON
import Server
import Storage

/// A command's way to its installation: through the control socket of the server that runs, or by opening the database,
/// under the writer's lock, where none does.
struct InstallationClient: Sendable {
    let configuration: Configuration

    /// A server that just starts or ends holds the lock without answering; it is waited for this long.
    private static let patience = 5.0

    init(_ arguments: Arguments) throws(CommandFailure) { configuration = try Configuration.read(arguments) }

    /// Performs the operation, and prints its result.
    func run(
        _ operation: Operation, _ parameters: JSONObject, _ arguments: Arguments, _ console: Console
    ) throws(CommandFailure) -> ExitCode {
        let result = try perform(operation, parameters)
        if let note = result.note { console.error(note) }
        if arguments.isJSON {
            console.writeOutput(JSONWriter.write(result.json) + [0x0A])
        } else if !result.text.isEmpty {
            console.output(result.text)
        }
        return result.code
    }

    func perform(_ operation: Operation, _ parameters: JSONObject) throws(CommandFailure) -> OperationResult {
        let request = JSONWriter.write(
            .object(["operation": .string(operation.name), "parameters": .object(parameters)]))
        guard request.count < 1 << 20 else { throw .usage("what is to be sent to the server is larger than 1 MiB") }
        let end = Loop.monotonicMilliseconds() + UInt64(Self.patience * 1000)
        while true {
            if FileAccess.exists(configuration.controlSocket), let result = try ask(request) { return result }
            do throws(CommandFailure) {
                return try performHere(operation, parameters)
            } catch {
                // The lock's holder is about to listen, or about to let go.
                guard error.code == .refused, Loop.monotonicMilliseconds() < end else { throw error }
                usleep(50_000)
            }
        }
    }

    /// Nil: nobody answers there.
    private func ask(_ request: [UInt8]) throws(CommandFailure) -> OperationResult? {
        let answer: ControlAnswer
        do throws(ServerError) {
            answer = try ControlSocket.call(
                path: configuration.controlSocket, request: request, timeout: .seconds(60))
        } catch {
            if error.sentence.hasPrefix("no server answers") { return nil }
            throw CommandFailure(.refused, error.sentence)
        }
        for descriptor in answer.descriptors { close(descriptor) }
        guard let result = OperationResult(line: answer.line) else {
            throw CommandFailure(.fault, "the server's answer at \(configuration.controlSocket) is not understood")
        }
        return result
    }

    private func performHere(
        _ operation: Operation, _ parameters: JSONObject
    ) throws(CommandFailure) -> OperationResult {
        guard FileAccess.exists(configuration.database) || operation.makesDatabase else {
            throw CommandFailure(
                .usage,
                "there is no database \(configuration.database) yet; 'vestibule serve' or 'tenant create' makes it")
        }
        let loops = LoopGroup(count: 1)
        let opened = try OpenInstallation(
            configuration, loops: loops, log: .standard,
            note: { Console.standard.error("vestibule: \($0)") })
        defer { opened.database.close() }
        if operation.asksNetwork {
            do throws(ServerError) { try loops.start() } catch { throw CommandFailure(.refused, error.sentence) }
        }
        defer { loops.stop() }
        let context = OperationContext(
            installation: opened.installation, defaultTenant: configuration.tenant, sendsMail: false,
            serves: false)
        return waiting { await operation.perform(parameters, context) }
    }
}

extension Operation {
    /// Whether the operation may be an installation's first.
    fileprivate var makesDatabase: Bool { name == Operation.createTenant.name || name == Operation.apply.name }

    /// Whether the operation asks others, for which a loop must run.
    fileprivate var asksNetwork: Bool {
        [Operation.verifyDomain, .refreshPartner, .apply, .doctor].contains { $0.name == name }
    }
}
