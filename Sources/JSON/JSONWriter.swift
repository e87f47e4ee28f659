/// Writes JSON straight into bytes, without spaces.
///
/// Either a whole value (``write(_:htmlSafe:)``), or piece by piece where building a value first would be waste:
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///     writer.member("iss", issuer)
///     writer.member("exp", expiry)
/// }
/// send(writer.bytes)
/// ```
/// The caller of the second form sees to it that names are unique and that members are written inside objects only.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// Whether `<`, `>`, `&`, U+2028 and U+2029 are escaped too, so that the text may stand inside a script element.
    private let htmlSafe: Bool
    private var needsComma = false

    package init(htmlSafe: Bool = false, capacity: Int = 512) {
        self.htmlSafe = htmlSafe
        bytes.reserveCapacity(capacity)
    }

    package static func write(_ value: JSONValue, htmlSafe: Bool = false) -> [UInt8] {
        var writer = JSONWriter(htmlSafe: htmlSafe)
        writer.element(value)
        return writer.bytes
    }

    /// The form that digests are taken over: members sorted by the UTF-8 bytes of their names, no spaces. Equal values
    /// give equal bytes whatever order their members had. (Not RFC 8785: numbers keep the form that Swift gives them.)
    package static func canonical(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.canonicalElement(value)
        return writer.bytes
    }

    // MARK: Containers

    package mutating func object<Failure>(_ members: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        separate()
        try enclose(UInt8(ascii: "{"), members, UInt8(ascii: "}"))
    }

    package mutating func array<Failure>(_ elements: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        separate()
        try enclose(UInt8(ascii: "["), elements, UInt8(ascii: "]"))
    }

    /// A member that is an object.
    package mutating func object<Failure>(
        _ name: String, _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try enclose(UInt8(ascii: "{"), members, UInt8(ascii: "}"))
    }

    /// A member that is an array.
    package mutating func array<Failure>(
        _ name: String, _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.name(name)
        try enclose(UInt8(ascii: "["), elements, UInt8(ascii: "]"))
    }

    private mutating func enclose<Failure>(
        _ open: UInt8, _ inside: (inout JSONWriter) throws(Failure) -> Void, _ close: UInt8
    ) throws(Failure) {
        bytes.append(open)
        needsComma = false
        try inside(&self)
        bytes.append(close)
        needsComma = true
    }

    // MARK: Members

    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        append(value)
    }

    package mutating func member(_ name: String, _ value: Int) { member(name, Int64(value)) }

    package mutating func member(_ name: String, _ value: Int64) {
        self.name(name)
        append(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        append(value)
    }

    package mutating func member(_ name: String, _ value: [String]) {
        array(name) { writer in
            for string in value { writer.element(string) }
        }
    }

    package mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        append(value)
    }

    /// Nothing is written for nil.
    package mutating func member(_ name: String, ifPresent value: String?) {
        if let value { member(name, value) }
    }

    /// A value that is JSON already.
    package mutating func member(_ name: String, written json: [UInt8]) {
        self.name(name)
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Elements

    package mutating func element(_ value: String) {
        separate()
        append(value)
    }

    package mutating func element(_ value: Int) {
        separate()
        append(Int64(value))
    }

    package mutating func element(_ value: JSONValue) {
        separate()
        append(value)
    }

    /// A value that is JSON already.
    package mutating func element(written json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Pieces

    private mutating func name(_ name: String) {
        separate()
        append(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append(literal: "null")
        case .bool(let bool): append(bool)
        case .integer(let integer): append(integer)
        case .number(let number): append(number)
        case .string(let string): append(string)
        case .array(let elements):
            enclose(
                UInt8(ascii: "["), { writer in for element in elements { writer.element(element) } }, UInt8(ascii: "]"))
        case .object(let object):
            enclose(
                UInt8(ascii: "{"),
                { writer in for (name, value) in object.members { writer.member(name, value) } }, UInt8(ascii: "}"))
        }
        needsComma = true
    }

    private mutating func canonicalElement(_ value: JSONValue) {
        switch value {
        case .array(let elements):
            array { writer in for element in elements { writer.canonicalElement(element) } }
        case .object(let object):
            let sorted = object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            self.object { writer in
                for (name, value) in sorted {
                    writer.name(name)
                    writer.canonicalElement(value)
                }
            }
        default:
            element(value)
        }
    }

    private mutating func append(_ value: Bool) {
        append(literal: value ? "true" : "false")
        needsComma = true
    }

    private mutating func append(_ value: Int64) {
        needsComma = true
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var power: UInt64 = 1
        while value.magnitude / power >= 10 { power *= 10 }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value.magnitude / power % 10))
            power /= 10
        }
    }

    /// JSON has no infinity and no NaN; both become null, as in ECMAScript. Neither is ever read.
    private mutating func append(_ value: Double) {
        guard value.isFinite else { return append(literal: "null") }
        bytes.append(contentsOf: value.description.utf8)
    }

    private mutating func append(literal: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private mutating func append(_ value: String) {
        needsComma = true
        var value = value
        value.withUTF8 { text in
            bytes.append(UInt8(ascii: "\""))
            var written = 0
            var at = 0
            while at < text.count {
                if !htmlSafe {
                    at = JSONText.firstSpecial(in: UnsafeRawBufferPointer(text), from: at, stopsAtNonASCII: false)
                    if at == text.count { break }
                }
                let length = escapedLength(in: text, at: at)
                if length == 0 {
                    at += 1
                    continue
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[written..<at]))
                appendEscape(of: text, at: at)
                at += length
                written = at
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[written...]))
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// How many bytes at that place one escape stands for; 0 where none is needed.
    private func escapedLength(in text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
        switch text[offset] {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"): return 1
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): return htmlSafe ? 1 : 0
        case 0xE2 where htmlSafe && offset + 2 < text.count && text[offset + 1] == 0x80:
            return text[offset + 2] & 0xFE == 0xA8 ? 3 : 0
        default: return 0
        }
    }

    private mutating func appendEscape(of text: UnsafeBufferPointer<UInt8>, at offset: Int) {
        bytes.append(UInt8(ascii: "\\"))
        let byte = text[offset]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0xE2: bytes.append(contentsOf: text[offset + 2] == 0xA8 ? "u2028".utf8 : "u2029".utf8)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Self.hexadecimal(byte >> 4))
            bytes.append(Self.hexadecimal(byte & 0xF))
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
