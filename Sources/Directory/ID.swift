package import FoundationEssentials

/// A 128-bit identifier that belongs to one kind of thing, written as a lower-case GUID.
///
/// Two identifiers of different kinds never compare, so a user's id can't be passed for a tenant's.
package struct ID<Subject>: Hashable, Sendable, LosslessStringConvertible {
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    /// Sixteen bytes, most significant first.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        uuid = UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }

    /// A GUID in its canonical form of 36 characters, either case.
    package init?(_ description: String) {
        guard description.utf8.count == 36 else { return nil }
        var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        var description = description
        let isRead = withUnsafeMutableBytes(of: &value) { bytes in
            description.withUTF8 { text in
                var position = 0
                for index in 0..<16 {
                    if isBehindHyphen(index) {
                        guard text[position] == UInt8(ascii: "-") else { return false }
                        position += 1
                    }
                    guard let high = nibble(text[position]), let low = nibble(text[position + 1]) else { return false }
                    bytes[index] = high << 4 | low
                    position += 2
                }
                return true
            }
        }
        guard isRead else { return nil }
        uuid = UUID(uuid: value)
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: uuid.uuid) { Array($0) } }

    package var description: String {
        withUnsafeBytes(of: uuid.uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var position = 0
                for index in 0..<16 {
                    if isBehindHyphen(index) {
                        text[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    text[position] = digit(bytes[index] >> 4)
                    text[position + 1] = digit(bytes[index] & 0x0F)
                    position += 2
                }
                return 36
            }
        }
    }

    /// A random identifier (RFC 9562 version 4) from sixteen random bytes: what Entra uses for objects that people name.
    package static func random(_ randomBytes: (Int) -> [UInt8]) -> ID {
        stamped(randomBytes(16), version: 0x40)
    }

    /// A time-ordered identifier (RFC 9562 version 7): milliseconds, then 74 random bits. For rows that are written
    /// often, because neighbours in time stay neighbours in the index.
    package static func timeOrdered(at now: Date, _ randomBytes: (Int) -> [UInt8]) -> ID {
        var bytes = randomBytes(16)
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1000))
        for position in 0..<6 { bytes[position] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * position)) }
        return stamped(bytes, version: 0x70)
    }

    private static func stamped(_ random: [UInt8], version: UInt8) -> ID {
        var bytes = random
        bytes[6] = (bytes[6] & 0x0F) | version
        bytes[8] = (bytes[8] & 0x3F) | 0x80
        guard let id = ID(bytes: bytes) else { preconditionFailure("the random source returned too few bytes") }
        return id
    }
}

/// Whether a hyphen stands before that byte in the canonical form of a GUID: 8-4-4-4-12.
private func isBehindHyphen(_ index: Int) -> Bool { index == 4 || index == 6 || index == 8 || index == 10 }

private func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble + 48 : nibble + 87 }

private func nibble(_ character: UInt8) -> UInt8? {
    switch character {
    case 48...57: character - 48
    case 65...70: character - 55
    case 97...102: character - 87
    default: nil
    }
}
