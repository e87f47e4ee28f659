/// The patterns of a ``Router`` as a tree, with handlers by number: not generic, so that it is compiled once and well.
struct RouteTable: Sendable {
    enum Match {
        case found(Int, parameters: [String: String])
        case methodNotAllowed([HTTPMethod])
        case notFound
    }

    private struct Endpoint {
        let handler: Int
        let names: [String]
    }

    private struct Node {
        /// Looked through one by one: a path has few continuations, and short strings compare as two words.
        var literals: [(segment: String, node: Int)] = []
        var parameter: Int?
        /// By ``HTTPMethod/index``.
        var endpoints = [Endpoint?](repeating: nil, count: HTTPMethod.allCases.count)

        func literal(_ segment: String) -> Int? {
            for literal in literals where literal.segment.hasSameBytes(as: segment) { return literal.node }
            return nil
        }
    }

    private var nodes: [Node] = [Node()]

    mutating func add(_ methods: [HTTPMethod], _ pattern: String, _ handler: Int) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash: \(pattern)")
        var names: [String] = []
        var node = 0
        let segments = pattern == "/" ? [] : pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        precondition(segments.count < Self.maximumDepth, "a pattern is not so deep: \(pattern)")
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
                node =
                    nodes[node].literal(literal)
                    ?? addNode { nodes, new in nodes[node].literals.append((literal, new)) }
            }
        }
        for method in methods {
            precondition(nodes[node].endpoints[method.index] == nil, "served twice: \(method) \(pattern)")
            nodes[node].endpoints[method.index] = Endpoint(handler: handler, names: names)
        }
    }

    private mutating func addNode(_ link: (inout [Node], Int) -> Void) -> Int {
        nodes.append(Node())
        link(&nodes, nodes.count - 1)
        return nodes.count - 1
    }

    // MARK: Search

    private static let maximumDepth = 64

    private struct Search {
        let method: HTTPMethod
        let segments: [String]
        /// A bit for each segment that a parameter took on the way.
        var taken: UInt64 = 0
        /// A bit for each method that some pattern of this path serves.
        var allowed: UInt8 = 0
    }

    func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
        guard segments.count < Self.maximumDepth else { return .notFound }
        var search = Search(method: method, segments: segments)
        if let node = visit(0, depth: 0, &search), let endpoint = endpoint(at: node, for: method) {
            var parameters = [String: String](minimumCapacity: endpoint.names.count)
            var taken = search.taken
            for name in endpoint.names {
                parameters[name] = segments[taken.trailingZeroBitCount]
                taken &= taken - 1
            }
            return .found(endpoint.handler, parameters: parameters)
        }
        let allowed = HTTPMethod.allCases.filter { search.allowed >> UInt8($0.index) & 1 == 1 }
        return allowed.isEmpty ? .notFound : .methodNotAllowed(allowed)
    }

    /// HEAD is GET without the content (RFC 9110 §9.3.2).
    private func endpoint(at node: Int, for method: HTTPMethod) -> Endpoint? {
        nodes[node].endpoints[method.index] ?? (method == .head ? nodes[node].endpoints[HTTPMethod.get.index] : nil)
    }

    /// Depth first, the literal branch before the parameter's. Each node is visited at most once, so a path costs at
    /// most the number of patterns.
    private func visit(_ node: Int, depth: Int, _ search: inout Search) -> Int? {
        if depth == search.segments.count {
            if endpoint(at: node, for: search.method) != nil { return node }
            for method in HTTPMethod.allCases where endpoint(at: node, for: method) != nil {
                search.allowed |= 1 << UInt8(method.index)
            }
            return nil
        }
        let segment = search.segments[depth]
        if let next = nodes[node].literal(segment), let found = visit(next, depth: depth + 1, &search) { return found }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        search.taken |= 1 << UInt64(depth)
        if let found = visit(next, depth: depth + 1, &search) { return found }
        search.taken &= ~(1 << UInt64(depth))
        return nil
    }
}
