/// Who sent a request, as far as the connection knows. Set by the server, never by anything in the request.
package struct Peer: Sendable, Equatable {
    /// Numeric, without a port.
    package var remoteAddress: String
    /// Whether the request came over TLS, to us or to a proxy that the configuration names.
    package var isSecure: Bool
    /// SHA-256 of the client's certificate (RFC 8705 §3.1).
    package var clientCertificateThumbprint: [UInt8]?
    /// Whether it came to a listener that is for who runs the installation.
    package var isInternal: Bool

    package init(
        remoteAddress: String = "", isSecure: Bool = false, clientCertificateThumbprint: [UInt8]? = nil,
        isInternal: Bool = false
    ) {
        self.isInternal = isInternal
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.clientCertificateThumbprint = clientCertificateThumbprint
    }
}

/// A request that the parser accepted. It keeps the bytes of its head and where the parts are in them; a `String` is
/// made at each access.
package struct HTTPRequest: Sendable, Equatable {
    package let method: HTTPMethod
    /// 0 for HTTP/1.0, otherwise 1.
    package let minorVersion: Int
    /// Whether another request may follow on this connection (RFC 9112 §9.3); never for HTTP/1.0.
    package let keepsAlive: Bool
    package internal(set) var body: [UInt8]
    package var peer: Peer

    /// The request line and the fields; field names are in lower case.
    let bytes: [UInt8]
    let parts: RequestParts

    /// The request target as it was received.
    package var target: String { text(parts.target) }

    /// The target's path as it was received, still escaped; `*` for `OPTIONS *`.
    package var path: String { parts.path.isEmpty ? "/" : text(parts.path) }

    /// The target's query as it was received, without the question mark; nil where there is none.
    package var query: String? { parts.query.map(text) }

    /// The path's segments, unescaped once; the parser saw to it that each is UTF-8 and free of slashes, backslashes
    /// and controls, and that none is `.` or `..`. The root has none; a path that ends with a slash ends with an empty one.
    package var pathSegments: [String] { PathSegments.decoded(bytes[parts.path.range]) }

    /// The host and port that the request names, in lower case.
    package var host: String {
        String(decoding: bytes[parts.host.range].map(Octets.lowercased), as: UTF8.self)
    }

    package var remoteAddress: String { peer.remoteAddress }
    package var isSecure: Bool { peer.isSecure }
    package var clientCertificateThumbprint: [UInt8]? { peer.clientCertificateThumbprint }

    /// The field's value; several fields of one name are joined with commas (RFC 9110 §5.2). Fields whose repetition
    /// would be ambiguous were refused by the parser.
    package func field(_ lowercaseName: String) -> String? {
        var found: String?
        for field in parts.fields where isNamed(field, lowercaseName) {
            found = found.map { $0 + ", " + text(field.value) } ?? text(field.value)
        }
        return found
    }

    /// The values of every field of that name, in order.
    package func fields(_ lowercaseName: String) -> [String] {
        parts.fields.filter { isNamed($0, lowercaseName) }.map { text($0.value) }
    }

    /// Every field in order, names in lower case.
    package var allFields: [(name: String, value: String)] {
        parts.fields.map { (text($0.name), text($0.value)) }
    }

    func isNamed(_ field: FieldPart, _ name: String) -> Bool {
        field.name.length == name.utf8.count && bytes[field.name.range].elementsEqual(name.utf8)
    }

    private func text(_ part: Part) -> String { String(decoding: bytes[part.range], as: UTF8.self) }
}

extension HTTPRequest {
    /// A request for a test or a tool, by way of the parser.
    ///
    /// - Parameter fields: In any case; a Host (`localhost`) and a Content-Length are added where they are missing.
    /// - Throws: What the parser would answer.
    package init(
        parsing method: HTTPMethod, _ target: String, fields: [(String, String)] = [], body: [UInt8] = [],
        peer: Peer = Peer(), limits: HTTPLimits = .default
    ) throws(Fault) {
        let names = Set(fields.map { $0.0.lowercased() })
        guard fields.allSatisfy({ !($0.0 + $0.1).utf8.contains(Octets.cr) && !($0.0 + $0.1).utf8.contains(Octets.lf) })
        else { throw .badRequest("a field with a line end") }
        var text = "\(method) \(target) HTTP/1.1\r\n"
        if !names.contains("host") { text += "Host: localhost\r\n" }
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if !body.isEmpty, !names.contains("content-length") { text += "Content-Length: \(body.count)\r\n" }
        var parser = RequestParser(limits: limits)
        var outcome = parser.consume(Array((text + "\r\n").utf8) + body)
        if outcome == .expectContinue { outcome = parser.next() }
        switch outcome {
        case .request(var request):
            request.peer = peer
            self = request
        case .fault(let fault): throw fault
        case .needMore, .expectContinue: throw .badRequest("the request is not whole")
        }
    }

    /// A request for a test whose parts are known to be good; traps where the parser would refuse them.
    package init(
        method: HTTPMethod, target: String, fields: [(String, String)] = [], body: [UInt8] = [], peer: Peer = Peer()
    ) {
        do throws(Fault) {
            try self.init(parsing: method, target, fields: fields, body: body, peer: peer)
        } catch {
            preconditionFailure("not a request: \(error)")
        }
    }
}
