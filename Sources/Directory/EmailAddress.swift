/// An address that can be invited and mailed: an ASCII local part as Entra allows it, and a domain of A-labels.
///
/// Two addresses are the same when `normalized` is: the domain has no case, and the local part is compared without ASCII
/// case, because that is how people type it. Nothing beyond ASCII is folded, so no look-alike ever equals another.
package struct EmailAddress: Hashable, Sendable, LosslessStringConvertible {
    /// As written, case kept in the local part.
    package let description: String
    package let domain: DomainName
    /// Lower-case; the form that is stored for comparison.
    package let normalized: String

    /// Nil unless the local part is 1 to 64 of `A-Z a-z 0-9 . _ - ' +`, with no dot or hyphen first or last and no two
    /// dots in a row, and the domain is valid; 254 octets at most. Entra refuses `+`; we keep it as written, so
    /// `ada+x@…` and `ada@…` are two people. `init(reading:)` says why an address is refused.
    package init?(_ raw: String) {
        let bytes = Array(raw.utf8)
        guard bytes.count <= 254, let at = bytes.firstIndex(of: UInt8(ascii: "@")),
            bytes.lastIndex(of: UInt8(ascii: "@")) == at, (1...64).contains(at)
        else { return nil }
        let local = bytes[..<at]
        let edges = [UInt8(ascii: "."), UInt8(ascii: "-")]
        guard local.allSatisfy(Self.isLocalByte), !edges.contains(local[0]), !edges.contains(local[at - 1]) else {
            return nil
        }
        for (left, right) in zip(local, local.dropFirst()) where left == UInt8(ascii: ".") && right == left {
            return nil
        }
        guard let domain = DomainName(String(decoding: bytes[(at + 1)...], as: UTF8.self)) else { return nil }
        self.domain = domain
        description = String(decoding: local, as: UTF8.self) + "@" + domain.description
        normalized =
            String(decoding: local.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self) + "@"
            + domain.description
    }

    static func isLocalByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "'"), UInt8(ascii: "+"): true
        default: false
        }
    }

    package static func == (left: EmailAddress, right: EmailAddress) -> Bool { left.normalized == right.normalized }

    package func hash(into hasher: inout Hasher) { hasher.combine(normalized) }
}
