package import Directory

/// A domain name as messages have it (RFC 1035 §3.1): each label behind its length, a zero at the end. ASCII letters are
/// in lower case, because names are compared without it (§2.3.3).
package struct DNSName: Hashable, Sendable, CustomStringConvertible {
    let wire: [UInt8]

    package init(_ domain: DomainName) {
        var wire: [UInt8] = []
        for label in domain.description.utf8.split(separator: UInt8(ascii: ".")) {
            wire.append(UInt8(label.count))
            wire.append(contentsOf: label)
        }
        self.wire = wire + [0]
    }

    fileprivate init(wire: [UInt8]) { self.wire = wire }

    /// For people: labels with dots, `?` for what is no letter, digit, hyphen or underscore.
    package var description: String {
        var labels: [String] = []
        var rest = wire[...]
        while let count = rest.popFirst(), count > 0 {
            let label = rest.prefix(Int(count)).map { Self.isPlain($0) ? $0 : UInt8(ascii: "?") }
            labels.append(String(decoding: label, as: UTF8.self))
            rest = rest.dropFirst(Int(count))
        }
        return labels.isEmpty ? "." : labels.joined(separator: ".")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// Reads a message from front to back.
struct DNSReader {
    private let message: [UInt8]
    private(set) var position: Int

    init(_ message: [UInt8]) {
        self.message = message
        position = 0
    }

    mutating func byte() throws(DNSMessageFlaw) -> UInt8 {
        guard position < message.count else { throw .truncated }
        position += 1
        return message[position - 1]
    }

    mutating func number() throws(DNSMessageFlaw) -> UInt16 { try UInt16(byte()) << 8 | UInt16(byte()) }

    mutating func bytes(_ count: Int) throws(DNSMessageFlaw) -> ArraySlice<UInt8> {
        guard count <= message.count - position else { throw .truncated }
        position += count
        return message[(position - count)..<position]
    }

    /// A name, by way of its pointers (RFC 1035 §4.1.4). Each pointer must lead to before where it and all before it
    /// stood, so that no chain of them can come round.
    mutating func name() throws(DNSMessageFlaw) -> DNSName {
        var wire: [UInt8] = []
        var end: Int?
        var bound = position
        while true {
            let count = try byte()
            switch count & 0xC0 {
            case 0x00:
                // With the zero at the end, 255 octets at most (§2.3.4).
                guard wire.count + 1 + Int(count) <= 255 else { throw .name }
                wire.append(count)
                if count == 0 {
                    if let end { position = end }
                    return DNSName(wire: wire)
                }
                wire.append(contentsOf: try bytes(Int(count)).map { (65...90).contains($0) ? $0 + 32 : $0 })
            case 0xC0:
                let target = Int(count & 0x3F) << 8 | Int(try byte())
                guard target < bound else { throw .pointer }
                if end == nil { end = position }
                bound = target
                position = target
            default: throw .name
            }
        }
    }
}
