/// An Accept-Language field (RFC 9110 §12.5.4).
package enum AcceptLanguage {
    /// The language tags a person prefers, best first, in lower case. `*` and those with weight 0 are left out, as is
    /// whatever is not a tag: a preference that cannot be read is not a reason to refuse a page.
    package static func parse(_ value: String) -> [String] {
        var ranges: [(tag: String, weight: Int)] = []
        for item in Array(value.utf8).split(separator: UInt8(ascii: ",")).prefix(32) {
            let parts = item.split(separator: UInt8(ascii: ";"), maxSplits: 1)
            guard let tag = parts.first?.trimmed, isTag(tag) else { continue }
            guard let weight = parts.count == 2 ? self.weight(parts[1].trimmed) : 1000, weight > 0 else { continue }
            ranges.append((String(decoding: tag.map(Octets.lowercased), as: UTF8.self), weight))
        }
        // Of equal weights the earlier is preferred; `sort` is stable.
        return ranges.sorted { $0.weight > $1.weight }.map(\.tag)
    }

    /// RFC 4647 §2.1: subtags of one to eight letters or digits, the first of letters.
    private static func isTag(_ text: ArraySlice<UInt8>) -> Bool {
        let subtags = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = subtags.first, first.allSatisfy({ !Octets.isDigit($0) }) else { return false }
        return subtags.allSatisfy { subtag in
            (1...8).contains(subtag.count)
                && subtag.allSatisfy { Octets.isDigit($0) || Octets.lowercased($0) &- UInt8(ascii: "a") < 26 }
        }
    }

    /// `q=0.8` in thousandths.
    private static func weight(_ text: ArraySlice<UInt8>) -> Int? {
        guard Octets.equal(text.prefix(2), ignoringCase: "q=") else { return nil }
        let number = Array(text.dropFirst(2))
        guard let whole = number.first, whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1"), number.count <= 5
        else {
            return nil
        }
        guard number.count == 1 || number[1] == UInt8(ascii: ".") else { return nil }
        let digits = number.dropFirst(2)
        guard digits.allSatisfy(Octets.isDigit) else { return nil }
        let padded = Array(digits) + [UInt8](repeating: UInt8(ascii: "0"), count: 3 - digits.count)
        let thousandths = padded.reduce(Int(whole - UInt8(ascii: "0"))) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return thousandths <= 1000 ? thousandths : nil
    }
}
