import Glibc

/// An IPv4 or IPv6 address that a socket is about to connect to, and what kind of place it is.
package struct RemoteAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes, network order.
    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// The textual forms of RFC 4291 §2.2 and dotted decimal; none of the shorthands that `inet_aton` takes.
    package init?(_ text: String) {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = four
            return
        }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        bytes = sixteen
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "an unprintable address" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Why this is no address of the public internet; nil when it is one.
    package var specialUse: SpecialUse? {
        if bytes.count == 4 { return Self.match(bytes, in: Self.ipv4Table) }
        if let use = Self.match(bytes, in: Self.ipv6Table) { return use }
        // Only 2000::/3 has been given out as global unicast (RFC 4291 §2.4).
        return bytes[0] & 0xE0 == 0x20 ? nil : .reserved
    }

    private static func match(_ bytes: [UInt8], in table: [(NetworkPrefix, SpecialUse)]) -> SpecialUse? {
        for (range, use) in table where range.contains(bytes) { return use }
        return nil
    }

    /// IANA's special-purpose registry for IPv4 (RFC 6890), and the two platform addresses that clouds answer their
    /// credentials on.
    private static let ipv4Table: [(NetworkPrefix, SpecialUse)] = table([
        ("169.254.169.254/32", .metadata), ("168.63.129.16/32", .metadata), ("100.100.100.200/32", .metadata),
        ("0.0.0.0/8", .unspecified), ("10.0.0.0/8", .privateUse), ("100.64.0.0/10", .carrierGrade),
        ("127.0.0.0/8", .loopback), ("169.254.0.0/16", .linkLocal), ("172.16.0.0/12", .privateUse),
        ("192.0.0.0/24", .reserved), ("192.0.2.0/24", .documentation), ("192.88.99.0/24", .sixToFour),
        ("192.168.0.0/16", .privateUse), ("198.18.0.0/15", .benchmarking), ("198.51.100.0/24", .documentation),
        ("203.0.113.0/24", .documentation), ("224.0.0.0/4", .multicast), ("240.0.0.0/4", .reserved),
    ])

    /// The same for IPv6. Forms that carry an IPv4 address are refused whole: where they lead is not ours to guess.
    private static let ipv6Table: [(NetworkPrefix, SpecialUse)] = table([
        ("fd00:ec2::254/128", .metadata), ("::/128", .unspecified), ("::1/128", .loopback),
        ("::ffff:0:0/96", .mapped), ("::/96", .mapped), ("::ffff:0:0:0/96", .mapped), ("64:ff9b::/96", .nat64),
        ("64:ff9b:1::/48", .nat64), ("100::/64", .reserved), ("2001::/32", .teredo), ("2001::/23", .reserved),
        ("2001:db8::/32", .documentation), ("3fff::/20", .documentation), ("2002::/16", .sixToFour),
        ("5f00::/16", .reserved), ("fc00::/7", .uniqueLocal), ("fe80::/10", .linkLocal), ("fec0::/10", .uniqueLocal),
        ("ff00::/8", .multicast),
    ])

    private static func table(_ rows: [(String, SpecialUse)]) -> [(NetworkPrefix, SpecialUse)] {
        rows.map { text, use in
            guard let range = NetworkPrefix(text) else { preconditionFailure("\(text) is no address range") }
            return (range, use)
        }
    }
}

/// What an address is set aside for.
package enum SpecialUse: String, Sendable, Hashable, CaseIterable {
    case loopback
    case privateUse = "private"
    case linkLocal = "link-local"
    /// Where a cloud answers the machine's own credentials.
    case metadata = "a cloud platform's metadata"
    case uniqueLocal = "unique-local"
    case carrierGrade = "carrier-grade NAT"
    case multicast
    case unspecified
    case mapped = "IPv4 inside IPv6"
    case nat64 = "NAT64"
    case sixToFour = "6to4"
    case teredo = "Teredo"
    case documentation
    case benchmarking
    case reserved

    /// Whether naming a host is enough to reach it there. What no name should ever lead to takes a network.
    var isReachableByName: Bool {
        switch self {
        case .loopback, .privateUse, .uniqueLocal, .carrierGrade, .benchmarking: true
        default: false
        }
    }
}

/// A network in CIDR form: `10.0.0.0/8`, `fd00::/8`, or one address.
package struct NetworkPrefix: Hashable, Sendable, CustomStringConvertible {
    package let base: RemoteAddress
    package let prefixLength: Int

    /// Nil unless the bits after the prefix are zero: `10.1.2.3/8` is more likely a slip than a wish.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let base = RemoteAddress(String(first)) else { return nil }
        let width = base.bytes.count * 8
        switch parts.count {
        case 1: prefixLength = width
        case 2:
            guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1]), length <= width
            else { return nil }
            prefixLength = length
        default: return nil
        }
        self.base = base
        for bit in prefixLength..<width where base.bytes[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 { return nil }
    }

    package func contains(_ address: RemoteAddress) -> Bool { contains(address.bytes) }

    func contains(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == base.bytes.count else { return false }
        let whole = prefixLength / 8
        for index in 0..<whole where bytes[index] != base.bytes[index] { return false }
        let rest = UInt8(prefixLength % 8)
        guard rest > 0 else { return true }
        let mask = ~(UInt8(0xFF) >> rest)
        return bytes[whole] & mask == base.bytes[whole] & mask
    }

    package var description: String { "\(base)/\(prefixLength)" }
}
