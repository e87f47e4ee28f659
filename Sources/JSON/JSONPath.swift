/// Where a value is in a document: the names and indices that lead to it.
package struct JSONPath: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case name(String)
        case index(Int)
    }

    package let steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    package static let root = JSONPath()

    package subscript(_ name: String) -> JSONPath { JSONPath(steps + [.name(name)]) }
    package subscript(_ index: Int) -> JSONPath { JSONPath(steps + [.index(index)]) }

    /// The value that holds this one; nil for the root.
    package var parent: JSONPath? { steps.isEmpty ? nil : JSONPath(steps.dropLast()) }
}

extension JSONPath: CustomStringConvertible {
    /// As one writes it in a sentence: `tenants[0].domains[1]`; a name that is not plain is in quotes and brackets.
    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .name(let name) where name.isPlainName: text += text.isEmpty ? name : "." + name
            case .name(let name): text += "[" + String(decoding: JSONWriter.write(.string(name)), as: UTF8.self) + "]"
            }
        }
        return text.isEmpty ? "the document" : text
    }
}

extension String {
    fileprivate var isPlainName: Bool {
        guard let first = utf8.first, JSON5Text.beginsName(first) else { return false }
        return utf8.allSatisfy(JSON5Text.continuesName)
    }
}

/// Where each value of a file stands: a member at its name, an element at its first character.
package struct JSONPositions: Sendable {
    private var places: [JSONPath: JSONPosition] = [:]

    package subscript(_ path: JSONPath) -> JSONPosition? { places[path] }

    /// The place of the value, or of the nearest one around it: a missing key is reported where it should have been.
    package func nearest(_ path: JSONPath) -> JSONPosition {
        var path = path
        while true {
            if let place = places[path] { return place }
            guard let parent = path.parent else { return JSONPosition(line: 1, column: 1) }
            path = parent
        }
    }

    mutating func note(_ path: JSONPath, at position: JSONPosition) { places[path] = position }
}
