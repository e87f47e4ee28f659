internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Pages

/// Turns a failure into the answer that its reader understands, and logs it under the id that both see.
struct FailureResponses {
    let installation: Installation

    func response(
        to failure: Failure, _ request: HTTPRequest, _ audience: Route.Audience, tenant: TenantSnapshot?,
        context: FailureContext = FailureContext()
    ) -> HTTPResponse {
        let presented = failure.presented
        let now = installation.now
        let id = ID<FailureLog>.random(installation.environment.randomBytes).description
        log(presented, id, now, request.path, tenant)
        var response =
            switch audience {
            case .person: page(presented, id, now, request, tenant, context)
            case .client: json(presented, id, now)
            case .bearer: bearer(failure, presented)
            }
        if case .methodNotAllowed(let allowed) = failure { response.set("Allow", allowed.joined(separator: ", ")) }
        if presented.status == 503 || presented.status == 429 { response.set("Retry-After", "30") }
        return response
    }

    private func page(
        _ presented: FailurePresentation, _ id: String, _ now: Date, _ request: HTTPRequest, _ tenant: TenantSnapshot?,
        _ context: FailureContext
    ) -> HTTPResponse {
        let frame = PageFrames(installation: installation).frame(
            for: request, tenant: tenant?.tenant, uiLocales: context.uiLocales)
        return page(presented, id, now, in: frame, actions: context.actions(for: presented.advice, in: frame))
    }

    /// The page of a failure inside a sign-in, under the sign-in's own id, with the ways on that are open.
    func page(
        _ failure: Failure, _ request: HTTPRequest, _ tenant: TenantSnapshot, id: String, in frame: PageFrame,
        actions: [(label: String, url: String)]
    ) -> HTTPResponse {
        let presented = failure.presented
        log(presented, id, installation.now, request.path, tenant)
        return page(presented, id, installation.now, in: frame, actions: actions)
    }

    /// A failure that nobody is shown, since another one is on the page.
    func log(_ failure: Failure, at path: String, in tenant: TenantSnapshot) {
        let id = ID<FailureLog>.random(installation.environment.randomBytes).description
        log(failure.presented, id, installation.now, path, tenant)
    }

    /// Keeps a failure that a page of its own tells of.
    ///
    /// - Parameter id: That it is to be found under; nil: one of its own.
    /// - Returns: What the page shows for the administrator.
    @discardableResult
    func note(
        _ failure: Failure, _ request: HTTPRequest, _ tenant: TenantSnapshot, id: String? = nil
    ) -> LookUp {
        let (presented, now) = (failure.presented, installation.now)
        let id = id ?? ID<FailureLog>.random(installation.environment.randomBytes).description
        log(presented, id, now, request.path, tenant)
        return LookUp(number: presented.number, failureID: id, at: now.iso8601)
    }

    private func log(
        _ presented: FailurePresentation, _ id: String, _ now: Date, _ path: String, _ tenant: TenantSnapshot?
    ) {
        installation.failures.append(
            FailureLog.Entry(
                id: id, at: now, tenant: tenant?.tenant.id.description, path: path, status: presented.status,
                number: presented.number, cause: presented.cause, reasons: presented.reasons))
    }

    private func page(
        _ presented: FailurePresentation, _ id: String, _ now: Date, in frame: PageFrame,
        actions: [(label: String, url: String)]
    ) -> HTTPResponse {
        errorPage(
            ErrorPage(
                status: presented.status, sentence: presented.sentence.text(in: frame),
                advice: presented.advice.rawValue,
                number: presented.number, failureID: id, at: now.iso8601, actions: actions,
                isChosen: presented.isChosen),
            in: frame
        ).response()
    }

    /// RFC 6749 §5.2 with the members that Entra adds and MSAL reads.
    private func json(_ presented: FailurePresentation, _ id: String, _ now: Date) -> HTTPResponse {
        var object = JSONObject()
        object["error"] = .string(presented.code)
        let number = presented.number.map { "AADSTS\($0): " } ?? ""
        object["error_description"] = .string(
            "\(number)\(presented.detail) Trace ID: \(id) Correlation ID: \(id) Timestamp: \(now.iso8601)")
        object["error_codes"] = .array(presented.number.map { [.integer(Int64($0))] } ?? [])
        object["timestamp"] = .string(now.iso8601)
        object["trace_id"] = .string(id)
        object["correlation_id"] = .string(id)
        var response = HTTPResponse.json(JSONWriter.write(.object(object)), status: presented.status)
        response.set("Cache-Control", "no-store")
        if presented.status == 401 { response.set("WWW-Authenticate", "Basic realm=\"vestibule\"") }
        return response
    }

    /// RFC 6750 §3: a request without a token gets no error code.
    private func bearer(_ failure: Failure, _ presented: FailurePresentation) -> HTTPResponse {
        guard case .bearer(let problem) = failure else {
            return HTTPResponse.json(
                JSONWriter.write(["error": .string(presented.code)]), status: presented.status)
        }
        var response = HTTPResponse.json(Array("{}".utf8), status: presented.status)
        response.set("Cache-Control", "no-store")
        let challenge =
            switch problem {
            case .missing: "Bearer"
            case .invalid: "Bearer error=\"invalid_token\", error_description=\"\(presented.detail)\""
            case .insufficientScope(let scope): "Bearer error=\"insufficient_scope\", scope=\"\(scope)\""
            }
        response.set("WWW-Authenticate", challenge)
        return response
    }
}
