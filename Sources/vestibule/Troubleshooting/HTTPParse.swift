import HTTP
import JSON
import Upstream

extension Question {
    /// The server's parser, on the bytes of one connection.
    static let httpParse = Question(
        name: "http parse", summary: "Cut the bytes of a connection into requests.", kind: .http, input: .files,
        options: [Option(name: "max-body", value: "BYTES", summary: "the longest content; 1048576")],
        details: "Every request must be whole: a connection that ends inside one is refused."
    ) { subject, circumstances throws(CommandFailure) in
        var limits = HTTPLimits.default
        if let body = try circumstances.arguments.count("max-body") { limits.body = body }
        var finding = Finding(.http, circumstances)
        var requests: [JSONValue] = []
        var parser = RequestParser(limits: limits)
        var outcome = parser.consume(subject.bytes)
        while true {
            if case .request(let request) = outcome {
                requests.append(Self.describe(request))
            } else if case .fault(let fault) = outcome {
                finding.reject(fault.reasonCode, fault.description, at: "request \(requests.count + 1)")
                finding.more.append(("status", .integer(Int64(fault.status))))
                break
            } else if outcome == .needMore {
                break
            }
            outcome = parser.next()
        }
        if finding.rejection == nil {
            switch parser.phase {
            case .head, .body:
                finding.reject("http_malformed", "It ends inside a request.", at: "request \(requests.count + 1)")
            case .idle where requests.isEmpty, .stopped where requests.isEmpty:
                finding.reject("http_malformed", "There is no request.")
            case .idle, .stopped: break
            }
        }
        finding.more.append(("requests", .array(requests)))
        return finding
    }

    private static func describe(_ request: HTTPRequest) -> JSONValue {
        var headers = JSONObject()
        for (name, value) in request.allFields {
            headers[name] = .array((headers[name]?.array ?? []) + [.string(value)])
        }
        return [
            "method": .string(request.method.rawValue), "target": .string(request.target),
            "version": .string("1.\(request.minorVersion)"), "host": .string(request.host),
            "headers": .object(headers), "body_length": .integer(Int64(request.body.count)),
            "keep_alive": .bool(request.keepsAlive),
        ]
    }
}

extension Fault {
    fileprivate var reasonCode: String {
        switch status {
        case 413, 414, 431: "too_large"
        default: "http_malformed"
        }
    }
}
