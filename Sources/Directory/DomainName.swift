/// A registered DNS name as lower-case A-labels (RFC 5890), without a trailing dot: the only form in which domains are compared.
package struct DomainName: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    /// Nil unless every label is 1 to 63 letters, digits and hyphens, with no hyphen at either end, 253 octets at most,
    /// at least two labels, and the last is not all digits. ASCII capitals are lowered; nothing else is folded.
    package init?(_ raw: String) {
        let lowered = raw.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        guard (3...253).contains(lowered.count) else { return nil }
        let labels = lowered.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, !last.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        for label in labels {
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
                label.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
            else { return nil }
        }
        description = String(decoding: lowered, as: UTF8.self)
    }
}
