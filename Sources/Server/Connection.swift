import Glibc
internal import HTTP

/// Where a connection comes from, as far as the acceptor knew.
struct ConnectionOrigin {
    let address: SocketAddress
    /// What admission counted it under.
    let key: Admission.Key?
    /// Set when the peer is a trusted proxy.
    let forwarded: ForwardedFor?
    let isInternal: Bool
}

/// One client's connection, in its loop's isolation.
///
/// It has at most one request in progress and answers in order. It reads nothing while a request is handled or an
/// answer is not sent, so a client that does not listen is not listened to. It waits for one thing at a time, each
/// with its own absolute deadline (`ConnectionDeadline.swift`); how bytes come and go is in `ConnectionIO.swift`.
final class Connection: EventSink {
    enum Phase {
        case handshaking
        case open
        /// Everything was said; what the client still sends is dropped, so that it gets to read the answer.
        case lingering
        case closed
    }

    enum Ending {
        case close
        case linger
    }

    let descriptor: Int32
    let origin: ConnectionOrigin
    let shard: ServerShard
    var phase = Phase.open
    var tls: TLSSession?
    var parser: RequestParser
    var peer: Peer
    var watch: WatchID?

    /// What the last edges said; cleared when a call would block.
    var canRead = false
    var canWrite = true
    var peerEnded = false

    /// What the client did not take yet, from `unsentStart` on.
    var unsent: [UInt8] = []
    var unsentStart = 0
    /// What to do when everything is sent.
    var ending: Ending?

    var isHandling = false
    /// The parse loop below is running: an answer that comes meanwhile is its to send.
    private var isParsing = false
    /// The parser may hold another request.
    private var hasNext = false
    private var isDeferred = false

    var waiting = Waiting.nothing
    var deadline = UInt64.max
    var timer: TimerID?
    var timerDeadline = UInt64.max
    var lingerRemaining = 256 * 1024

    init(_ descriptor: Int32, _ origin: ConnectionOrigin, shard: ServerShard) {
        (self.descriptor, self.origin, self.shard) = (descriptor, origin, shard)
        parser = RequestParser(limits: shard.shared.http)
        peer = Peer(remoteAddress: origin.address.text, isInternal: origin.isInternal)
    }

    func begin(_ context: TLSContext?, on loop: isolated Loop) {
        shard.opened()
        watch = loop.register(descriptor, [.read, .write, .edge], self)
        if let context {
            guard let session = TLSSession(context, descriptor: descriptor) else { return close(on: loop) }
            tls = session
            phase = .handshaking
            wait(for: .handshake, on: loop)
        } else {
            wait(for: shard.isDraining ? .grace : .request, on: loop)
        }
    }

    func ready(_ readiness: Readiness, on loop: isolated Loop) {
        guard readiness.isDisjoint(with: [.failed, .hangUp]) else { return close(on: loop) }
        if readiness.contains(.endOfStream) { peerEnded = true }
        // TLS may read in order to write and the other way round.
        if tls != nil || !readiness.isDisjoint(with: [.readable, .endOfStream]) { canRead = true }
        if readiness.contains(.writable) { canWrite = true }
        switch phase {
        case .handshaking: shakeHands(on: loop)
        case .open:
            if !unsent.isEmpty { flush(on: loop) }
            proceed(on: loop)
        case .lingering: discard(on: loop)
        case .closed: break
        }
    }

    // MARK: Requests

    /// Goes on with whatever is there: requests that the parser holds, then bytes that wait in the socket.
    func proceed(on loop: isolated Loop) {
        guard mayRead else { return }
        if hasNext { parse(parser.next(), on: loop) }
        var turns = 0
        while mayRead, canRead, !hasNext {
            turns += 1
            // Others want their turn too.
            if turns > 8 { return proceedLater(on: loop) }
            switch receive(into: loop.receiveBuffer) {
            case .bytes(let count):
                parse(parser.consume(UnsafeRawBufferPointer(start: loop.receiveBuffer.start, count: count)), on: loop)
            case .blocked: canRead = false
            case .ended: return close(on: loop)
            case .failed: return close(on: loop)
            }
        }
    }

    private var mayRead: Bool { phase == .open && !isHandling && !isParsing && unsent.isEmpty && ending == nil }

    private func proceedLater(on loop: isolated Loop) {
        guard !isDeferred else { return }
        isDeferred = true
        loop.inNextTurn {
            self.isDeferred = false
            self.proceed(on: loop)
        }
    }

