/// What a file said, and where it said it.
package struct JSON5Document: Sendable {
    package let value: JSONValue
    package let positions: JSONPositions
}

/// Reads JSON5 (json5.org), for files that people write. Nothing on the wire is read with it.
///
/// Comments, single quotes, unquoted names, trailing commas, hexadecimal integers, a leading `+` and a bare decimal
/// point are accepted. Narrower than JSON5, because a file that is read differently than it was meant opens a door:
/// a name occurs once; Infinity and NaN are refused; names without quotes are ASCII; a backslash before a letter that
/// needs none (`"C:\dir"`) is an error instead of being dropped.
package struct JSON5Reader {
    package static func read(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSON5Document {
        var parser = JSON5Parser(bytes: bytes, limits: limits)
        do throws(JSONFault) {
            let value = try parser.document()
            return JSON5Document(value: value, positions: parser.positions())
        } catch {
            throw JSONError(error, in: bytes)
        }
    }

    package static func read(_ string: String, limits: JSONLimits = .default) throws(JSONError) -> JSON5Document {
        try read(Array(string.utf8), limits: limits)
    }
}

private struct JSON5Parser {
    let bytes: [UInt8]
    let limits: JSONLimits
    var at = 0
    /// In the order of the file.
    var places: [(path: JSONPath, offset: Int)] = []

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONFault) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw JSONFault(reason: .tooLong(limit: limits.bytes), offset: limits.bytes)
        }
        try skipSpace()
        places.append((.root, at))
        let value = try value(at: .root, depth: 0)
        try skipSpace()
        guard at == bytes.count else { throw JSONFault(reason: .trailingBytes, offset: at) }
        return value
    }

    /// Lines are counted once, in step with the places, rather than from the start for each.
    func positions() -> JSONPositions {
        var positions = JSONPositions()
        var (line, column, counted) = (1, 1, 0)
        for (path, offset) in places {
            let here = JSONPosition(of: offset - counted, in: Array(bytes[counted..<offset]))
            (line, column) = here.line == 1 ? (line, column + here.column - 1) : (line + here.line - 1, here.column)
            counted = offset
            positions.note(path, at: JSONPosition(line: line, column: column))
        }
        return positions
    }

    private mutating func value(at path: JSONPath, depth: Int) throws(JSONFault) -> JSONValue {
        guard at < bytes.count else { throw unexpected("a value") }
        switch bytes[at] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(at: path, depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(at: path, depth: depth + 1))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            return try number()
        case let byte where JSON5Text.beginsName(byte):
            let start = at
            switch plainName() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .null
            case "Infinity", "NaN": throw JSONFault(reason: .notANumberWord, offset: start)
            default:
                throw JSONFault(reason: .unexpected(byte, expected: "a value (text needs quotes)"), offset: start)
            }
        default: throw unexpected("a value")
        }
    }

    private mutating func object(at path: JSONPath, depth: Int) throws(JSONFault) -> JSONObject {
        guard depth <= limits.depth else { throw JSONFault(reason: .tooDeep(limit: limits.depth), offset: at) }
        at += 1
        var object = JSONObject()
        while true {
            try skipSpace()
            if take(UInt8(ascii: "}")) { return object }
            let nameOffset = at
            let name = try memberName()
            if object.contains(name) { throw JSONFault(reason: .duplicateName(name), offset: nameOffset) }
            let memberPath = path[name]
            places.append((memberPath, nameOffset))
            try skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            try skipSpace()
            object.append(new: name, try value(at: memberPath, depth: depth))
            try skipSpace()
            if take(UInt8(ascii: "}")) { return object }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
        }
    }

    private mutating func array(at path: JSONPath, depth: Int) throws(JSONFault) -> [JSONValue] {
        guard depth <= limits.depth else { throw JSONFault(reason: .tooDeep(limit: limits.depth), offset: at) }
        at += 1
        var elements: [JSONValue] = []
        while true {
            try skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            let elementPath = path[elements.count]
            places.append((elementPath, at))
            elements.append(try value(at: elementPath, depth: depth))
            try skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
        }
    }

    private mutating func memberName() throws(JSONFault) -> String {
        guard at < bytes.count else { throw unexpected("a name or '}'") }
        let byte = bytes[at]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return try string() }
        if byte >= 0x80 || byte == UInt8(ascii: "\\") { throw JSONFault(reason: .unquotedNameNotASCII, offset: at) }
        guard JSON5Text.beginsName(byte) else { throw unexpected("a name or '}'") }
        let name = plainName()
        if at < bytes.count, bytes[at] >= 0x80, JSON5Text.spaceLength(in: bytes, at: at) == 0 {
            throw JSONFault(reason: .unquotedNameNotASCII, offset: at)
        }
        return name
    }

    private mutating func plainName() -> String {
        let start = at
        while at < bytes.count, JSON5Text.continuesName(bytes[at]) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    // MARK: Strings

    private mutating func string() throws(JSONFault) -> String {
        let quote = bytes[at]
        at += 1
        var decoded: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case quote:
                at += 1
                return String(decoding: decoded, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try escape(into: &decoded)
            case 0x0A, 0x0D:
                throw JSONFault(reason: .unexpected(byte, expected: "the closing quote"), offset: at)
            case 0..<0x20 where byte != 0x09:
                throw JSONFault(reason: .controlCharacter(byte), offset: at)
            case 0x80...:
                guard let length = JSONText.sequenceLength(in: bytes, at: at) else {
                    throw JSONFault(reason: .invalidUTF8, offset: at)
                }
                decoded.append(contentsOf: bytes[at..<at + length])
                at += length
            default:
                decoded.append(byte)
                at += 1
            }
        }
        throw JSONFault(reason: .endsEarly(expected: "the closing quote"), offset: bytes.count)
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONFault) {
        let start = at
        guard at + 1 < bytes.count else {
            throw JSONFault(reason: .endsEarly(expected: "an escape"), offset: bytes.count)
        }
        let lineEnd = JSON5Text.lineEndLength(in: bytes, at: at + 1)
        if lineEnd > 0 {
            at += 1 + lineEnd
            return
        }
        at += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            decoded.append(bytes[start + 1])
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "v"): decoded.append(0x0B)
        case UInt8(ascii: "0") where !(at < bytes.count && UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at]):
            decoded.append(0)
        case UInt8(ascii: "x"):
            guard let code = JSONText.hexadecimal(in: bytes, at: at, digits: 2), let scalar = Unicode.Scalar(code)
            else {
                throw JSONFault(reason: .invalidEscape, offset: start)
            }
            at += 2
            decoded.append(contentsOf: Array(String(Character(scalar)).utf8))
        case UInt8(ascii: "u"):
            let (scalar, end) = try JSONText.unicodeEscape(in: bytes, at: start)
            at = end
            decoded.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw JSONFault(reason: .invalidEscape, offset: start)
        }
    }

    // MARK: Numbers

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = at
        let negative = bytes[at] == UInt8(ascii: "-")
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        if at < bytes.count, bytes[at] == UInt8(ascii: "I") || bytes[at] == UInt8(ascii: "N") {
            throw JSONFault(reason: .notANumberWord, offset: start)
        }
        if at + 1 < bytes.count, bytes[at] == UInt8(ascii: "0"), bytes[at + 1] | 0x20 == UInt8(ascii: "x") {
            return try hexadecimal(from: start, negative: negative)
        }
        let whole = skipDigits()
        if whole > 1, bytes[at - whole] == UInt8(ascii: "0") { throw JSONFault(reason: .invalidNumber, offset: start) }
        var fraction = 0
        let pointed = take(UInt8(ascii: "."))
        if pointed { fraction = skipDigits() }
        guard whole + fraction > 0 else { throw JSONFault(reason: .invalidNumber, offset: start) }
        var scaled = false
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            scaled = true
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw JSONFault(reason: .invalidNumber, offset: start) }
        }
        if at < bytes.count, JSON5Text.continuesName(bytes[at]) {
            throw JSONFault(reason: .invalidNumber, offset: start)
        }
        let text = bytes[start..<at]
        if !pointed, !scaled, let integer = Int64(String(decoding: text, as: UTF8.self)) { return .integer(integer) }
        return .number(try JSONText.double(text, offset: start))
    }

    private mutating func hexadecimal(from start: Int, negative: Bool) throws(JSONFault) -> JSONValue {
        at += 2
        let firstDigit = at
        while at < bytes.count, JSONText.hexadecimalDigit(bytes[at]) != nil { at += 1 }
        guard at > firstDigit, !(at < bytes.count && JSON5Text.continuesName(bytes[at])) else {
            throw JSONFault(reason: .invalidNumber, offset: start)
        }
        let digits = String(decoding: bytes[firstDigit..<at], as: UTF8.self)
        guard let integer = Int64((negative ? "-" : "") + digits, radix: 16) else {
            throw JSONFault(reason: .numberOutOfRange, offset: start)
        }
        return .integer(integer)
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while at < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at] { at += 1 }
        return at - start
    }

    // MARK: Small steps

    /// White space and comments.
    private mutating func skipSpace() throws(JSONFault) {
        while at < bytes.count {
            let space = JSON5Text.spaceLength(in: bytes, at: at)
            if space > 0 {
                at += space
            } else if bytes[at] == UInt8(ascii: "/"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "/") {
                while at < bytes.count, JSON5Text.lineEndLength(in: bytes, at: at) == 0 { at += try characterLength() }
            } else if bytes[at] == UInt8(ascii: "/"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "*") {
                try skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() throws(JSONFault) {
        let start = at
        at += 2
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") {
                at += 2
                return
            }
            at += try characterLength()
        }
        throw JSONFault(reason: .unterminatedComment, offset: start)
    }

    private func characterLength() throws(JSONFault) -> Int {
        guard bytes[at] >= 0x80 else { return 1 }
        guard let length = JSONText.sequenceLength(in: bytes, at: at) else {
            throw JSONFault(reason: .invalidUTF8, offset: at)
        }
        return length
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func unexpected(_ expected: String) -> JSONFault {
        JSONText.unexpected(expected, in: bytes, at: at)
    }
}
