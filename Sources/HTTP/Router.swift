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

    fileprivate struct Endpoint {
        let handler: Handler
        let names: [String]
    }

    fileprivate struct Node {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var endpoints: [HTTPMethod: Endpoint] = [:]
    }

    private var nodes: [Node] = [Node()]

    package init() {}

    /// Traps on a pattern that is no path and on a second handler for the same method and place: routes are written in
    /// the source, so either is a slip that the first start shows.
    package mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        add([method], pattern, handler)
    }

    package mutating func add(_ methods: [HTTPMethod], _ pattern: String, _ handler: Handler) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash: \(pattern)")
        var names: [String] = []
        var node = 0
        let segments = pattern == "/" ? [] : pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for segment in segments {
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                let name = String(segment.dropFirst().dropLast())
                precondition(
                    !name.isEmpty && !names.contains(name), "a parameter without a name of its own: \(pattern)")
                names.append(name)
                node = nodes[node].parameter ?? addNode { nodes, new in nodes[node].parameter = new }
            } else {
                precondition(
                    !segment.contains("{") && !segment.contains("}"), "a parameter is a whole segment: \(pattern)")
                let literal = String(segment)
                node = nodes[node].literals[literal] ?? addNode { nodes, new in nodes[node].literals[literal] = new }
            }
        }
        for method in methods {
            precondition(nodes[node].endpoints[method] == nil, "served twice: \(method) \(pattern)")
            nodes[node].endpoints[method] = Endpoint(handler: handler, names: names)
        }
    }

    private mutating func addNode(_ link: (inout [Node], Int) -> Void) -> Int {
        nodes.append(Node())
        link(&nodes, nodes.count - 1)
        return nodes.count - 1
    }

    /// - Parameter segments: ``HTTPRequest/pathSegments``.
    package func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
        var search = Search(method: method, segments: segments)
        visit(0, depth: 0, &search)
        if let endpoint = search.endpoint {
            var parameters: [String: String] = [:]
            for (name, position) in zip(endpoint.names, search.positions) { parameters[name] = segments[position] }
            return .found(endpoint.handler, parameters: parameters)
        }
        return search.allowed.isEmpty
            ? .notFound : .methodNotAllowed(HTTPMethod.allCases.filter(search.allowed.contains))
    }

    private struct Search {
        let method: HTTPMethod
        let segments: [String]
        var endpoint: Endpoint?
        /// Which segments the parameters on the way took.
        var positions: [Int] = []
        var allowed: Set<HTTPMethod> = []
    }

    /// Depth first, the literal branch before the parameter's. Each node is visited at most once, so a path costs at
    /// most the number of patterns.
    private func visit(_ node: Int, depth: Int, _ search: inout Search) {
        if depth == search.segments.count {
            let endpoints = nodes[node].endpoints
            // HEAD is GET without the content (RFC 9110 §9.3.2).
            search.endpoint = endpoints[search.method] ?? (search.method == .head ? endpoints[.get] : nil)
            if search.endpoint == nil {
                search.allowed.formUnion(endpoints.keys)
                if endpoints[.get] != nil { search.allowed.insert(.head) }
            }
            return
        }
        let segment = search.segments[depth]
        if let next = nodes[node].literals[segment] {
            visit(next, depth: depth + 1, &search)
            if search.endpoint != nil { return }
        }
        if let next = nodes[node].parameter, !segment.isEmpty {
            search.positions.append(depth)
            visit(next, depth: depth + 1, &search)
            if search.endpoint == nil { search.positions.removeLast() }
        }
    }
}

extension Router: Sendable where Handler: Sendable {}
extension Router.Match: Sendable where Handler: Sendable {}
extension Router.Endpoint: Sendable where Handler: Sendable {}
extension Router.Node: Sendable where Handler: Sendable {}
