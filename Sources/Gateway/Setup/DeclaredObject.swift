package import JSON

/// What is wrong with a file that people write, in one sentence that names the file, the line and the key.
package struct FileFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let line: Int
    /// As in `applications[0].redirectURIs`; nil where the file is no JSON5 at all.
    package let key: String?
    /// A clause that follows the key: `is missing`, `must be a string, not a number`.
    package let problem: String

    package init(file: String, line: Int, key: String?, problem: String) {
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
    }

    package var description: String {
        let place = "\(file), line \(line): "
        return place + (key.map { "\"\($0)\" \(problem)" } ?? problem)
    }
}

/// A JSON5 file: its values, and where each stands.
package struct DeclaredFile: Sendable {
    package let name: String
    private let document: JSON5Document

    /// - Parameter name: As the sentences about it say it.
    package init(name: String, bytes: [UInt8]) throws(FileFault) {
        self.name = name
        do throws(JSONError) {
            document = try JSON5Reader.read(bytes)
        } catch {
            throw FileFault(file: name, line: error.line, key: nil, problem: "\(error.reason)")
        }
    }

    /// The object that the whole file must be.
    package func root() throws(FileFault) -> DeclaredObject {
        guard case .object(let object) = document.value else {
            throw FileFault(file: name, line: 1, key: nil, problem: "must hold an object, not \(document.value.kind)")
        }
        return DeclaredObject(file: self, path: .root, object: object)
    }

    func line(of path: JSONPath) -> Int { document.positions.nearest(path).line }
}

