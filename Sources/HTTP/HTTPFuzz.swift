/// The body of a libFuzzer target: however the bytes are split, the outcomes are the same, and what was accepted can be
/// asked everything without a trap.
package func fuzzRequestParser(_ bytes: [UInt8]) {
    let whole = RequestParser.outcomes(of: [bytes[...]])
    precondition(RequestParser.outcomes(of: bytes.indices.map { bytes[$0...$0] }) == whole, "octet by octet differs")
    let cut = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % (bytes.count + 1)
    precondition(RequestParser.outcomes(of: [bytes[..<cut], bytes[cut...]]) == whole, "split at \(cut) differs")
    for case .request(let request) in whole {
        _ = (request.target, request.pathSegments, request.host, request.allFields.count, request.cookies.count)
        _ = try? Form.parse(Array((request.query ?? "").utf8))
        _ = try? Form.parse(request.body)
        _ = request.field("content-type").map(ContentType.init)
        _ = request.field("accept-language").map(AcceptLanguage.parse)
        let url = HTTPURL("http://" + request.host + request.path)
        precondition(url != nil || request.path == "*", "a host that is none")
    }
}

extension RequestParser {
    /// Everything a connection that sends these pieces is told, up to the end of what it may send.
    package static func outcomes(of pieces: [ArraySlice<UInt8>], limits: HTTPLimits = .default) -> [ParseOutcome] {
        var parser = RequestParser(limits: limits)
        var outcomes: [ParseOutcome] = []
        for piece in pieces {
            var outcome = parser.consume(piece)
            while outcome != .needMore {
                outcomes.append(outcome)
                outcome = parser.next()
            }
        }
        return outcomes
    }
}
