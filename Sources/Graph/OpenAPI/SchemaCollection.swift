internal import JSON

/// The schemas of the document, each once: what a type answers, and what it takes.
struct SchemaCollection {
    private(set) var schemas = JSONObject()

    private static let prefix = "#/components/schemas/"

    /// What is answered: `$select` leaves members out, so none is required.
    mutating func reference(to type: GraphType) -> JSONValue {
        let name =
            "microsoft.graph.\(type.name)"
            + (type.properties.contains { $0.name == "deletedDateTime" } ? ".deleted" : "")
        if schemas[name] == nil {
            schemas[name] = .object(JSONObject())
            schemas[name] = answered(type)
        }
        return ["$ref": .string(Self.prefix + name)]
    }

    mutating func collection(of type: GraphType) -> JSONValue {
        [
            "type": "object", "required": ["value"],
            "properties": [
                "@odata.context": ["type": "string"], "@odata.count": ["type": "integer"],
                "@odata.nextLink": ["type": "string"],
                "value": ["type": "array", "items": reference(to: type)],
            ],
        ]
    }

    /// What is taken: nothing beyond what can be written.
    mutating func reference(to body: BodyShape) -> JSONValue {
        let name = "microsoft.graph.\(body.type.name).\(body.use)"
        if schemas[name] == nil {
            schemas[name] = .object(JSONObject())
            schemas[name] = taken(body.type, body.use)
        }
        return ["$ref": .string(Self.prefix + name)]
    }

    private mutating func answered(_ type: GraphType) -> JSONValue {
        var properties = JSONObject()
        for property in type.properties {
            properties[property.name] = Self.schema(property.kind, isNullable: property.isNullable) {
                reference(to: $0)
            }
        }
        return ["type": "object", "properties": .object(properties)]
    }

    private mutating func taken(_ type: GraphType, _ use: BodyShape.Use) -> JSONValue {
        var properties = JSONObject()
        var required: [JSONValue] = []
        for property in type.properties where property.writing(use) != .no {
            let isRequired = property.writing(use) == .required
            properties[property.name] = Self.schema(property.kind, isNullable: property.isNullable && !isRequired) {
                reference(to: BodyShape(type: $0, use: use))
            }
            if isRequired { required.append(.string(property.name)) }
        }
        var object: JSONObject = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
        ]
        if !required.isEmpty { object["required"] = .array(required) }
        return .object(object)
    }

    private static func schema(
        _ kind: GraphValueKind, isNullable: Bool, complex: (GraphType) -> JSONValue
    ) -> JSONValue {
        var object: JSONObject
        switch kind {
        case .string(let limit): object = ["type": "string", "maxLength": .integer(Int64(limit))]
        case .guid: object = ["type": "string", "format": "uuid"]
        case .boolean: object = ["type": "boolean"]
        case .integer(let range):
            object = ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .dateTime: object = ["type": "string", "format": "date-time"]
        case .choice(let values):
            var choices: [JSONValue] = values.map { .string($0) }
            if isNullable { choices.append(.null) }
            object = ["type": "string", "enum": .array(choices)]
        case .complex(let type):
            guard isNullable else { return complex(type) }
            return ["allOf": [complex(type)], "nullable": true]
        case .list(let element, let limit):
            object = [
                "type": "array", "maxItems": .integer(Int64(limit)),
                "items": schema(element, isNullable: false, complex: complex),
            ]
        }
        if isNullable { object["nullable"] = true }
        return .object(object)
    }

    // MARK: What every operation shares

    mutating func addErrors() {
        schemas["microsoft.graph.ODataErrors.ODataError"] = [
            "type": "object", "required": ["error"],
            "properties": [
                "error": [
                    "type": "object", "required": ["code", "message", "innerError"],
                    "properties": [
                        "code": ["type": "string"], "message": ["type": "string"],
                        "innerError": [
                            "type": "object", "required": ["date", "request-id", "client-request-id"],
                            "properties": [
                                "date": ["type": "string"], "request-id": ["type": "string"],
                                "client-request-id": ["type": "string"],
                            ],
                        ],
                    ],
                ]
            ],
        ]
    }

    mutating func addBatch() {
        schemas["batchRequest"] = [
            "type": "object", "required": ["requests"],
            "properties": [
                "requests": [
                    "type": "array", "maxItems": 20,
                    "items": [
                        "type": "object", "required": ["id", "method", "url"],
                        "properties": [
                            "id": ["type": "string", "minLength": 1, "maxLength": 64],
                            "method": ["type": "string", "enum": ["GET", "POST", "PATCH", "PUT", "DELETE"]],
                            "url": ["type": "string"], "headers": ["type": "object"], "body": ["type": "object"],
                            "dependsOn": ["type": "array", "items": ["type": "string"]],
                        ],
                    ],
                ]
            ],
        ]
        schemas["batchResponse"] = [
            "type": "object", "required": ["responses"],
            "properties": [
                "responses": [
                    "type": "array",
                    "items": [
                        "type": "object", "required": ["id", "status"],
                        "properties": [
                            "id": ["type": "string"], "status": ["type": "integer"], "headers": ["type": "object"],
                        ],
                    ],
                ]
            ],
        ]
    }
}
