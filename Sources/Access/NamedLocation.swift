/// A place that policies name: a list of address ranges, or of countries (access-policy §6.1).
package struct NamedLocation: Sendable, Hashable {
    package typealias ID = String

    package enum Kind: Sendable, Hashable {
        case addresses([AddressRange], isTrusted: Bool)
        /// ISO 3166-1 alpha-2, upper case.
        case countries(Set<String>, includesUnknown: Bool)
    }

    package var id: ID
    package var displayName: String
    package var kind: Kind

    package init(id: ID, displayName: String, kind: Kind) {
        self.id = id
        self.displayName = displayName
        self.kind = kind
    }

    package static let locationLimit = 195
    package static let rangeLimit = 2_000

    package var isTrusted: Bool {
        if case .addresses(_, true) = kind { true } else { false }
    }

    /// - Parameters:
    ///   - address: The visitor's, read; nil: it is not known, and is in no range.
    ///   - country: Derived from it; nil: unknown.
    func contains(_ address: NetworkAddress?, country: String?) -> Bool {
        switch kind {
        case .addresses(let ranges, _): address.map { address in ranges.contains { $0.contains(address) } } ?? false
        case .countries(let countries, let includesUnknown):
            country.map { countries.contains($0) } ?? includesUnknown
        }
    }
}

/// An address as bytes; a mapped IPv4 address (`::ffff:0:0/96`) is the IPv4 address.
package struct NetworkAddress: Sendable, Hashable {
    /// Four or sixteen.
    let bytes: [UInt8]
    /// False for an IPv4 address that was written as an IPv6 one.
    let isAsWritten: Bool

    /// Nil for what is no address in its strict form.
    package init?(_ text: String) {
        let utf8 = Array(text.utf8)
        if let octets = parseIPv4(utf8[...]) {
            bytes = octets
            isAsWritten = true
        } else if let octets = parseIPv6(utf8[...]) {
            let isMapped = octets[..<10].allSatisfy { $0 == 0 } && octets[10] == 0xFF && octets[11] == 0xFF
            bytes = isMapped ? Array(octets[12...]) : octets
            isAsWritten = !isMapped
        } else {
            return nil
        }
    }
}

/// A network as in `192.0.2.0/24`.
package struct AddressRange: Sendable, Hashable {
    let network: [UInt8]
    let prefix: Int

    /// Nil unless it is an address and a prefix length, the prefix is longer than /8 (Entra's limit), and no bit is set
    /// beyond it.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = NetworkAddress(String(parts[0])),
            address.isAsWritten,
            (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            let prefix = Int(parts[1]), prefix > 8, prefix <= address.bytes.count * 8
        else { return nil }
        network = address.bytes
        self.prefix = prefix
        for bit in prefix..<(network.count * 8) where network[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 { return nil }
    }

    package func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == network.count else { return false }
        let whole = prefix / 8
        guard address.bytes[..<whole].elementsEqual(network[..<whole]) else { return false }
        let rest = prefix % 8
        return rest == 0 || (address.bytes[whole] ^ network[whole]) >> UInt8(8 - rest) == 0
    }
}
