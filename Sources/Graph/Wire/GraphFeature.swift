internal import Cryptography
internal import Directory
internal import FoundationEssentials
package import Gateway
internal import HTTP
internal import JSON

/// The management API behind one function: who calls, what for, whether they may, and what comes of it.
package struct GraphFeature: Sendable {
    let installation: Installation
    private let router: Router<GraphOperation>
    private let description: [UInt8]

    package init(_ installation: Installation) {
        self.installation = installation
        var router = Router<GraphOperation>()
        for operation in GraphSurface.operations { router.add(operation.method, operation.path, operation) }
        self.router = router
        description = JSONWriter.write(OpenAPIDocument.document(base: installation.base))
    }

    package var mount: Mount { Mount(prefix: "/graph/", respond: respond) }

    private func respond(to request: HTTPRequest) async -> HTTPResponse {
        if request.path == "/graph/openapi.json", request.method == .get {
            return HTTPResponse.json(description)
        }
        let requestID = ID<GraphFeature>.random(installation.environment.randomBytes).description
        let asked = GraphRequest(request)
        let clientRequestID = asked?.clientRequestID ?? requestID
        var response: HTTPResponse
        do throws(GraphError) {
            guard let asked else { throw .noSuchPath }
            let caller = try await caller(request)
            let answer =
                asked.segments == ["$batch"]
                ? try await batch(asked, by: caller) : try await perform(asked, by: caller)
            response = Self.response(answer)
        } catch {
            log(error, requestID, request.path)
            response = self.response(to: error, requestID, clientRequestID)
        }
        response.set("request-id", requestID)
        response.set("client-request-id", clientRequestID)
        response.set("OData-Version", "4.0")
        response.set("Cache-Control", "no-store")
        return response
    }

    private func caller(_ request: HTTPRequest) async throws(GraphError) -> ManagementCaller {
        let parts = (request.field("authorization") ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .unauthenticated("Access token is empty.")
        }
        do { return try await installation.managementCaller(String(parts[1])) } catch { throw GraphError(error) }
    }

    /// Does one operation; every way in leads through here, a batch's too.
    func perform(_ request: GraphRequest, by caller: ManagementCaller) async throws(GraphError) -> GraphAnswer {
        let operation: GraphOperation
        let parameters: [String: String]
        switch router.match(request.method, request.segments) {
        case .found(let found, let captured): (operation, parameters) = (found, captured)
        case .methodNotAllowed(let allowed): throw .methodNotAllowed(allowed.map(\.rawValue))
        case .notFound: throw .noSuchPath
        }
        guard operation.allowance.admits(caller) else { throw .denied() }
        let isEventual = request.consistencyLevel?.lowercased() == "eventual"
        let options = try QueryOptions(parsing: request.query, for: operation, isEventual: isEventual)
        var body = GraphBody.empty
        if let shape = operation.body {
            guard request.mediaType == "application/json" else {
                throw .badRequest("The body must be JSON, with the Content-Type application/json.")
            }
            body = try GraphBody.read(request.body, as: shape)
        }
        return try await operation.work(
            GraphCall(
                installation: installation, caller: caller, operation: operation, request: request,
                parameters: parameters, options: options, body: body))
    }

    private static func response(_ answer: GraphAnswer) -> HTTPResponse {
        var response: HTTPResponse
        if let text = answer.text {
            response = .text(text, status: answer.status)
        } else if let body = answer.body {
            response = .json(JSONWriter.write(body), status: answer.status)
        } else {
            response = HTTPResponse(status: answer.status)
        }
        if let etag = answer.etag { response.set("ETag", etag) }
        if let location = answer.location { response.set("Location", location) }
        return response
    }

    private func response(to error: GraphError, _ requestID: String, _ clientRequestID: String) -> HTTPResponse {
        let body = error.body(requestID: requestID, clientRequestID: clientRequestID, at: installation.now)
        var response = HTTPResponse.json(JSONWriter.write(body), status: error.wire.status)
        switch error {
        case .unauthenticated: response.set("WWW-Authenticate", "Bearer")
        case .methodNotAllowed(let allowed): response.set("Allow", allowed.joined(separator: ", "))
        case .unavailable, .tooMany: response.set("Retry-After", "30")
        default: break
        }
        return response
    }

    private func log(_ error: GraphError, _ requestID: String, _ path: String) {
        let wire = error.wire
        installation.failures.append(
            FailureLog.Entry(
                id: requestID, at: installation.now, tenant: nil, path: path, status: wire.status,
                cause: wire.cause ?? wire.message))
    }
}
