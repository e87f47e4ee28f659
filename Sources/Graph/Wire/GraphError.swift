internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// Why an operation was not done. What it looks like on the wire is decided in `wire`, nowhere else.
enum GraphError: Error, Sendable {
    /// No token, or one that does not stand.
    case unauthenticated(String)
    /// The permissions, or the person, do not reach so far.
    case denied(String = "Insufficient privileges to complete the operation.")
    /// A rule of the tenant said no, in words that clients look for.
    case forbidden(String)
    /// Nothing lives at this path.
    case noSuchPath
    case methodNotAllowed([String])
    case notFound(String)
    /// The request is not what the resource takes.
    case badRequest(String)
    /// A query that we could parse and do not answer.
    case unsupportedQuery(String)
    /// The object has changed since the caller read it.
    case changedMeanwhile
    /// A rule about another object's state.
    case precondition(String)
    case conflict(String)
    case tooMany(String)
    /// A request of a batch whose predecessor failed.
    case failedDependency
    case unavailable(String)
    /// Our own fault; the text is for the log.
    case fault(String)

    struct Wire {
        var status: Int
        var code: String
        var message: String
        /// For the log, where it says more than the message.
        var cause: String?
    }

    var wire: Wire {
        switch self {
        case .unauthenticated(let why): Wire(status: 401, code: "InvalidAuthenticationToken", message: why)
        case .denied(let why): Wire(status: 403, code: "Authorization_RequestDenied", message: why)
        case .forbidden(let why): Wire(status: 403, code: "Forbidden", message: why)
        case .noSuchPath:
            Wire(status: 404, code: "ResourceNotFound", message: "Resource not found for the segment.")
        case .methodNotAllowed(let allowed):
            Wire(
                status: 405, code: "Request_BadRequest",
                message: "Specified HTTP method is not allowed for the request target. Use "
                    + allowed.joined(separator: " or ") + ".")
        case .notFound(let id):
            Wire(
                status: 404, code: "Request_ResourceNotFound",
                message: "Resource '\(id)' does not exist or one of its queried reference-property objects are not "
                    + "present.")
        case .badRequest(let why): Wire(status: 400, code: "Request_BadRequest", message: why)
        case .unsupportedQuery(let why): Wire(status: 400, code: "Request_UnsupportedQuery", message: why)
        case .changedMeanwhile:
            Wire(
                status: 412, code: "PreconditionFailed",
                message: "The object has changed since it was read: the If-Match header names another version.")
        case .precondition(let why): Wire(status: 412, code: "PreconditionFailed", message: why)
        case .conflict(let why): Wire(status: 409, code: "Request_MultipleObjectsWithSameKeyValue", message: why)
        case .tooMany(let why): Wire(status: 429, code: "TooManyRequests", message: why)
        case .failedDependency:
            Wire(status: 424, code: "FailedDependency", message: "A request that this one depends on has failed.")
        case .unavailable(let cause):
            Wire(
                status: 503, code: "ServiceUnavailable", message: "The service is not available just now. Try again.",
                cause: cause)
        case .fault(let cause):
            Wire(
                status: 500, code: "InternalServerError",
                message: "Something went wrong on our side. The administrator finds it under the request-id.",
                cause: cause)
        }
    }
}

extension GraphError {
    /// The body of an error (Graph's `error` object).
    func body(requestID: String, clientRequestID: String, at now: Date) -> JSONValue {
        let wire = wire
        return [
            "error": [
                "code": .string(wire.code), "message": .string(wire.message),
                "innerError": [
                    "date": .string(String(now.iso8601.prefix(19))), "request-id": .string(requestID),
                    "client-request-id": .string(clientRequestID),
                ],
            ]
        ]
    }

    init(_ failure: Failure) {
        self =
            switch failure {
            case .bearer(.missing): .unauthenticated("Access token is empty.")
            case .bearer(.invalid(let why)): .unauthenticated("Access token validation failure: \(why).")
            case .bearer(.insufficientScope): .denied()
            case .storage(let error): GraphError(error)
            case .notClaimed: .unavailable("the installation has no administrator yet")
            default: .fault("\(failure)")
            }
    }

    init(_ error: StorageError) {
        self =
            switch error {
            case .notApplied: .conflict("Somebody else changed the same object at the same time. Try again.")
            case .conflict(let constraint):
                .conflict(
                    "Another object with the same value for a property that must be unique exists (\(constraint)).")
            case .diskFull, .locked, .unavailable, .closed: .unavailable("\(error)")
            case .refused, .corrupted, .unreadable, .newerSchema, .inUse, .faulty: .fault("\(error)")
            }
    }
}

/// Runs storage work and carries its failure over.
func storing<Value>(_ work: () async throws(StorageError) -> Value) async throws(GraphError) -> Value {
    do { return try await work() } catch { throw GraphError(error) }
}
