internal import Directory
package import HTTP

/// One address of the gateway: which methods, who reads its failures, and what answers.
package struct Route: Sendable {
    package typealias Work = @Sendable (Exchange) async throws(Failure) -> HTTPResponse

    /// Who reads the answer when it is a failure, which decides between a page and JSON.
    package enum Audience: Sendable {
        /// A person in a browser: an error page.
        case person
        /// An OAuth client: RFC 6749 §5.2 with Entra's extra members.
        case client
        /// A resource server or client with a bearer token: RFC 6750 §3.
        case bearer
    }

    package let methods: [HTTPMethod]
    package let pattern: String
    package let audience: Audience
    package let work: Work
    /// Whether it is there before the installation has its first administrator.
    let isForClaiming: Bool

    package init(_ method: HTTPMethod, _ pattern: String, _ audience: Audience, _ work: @escaping Work) {
        self.init([method], pattern, audience, work)
    }

    package init(_ methods: [HTTPMethod], _ pattern: String, _ audience: Audience, _ work: @escaping Work) {
        self.methods = methods
        self.pattern = pattern
        self.audience = audience
        self.work = work
        isForClaiming = pattern.hasSuffix("/claim")
    }
}

/// Everything under one path, answered by somebody else: routes, failures and all.
package struct Mount: Sendable {
    /// Begins and ends with a slash.
    package let prefix: String
    package let respond: @Sendable (HTTPRequest) async -> HTTPResponse

    package init(prefix: String, respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) {
        self.prefix = prefix
        self.respond = respond
    }
}

/// A request on its way through a feature, with what its route captured.
package struct Exchange: Sendable {
    package let installation: Installation
    package let request: HTTPRequest
    package let parameters: [String: String]

    /// The tenant that the path names, by id or by a domain it owns.
    func tenant() async throws(Failure) -> TenantSnapshot {
        let segment = parameters["tenant"] ?? ""
        let found: TenantSnapshot?
        do { found = try await installation.settings.snapshot(named: segment) } catch { throw .storage(error) }
        guard let found else { throw .refused(.tenantUnknown, ["tenant": segment]) }
        return found
    }

    /// The query's parameters; a malformed one is the client's fault.
    func query() throws(Failure) -> Form {
        do { return try Form.parse(Array((request.query ?? "").utf8)) } catch { throw .badField("query", "\(error)") }
    }

    /// The body of an `application/x-www-form-urlencoded` POST.
    func form() throws(Failure) -> Form {
        guard let type = request.field("content-type"),
            ContentType(type)?.mediaType == "application/x-www-form-urlencoded"
        else { throw .badField("Content-Type", "the body must be application/x-www-form-urlencoded") }
        do { return try Form.parse(request.body) } catch { throw .badField("body", "\(error)") }
    }
}
