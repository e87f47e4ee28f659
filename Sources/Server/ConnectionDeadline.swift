internal import HTTP

/// What a connection waits for; each has its deadline.
enum Waiting {
    /// Nothing: a request is being handled, which has no deadline here.
    case nothing
    case handshake
    /// A request's first byte.
    case request
    /// The same, while draining.
    case grace
    case head
    case body
    /// Room in the socket for what we send.
    case room
    /// The client's own end, after ours.
    case farewell
}

extension Connection {
    /// Starts waiting for what the parser needs next, or goes on doing so.
    func waitForNext(on loop: isolated Loop) {
        guard phase == .open, !isHandling, unsent.isEmpty, ending == nil else { return }
        switch parser.phase {
        case .idle:
            if waiting == .request || waiting == .grace { return }
            // Frees what the parser kept of the last request.
            parser = RequestParser(limits: shard.shared.http)
            waiting = .nothing
            wait(for: shard.isDraining ? .grace : .request, on: loop)
        case .head: wait(for: .head, on: loop)
        case .body: wait(for: .body, on: loop)
        case .stopped: break
        }
    }

    /// Starts the deadline for something new; what is already waited for keeps the one it has.
    func wait(for next: Waiting, on loop: isolated Loop) {
        guard next != waiting else { return }
        let shared = shard.shared
        let limit: UInt64 =
            switch next {
            case .nothing: .max
            case .handshake, .head: shared.head
            case .request: shared.idle
            case .grace: min(shared.idle, 1000)
            case .body: shared.body
            case .room: shared.write
            case .farewell: shared.linger
            }
        wait(for: next, until: loop.now.addingReportingOverflow(limit).partialValue, on: loop)
    }

    /// A timer that is due earlier than the deadline stays as it is: when it fires, it is set again. So a busy
    /// connection, whose deadline moves with every request, touches the timers hardly ever.
    func wait(for next: Waiting, until deadline: UInt64, on loop: isolated Loop) {
        waiting = next
        self.deadline = deadline
        if timer != nil, timerDeadline <= deadline { return }
        if let timer { loop.cancel(timer) }
        startTimer(on: loop)
    }

    private func startTimer(on loop: isolated Loop) {
        timerDeadline = deadline
        timer = loop.schedule(at: deadline) {
            self.timer = nil
            if loop.now >= self.deadline {
                self.expire(on: loop)
            } else if self.deadline != .max {
                self.startTimer(on: loop)
            }
        }
    }

    private func expire(on loop: isolated Loop) {
        let expired = waiting
        waiting = .nothing
        deadline = .max
        switch expired {
        case .nothing: break
        case .request, .grace, .farewell: close(on: loop)
        case .handshake:
            shard.counters.handshakeFailures.add()
            reset(on: loop)
        case .room:
            shard.counters.timeouts.add()
            reset(on: loop)
        case .head, .body:
            shard.counters.timeouts.add()
            refuse(Fault(status: 408, reason: "the request took too long to arrive"))
            flush(on: loop)
        }
    }
}
