/// A JSON object: its members in the order they were written, each name once.
package struct JSONObject: Sendable {
    package private(set) var members: [(name: String, value: JSONValue)] = []

    /// Where each name is, once there are too many to look through. An object with a hundred thousand names must not
    /// cost its reader a hundred thousand squared.
    private var index: [ExactName: Int]?

    private static let indexedFrom = 16

    package init() {}

    /// Of members with one name the last stays, in the first one's place.
    package init(_ members: [(String, JSONValue)]) {
        for (name, value) in members { self[name] = value }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var names: [String] { members.map(\.name) }

    /// The value of that name, compared byte for byte. Setting nil removes the member.
    package subscript(_ name: String) -> JSONValue? {
        get {
            guard let position = position(of: name) else { return nil }
            return members[position].value
        }
        set {
            switch (position(of: name), newValue) {
            case (let position?, let value?):
                members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                if index != nil { rebuildIndex() }
            case (nil, let value?):
                append(new: name, value)
            case (nil, nil):
                break
            }
        }
    }

    func contains(_ name: String) -> Bool { position(of: name) != nil }

    /// Adds a member whose name the caller knows to be new.
    mutating func append(new name: String, _ value: JSONValue) {
        members.append((name, value))
        if index != nil {
            index?[ExactName(name)] = members.count - 1
        } else if members.count >= Self.indexedFrom {
            rebuildIndex()
        }
    }

    private func position(of name: String) -> Int? {
        if let index { return index[ExactName(name)] }
        for position in members.indices where members[position].name.hasSameBytes(as: name) { return position }
        return nil
    }

    private mutating func rebuildIndex() {
        guard members.count >= Self.indexedFrom else {
            index = nil
            return
        }
        var fresh: [ExactName: Int] = [:]
        fresh.reserveCapacity(members.count * 2)
        for (position, member) in members.enumerated() { fresh[ExactName(member.name)] = position }
        index = fresh
    }
}

extension JSONObject: Hashable {
    /// Same members in the same order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { pair in
                pair.0.name.hasSameBytes(as: pair.1.name) && pair.0.value == pair.1.value
            }
    }

    package func hash(into hasher: inout Hasher) {
        for (name, value) in members {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// A name as a dictionary key, equal by its bytes.
private struct ExactName: Hashable {
    let string: String

    init(_ string: String) { self.string = string }

    static func == (left: ExactName, right: ExactName) -> Bool { left.string.hasSameBytes(as: right.string) }

    func hash(into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
