/// Hosts as a Host field and a URL name them (RFC 3986 §3.2.2), in the narrow form that every reader agrees on.
enum HostName {
    /// A host with an optional port.
    static func isAuthority(_ text: ArraySlice<UInt8>) -> Bool {
        guard let (host, port) = split(text) else { return false }
        guard port.map({ self.port($0) != nil }) ?? true else { return false }
        return isHost(host)
    }

    /// Cuts at the port's colon; nil where brackets are not closed or something else follows them.
    static func split(_ text: ArraySlice<UInt8>) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?)? {
        if text.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = text[(close + 1)...]
            if rest.isEmpty { return (text, nil) }
            return rest.first == UInt8(ascii: ":") ? (text[...close], rest.dropFirst()) : nil
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return (text, nil) }
        return (text[..<colon], text[(colon + 1)...])
    }

    /// 1 to 65535, without leading zeros.
    static func port(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(text.count), text.first != UInt8(ascii: "0"), text.allSatisfy(Octets.isDigit) else {
            return nil
        }
        let port = text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return port <= 65535 ? port : nil
    }

    /// A name of 1 to 253 octets with labels of 1 to 63 and no trailing dot, a dotted IPv4 address, or an IPv6 address in
    /// brackets. A last label that is a number in any notation (`0x7f.1`, `2130706433`) makes browsers read an IPv4
    /// address (WHATWG URL, ends-in-a-number), so it must be one in plain form.
    static func isHost(_ host: ArraySlice<UInt8>) -> Bool {
        if host.first == UInt8(ascii: "[") {
            return host.last == UInt8(ascii: "]") && IPv6Text.parse(host.dropFirst().dropLast()) != nil
        }
        guard (1...253).contains(host.count) else { return false }
        var label = host.startIndex
        for at in host.indices {
            if host[at] == UInt8(ascii: ".") {
                guard (1...63).contains(at - label) else { return false }
                label = at + 1
            } else if !OctetSet.hostName.contains(host[at]) {
                return false
            }
        }
        guard (1...63).contains(host.endIndex - label) else { return false }
        return looksNumeric(host[label...]) ? IPv4Text.parse(host) != nil : true
    }

    private static func looksNumeric(_ label: ArraySlice<UInt8>) -> Bool {
        if label.allSatisfy(Octets.isDigit) { return true }
        return Octets.equal(label.prefix(2), ignoringCase: "0x")
            && label.dropFirst(2).allSatisfy { Octets.hexadecimalDigit($0) != nil }
    }
}

enum IPv4Text {
    /// Four decimal numbers up to 255 without leading zeros.
    static func parse(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(Octets.isDigit),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            let number = part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            guard number <= 255 else { return nil }
            address.append(UInt8(number))
        }
        return address
    }
}

enum IPv6Text {
    /// RFC 4291 §2.2, without a zone: its sixteen octets.
    static func parse(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        var head: [UInt8] = []
        var tail: [UInt8]?
        var at = text.startIndex
        if text.starts(with: [colon, colon]) {
            tail = []
            at += 2
        } else if text.first == colon {
            return nil
        }
        while at < text.endIndex {
            let end = text[at...].firstIndex(of: colon) ?? text.endIndex
            let group = text[at..<end]
            guard var octets = number(group) else {
                // Dotted decimal may only be the last 32 bits.
                guard end == text.endIndex, let address = IPv4Text.parse(group) else { return nil }
                return joined(head, tail, address)
            }
            if tail != nil { tail?.append(contentsOf: octets) } else { head.append(contentsOf: octets) }
            octets = []
            guard end < text.endIndex else { break }
            at = end + 1
            guard at < text.endIndex else { return nil }
            if text[at] == colon {
                guard tail == nil else { return nil }
                tail = []
                at += 1
            }
        }
        return joined(head, tail, [])
    }

    private static func number(_ group: ArraySlice<UInt8>) -> [UInt8]? {
        guard (1...4).contains(group.count) else { return nil }
        var value: UInt16 = 0
        for byte in group {
            guard let digit = Octets.hexadecimalDigit(byte) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return [UInt8(value >> 8), UInt8(value & 0xFF)]
    }

    /// `::` stands for at least one group of zeros.
    private static func joined(_ head: [UInt8], _ tail: [UInt8]?, _ last: [UInt8]) -> [UInt8]? {
        guard let tail else { return head.count + last.count == 16 ? head + last : nil }
        let missing = 16 - head.count - tail.count - last.count
        guard missing >= 2 else { return nil }
        return head + [UInt8](repeating: 0, count: missing) + tail + last
    }
}