    private func parse(_ first: ParseOutcome, on loop: isolated Loop) {
        isParsing = true
        hasNext = false
        var outcome = first
        parsing: while true {
            switch outcome {
            case .needMore: break parsing
            case .expectContinue: shard.output.append(contentsOf: ResponseWriter.continueLine)
            case .fault(let fault):
                refuse(fault)
                break parsing
            case .request(let request): handle(request, on: loop)
            }
            if isHandling || ending != nil || shard.output.count > 256 * 1024 {
                hasNext = true
                break parsing
            }
            outcome = parser.next()
        }
        isParsing = false
        flush(on: loop)
        waitForNext(on: loop)
        if hasNext, mayRead { proceedLater(on: loop) }
    }

    private func handle(_ request: HTTPRequest, on loop: isolated Loop) {
        var request = request
        request.peer = origin.forwarded == nil ? peer : forwardedPeer(request)
        isHandling = true
        // The next request has deadlines of its own.
        waiting = .nothing
        deadline = .max
        let handler = shard.shared.handler
        let started = shard.shared.onAnswered == nil ? 0 : Loop.monotonicNanoseconds()
        let complete = request
        Task.immediate {
            let response = await handler(loop, complete)
            answered(complete, response, started, on: loop)
        }
    }

    private func answered(
        _ request: HTTPRequest, _ response: HTTPResponse, _ started: UInt64, on loop: isolated Loop
    ) {
        isHandling = false
        shard.counters.requests.add()
        let before = shard.output.count
        // While draining, requests that were read together are answered together; the last ends the connection.
        let isLast = shard.isDraining && parser.phase == .idle
        let goesOn = ResponseWriter.write(
            response, isHead: request.method == .head, keepsAlive: request.keepsAlive && !isLast, date: shard.date(),
            to: &shard.output)
        if let onAnswered = shard.shared.onAnswered {
            onAnswered(
                AnsweredRequest(
                    method: request.method, path: request.path, status: response.status,
                    bytes: shard.output.count - before,
                    microseconds: (Loop.monotonicNanoseconds() - started) / 1000,
                    remoteAddress: request.peer.remoteAddress))
        }
        guard phase == .open else {
            // The client was gone before its answer was ready.
            shard.output.removeSubrange(before...)
            return
        }
        if !goesOn { ending = canRead && !peerEnded ? .linger : .close }
        guard !isParsing else { return }
        hasNext = ending == nil
        flush(on: loop)
        waitForNext(on: loop)
        proceed(on: loop)
    }

    /// Answers what the parser or a deadline refused. Nothing after it can be understood.
    func refuse(_ fault: Fault) {
        shard.counters.refusedRequests.add()
        ResponseWriter.write(
            .refusal(fault), isHead: false, keepsAlive: false, date: shard.date(), to: &shard.output)
        ending = .linger
    }

    private func forwardedPeer(_ request: HTTPRequest) -> Peer {
        guard let forwarded = origin.forwarded else { return peer }
        let client = forwarded.client(behind: origin.address, values: request.fields("x-forwarded-for"))
        return Peer(
            remoteAddress: client.text,
            isSecure: forwarded.isSecure(values: request.fields("x-forwarded-proto")) ?? peer.isSecure,
            clientCertificateThumbprint: peer.clientCertificateThumbprint, isInternal: peer.isInternal)
    }

    // MARK: The end

    /// The server is draining: a connection between requests gets the grace to send one more, any other ends with
    /// its answer.
    func drain(grace: UInt64, on loop: isolated Loop) {
        if phase == .handshaking {
            return wait(for: .handshake, until: min(deadline, loop.now + 1000), on: loop)
        }
        guard phase == .open, !isHandling, unsent.isEmpty, ending == nil, parser.phase == .idle else { return }
        // A request that has arrived counts, although no event told of it yet.
        canRead = true
        proceed(on: loop)
        guard phase == .open, waiting == .request else { return }
        if grace == 0 { close(on: loop) } else { wait(for: .grace, until: loop.now + grace, on: loop) }
    }

    func close(on loop: isolated Loop) {
        guard phase != .closed else { return }
        if phase == .open { tls?.closeNotify() }
        release(on: loop)
        Glibc.close(descriptor)
    }

    /// Closes without a goodbye, dropping what the kernel still holds.
    func reset(on loop: isolated Loop) {
        guard phase != .closed else { return }
        release(on: loop)
        ListeningSocket.reset(descriptor)
    }

    /// The loop ends: nobody will ever tell this connection of anything.
    func abandon() {
        guard phase != .closed else { return }
        phase = .closed
        tls = nil
        Glibc.close(descriptor)
    }

    private func release(on loop: isolated Loop) {
        phase = .closed
        tls = nil
        unsent = []
        if let watch { loop.forget(watch) }
        if let timer { loop.cancel(timer) }
        timer = nil
        shard.shared.admission.leave(origin.key)
        shard.closed()
    }
}
