internal import Cryptography

/// How large a token may be before anything is decoded.
package struct JOSELimits: Sendable, Hashable {
    /// Of the whole compact serialization.
    package var token: Int
    /// Of the header, decoded.
    package var header: Int

    package init(token: Int = 65_536, header: Int = 8192) {
        self.token = token
        self.header = header
    }

    package static let `default` = JOSELimits()
}

/// A compact serialization cut at its dots (RFC 7515 §7.1, RFC 7516 §7.1). Nothing but three or five runs of base64url:
/// a JSON serialization, or a text that two readers take for different tokens (CVE-2022-39227), does not survive this.
struct CompactSerialization {
    let bytes: [UInt8]
    /// Where each part begins and ends.
    private let parts: [Range<Int>]

    init(_ bytes: [UInt8], parts count: Int, limits: JOSELimits) throws(JOSEError) {
        guard bytes.count <= limits.token else { throw .tooLarge(limit: limits.token) }
        var parts: [Range<Int>] = []
        parts.reserveCapacity(count)
        var start = 0
        var dots = 0
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: ".") {
            dots += 1
            if dots < count { parts.append(start..<position) }
            start = position + 1
        }
        parts.append(start..<bytes.count)
        guard dots == count - 1 else { throw .notJWT("\(dots + 1) parts where \(count) were expected") }
        self.bytes = bytes
        self.parts = parts
    }

    /// The part, decoded strictly.
    func decoded(_ index: Int, _ name: String) throws(JOSEError) -> [UInt8] {
        guard let decoded = Base64URL.decode(Array(bytes[parts[index]])) else { throw .badBase64(part: name) }
        return decoded
    }

    /// The part as it was sent.
    func encoded(_ index: Int) -> [UInt8] { Array(bytes[parts[index]]) }

    func isEmpty(_ index: Int) -> Bool { parts[index].isEmpty }

    /// Everything before the last dot: what a signature covers.
    var beforeLast: [UInt8] { Array(bytes[..<(parts[parts.count - 1].lowerBound - 1)]) }
}
