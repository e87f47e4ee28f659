/// Finds what serves a method and a path.
///
/// A pattern is a path whose segments are literal or, in braces, parameters: `/{tenant}/oauth2/v2.0/token`. A literal
/// beats a parameter at the first segment where two patterns differ, whatever order they were added in; a parameter
/// takes one segment that is not empty.
package struct Router<Handler> {
    package enum Match {
        case found(Handler, parameters: [String: String])
        /// The path is served for these methods (RFC 9110 §15.5.6: they go into Allow).
        case methodNotAllowed([HTTPMethod])
        case notFound
    }

    private var table = RouteTable()
    private var handlers: [Handler] = []

    package init() {}

    /// Traps on a pattern that is no path and on a second handler for the same method and place: routes are written in
    /// the source, so either is a slip that the first start shows.
    package mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        add([method], pattern, handler)
    }

    package mutating func add(_ methods: [HTTPMethod], _ pattern: String, _ handler: Handler) {
        table.add(methods, pattern, handlers.count)
        handlers.append(handler)
    }

    /// - Parameter segments: ``HTTPRequest/pathSegments``.
    package func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
        switch table.match(method, segments) {
        case .found(let handler, let parameters): .found(handlers[handler], parameters: parameters)
        case .methodNotAllowed(let methods): .methodNotAllowed(methods)
        case .notFound: .notFound
        }
    }
}

extension Router: Sendable where Handler: Sendable {}
extension Router.Match: Sendable where Handler: Sendable {}
