internal import Directory
internal import HTTP
internal import JSON

/// A row of a list on its way out, with the key that a next page would begin behind.
struct PagedItem<Value: Sendable>: Sendable {
    var key: SkipKey
    var value: Value
}

/// One page of a list, as the wire has it.
struct GraphPage: Sendable {
    var items: [JSONValue]
    var next: SkipKey?
    var count: Int?
}

extension GraphCall {
    /// How many rows one request looks at, whatever it finds: a filter that matches nobody costs no more than this, and
    /// the next link goes on.
    static let scanLimit = 5_000
    private static let chunk = 500

    /// Reads rows from a keyed list until a page is full, looking for those that the query asks for.
    ///
    /// - Parameters:
    ///   - isExact: Every row that comes is asked for already; then no row too many is read.
    ///   - read: Rows behind the key, in order, at most so many; fewer: the list ends.
    ///   - json: The whole object, which filters look at and `$select` takes from.
    func page<Value>(
        of type: GraphType, isExact: Bool = false, count: Int? = nil,
        read: (SkipKey?, Int) async throws(GraphError) -> [PagedItem<Value>],
        json: (Value) async throws(GraphError) -> JSONObject?
    ) async throws(GraphError) -> GraphPage {
        let top = options.top ?? QueryOptions.defaultTop
        var found: [(key: SkipKey, item: JSONValue)] = []
        var last = try skipKey()
        var looked = 0
        var isEnd = false
        while found.count <= top, looked < Self.scanLimit, !isEnd {
            let wanted = isExact ? top + 1 - found.count : max(Self.chunk, top + 1)
            let rows = try await read(last, wanted)
            isEnd = rows.count < wanted
            looked += rows.count
            for row in rows {
                last = row.key
                guard let object = try await json(row.value), isAsked(.object(object)) else { continue }
                found.append((row.key, .object(projected(object, of: type))))
                if found.count > top { break }
            }
        }
        var page = GraphPage(items: found.prefix(top).map(\.item), next: nil, count: count)
        if found.count > top {
            page.next = found[top - 1].key
        } else if !isEnd {
            page.next = last
        }
        return page
    }

    /// A list that is in memory whole, in the order it has; its keys are the objects' ids.
    func page(of type: GraphType, _ objects: [JSONObject]) async throws(GraphError) -> GraphPage {
        let asked = objects.filter { isAsked(.object($0)) }
        let start = try skipKey()
        let rest = start.flatMap { key in
            asked.firstIndex { Self.key($0).id == key.id }.map { asked[($0 + 1)...] }
        }
        // What the key names may be gone: then the list is told from its beginning rather than cut.
        let remaining = rest ?? asked[...]
        let top = options.top ?? QueryOptions.defaultTop
        let shown = remaining.prefix(top)
        return GraphPage(
            items: shown.map { .object(projected($0, of: type)) },
            next: remaining.count > top ? shown.last.map(Self.key) : nil, count: options.counts ? asked.count : nil)
    }

    private static func key(_ object: JSONObject) -> SkipKey {
        SkipKey(id: Array((object["id"]?.string ?? "").utf8.prefix(255)))
    }

    func isAsked(_ object: JSONValue) -> Bool {
        (options.filter?.holds(for: object) ?? true) && (options.search?.holds(for: object) ?? true)
    }

    /// What `$select` names, or the type's defaults; what was expanded stays.
    func projected(_ object: JSONObject, of type: GraphType) -> JSONObject {
        var result = JSONObject()
        for (name, value) in object.members {
            let isShown: Bool
            if let property = type.property(name) {
                isShown = options.select?.contains(name) ?? property.isDefault
            } else {
                isShown = name.hasPrefix("@") || options.expand.contains(name)
            }
            if isShown { result[name] = value }
        }
        return result
    }

    /// The answer of a list.
    func answer(_ page: GraphPage, context fragment: String) -> GraphAnswer {
        var body: JSONObject = ["@odata.context": context(fragment)]
        if let count = page.count { body["@odata.count"] = .integer(Int64(count)) }
        if let next = page.next { body["@odata.nextLink"] = .string(nextLink(next)) }
        body["value"] = .array(page.items)
        return GraphAnswer(status: 200, body: .object(body))
    }

    private func nextLink(_ key: SkipKey) -> String {
        let path = request.segments.map { "/" + PercentEncoding.component($0) }.joined()
        let pairs = (options.repeated + [("$skiptoken", seal(key))]).map { name, value in
            let bare =
                name.hasPrefix("$")
                ? "$" + PercentEncoding.component(String(name.dropFirst())) : PercentEncoding.component(name)
            return "\(bare)=\(PercentEncoding.component(value))"
        }
        return url(path) + "?" + pairs.joined(separator: "&")
    }

    /// The answer of one object.
    func answer(
        _ object: JSONObject, of type: GraphType, context fragment: String, status: Int = 200, etag: String? = nil
    ) -> GraphAnswer {
        var body: JSONObject = ["@odata.context": context(fragment)]
        if let etag { body["@odata.etag"] = .string(etag) }
        for (name, value) in projected(object, of: type).members { body[name] = value }
        return GraphAnswer(status: status, body: .object(body), etag: etag)
    }
}
