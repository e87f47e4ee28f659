internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import HTTP
internal import JSON

/// JSON batching, as Graph has it: at most twenty requests, in the order that `dependsOn` leaves, one after the other. A
/// request whose predecessor failed is not done (424). Each is a request like any other: the caller's permissions are
/// asked for each.
extension GraphFeature {
    private static let limit = 20

    private struct Item {
        var id: String
        var dependsOn: [String]
        var request: GraphRequest
    }

    func batch(_ request: GraphRequest, by caller: ManagementCaller) async throws(GraphError) -> GraphAnswer {
        guard request.method == .post else { throw .methodNotAllowed(["POST"]) }
        guard request.mediaType == "application/json", let value = try? JSONReader.read(request.body),
            case .array(let elements)? = value["requests"]
        else { throw .badRequest("A batch is a JSON object with a list 'requests'.") }
        guard elements.count <= Self.limit else {
            throw .badRequest("The number of requests in a batch must not be greater than \(Self.limit).")
        }
        var waiting: [Item] = []
        for element in elements {
            let item = try Self.item(element)
            guard !waiting.contains(where: { $0.id == item.id }) else {
                throw .badRequest("The request id '\(item.id)' occurs twice.")
            }
            waiting.append(item)
        }
        var done: [String: Int] = [:]
        var answers: [JSONValue] = []
        while !waiting.isEmpty {
            guard let position = waiting.firstIndex(where: { $0.dependsOn.allSatisfy { done[$0] != nil } }) else {
                throw .badRequest("'dependsOn' names a request that is not there, or leads in a circle.")
            }
            let item = waiting.remove(at: position)
            let hasFailed = item.dependsOn.contains { (done[$0] ?? 500) >= 400 }
            let (status, answer) = await answer(item, hasFailed, by: caller)
            done[item.id] = status
            answers.append(answer)
        }
        return GraphAnswer(status: 200, body: ["responses": .array(answers)])
    }

    private static func item(_ element: JSONValue) throws(GraphError) -> Item {
        guard let id = element["id"]?.string, (1...64).contains(id.utf8.count),
            let method = element["method"]?.string.flatMap({ HTTPMethod(rawValue: $0.uppercased()) }),
            let url = element["url"]?.string
        else { throw .badRequest("Each request of a batch needs 'id', 'method' and 'url'.") }
        var fields: [String: String] = [:]
        for (name, value) in element["headers"]?.object?.members ?? [] {
            if let value = value.string { fields[name.lowercased()] = value }
        }
        var body: [UInt8] = []
        if let value = element["body"] {
            body = JSONWriter.write(value)
            fields["content-type"] = fields["content-type"] ?? "application/json"
        }
        let target = "/graph/v1.0" + (url.hasPrefix("/") ? url : "/" + url)
        guard let parsed = try? HTTPRequest(parsing: method, target) else {
            throw .badRequest("The URL of the request '\(id)' is malformed.")
        }
        let request = GraphRequest(
            method: method, segments: Array(parsed.pathSegments.dropFirst(GraphRequest.prefix.count)),
            query: parsed.query, body: body, fields: fields)
        return Item(id: id, dependsOn: element["dependsOn"]?.strings ?? [], request: request)
    }

    private func answer(
        _ item: Item, _ hasFailed: Bool, by caller: ManagementCaller
    ) async -> (status: Int, answer: JSONValue) {
        var object: JSONObject = ["id": .string(item.id)]
        var fields = JSONObject()
        let status: Int
        var body: JSONValue?
        do throws(GraphError) {
            guard !hasFailed else { throw .failedDependency }
            let answer = try await perform(item.request, by: caller)
            status = answer.status
            body = answer.body ?? answer.text.map { .string($0) }
            if let etag = answer.etag { fields["ETag"] = .string(etag) }
            if let location = answer.location { fields["Location"] = .string(location) }
        } catch {
            status = error.wire.status
            let id = ID<GraphFeature>.random(installation.environment.randomBytes).description
            body = error.body(
                requestID: id, clientRequestID: item.request.clientRequestID ?? id, at: installation.now)
            if status >= 500 {
                installation.failures.append(
                    FailureLog.Entry(
                        id: id, at: installation.now, tenant: nil, path: "/graph/v1.0/$batch", status: status,
                        cause: error.wire.cause ?? error.wire.message))
            }
        }
        object["status"] = .integer(Int64(status))
        if body != nil { fields["Content-Type"] = "application/json" }
        object["headers"] = .object(fields)
        if let body { object["body"] = body }
        return (status, .object(object))
    }
}
