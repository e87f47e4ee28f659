internal import HTTP

/// One operation that somebody asks for: a request of its own, or one of a batch.
struct GraphRequest: Sendable {
    var method: HTTPMethod
    /// Below the version, unescaped; keys in parentheses and casts brought to one form.
    var segments: [String]
    /// As it was sent, without the question mark.
    var query: String?
    var body: [UInt8]
    var mediaType: String?
    var ifMatch: String?
    var consistencyLevel: String?
    var clientRequestID: String?
    var acceptLanguage: String?

    static let prefix = ["graph", "v1.0"]

    /// Nil: the path is not below the API's version.
    init?(_ request: HTTPRequest) {
        let segments = request.pathSegments
        guard segments.starts(with: Self.prefix) else { return nil }
        method = request.method
        self.segments = Self.normalized(Array(segments.dropFirst(Self.prefix.count)))
        query = request.query
        body = request.body
        mediaType = request.field("content-type").map { ContentType($0)?.mediaType ?? "" }
        ifMatch = request.field("if-match")
        consistencyLevel = request.field("consistencylevel")
        clientRequestID = request.field("client-request-id").flatMap(Self.loggable)
        acceptLanguage = request.field("accept-language")
    }

    /// A request of a batch.
    init(
        method: HTTPMethod, segments: [String], query: String?, body: [UInt8], fields: [String: String]
    ) {
        self.method = method
        self.segments = Self.normalized(segments)
        self.query = query
        self.body = body
        mediaType = fields["content-type"].map { ContentType($0)?.mediaType ?? "" }
        ifMatch = fields["if-match"]
        consistencyLevel = fields["consistencylevel"]
        clientRequestID = fields["client-request-id"].flatMap(Self.loggable)
        acceptLanguage = fields["accept-language"]
    }

    /// `users('x')` is `users/x` (OData 4.01 URL conventions §4.3.4), `microsoft.graph.user` is `graph.user`, and a slash
    /// at the end means nothing.
    private static func normalized(_ segments: [String]) -> [String] {
        var result: [String] = []
        for segment in segments {
            if segment.hasSuffix("')"), let open = segment.range(ofFirst: "('") {
                result.append(String(segment[..<open.lowerBound]))
                result.append(String(segment[open.upperBound...].dropLast(2)).replacing("''", with: "'"))
            } else if segment.hasPrefix("microsoft.graph.") {
                result.append("graph." + segment.dropFirst("microsoft.graph.".count))
            } else {
                result.append(segment)
            }
        }
        while result.last == "" { result.removeLast() }
        return result
    }

    /// It is said back in a header and in logs: letters, digits and hyphens only, 64 at most.
    private static func loggable(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
        }
        return isPlain && (1...64).contains(text.utf8.count) ? text : nil
    }
}

extension String {
    /// Where the text first stands.
    fileprivate func range(ofFirst text: String) -> Range<Index>? { firstRange(of: text) }
}
