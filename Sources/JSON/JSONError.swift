/// Why bytes are not the JSON we accept, and where.
package struct JSONError: Error, Equatable, Sendable {
    package let reason: Reason
    /// Of the byte that was wrong, from 0; the length of the input when more was expected.
    package let offset: Int
    package let position: JSONPosition

    package var line: Int { position.line }
    package var column: Int { position.column }

    package enum Reason: Equatable, Sendable {
        case tooLong(limit: Int)
        case byteOrderMark
        case endsEarly(expected: String)
        case unexpected(UInt8, expected: String)
        case trailingBytes
        case tooDeep(limit: Int)
        case duplicateName(String)
        case invalidUTF8
        case controlCharacter(UInt8)
        case invalidEscape
        case loneSurrogate
        case invalidNumber
        case numberOutOfRange
        case numberTooLong(limit: Int)
        case trailingComma
        case notANumberWord
        case unquotedNameNotASCII
        case unterminatedComment
    }

    init(_ fault: JSONFault, in bytes: [UInt8]) {
        reason = fault.reason
        offset = fault.offset
        position = JSONPosition(of: fault.offset, in: bytes)
    }
}

/// A place in a file as an editor shows it: both count from 1, the column in characters (Unicode scalars).
package struct JSONPosition: Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package var description: String { "line \(line), column \(column)" }

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// CRLF, LF and a lone CR each end a line.
    init(of offset: Int, in bytes: [UInt8]) {
        var line = 1
        var column = 1
        for at in 0..<min(offset, bytes.count) {
            switch bytes[at] {
            case UInt8(ascii: "\n") where at > 0 && bytes[at - 1] == UInt8(ascii: "\r"):
                break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                line += 1
                column = 1
            case 0x80...0xBF:
                break
            default:
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}

/// What a parser throws inside; line and column are counted once, on the way out.
struct JSONFault: Error {
    let reason: JSONError.Reason
    let offset: Int
}

extension JSONError: CustomStringConvertible {
    package var description: String { "byte \(offset) (\(position)): \(reason)" }
}

extension JSONError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let limit): "longer than the \(limit) bytes allowed"
        case .byteOrderMark: "a byte order mark, which JSON does not have"
        case .endsEarly(let expected): "ends where \(expected) was expected"
        case .unexpected(let byte, let expected): "\(byte.shown) where \(expected) was expected"
        case .trailingBytes: "more follows after the value"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .duplicateName(let name): "the name \(name.shown) occurs twice in one object"
        case .invalidUTF8: "not valid UTF-8"
        case .controlCharacter(let byte): "the control character \(byte.shown) must be escaped in a string"
        case .invalidEscape: "not an escape sequence"
        case .loneSurrogate: "half of a surrogate pair"
        case .invalidNumber: "not a number as JSON writes it"
        case .numberOutOfRange: "a number too large for a double"
        case .numberTooLong(let limit): "a number of more than \(limit) characters"
        case .trailingComma: "a comma with nothing after it"
        case .notANumberWord: "Infinity and NaN are not accepted"
        case .unquotedNameNotASCII: "a name with such a character needs quotes"
        case .unterminatedComment: "a comment that never ends"
        }
    }
}

extension UInt8 {
    fileprivate var shown: String {
        if self > 0x20 && self < 0x7F { return "'\(Character(UnicodeScalar(self)))'" }
        if self == 0x20 { return "a space" }
        let digits = String(self, radix: 16, uppercase: true)
        return "the byte 0x" + (digits.count == 1 ? "0" : "") + digits
    }
}

extension String {
    /// Quoted, with control characters escaped and not longer than a line: it goes into logs.
    fileprivate var shown: String {
        let short =
            unicodeScalars.count <= 64 ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(64))) + "…"
        return String(decoding: JSONWriter.write(.string(short), htmlSafe: true), as: UTF8.self)
    }
}
