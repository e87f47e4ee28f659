internal import FoundationEssentials

/// The words of a `$filter`.
enum FilterToken: Sendable, Hashable {
    /// A name, a path, an operator, or a literal without quotes.
    case word(String)
    case text(String)
    case open
    case close
    case comma
    case colon

    /// - Throws: ``GraphError/badRequest(_:)`` at a character that has no place, or beyond 2,000 words.
    static func read(_ raw: String) throws(GraphError) -> [FilterToken] {
        var tokens: [FilterToken] = []
        let bytes = Array(raw.utf8)
        var at = 0
        while at < bytes.count {
            guard tokens.count < 2_000 else { throw .badRequest("Invalid filter clause: it is too long.") }
            switch bytes[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): at += 1
            case UInt8(ascii: "("):
                tokens.append(.open)
                at += 1
            case UInt8(ascii: ")"):
                tokens.append(.close)
                at += 1
            case UInt8(ascii: ","):
                tokens.append(.comma)
                at += 1
            case UInt8(ascii: ":"):
                tokens.append(.colon)
                at += 1
            case UInt8(ascii: "'"):
                var text: [UInt8] = []
                at += 1
                while true {
                    guard at < bytes.count else {
                        throw .badRequest("Invalid filter clause: a quotation mark is missing.")
                    }
                    if bytes[at] == UInt8(ascii: "'") {
                        // Two stand for one (OData 4.01 ABNF, SQUOTE-in-string).
                        guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "'") else { break }
                        at += 1
                    }
                    text.append(bytes[at])
                    at += 1
                }
                at += 1
                tokens.append(.text(String(decoding: text, as: UTF8.self)))
            default:
                let start = at
                while at < bytes.count, isWord(bytes[at], isTime: isTime(bytes[start..<at])) { at += 1 }
                guard at > start else { throw .badRequest("Invalid filter clause: unexpected character at \(start).") }
                tokens.append(.word(String(decoding: bytes[start..<at], as: UTF8.self)))
            }
        }
        return tokens
    }

    private static func isWord(_ byte: UInt8, isTime: Bool) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."),
            UInt8(ascii: "@"), UInt8(ascii: "$"):
            true
        // Only a time has colons and a plus inside: elsewhere a colon ends a lambda's variable.
        case UInt8(ascii: ":"), UInt8(ascii: "+"): isTime
        default: false
        }
    }

    private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
        word.count >= 11 && word.prefix(4).allSatisfy { (48...57).contains($0) }
            && word[word.startIndex + 4] == UInt8(ascii: "-") && word[word.startIndex + 10] == UInt8(ascii: "T")
    }
}
