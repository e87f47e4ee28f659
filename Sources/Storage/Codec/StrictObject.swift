internal import Directory
internal import FoundationEssentials
internal import JSON

/// Why a settings object, or another JSON value of ours, is not one.
package struct SettingsFormatError: Error, Hashable, CustomStringConvertible {
    /// Where, as in `applications.scopes[2].value`.
    package let path: String
    /// A clause that follows the path: `is missing`, `is not known`, …
    package let problem: String

    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String { "\"\(path)\" \(problem)" }
}

/// Reads an object member by member, and at the end names a member that nobody asked for.
struct StrictObject {
    private let object: JSONObject
    private let path: String
    private var asked: [String] = []

    init(_ value: JSONValue, at path: String) throws(SettingsFormatError) {
        guard case .object(let object) = value else {
            throw SettingsFormatError(path: path, problem: "must be an object, not \(value.kind)")
        }
        self.object = object
        self.path = path
    }

    /// The last call: every member must have been asked for.
    func finish() throws(SettingsFormatError) {
        if let name = object.names.first(where: { !asked.contains($0) }) { throw problem(name, "is not known") }
    }

    func problem(_ name: String, _ problem: String) -> SettingsFormatError {
        SettingsFormatError(path: "\(path).\(name)", problem: problem)
    }

    /// The member, unless it is missing or null.
    private mutating func optional<Value>(
        _ name: String, _ what: String, _ read: (JSONValue) -> Value?
    ) throws(SettingsFormatError) -> Value? {
        asked.append(name)
        guard let value = object[name], !value.isNull else { return nil }
        guard let result = read(value) else { throw problem(name, "must be \(what), not \(value.kind)") }
        return result
    }

    private func required<Value>(_ name: String, _ value: Value?) throws(SettingsFormatError) -> Value {
        guard let value else { throw problem(name, "is missing") }
        return value
    }

    /// The version of the format, first in every stored object.
    mutating func version(upTo known: Int64) throws(SettingsFormatError) {
        let version = try required("version", optional("version", "a number", \.integer))
        guard (1...known).contains(version) else {
            throw problem("version", "is \(version); this program knows versions up to \(known)")
        }
    }

    mutating func string(_ name: String) throws(SettingsFormatError) -> String {
        try required(name, stringOrNil(name))
    }

    mutating func stringOrNil(_ name: String) throws(SettingsFormatError) -> String? {
        try optional(name, "a string", \.string)
    }

    mutating func integerOrNil(_ name: String) throws(SettingsFormatError) -> Int? {
        try optional(name, "a whole number") { $0.integer.map { Int($0) } }
    }

    mutating func timeOrNil(_ name: String) throws(SettingsFormatError) -> Date? {
        try optional(name, "a time in milliseconds") { $0.integer.map { Date(milliseconds: $0) } }
    }

    mutating func time(_ name: String) throws(SettingsFormatError) -> Date { try required(name, timeOrNil(name)) }

    mutating func boolOrNil(_ name: String) throws(SettingsFormatError) -> Bool? {
        try optional(name, "true or false", \.bool)
    }

    mutating func strings(_ name: String) throws(SettingsFormatError) -> [String] {
        try optional(name, "an array of strings", \.strings) ?? []
    }

    mutating func stringsOrNil(_ name: String) throws(SettingsFormatError) -> [String]? {
        try optional(name, "an array of strings", \.strings)
    }

    /// A string that a type is made from; `what` names the type.
    mutating func parsed<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(SettingsFormatError) -> Value {
        try required(name, parsedOrNil(name, what))
    }

    mutating func parsedOrNil<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(SettingsFormatError) -> Value? {
        guard let text = try stringOrNil(name) else { return nil }
        guard let value = Value(text) else { throw problem(name, "is \"\(text)\", which is not \(what)") }
        return value
    }

    mutating func parsedList<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(SettingsFormatError) -> [Value] {
        var values: [Value] = []
        for text in try strings(name) {
            guard let value = Value(text) else { throw problem(name, "has \"\(text)\", which is not \(what)") }
            values.append(value)
        }
        return values
    }

    mutating func parsedListOrNil<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(SettingsFormatError) -> [Value]? {
        guard let texts = try stringsOrNil(name) else { return nil }
        var values: [Value] = []
        for text in texts {
            guard let value = Value(text) else { throw problem(name, "has \"\(text)\", which is not \(what)") }
            values.append(value)
        }
        return values
    }

    mutating func id<Subject>(_ name: String) throws(SettingsFormatError) -> ID<Subject> { try parsed(name, "an id") }

    mutating func idOrNil<Subject>(_ name: String) throws(SettingsFormatError) -> ID<Subject>? {
        try parsedOrNil(name, "an id")
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(SettingsFormatError) -> Choice {
        let text = try string(name)
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem(name, "is \"\(text)\", not one of \(known)")
        }
        return choice
    }

    mutating func choiceOrNil<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(SettingsFormatError) -> Choice? {
        guard let text = try stringOrNil(name) else { return nil }
        guard let choice = Choice(rawValue: text) else { throw problem(name, "is none of the values it can have") }
        return choice
    }

    mutating func child(_ name: String) throws(SettingsFormatError) -> StrictObject {
        asked.append(name)
        return try StrictObject(required(name, object[name]), at: "\(path).\(name)")
    }

    mutating func childOrNil(_ name: String) throws(SettingsFormatError) -> StrictObject? {
        guard let value = try optional(name, "an object", { $0 }) else { return nil }
        return try StrictObject(value, at: "\(path).\(name)")
    }

    /// The strings of an object, by their names.
    mutating func texts(_ name: String) throws(SettingsFormatError) -> [String: String] {
        try optional(name, "an object of strings", Self.texts) ?? [:]
    }

    mutating func textsByName(_ name: String) throws(SettingsFormatError) -> [String: [String: String]] {
        let read = try optional(name, "an object of objects of strings") { value -> [String: [String: String]]? in
            guard let members = value.object?.members else { return nil }
            let texts = members.compactMap { member in Self.texts(member.value).map { (member.name, $0) } }
            return texts.count == members.count ? Dictionary(texts) { first, _ in first } : nil
        }
        return read ?? [:]
    }

    private static func texts(_ value: JSONValue) -> [String: String]? {
        guard let members = value.object?.members else { return nil }
        let texts = members.compactMap { member in member.value.string.map { (member.name, $0) } }
        return texts.count == members.count ? Dictionary(texts) { first, _ in first } : nil
    }

    mutating func children(_ name: String) throws(SettingsFormatError) -> [StrictObject] {
        var children: [StrictObject] = []
        for (index, value) in (try optional(name, "an array", \.array) ?? []).enumerated() {
            children.append(try StrictObject(value, at: "\(path).\(name)[\(index)]"))
        }
        return children
    }
}

// MARK: - Writing

extension JSONValue {
    static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    static func optional(_ value: Date?) -> JSONValue { value.map { .integer($0.milliseconds) } ?? .null }

    static func optional(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }

    /// An object of the members that are not null: what is missing is read as null or as its default.
    static func members(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.filter { !$0.1.isNull }))
    }
}
