import Gateway
import Glibc
import Graph
import JSON
import Server
import Storage
import StorageSQLite
import Synchronization

/// The gateway with its loops, sockets and clockwork, from start to drain.
final class RunningGateway: Sendable {
    let configuration: Configuration
    let opened: OpenInstallation
    let server: HTTPServer
    private let log: EventLog
    private let loops: LoopGroup
    private let signals: ProcessSignals
    private let contexts: [TLSContextStore]
    private let state = Mutex(State())

    private struct State {
        var control: ControlSocket?
        var clockwork: Task<Void, Never>?
        var end: Task<Bool, Never>?
    }

    var installation: Installation { opened.installation }

    /// Opens, binds, and starts to serve.
    ///
    /// - Parameters:
    ///   - takesOver: Take the listening sockets of the server that runs, if one does.
    ///   - reserved: Listening descriptors that the caller bound already.
    init(
        _ configuration: Configuration, takesOver: Bool = false, reserved: [Int32] = [], log: EventLog
    ) throws(CommandFailure) {
        self.configuration = configuration
        self.log = log
        try configuration.requireFiles()
        raiseDescriptorLimit()
        loops = LoopGroup(count: configuration.loops)
        // Before anything else, so that a mistake in the configuration leaves no trace: no database, no key.
        let listeners: [ListenerConfiguration]
        do throws(ServerError) {
            (listeners, contexts) = try Self.listeners(configuration)
        } catch {
            throw .usage(error.sentence)
        }
        let takeOver = takesOver ? TakeOver(configuration.controlSocket) : nil
        let adopted = reserved + ListenerHandover.fromEnvironment() + (takeOver?.listeners ?? [])
        opened = try Self.open(configuration, loops: loops, allowsSecond: takeOver != nil, log: log)
        do throws(ServerError) {
            signals = try ProcessSignals()
            server = try Self.server(opened, loops, listeners, adopting: adopted, log: log)
            try loops.start()
            server.start()
            let control = try ControlSocket(
                path: configuration.controlSocket, loop: loops.loops[0], replacing: takeOver != nil
            ) { [weak self] loop, line, descriptors in
                guard let self else { return ControlAnswer([]) }
                return await self.answer(line, descriptors, on: loop)
            }
            state.withLock { $0.control = control }
        } catch {
            opened.database.close()
            throw CommandFailure(.refused, error.sentence)
        }
        takeOver?.finish()
        for (address, port) in server.boundAddresses {
            log.event("listening", [("address", .string(address)), ("port", .integer(Int64(port)))])
        }
        startClockwork(waitingForLock: takeOver != nil)
    }

    /// A command that holds the lock for a moment is waited for; a server that holds it is not.
    private static func open(
        _ configuration: Configuration, loops: LoopGroup, allowsSecond: Bool, log: EventLog
    ) throws(CommandFailure) -> OpenInstallation {
        let end = Loop.monotonicMilliseconds() + 5000
        while true {
            do throws(CommandFailure) {
                return try OpenInstallation(
                    configuration, loops: loops, allowsSecond: allowsSecond, log: log,
                    note: { log.event("note", [("text", .string($0))]) })
            } catch {
                // Where there is no database, nobody holds it.
                guard error.code == .refused, FileAccess.exists(configuration.database),
                    Loop.monotonicMilliseconds() < end,
                    !ControlSocket.isAnswered(configuration.controlSocket)
                else { throw error }
                usleep(50_000)
            }
        }
    }

    private static func listeners(
        _ configuration: Configuration
    ) throws(ServerError) -> ([ListenerConfiguration], [TLSContextStore]) {
        var listeners: [ListenerConfiguration] = []
        var contexts: [TLSContextStore] = []
        for listener in configuration.listeners {
            var context: TLSContextStore?
            if let tls = listener.tls {
                let made = try TLSContextStore(
                    certificatePEM: tls.certificatePEM, keyPEM: tls.keyPEM,
                    clientCertificates: listener.asksForClientCertificates ? .optional : .none)
                contexts.append(made)
                context = made
            }
            listeners.append(
                ListenerConfiguration(
                    address: listener.address, port: listener.port, tls: context,
                    proxies: listener.isInternal ? [] : configuration.proxies, isInternal: listener.isInternal))
        }
        return (listeners, contexts)
    }

    private static func server(
        _ opened: OpenInstallation, _ loops: LoopGroup, _ listeners: [ListenerConfiguration], adopting: [Int32],
        log: EventLog
    ) throws(ServerError) -> HTTPServer {
        let configuration = opened.configuration
        var onAnswered: (@Sendable (AnsweredRequest) -> Void)?
        if configuration.logsRequests { onAnswered = { request in log.request(request) } }
        let graph = GraphFeature(opened.installation)
        let handler: Handler = GatewayHandler(opened.installation, mounting: [graph.mount]).handler
        return try HTTPServer(
            loops: loops, listeners: listeners, limits: configuration.server, adopting: adopting,
            onAnswered: onAnswered, handler: handler)
    }

    // MARK: Running

