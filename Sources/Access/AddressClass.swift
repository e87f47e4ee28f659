/// What kind of network an address belongs to. For the record and for policies; the egress policy has its own, stricter
/// reading of socket addresses.
package enum AddressClass: String, Sendable, Hashable, CaseIterable {
    case loopback
    case linkLocal
    /// RFC 1918, RFC 6598 (shared) and RFC 4193 (unique local).
    case `private`
    /// Reachable from anywhere, as far as the number says.
    case global
    /// Multicast, unspecified, documentation, reserved.
    case special
    /// Not an address.
    case invalid

    package init(_ address: String) {
        let bytes = Array(address.utf8)
        if let octets = parseIPv4(bytes[...]) {
            self = Self.of(octets)
        } else if let octets = parseIPv6(bytes[...]) {
            self = Self.ofIPv6(octets)
        } else {
            self = .invalid
        }
    }

    private static func of(_ ip: [UInt8]) -> AddressClass {
        switch (ip[0], ip[1], ip[2]) {
        case (127, _, _): .loopback
        case (169, 254, _): .linkLocal
        case (10, _, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _): .private
        case (0, _, _), (224..., _, _), (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113), (198, 18...19, _):
            .special
        default: .global
        }
    }

    private static func ofIPv6(_ ip: [UInt8]) -> AddressClass {
        if ip[..<10].allSatisfy({ $0 == 0 }), ip[10] == 0xFF, ip[11] == 0xFF { return of(Array(ip[12...])) }
        if ip[..<15].allSatisfy({ $0 == 0 }) { return ip[15] == 1 ? .loopback : .special }
        switch (ip[0], ip[1]) {
        case (0xFE, 0x80...0xBF): return .linkLocal
        case (0xFC...0xFD, _): return .private
        case (0x20, 0x01) where ip[2] == 0x0D && ip[3] == 0xB8: return .special
        case (0x20...0x3F, _): return .global
        default: return .special
        }
    }
}

/// Four decimal numbers without leading zeros (RFC 6943 §3.1.1's strict form).
func parseIPv4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var octets: [UInt8] = []
    for part in parts {
        guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
            part.allSatisfy({ (48...57).contains($0) }), let octet = UInt8(String(decoding: part, as: UTF8.self))
        else { return nil }
        octets.append(octet)
    }
    return octets
}

/// RFC 4291 §2.2 in its three forms, without a zone.
func parseIPv6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let colon = UInt8(ascii: ":")
    guard (2...45).contains(text.count) else { return nil }
    var head: [UInt8] = []
    var tail: [UInt8]?
    var position = text.startIndex
    if text.starts(with: [colon, colon]) {
        tail = []
        position += 2
    } else if text.first == colon {
        return nil
    }
    func append(_ octets: [UInt8]) {
        if tail == nil { head += octets } else { tail? += octets }
    }
    while position < text.endIndex {
        let end = text[position...].firstIndex(of: colon) ?? text.endIndex
        let part = text[position..<end]
        if end == text.endIndex, part.contains(UInt8(ascii: ".")) {
            guard let octets = parseIPv4(part) else { return nil }
            append(octets)
            break
        }
        guard (1...4).contains(part.count), let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
            part.first != UInt8(ascii: "+")
        else { return nil }
        append([UInt8(group >> 8), UInt8(group & 0xFF)])
        guard end < text.endIndex else { break }
        position = end + 1
        if position == text.endIndex { return nil }
        if text[position] == colon {
            guard tail == nil else { return nil }
            tail = []
            position += 1
        }
    }
    guard let tail else { return head.count == 16 ? head : nil }
    guard head.count + tail.count <= 14 else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
}
