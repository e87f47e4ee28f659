internal import Directory
internal import FoundationEssentials
internal import JSON

/// A body whose members are all known, of the right kind and within their limits: nothing else can be assigned.
struct GraphBody: Sendable {
    private let members: JSONObject

    static let empty = GraphBody(JSONObject())

    private init(_ members: JSONObject) { self.members = members }

    /// - Throws: ``GraphError/badRequest(_:)`` that names the member.
    static func read(_ bytes: [UInt8], as shape: BodyShape) throws(GraphError) -> GraphBody {
        let value: JSONValue
        do { value = try JSONReader.read(bytes) } catch {
            throw .badRequest("Unable to read JSON request payload: \(error).")
        }
        guard case .object(let object) = value else { throw .badRequest("The body must be a JSON object.") }
        return GraphBody(try read(object, as: shape.type, for: shape.use, at: ""))
    }

    private static func read(
        _ object: JSONObject, as type: GraphType, for use: BodyShape.Use, at path: String
    ) throws(GraphError) -> JSONObject {
        var result = JSONObject()
        for (name, value) in object.members {
            // Annotations of OData, such as @odata.type, say nothing that we do not know.
            if name.contains("@odata."), !name.hasSuffix("@odata.bind"), name != "@odata.id" { continue }
            guard let property = type.property(name) else {
                throw .badRequest("Invalid property '\(path)\(shortened(name))' of \(type.name).")
            }
            guard property.writing(use) != .no else {
                throw .badRequest("Property '\(path)\(name)' is read-only and cannot be set.")
            }
            if value.isNull {
                guard property.isNullable else { throw .badRequest("Property '\(path)\(name)' cannot be null.") }
                result[name] = .null
            } else {
                result[name] = try read(value, as: property.kind, for: use, at: path + name)
            }
        }
        for property in type.properties where property.writing(use) == .required {
            guard let value = result[property.name], !value.isNull else {
                throw .badRequest("A value is required for property '\(path)\(property.name)' of \(type.name).")
            }
        }
        return result
    }

    private static func read(
        _ value: JSONValue, as kind: GraphValueKind, for use: BodyShape.Use, at path: String
    ) throws(GraphError) -> JSONValue {
        func refused(_ what: String) -> GraphError {
            .badRequest("Invalid value for property '\(path)': it must be \(what).")
        }
        switch (kind, value) {
        case (.string(let limit), .string(let text)):
            guard text.utf8.count <= limit else { throw refused("at most \(limit) octets long") }
            guard !text.unicodeScalars.contains(where: { $0.value == 0 }) else { throw refused("without NUL") }
        case (.guid, .string(let text)):
            guard ID<Tenant>(text) != nil else { throw refused("a GUID") }
        case (.boolean, .bool): break
        case (.integer(let range), .integer(let number)):
            guard range.contains(number) else { throw refused("from \(range.lowerBound) to \(range.upperBound)") }
        case (.dateTime, .string(let text)):
            guard GraphTime.parse(text) != nil else { throw refused("a time such as 2026-11-21T13:00:00Z") }
        case (.choice(let accepted), .string(let text)):
            guard accepted.contains(text) else { throw refused("one of \(accepted.joined(separator: ", "))") }
        case (.complex(let type), .object(let object)):
            return .object(try read(object, as: type, for: use, at: path + "/"))
        case (.list(let element, let limit), .array(let elements)):
            guard elements.count <= limit else { throw refused("a list of at most \(limit)") }
            var list: [JSONValue] = []
            for (number, value) in elements.enumerated() {
                list.append(try read(value, as: element, for: use, at: "\(path)[\(number)]"))
            }
            return .array(list)
        default: throw refused(kind.described)
        }
        return value
    }

    private static func shortened(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(64)))
    }

    // MARK: What was given

    var isEmpty: Bool { members.isEmpty }
    var names: [String] { members.names }

    /// Whether the member is there, null or not.
    func has(_ name: String) -> Bool { members[name] != nil }

    func string(_ name: String) -> String? { members[name]?.string }
    func flag(_ name: String) -> Bool? { members[name]?.bool }
    func strings(_ name: String) -> [String]? { members[name]?.strings }
    func integer(_ name: String) -> Int64? { members[name]?.integer }

    func time(_ name: String) -> Date? { members[name]?.string.flatMap(GraphTime.parse) }

    func object(_ name: String) -> GraphBody? { members[name]?.object.map { GraphBody($0) } }

    func objects(_ name: String) -> [GraphBody]? {
        guard case .array(let elements)? = members[name] else { return nil }
        return elements.compactMap { $0.object.map { GraphBody($0) } }
    }

    /// Takes the member over where it is there; null empties it.
    func assign(_ name: String, to value: inout String?) {
        if has(name) { value = string(name).flatMap { $0.isEmpty ? nil : $0 } }
    }
}

extension GraphValueKind {
    /// For a sentence.
    var described: String {
        switch self {
        case .string: "a string"
        case .guid: "a GUID as a string"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .dateTime: "a time as a string"
        case .choice: "a string"
        case .complex: "an object"
        case .list: "a list"
        }
    }
}

/// Times as Graph writes them: `2026-11-21T13:00:00Z`.
enum GraphTime {
    static func parse(_ text: String) -> Date? {
        guard text.utf8.count <= 40 else { return nil }
        if let date = try? Date(text, strategy: .iso8601) { return bounded(date) }
        return (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))).flatMap(bounded)
    }

    /// What fits the database and every reader: the years 1 to 9999.
    private static func bounded(_ date: Date) -> Date? {
        (-62_135_596_800...253_402_300_799).contains(date.timeIntervalSince1970) ? date : nil
    }

    static func json(_ date: Date?) -> JSONValue { date.map { .string($0.iso8601) } ?? .null }
}
