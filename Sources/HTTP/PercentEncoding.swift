/// Percent-encoding (RFC 3986 §2.1).
package enum PercentEncoding {
    /// Everything but unreserved characters escaped: safe as a path segment, a query component and a form field, and a
    /// space is `%20`, which every decoder of those reads alike.
    package static func component(_ string: String) -> String {
        String(decoding: component(Array(string.utf8)), as: UTF8.self)
    }

    static func component(_ bytes: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count + bytes.count / 2)
        for byte in bytes {
            if OctetSet.unreserved.contains(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(hexadecimal(byte >> 4))
                encoded.append(hexadecimal(byte & 15))
            }
        }
        return encoded
    }

    /// Unescaped once; nil where an escape is broken or the result is not UTF-8.
    package static func decode(_ string: String) -> String? {
        octets(Array(string.utf8)[...]).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Unescaped once; nil where a percent sign is not followed by two hexadecimal digits.
    static func octets(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var at = text.startIndex
        while at < text.endIndex {
            guard text[at] == UInt8(ascii: "%") else {
                decoded.append(text[at])
                at += 1
                continue
            }
            guard at + 2 < text.endIndex, let high = Octets.hexadecimalDigit(text[at + 1]),
                let low = Octets.hexadecimalDigit(text[at + 2])
            else { return nil }
            decoded.append(high << 4 | low)
            at += 3
        }
        return decoded
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }
}
