/// How much a reader takes before it refuses.
package struct JSONLimits: Sendable, Equatable {
    /// Of the whole document.
    package var bytes: Int
    /// Arrays and objects inside each other; `[[]]` has depth 2. The reader recurses once per level.
    package var depth: Int

    package init(bytes: Int = 1 << 20, depth: Int = 32) {
        self.bytes = bytes
        self.depth = depth
    }

    package static let `default` = JSONLimits()

    /// Digits, signs and all. Longer than any number that means something, short enough for the conversion.
    static let numberLength = 1024
}

/// Reads one JSON document strictly (RFC 8259).
///
/// Refused beyond the grammar: two members of one name (§4 leaves their meaning open), a byte order mark (§8.1), bytes
/// that are not UTF-8, half surrogate pairs in escapes (§8.2), a number too large for a double (§6), anything after the
/// value. A number too small for a double reads as zero.
package struct JSONReader {
    package static func read(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, limits: limits)
        do throws(JSONFault) {
            return try parser.document()
        } catch {
            throw JSONError(error, in: bytes)
        }
    }

    package static func read(_ string: String, limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        try read(Array(string.utf8), limits: limits)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    var at = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONFault) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw JSONFault(reason: .tooLong(limit: limits.bytes), offset: limits.bytes)
        }
        if bytes.starts(with: JSONText.byteOrderMark) { throw JSONFault(reason: .byteOrderMark, offset: 0) }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw JSONFault(reason: .trailingBytes, offset: at) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        guard at < bytes.count else { throw unexpected("a value") }
        switch bytes[at] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSONObject {
        guard depth <= limits.depth else { throw JSONFault(reason: .tooDeep(limit: limits.depth), offset: at) }
        at += 1
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            let nameOffset = at
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
            let name = try string()
            if object.contains(name) { throw JSONFault(reason: .duplicateName(name), offset: nameOffset) }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipSpace()
            object.append(new: name, try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "}")) { return object }
            let comma = at
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
            skipSpace()
            if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
                throw JSONFault(reason: .trailingComma, offset: comma)
            }
        }
    }

    private mutating func array(depth: Int) throws(JSONFault) -> [JSONValue] {
        guard depth <= limits.depth else { throw JSONFault(reason: .tooDeep(limit: limits.depth), offset: at) }
        at += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            let comma = at
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
            skipSpace()
            if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
                throw JSONFault(reason: .trailingComma, offset: comma)
            }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[at..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: end - at))
        else { throw unexpected("a value") }
        at = end
        return value
    }

    // MARK: Strings

    /// From the opening quote. A string without escapes, which nearly all are, is one pass and one copy.
    private mutating func string() throws(JSONFault) -> String {
        let start = at + 1
        var end = start
        while end < bytes.count {
            end = bytes.withUnsafeBytes { JSONText.firstSpecial(in: $0, from: end, stopsAtNonASCII: true) }
            guard end < bytes.count else { break }
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") {
                at = end + 1
                return String(decoding: bytes[start..<end], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start, plainUntil: end) }
            end += try characterLength(at: end)
        }
        throw JSONFault(reason: .endsEarly(expected: "the closing quote"), offset: bytes.count)
    }

    private mutating func stringWithEscapes(from start: Int, plainUntil end: Int) throws(JSONFault) -> String {
        var decoded = Array(bytes[start..<end])
        at = end
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return String(decoding: decoded, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                decoded.append(contentsOf: try escape())
            } else {
                let length = try characterLength(at: at)
                decoded.append(contentsOf: bytes[at..<at + length])
                at += length
            }
        }
        throw JSONFault(reason: .endsEarly(expected: "the closing quote"), offset: bytes.count)
    }

    @inline(__always)
    private func characterLength(at offset: Int) throws(JSONFault) -> Int {
        let byte = bytes[offset]
        if byte < 0x20 { throw JSONFault(reason: .controlCharacter(byte), offset: offset) }
        if byte < 0x80 { return 1 }
        guard let length = JSONText.sequenceLength(in: bytes, at: offset) else {
            throw JSONFault(reason: .invalidUTF8, offset: offset)
        }
        return length
    }

    /// From the backslash; the character's UTF-8.
    private mutating func escape() throws(JSONFault) -> [UInt8] {
        let start = at
        guard at + 1 < bytes.count else {
            throw JSONFault(reason: .endsEarly(expected: "an escape"), offset: bytes.count)
        }
        at += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [bytes[start + 1]]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let (scalar, end) = try JSONText.unicodeEscape(in: bytes, at: start)
            at = end
            return Array(String(Character(scalar)).utf8)
        default: throw JSONFault(reason: .invalidEscape, offset: start)
        }
    }

    // MARK: Numbers

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = at
        let negative = take(UInt8(ascii: "-"))
        // Collected below zero, where Int64 reaches one further.
        var integer: Int64 = 0
        var fits = true
        let firstDigit = at
        while let digit = digit {
            let (product, overflow) = integer.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
            if overflow || carry { fits = false }
            integer = sum
            at += 1
        }
        guard at > firstDigit else { throw JSONFault(reason: .invalidNumber, offset: start) }
        if bytes[firstDigit] == UInt8(ascii: "0"), at > firstDigit + 1 {
            throw JSONFault(reason: .invalidNumber, offset: start)
        }
        var whole = true
        if take(UInt8(ascii: ".")) {
            whole = false
            guard skipDigits() else { throw JSONFault(reason: .invalidNumber, offset: start) }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            whole = false
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() else { throw JSONFault(reason: .invalidNumber, offset: start) }
        }
        if whole, fits {
            if negative { return .integer(integer) }
            if integer != .min { return .integer(-integer) }
        }
        return .number(try JSONText.double(bytes[start..<at], offset: start))
    }

    private var digit: UInt8? {
        guard at < bytes.count else { return nil }
        let digit = bytes[at] &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    private mutating func skipDigits() -> Bool {
        let start = at
        while digit != nil { at += 1 }
        return at > start
    }

    // MARK: Small steps

    @inline(__always)
    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func unexpected(_ expected: String) -> JSONFault {
        JSONText.unexpected(expected, in: bytes, at: at)
    }
}
