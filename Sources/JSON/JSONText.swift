/// What the strict reader and the reader for files have in common: characters and numbers, no grammar.
enum JSONText {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The first place from `offset` on that is a control, a quote, a backslash or, with `stopsAtNonASCII`, beyond ASCII;
    /// the end where there is none.
    ///
    /// Eight octets at a time. In the word tests the lowest marked octet is always a true one: a borrow can only mark
    /// octets above it.
    @inline(__always)
    static func firstSpecial(in text: UnsafeRawBufferPointer, from offset: Int, stopsAtNonASCII: Bool) -> Int {
        func firstInWord(at place: Int) -> Int? {
            let ones: UInt64 = 0x0101_0101_0101_0101
            let tops: UInt64 = 0x8080_8080_8080_8080
            let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let controls = (word &- ones &* 0x20) & ~word
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            var marks = controls | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
            if stopsAtNonASCII { marks |= word }
            marks &= tops
            return marks == 0 ? nil : place + marks.trailingZeroBitCount / 8
        }
        var at = offset
        while at + 8 <= text.count {
            if let found = firstInWord(at: at) { return found }
            at += 8
        }
        // The end of a longer text is looked at together with octets before it, which are plain.
        if at - offset >= 8 { return firstInWord(at: text.count - 8) ?? text.count }
        while at < text.count {
            let byte = text[at]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || (stopsAtNonASCII && byte >= 0x80) { return at }
            at += 1
        }
        return at
    }

    /// The length of the UTF-8 sequence that begins at `offset` with a byte above 0x7F; nil where it is none: overlong,
    /// a surrogate, beyond U+10FFFF, cut short (RFC 3629 §4).
    static func sequenceLength(in bytes: [UInt8], at offset: Int) -> Int? {
        func continues(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            offset + distance < bytes.count && range.contains(bytes[offset + distance])
        }
        switch bytes[offset] {
        case 0xC2...0xDF: return continues(1) ? 2 : nil
        case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : nil
        case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : nil
        case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : nil
        case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : nil
        case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : nil
        case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : nil
        default: return nil
        }
    }

    /// The character that `\uXXXX` at `offset` stands for, with the second half of a surrogate pair, and where it ends.
    static func unicodeEscape(
        in bytes: [UInt8], at offset: Int
    ) throws(JSONFault) -> (scalar: Unicode.Scalar, end: Int) {
        guard let first = hexadecimal(in: bytes, at: offset + 2, digits: 4) else {
            throw JSONFault(reason: .invalidEscape, offset: offset)
        }
        if let scalar = Unicode.Scalar(first) { return (scalar, offset + 6) }
        // A surrogate, which Unicode.Scalar refuses: a high half needs its low half in the next escape.
        guard first < 0xDC00, offset + 7 < bytes.count, bytes[offset + 6] == UInt8(ascii: "\\"),
            bytes[offset + 7] == UInt8(ascii: "u"),
            let second = hexadecimal(in: bytes, at: offset + 8, digits: 4), (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONFault(reason: .loneSurrogate, offset: offset) }
        return (scalar, offset + 12)
    }

    /// Exactly that many hexadecimal digits.
    static func hexadecimal(in bytes: [UInt8], at offset: Int, digits: Int) -> UInt32? {
        guard offset + digits <= bytes.count else { return nil }
        var value: UInt32 = 0
        for at in offset..<offset + digits {
            guard let digit = hexadecimalDigit(bytes[at]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// A number whose grammar the caller checked.
    static func double(_ text: ArraySlice<UInt8>, offset: Int) throws(JSONFault) -> Double {
        guard text.count <= JSONLimits.numberLength else {
            throw JSONFault(reason: .numberTooLong(limit: JSONLimits.numberLength), offset: offset)
        }
        guard let double = Double(String(decoding: text, as: UTF8.self)) else {
            throw JSONFault(reason: .invalidNumber, offset: offset)
        }
        guard double.isFinite else { throw JSONFault(reason: .numberOutOfRange, offset: offset) }
        return double
    }

    static func unexpected(_ expected: String, in bytes: [UInt8], at offset: Int) -> JSONFault {
        guard offset < bytes.count else {
            return JSONFault(reason: .endsEarly(expected: expected), offset: bytes.count)
        }
        return JSONFault(reason: .unexpected(bytes[offset], expected: expected), offset: offset)
    }
}
