internal import Glibc

/// A JSON value (RFC 8259 §3).
///
/// Strings, and so names, are equal when their UTF-8 bytes are: `"K"` and the Kelvin sign, which `String` calls equal,
/// are two strings here, as they are to every other reader of the document.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Every other number; always finite when it was read.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

// MARK: - Access

extension JSONValue {
    /// The member of that name; nil where there is none and where this is no object.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    package var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The number as an integer. A value such as `1.7e9`, which NumericDate allows (RFC 7519 §2), counts when it is
    /// whole and small enough (2⁵³) to be exact.
    package var integer: Int64? {
        switch self {
        case .integer(let integer): integer
        case .number(let number) where number.magnitude <= 9_007_199_254_740_992 && number == number.rounded():
            Int64(number)
        default: nil
        }
    }

    /// Any number; an integer beyond 2⁵³ is rounded.
    package var double: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    package var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    package var array: [JSONValue]? {
        guard case .array(let array) = self else { return nil }
        return array
    }

    /// The strings of an array that holds nothing else.
    package var strings: [String]? {
        guard case .array(let array) = self else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(array.count)
        for element in array {
            guard case .string(let string) = element else { return nil }
            strings.append(string)
        }
        return strings
    }

    package var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    package var isNull: Bool { self == .null }

    /// What it is, for a sentence about a member of the wrong kind.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

// MARK: - Equality

extension JSONValue {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension String {
    /// Equal byte for byte. `==` alone also holds for strings that Unicode calls canonically equivalent.
    func hasSameBytes(as other: String) -> Bool {
        // Same bytes are always equal, and finding out that two short texts are not takes a few instructions.
        guard utf8.count == other.utf8.count, self == other else { return false }
        var (mine, theirs) = (self, other)
        return mine.withUTF8 { mine in
            theirs.withUTF8 { theirs in
                guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
                return memcmp(left, right, mine.count) == 0
            }
        }
    }
}

// MARK: - Literals

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
