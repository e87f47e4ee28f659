/// The quoted-printable transfer encoding (RFC 2045 §6.7) of UTF-8 text. Any line end becomes CRLF.
enum QuotedPrintable {
    private static let lineLimit = 76

    static func encode(_ text: String, into out: inout [UInt8]) {
        let bytes = Array(text.utf8)
        var column = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0D || byte == 0x0A {
                if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
                out.append(contentsOf: [0x0D, 0x0A])
                column = 0
                continue
            }
            let endsLine = index == bytes.count || bytes[index] == 0x0D || bytes[index] == 0x0A
            // Space at a line's end would be lost on the way; a full stop or "From " at its start is escaped so that
            // no relay has to.
            let isPlain =
                byte == 0x20 || byte == 0x09
                ? !endsLine
                : byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")
                    && !(column == 0 && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F")))
            let width = isPlain ? 1 : 3
            if column + width > (endsLine ? lineLimit : lineLimit - 1) {
                out.append(contentsOf: [UInt8(ascii: "="), 0x0D, 0x0A])
                column = 0
            }
            if isPlain {
                out.append(byte)
            } else {
                appendEscaped(byte, to: &out)
            }
            column += width
        }
    }

    static func appendEscaped(_ byte: UInt8, to out: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        out.append(contentsOf: [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]])
    }
}

/// Words beyond ASCII in a header (RFC 2047), as UTF-8 in the Q encoding.
enum EncodedWord {
    private static let wordLimit = 75
    private static let prefix = "=?utf-8?Q?"

    /// - Parameters:
    ///   - column: Octets of the line before the value.
    ///   - always: Encodes even what is ASCII, where the place allows no bare specials.
    static func encode(_ value: String, after column: Int, always: Bool = false) -> String {
        let isPlain =
            value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && value.utf8.count + column <= 78
            && !value.utf8.containsEncodedWordStart
        if isPlain && !always { return value }
        var words: [[UInt8]] = []
        var word = Array(prefix.utf8)
        var limit = wordLimit - min(column, 40)
        for character in value.unicodeScalars {
            // A character is never split over two words (RFC 2047 §5).
            var piece: [UInt8] = []
            for byte in String(character).utf8 {
                if byte == 0x20 {
                    piece.append(UInt8(ascii: "_"))
                } else if isSafe(byte) {
                    piece.append(byte)
                } else {
                    QuotedPrintable.appendEscaped(byte, to: &piece)
                }
            }
            if word.count + piece.count + 2 > limit {
                words.append(word)
                word = Array(prefix.utf8)
                limit = wordLimit
            }
            word.append(contentsOf: piece)
        }
        words.append(word)
        return words.map { String(decoding: $0, as: UTF8.self) + "?=" }.joined(separator: "\r\n ")
    }

    /// The only bytes allowed bare in a phrase (RFC 2047 §5, rule 3).
    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!*+-/".utf8.contains(byte)
        }
    }
}

extension String.UTF8View {
    /// Whether a reader could take a part of it for an encoded word.
    fileprivate var containsEncodedWordStart: Bool {
        zip(self, dropFirst()).contains { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") }
    }
}