    /// Says what whoever started an empty installation needs to know.
    func greet(_ console: Console) async {
        do throws(StorageError) {
            guard let first = try await installation.store.tenantIDs().first else {
                console.output(
                    "There is no organisation yet. Make one: vestibule tenant create --name NAME --domain DOMAIN "
                        + "--config \(configuration.file)")
                return
            }
            guard try await !installation.claims.isClaimed() else { return }
            let link = try await installation.newClaimLink(first)
            console.output("Nobody administers this installation yet. Begin here, within a day: \(link)")
        } catch {
            log.error("greeting failed", "\(error)")
        }
    }

    /// Serves until a signal or a hand-over ends it.
    func runUntilSignal() -> ExitCode {
        let code = signals.run(deadline: configuration.drain, onReload: reload) { [self] in
            await end(handedOver: false)
        }
        opened.database.close()
        return code == 0 ? .done : .refused
    }

    /// Ends ``runUntilSignal()`` as a first SIGTERM does.
    func end(handedOver: Bool) async -> Bool {
        let task = state.withLock { state in
            if let end = state.end { return end }
            let end = Task { [self] in await drain(handedOver: handedOver) }
            state.end = end
            return end
        }
        return await task.value
    }

    private func drain(handedOver: Bool) async -> Bool {
        log.event("draining", [("handedOver", .bool(handedOver))])
        let (control, clockwork) = state.withLock { ($0.control, $0.clockwork) }
        clockwork?.cancel()
        control?.close()
        async let mail: Void? = opened.outbox?.stop()
        let finished = await server.drain(deadline: configuration.drain, handedOver: handedOver)
        await mail
        log.event("ended", [("finished", .bool(finished))])
        return finished
    }

    /// SIGHUP: what can change while we run. Whatever can't be used leaves everything as it was.
    private func reload() {
        var isWhole = true
        do throws(CommandFailure) {
            installation.adopt(try Configuration.read(configuration.file).limits)
        } catch {
            isWhole = false
            log.error("reload failed", error.sentence)
        }
        for context in contexts {
            do throws(ServerError) {
                try context.reload()
            } catch {
                isWhole = false
                log.error("reload failed", error.sentence)
            }
        }
        if isWhole { log.event("reloaded") }
    }

    private func startClockwork(waitingForLock: Bool) {
        let clockwork = Clockwork(opened: opened, log: log)
        let task = Task { await clockwork.run(waitingForLock: waitingForLock) }
        state.withLock { $0.clockwork = task }
    }

    // MARK: Commands

    private func answer(_ line: [UInt8], _ descriptors: [Int32], on loop: isolated Loop) async -> ControlAnswer {
        let request = try? JSONReader.read(line)
        let name = request?["operation"]?.string ?? ""
        if name == TakeOver.operation, let waited = descriptors.first {
            for descriptor in descriptors.dropFirst() { close(descriptor) }
            handOver(whenToldAt: waited, on: loop)
            return ControlAnswer(Array("{}".utf8), descriptors: server.listeningDescriptors)
        }
        for descriptor in descriptors { close(descriptor) }
        guard let operation = Operation.all.first(where: { $0.name == name }) else {
            return ControlAnswer(OperationResult(OperationFailure(.fault, "the server knows no \"\(name)\"")).line)
        }
        let context = OperationContext(
            installation: installation, defaultTenant: configuration.tenant, sendsMail: opened.outbox != nil,
            serves: true)
        let parameters = request?["parameters"]?.object ?? JSONObject()
        return ControlAnswer(await Self.offLoop(operation, parameters, context).line)
    }

    /// Making keys takes a while, which no loop has.
    @concurrent
    private static func offLoop(
        _ operation: Operation, _ parameters: JSONObject, _ context: OperationContext
    ) async -> OperationResult {
        await operation.perform(parameters, context)
    }

    /// Our successor writes one byte once it serves; if it ends before, we go on as if nothing had been.
    private func handOver(whenToldAt descriptor: Int32, on loop: isolated Loop) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var watch: WatchID?
        watch = loop.watch(descriptor, .read) { _ in
            var byte: UInt8 = 0
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            if let watch { loop.unwatch(watch) }
            close(descriptor)
            guard count == 1 else {
                self.log.error("hand-over failed", "the new process ended before it served")
                return
            }
            self.retire()
        }
    }

    private func retire() {
        Task { [self] in signals.finish(drained: await end(handedOver: true)) }
    }
}

/// As many connections as the system lets us have.
private func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

extension ControlSocket {
    /// Whether a server listens there.
    static func isAnswered(_ path: String) -> Bool {
        guard FileAccess.exists(path) else { return false }
        return (try? call(path: path, request: Array("{}".utf8), timeout: .seconds(2))) != nil
    }
}

extension EventLog {
    fileprivate func request(_ request: AnsweredRequest) {
        event(
            "request",
            [
                ("method", .string(request.method.rawValue)), ("path", .string(request.path)),
                ("status", .integer(Int64(request.status))), ("bytes", .integer(Int64(request.bytes))),
                ("microseconds", .integer(Int64(request.microseconds))), ("from", .string(request.remoteAddress)),
            ])
    }
}
