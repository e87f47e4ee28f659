/// What a parser makes of the bytes so far.
package enum ParseOutcome: Sendable, Equatable {
    /// No whole request yet.
    case needMore
    /// The client waits for `100 Continue` before it sends the content. Answer it, then call ``RequestParser/next()``.
    case expectContinue
    /// One request; more may be waiting: call ``RequestParser/next()`` once this one is answered.
    case request(HTTPRequest)
    /// Answer with the fault's status and close. The parser says so once and from then on takes nothing in.
    case fault(Fault)
}

/// Cuts a connection's bytes into requests (RFC 9112), without I/O.
///
/// The outcomes are the same however the bytes are split. To keep that true every fault belongs to a position: a line
/// is looked at octet by octet for what no line may contain and for its limits, and for its meaning once it has ended.
package struct RequestParser: Sendable {
    package let limits: HTTPLimits

    private var buffer: [UInt8] = []
    /// The first octet of the buffer that no finished piece has used.
    private var start = 0
    private var state = State.start(blankLineSeen: false)
    private var head = RequestHead()
    /// In a head, counted from `start`: where the current line begins, and how far it was looked at.
    private var lineStart = 0
    private var scanned = 0
    /// A request whose content is still coming in.
    private var pending: HTTPRequest?

    private enum State: Equatable {
        case start(blankLineSeen: Bool)
        case requestLine
        case fields
        case length(remaining: Int)
        case chunk(ChunkState)
        case stopped
    }

    package init(limits: HTTPLimits = .default) { self.limits = limits }

    /// What the connection is in the middle of, which is what its deadline depends on.
    package enum Phase: Sendable {
        /// No octet of a next request has arrived.
        case idle
        case head
        case body
        /// After a fault, or after a request that ends the connection.
        case stopped
    }

    package var phase: Phase {
        switch state {
        case .start(let blankLineSeen): blankLineSeen || start < buffer.count ? .head : .idle
        case .requestLine, .fields: .head
        case .length, .chunk: .body
        case .stopped: .stopped
        }
    }

    // MARK: Bytes in

    package mutating func consume(_ bytes: UnsafeRawBufferPointer) -> ParseOutcome {
        guard state != .stopped else { return .needMore }
        if start == buffer.count, case .length(let remaining) = state, bytes.count <= remaining {
            pending?.body.append(contentsOf: bytes)
            state = .length(remaining: remaining - bytes.count)
        } else if start == buffer.count {
            buffer = Array(bytes)
            start = 0
        } else {
            if start > 0 { buffer.removeFirst(start) }
            start = 0
            buffer.append(contentsOf: bytes)
        }
        return next()
    }

    package mutating func consume(_ bytes: [UInt8]) -> ParseOutcome {
        bytes.withUnsafeBytes { consume($0) }
    }

    package mutating func consume(_ bytes: ArraySlice<UInt8>) -> ParseOutcome {
        bytes.withUnsafeBytes { consume($0) }
    }

    /// Goes on with what has arrived already.
    package mutating func next() -> ParseOutcome {
        do throws(Fault) {
            return try advance()
        } catch {
            stop()
            return .fault(error)
        }
    }

    private mutating func stop() {
        state = .stopped
        buffer = []
        start = 0
        pending = nil
    }

    private mutating func advance() throws(Fault) -> ParseOutcome {
        while true {
            switch state {
            case .start(let blankLineSeen):
                guard try begin(blankLineSeen: blankLineSeen) else { return needMore() }
            case .requestLine, .fields:
                guard let line = try line() else { return .needMore }
                if state == .requestLine {
                    try head.requestLine(buffer, base: start, end: line.upperBound, limits: limits)
                    state = .fields
                } else if !line.isEmpty {
                    try head.field(&buffer, base: start, line: line, limits: limits)
                } else if let outcome = try finishHead() {
                    return outcome
                }
            case .length(let remaining):
                let count = min(remaining, buffer.count - start)
                pending?.body.append(contentsOf: buffer[start..<start + count])
                start += count
                state = .length(remaining: remaining - count)
                guard remaining == count else { return needMore() }
                return finishRequest()
            case .chunk(let chunk):
                guard let chunk = try advance(chunk) else { return needMore() }
                if chunk == .finished { return finishRequest() }
                state = .chunk(chunk)
            case .stopped:
                return .needMore
            }
        }
    }

    /// Every octet was used: an idle connection keeps no buffer.
    private mutating func needMore() -> ParseOutcome {
        if start == buffer.count {
            buffer = []
            start = 0
        }
        return .needMore
    }

    // MARK: The head

    /// Skips one blank line, which some clients send after a form (RFC 9112 §2.2), and looks at the first octet, so that
    /// TLS on a plain port is refused before a line end happens to occur in it.
    private mutating func begin(blankLineSeen: Bool) throws(Fault) -> Bool {
        guard start < buffer.count else { return false }
        if buffer[start] == Octets.cr, !blankLineSeen {
            guard start + 1 < buffer.count else { return false }
            guard buffer[start + 1] == Octets.lf else { throw .badRequest("a carriage return without a line feed") }
            start += 2
            state = .start(blankLineSeen: true)
            return true
        }
        guard OctetSet.token.contains(buffer[start]) else { throw .badRequest("not an HTTP request") }
        head = RequestHead()
        (lineStart, scanned) = (0, 0)
        state = .requestLine
        return true
    }

    /// The next whole line without its end, or nil while it has none. Limits first, by position: whichever the octets
    /// reach first decides, at the same octet in every split.
    private mutating func line() throws(Fault) -> Range<Int>? {
        let lineLimit = state == .requestLine ? limits.requestLine : limits.fieldLine
        let begins = start + lineStart
        let headEnd = start + limits.head
        let stop = min(buffer.count, begins + lineLimit + 1, headEnd)
        var at = start + scanned
        while true {
            at = Octets.firstNotPlain(in: buffer, at..<max(at, stop))
            guard at < stop else {
                if stop == begins + lineLimit + 1 { throw lineTooLong }
                if stop == headEnd { throw headTooLong }
                scanned = at - start
                return nil
            }
            switch buffer[at] {
            case Octets.tab:
                at += 1
            case Octets.cr:
                guard at + 1 < headEnd else { throw headTooLong }
                guard at + 1 < buffer.count else {
                    scanned = at - start
                    return nil
                }
                guard buffer[at + 1] == Octets.lf else { throw .badRequest("a carriage return without a line feed") }
                lineStart = at + 2 - start
                scanned = lineStart
                return begins..<at
            case let octet:
                throw Self.octetFault(octet)
            }
        }
    }

    private var lineTooLong: Fault {
        state == .requestLine
            ? Fault(status: 414, reason: "the target is longer than \(limits.target) octets")
            : Fault(status: 431, reason: "a field is longer than \(limits.fieldLine) octets")
    }

    private var headTooLong: Fault { Fault(status: 431, reason: "the head is longer than \(limits.head) octets") }

    private static func octetFault(_ octet: UInt8) -> Fault {
        switch octet {
        case Octets.lf: .badRequest("a line feed without a carriage return")
        case 0x80...: .badRequest("the head is not ASCII")
        default: .badRequest("a control character in the head")
        }
    }

    private mutating func finishHead() throws(Fault) -> ParseOutcome? {
        let (framing, keepsAlive, expectsContinue) = try head.finish(buffer, base: start, limits: limits)
        let end = start + lineStart
        let bytes: [UInt8]
        if start == 0, end == buffer.count {
            // The usual case: the read held this head and nothing else, so its bytes need no second copy.
            bytes = buffer
            buffer = []
        } else {
            bytes = Array(buffer[start..<end])
            start = end
        }
        var request = HTTPRequest(
            method: head.method, minorVersion: head.minorVersion, keepsAlive: keepsAlive, body: [], peer: Peer(),
            bytes: bytes, parts: head.parts)
        switch framing {
        case .length(0):
            return finish(request)
        case .length(let length):
            request.body.reserveCapacity(min(length, 16 << 10))
            state = .length(remaining: length)
        case .chunked:
            state = .chunk(.size(0, digits: 0))
        }
        pending = request
        return expectsContinue ? .expectContinue : nil
    }

    private mutating func finishRequest() -> ParseOutcome {
        guard let request = pending else { return .needMore }
        pending = nil
        return finish(request)
    }

    private mutating func finish(_ request: HTTPRequest) -> ParseOutcome {
        if request.keepsAlive {
            state = .start(blankLineSeen: false)
            _ = needMore()
        } else {
            // Whatever follows was sent after the end of the connection and is nobody's.
            stop()
        }
        return .request(request)
    }

    // MARK: Chunks

    private mutating func advance(_ chunk: ChunkState) throws(Fault) -> ChunkState? {
        guard start < buffer.count else { return nil }
        if case .data(let remaining) = chunk {
            let count = min(remaining, buffer.count - start)
            pending?.body.append(contentsOf: buffer[start..<start + count])
            start += count
            return remaining == count ? .dataCR : .data(remaining: remaining - count)
        }
        let octet = buffer[start]
        start += 1
        return try chunk.after(octet, room: limits.body - (pending?.body.count ?? 0))
    }
}