/// Reads an object of a file key by key. ``finish()`` names a key that nobody asked for, so that a misspelt one is
/// never silently without effect.
package struct DeclaredObject {
    private let file: DeclaredFile
    private let path: JSONPath
    private let object: JSONObject
    private var asked: [String] = []

    init(file: DeclaredFile, path: JSONPath, object: JSONObject) {
        self.file = file
        self.path = path
        self.object = object
    }

    /// A sentence about a key of this object.
    package func fault(_ name: String, _ problem: String) -> FileFault {
        FileFault(file: file.name, line: file.line(of: path[name]), key: path[name].description, problem: problem)
    }

    /// A sentence about an element of an array of this object.
    package func fault(_ name: String, _ index: Int, _ problem: String) -> FileFault {
        let path = path[name][index]
        return FileFault(file: file.name, line: file.line(of: path), key: path.description, problem: problem)
    }

    /// A sentence about the object itself.
    package func fault(_ problem: String) -> FileFault {
        FileFault(
            file: file.name, line: file.line(of: path), key: path == .root ? nil : path.description, problem: problem)
    }

    /// The last call: every key must have been asked for.
    package func finish() throws(FileFault) {
        try refuseOthers(than: asked)
    }

    /// The same with the keys named, where a sentence about another key would hide it.
    package func refuseOthers(than known: [String]) throws(FileFault) {
        guard let stranger = object.names.first(where: { !known.contains($0) }) else { return }
        throw fault(stranger, "is not known; here are known: \(known.joined(separator: ", "))")
    }

    package func has(_ name: String) -> Bool { object[name] != nil }

    // MARK: Values

    package mutating func optional<Value>(
        _ name: String, _ what: String, _ read: (JSONValue) -> Value?
    ) throws(FileFault) -> Value? {
        if !asked.contains(name) { asked.append(name) }
        guard let value = object[name], !value.isNull else { return nil }
        guard let result = read(value) else { throw fault(name, "must be \(what), not \(value.kind)") }
        return result
    }

    package func required<Value>(_ name: String, _ value: Value?) throws(FileFault) -> Value {
        guard let value else { throw fault(name, "is missing") }
        return value
    }

    package mutating func stringOrNil(_ name: String) throws(FileFault) -> String? {
        guard let text = try optional(name, "a string", { $0.string }) else { return nil }
        guard !text.isEmpty else { throw fault(name, "must not be empty") }
        return text
    }

    package mutating func string(_ name: String) throws(FileFault) -> String {
        try required(name, stringOrNil(name))
    }

    package mutating func boolOrNil(_ name: String) throws(FileFault) -> Bool? {
        try optional(name, "true or false") { $0.bool }
    }

    package mutating func integerOrNil(_ name: String, in range: ClosedRange<Int>) throws(FileFault) -> Int? {
        guard let number = try optional(name, "a whole number", { $0.integer }) else { return nil }
        guard range.contains(Int(number)) else {
            throw fault(name, "must be from \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return Int(number)
    }

    package mutating func stringsOrNil(_ name: String) throws(FileFault) -> [String]? {
        guard let strings = try optional(name, "an array of strings", { $0.strings }) else { return nil }
        for (index, text) in strings.enumerated() where text.isEmpty { throw fault(name, index, "must not be empty") }
        return strings
    }

    /// One string, or an array of them.
    package mutating func oneOrMore(_ name: String) throws(FileFault) -> [String]? {
        try optional(name, "a string or an array of strings") { value in value.string.map { [$0] } ?? value.strings }
    }

    /// A string that a type is made from; `what` names the type.
    package mutating func parsedOrNil<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(FileFault) -> Value? {
        guard let text = try stringOrNil(name) else { return nil }
        guard let value = Value(text) else { throw fault(name, "is \"\(text)\", which is not \(what)") }
        return value
    }

    package mutating func parsed<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(FileFault) -> Value {
        try required(name, parsedOrNil(name, what))
    }

    package mutating func parsedListOrNil<Value: LosslessStringConvertible>(
        _ name: String, _ what: String
    ) throws(FileFault) -> [Value]? {
        guard let texts = try stringsOrNil(name) else { return nil }
        var values: [Value] = []
        for (index, text) in texts.enumerated() {
            guard let value = Value(text) else { throw fault(name, index, "is \"\(text)\", which is not \(what)") }
            values.append(value)
        }
        return values
    }

    package mutating func choiceOrNil<Choice>(
        _ name: String, _ choices: [(String, Choice)]
    ) throws(FileFault) -> Choice? {
        guard let text = try stringOrNil(name) else { return nil }
        guard let choice = choices.first(where: { $0.0 == text })?.1 else {
            throw fault(name, "is \"\(text)\", not one of \(choices.map(\.0).joined(separator: ", "))")
        }
        return choice
    }

    package mutating func choiceOrNil<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(FileFault) -> Choice? {
        try choiceOrNil(name, Choice.allCases.map { ($0.rawValue, $0) })
    }

    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(FileFault) -> Choice {
        try required(name, choiceOrNil(name))
    }

    // MARK: Objects

    package mutating func childOrNil(_ name: String) throws(FileFault) -> DeclaredObject? {
        guard let object = try optional(name, "an object", { $0.object }) else { return nil }
        return DeclaredObject(file: file, path: path[name], object: object)
    }

    package mutating func childrenOrNil(_ name: String) throws(FileFault) -> [DeclaredObject]? {
        guard let elements = try optional(name, "an array of objects", { $0.array }) else { return nil }
        var children: [DeclaredObject] = []
        for (index, element) in elements.enumerated() {
            guard let object = element.object else {
                throw fault(name, index, "must be an object, not \(element.kind)")
            }
            children.append(DeclaredObject(file: file, path: path[name][index], object: object))
        }
        return children
    }

    package mutating func children(_ name: String) throws(FileFault) -> [DeclaredObject] {
        try childrenOrNil(name) ?? []
    }

    /// The value as it stands, for what has a reader of its own (a JWK).
    package mutating func valueOrNil(_ name: String) throws(FileFault) -> [UInt8]? {
        try optional(name, "an object") { $0.object == nil ? nil : JSONWriter.write($0) }
    }

    /// Reads every child and finishes each.
    package mutating func list<Value>(
        _ name: String, _ read: (inout DeclaredObject) throws(FileFault) -> Value
    ) throws(FileFault) -> [Value]? {
        guard let children = try childrenOrNil(name) else { return nil }
        var values: [Value] = []
        for child in children {
            var child = child
            values.append(try read(&child))
            try child.finish()
        }
        return values
    }
}
