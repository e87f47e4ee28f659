internal import Directory
internal import HTTP
internal import JSON

/// `/graph/openapi.json`: OpenAPI 3.0 of exactly what exists, made of the same list as the routes. A test of the whole API
/// needs nothing else.
enum OpenAPIDocument {
    static func document(base: String) -> JSONValue {
        var schemas = SchemaCollection()
        schemas.addErrors()
        var paths = JSONObject()
        for operation in GraphSurface.operations {
            var path = paths[operation.path]?.object ?? JSONObject()
            if path.isEmpty {
                let names = operation.pathParameters
                if !names.isEmpty { path["parameters"] = .array(names.map(pathParameter)) }
            }
            path[operation.method.rawValue.lowercased()] = self.operation(operation, &schemas)
            paths[operation.path] = .object(path)
        }
        paths["/$batch"] = batch(&schemas)
        return [
            "openapi": "3.0.3",
            "info": [
                "title": "Vestibule Graph", "version": "v1.0",
                "description": "The management API, in the shapes of Microsoft Graph v1.0.",
            ],
            "servers": [["url": .string(base + "/graph/v1.0")]],
            "security": [["bearer": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]
                ],
                "schemas": .object(schemas.schemas),
            ],
        ]
    }

    private static func pathParameter(_ name: String) -> JSONValue {
        [
            "name": .string(name), "in": "path", "required": true,
            "schema": ["type": "string", "minLength": 1, "maxLength": 256],
        ]
    }

    private static func operation(_ operation: GraphOperation, _ schemas: inout SchemaCollection) -> JSONValue {
        var object: JSONObject = [
            "operationId": .string(operation.name), "summary": .string(operation.summary),
            "tags": [.string(String(operation.name.prefix { $0 != "." }))],
            "x-ms-permissions": [
                "application": .array(operation.allowance.applications.map { .string($0.rawValue) }),
                "delegatedWork": .array(operation.allowance.delegated.map { .string($0.rawValue) }),
                "people": .string(operation.allowance.people.sentence),
            ],
        ]
        let parameters = parameters(of: operation)
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body = operation.body {
            object["requestBody"] = [
                "required": true,
                "content": ["application/json": ["schema": schemas.reference(to: body)]],
            ]
        }
        object["responses"] = .object(responses(of: operation, &schemas))
        return .object(object)
    }

    private static func parameters(of operation: GraphOperation) -> [JSONValue] {
        var list: [JSONValue] = []
        let type = operation.answeredType
        for (option, name) in QuerySupport.names where operation.query.contains(option) {
            let schema: JSONValue =
                switch option {
                case .top: ["type": "integer", "minimum": 1, "maximum": .integer(Int64(QueryOptions.maximumTop))]
                case .count: ["type": "boolean"]
                case .select, .expand:
                    [
                        "type": "array", "uniqueItems": true, "minItems": 1,
                        "items": [
                            "type": "string",
                            "enum": .array(
                                (option == .select ? type?.properties.map(\.name) ?? [] : type?.navigations ?? []).map {
                                    .string($0)
                                }),
                        ],
                    ]
                default: ["type": "string", "minLength": 1, "maxLength": 512]
                }
            var parameter: JSONObject = ["name": .string(name), "in": "query", "required": false, "schema": schema]
            if option == .select || option == .expand {
                parameter["style"] = "form"
                parameter["explode"] = false
            }
            list.append(.object(parameter))
        }
        if operation.query.contains(.count) || operation.query.contains(.search) {
            list.append([
                "name": "ConsistencyLevel", "in": "header", "required": false,
                "schema": ["type": "string", "enum": ["eventual"]],
            ])
        }
        if operation.method == .patch || operation.method == .delete {
            list.append([
                "name": "If-Match", "in": "header", "required": false,
                "schema": ["type": "string", "pattern": "^(\\*|W/\"[0-9a-f]{1,16}\")$"],
            ])
        }
        return list
    }

    private static func responses(of operation: GraphOperation, _ schemas: inout SchemaCollection) -> JSONObject {
        var responses = JSONObject()
        func json(_ schema: JSONValue, _ what: String) -> JSONValue {
            ["description": .string(what), "content": ["application/json": ["schema": schema]]]
        }
        switch operation.answer {
        case .entity(let type, let status), .object(let type, let status):
            responses["\(status)"] = json(schemas.reference(to: type), "The \(type.name)")
        case .collection(let type):
            responses["200"] = json(schemas.collection(of: type), "A page of the list")
        case .nothing: responses["204"] = ["description": "Done"]
        case .count(_):
            responses["200"] = [
                "description": "How many",
                "content": ["text/plain": ["schema": ["type": "string", "pattern": "^[0-9]+$"]]],
            ]
        }
        let error: JSONValue = ["$ref": "#/components/schemas/microsoft.graph.ODataErrors.ODataError"]
        for (status, what) in errors { responses[status] = json(error, what) }
        // What the server refuses before anybody reads it as a call, such as a path with a control character.
        responses["400"] = [
            "description": "The request is not what the resource takes",
            "content": ["application/json": ["schema": error], "text/plain": ["schema": ["type": "string"]]],
        ]
        return responses
    }

    private static let errors = [
        ("401", "No token that stands"),
        ("403", "The permissions or the person do not reach so far"), ("404", "There is no such object"),
        ("409", "Another object is in the way"), ("412", "The object has changed meanwhile"),
        ("429", "Too often"), ("503", "Not just now"),
    ]

    private static func batch(_ schemas: inout SchemaCollection) -> JSONValue {
        schemas.addBatch()
        return [
            "post": [
                "operationId": "batch.post", "summary": "Do up to twenty operations", "tags": ["batch"],
                "requestBody": [
                    "required": true,
                    "content": ["application/json": ["schema": ["$ref": "#/components/schemas/batchRequest"]]],
                ],
                "responses": [
                    "200": [
                        "description": "An answer for each",
                        "content": ["application/json": ["schema": ["$ref": "#/components/schemas/batchResponse"]]],
                    ],
                    "400": [
                        "description": "Not a batch",
                        "content": [
                            "application/json": [
                                "schema": ["$ref": "#/components/schemas/microsoft.graph.ODataErrors.ODataError"]
                            ]
                        ],
                    ],
                    "401": [
                        "description": "No token that stands",
                        "content": [
                            "application/json": [
                                "schema": ["$ref": "#/components/schemas/microsoft.graph.ODataErrors.ODataError"]
                            ]
                        ],
                    ],
                ],
            ]
        ]
    }
}

extension GraphOperation {
    /// The names in braces.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}
