import HTTP
import Testing

@Suite("RFC 9112 parser") struct RequestParserTests {
    @Test(arguments: malformedRequests) func `is refused with its status, however it is split`(_ item: MalformedRequest)
    {
        let whole = RequestParser.outcomes(of: [item.bytes[...]])
        var faults = whole
        // What the client may send before its fault is seen.
        if faults.first == .expectContinue { faults.removeFirst() }
        guard faults.count == 1, case .fault(let fault) = faults.first else {
            Issue.record("\(item.name): \(whole)")
            return
        }
        #expect(fault.status == item.status, "\(fault)")
        #expect(RequestParser.outcomes(of: item.bytes.indices.map { item.bytes[$0...$0] }) == whole)
        // Every split in two; a long one at its edges and then in steps.
        let count = item.bytes.count
        let step = count < 2_000 ? 1 : 97
        for cut in Set(stride(from: 0, through: count, by: step)).union(max(0, count - 50)...count) {
            #expect(RequestParser.outcomes(of: [item.bytes[..<cut], item.bytes[cut...]]) == whole, "split at \(cut)")
        }
    }

    @Test func `the table is as large as it claims`() {
        #expect(malformedRequests.count >= 170)
        #expect(Set(malformedRequests.map(\.name)).count == malformedRequests.count)
    }

    @Test(arguments: malformedRequests) func `nothing after a fault is answered`(_ item: MalformedRequest) {
        var parser = RequestParser()
        var faults = 0
        var outcome = parser.consume(item.bytes)
        while outcome != .needMore {
            if case .fault = outcome { faults += 1 }
            outcome = parser.next()
        }
        #expect(faults == 1)
        #expect(parser.consume(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)) == .needMore)
        #expect(parser.next() == .needMore)
        #expect(parser.phase == .stopped)
    }

    @Test(arguments: wellFormedStreams) func `is answered in order, however it is split`(_ stream: WellFormedStream) {
        let whole = RequestParser.outcomes(of: [stream.bytes[...]])
        #expect(whole.map(summary) == stream.outcomes)
        #expect(RequestParser.outcomes(of: stream.bytes.indices.map { stream.bytes[$0...$0] }) == whole)
        for cut in 0...stream.bytes.count {
            #expect(
                RequestParser.outcomes(of: [stream.bytes[..<cut], stream.bytes[cut...]]) == whole, "split at \(cut)")
        }
    }

    /// Streams of everything in both tables, cut at random: 4,000 splits from a fixed seed.
    @Test func `random splits make no difference`() {
        var random = SplitMix(state: 20_261_121)
        let pieces = wellFormedStreams.map(\.bytes) + malformedRequests.map(\.bytes).filter { $0.count < 3_000 }
        for _ in 0..<1_000 {
            let stream = (0..<Int.random(in: 1...4, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
            let whole = RequestParser.outcomes(of: [stream[...]])
            for _ in 0..<4 {
                let cuts = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                    Int.random(in: 0...stream.count, using: &random)
                }
                let edges = [0] + cuts.sorted() + [stream.count]
                #expect(RequestParser.outcomes(of: zip(edges, edges.dropFirst()).map { stream[$0..<$1] }) == whole)
            }
        }
    }

    /// One octet of a good request changed, removed or added, everywhere: never two answers where one was asked for, and
    /// the fuzz target's own conditions.
    @Test func `a damaged request is the same however it is split`() {
        let good = Array(
            "POST /a/%41?b=c HTTP/1.1\r\nHost: h:8\r\nContent-Length: 2\r\nCookie: a=b; c=d\r\n\r\nhi".utf8)
        for at in good.indices {
            for octet: UInt8 in [0x00, 0x09, 0x0A, 0x0D, 0x20, 0x2C, 0x2F, 0x30, 0x3A, 0x3B, 0x41, 0x7F, 0x80, 0xFF] {
                var changed = good
                changed[at] = octet
                fuzzRequestParser(changed)
                changed = good
                changed.insert(octet, at: at)
                fuzzRequestParser(changed)
            }
            var shorter = good
            shorter.remove(at: at)
            fuzzRequestParser(shorter)
        }
    }

    @Test func `limits hold to the octet`() {
        func status(_ text: String, _ limits: HTTPLimits) -> Int? {
            let whole = RequestParser.outcomes(of: [Array(text.utf8)[...]], limits: limits)
            let bytes = Array(text.utf8)
            #expect(RequestParser.outcomes(of: bytes.indices.map { bytes[$0...$0] }, limits: limits) == whole)
            return whole.lazy.compactMap { if case .fault(let fault) = $0 { fault.status } else { nil } }.first
        }
        let request = "GET /abc HTTP/1.1\r\nHost: h\r\nA: 12345\r\n\r\n"
        #expect(status(request, HTTPLimits(head: request.utf8.count)) == nil)
        for head in 1..<request.utf8.count { #expect(status(request, HTTPLimits(head: head)) == 431, "\(head)") }
        #expect(status(request, HTTPLimits(fieldLine: 8)) == nil)
        #expect(status(request, HTTPLimits(fieldLine: 7)) == 431)
        #expect(status(request, HTTPLimits(fields: 2)) == nil)
        #expect(status(request, HTTPLimits(fields: 1)) == 431)
        #expect(status(request, HTTPLimits(target: 4)) == nil)
        #expect(status(request, HTTPLimits(target: 3)) == 414)
        let post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde"
        #expect(status(post, HTTPLimits(body: 5)) == nil)
        #expect(status(post, HTTPLimits(body: 4)) == 413)
        let chunks = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        #expect(status(chunks, HTTPLimits(body: 5)) == nil)
        #expect(status(chunks, HTTPLimits(body: 4)) == 413)
        let full = "GET /" + String(repeating: "a", count: 8191) + " HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(status(full, .default) == nil)
    }

    @Test func `the phase says what a deadline is for`() {
        var parser = RequestParser()
        #expect(parser.phase == .idle)
        _ = parser.consume(Array("P".utf8))
        #expect(parser.phase == .head)
        #expect(
            parser.consume(Array("OST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8))
                == .expectContinue)
        #expect(parser.phase == .body)
        #expect(parser.next() == .needMore)
        #expect(parser.consume(Array("a".utf8)) == .needMore)
        #expect(parser.phase == .body)
        guard case .request = parser.consume(Array("b\r\n".utf8)) else {
            Issue.record("no request")
            return
        }
        #expect(parser.phase == .head)
        #expect(parser.next() == .needMore)
        #expect(parser.phase == .head)
        guard case .request(let last) = parser.consume(Array("GET / HTTP/1.0\r\nHost: h\r\n\r\nGET".utf8)) else {
            Issue.record("no request")
            return
        }
        #expect(!last.keepsAlive)
        #expect(parser.phase == .stopped)
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func summary(_ outcome: ParseOutcome) -> String {
    switch outcome {
    case .needMore: "more"
    case .expectContinue: "continue"
    case .fault(let fault): "\(fault.status)"
    case .request(let request):
        "\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))"
            + (request.keepsAlive ? "" : "|close")
    }
}
