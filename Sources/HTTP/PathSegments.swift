/// A path cut at its slashes and unescaped once (RFC 3986 §3.3).
enum PathSegments {
    /// Why a path is not one we route, or nil. An escaped slash, backslash or dot segment is refused because a proxy in
    /// front may unescape it before it applies its rules.
    static func fault(in bytes: [UInt8], _ range: Range<Int>) -> String? {
        var segment = range.lowerBound
        var isPlain = true
        for at in range {
            let byte = bytes[at]
            guard OctetSet.path.contains(byte) else { return "the path has characters that must be escaped" }
            if byte == UInt8(ascii: "/") {
                if at > segment, let fault = segmentFault(in: bytes, segment..<at, isPlain) { return fault }
                segment = at + 1
                isPlain = true
            } else if byte == UInt8(ascii: "%") {
                isPlain = false
            }
        }
        return range.upperBound > segment ? segmentFault(in: bytes, segment..<range.upperBound, isPlain) : nil
    }

    private static func segmentFault(in bytes: [UInt8], _ range: Range<Int>, _ isPlain: Bool) -> String? {
        let decoded: [UInt8]
        if isPlain {
            guard range.count <= 2, bytes[range.lowerBound] == UInt8(ascii: ".") else { return nil }
            decoded = Array(bytes[range])
        } else {
            guard let octets = PercentEncoding.octets(bytes[range]) else { return "the path has a broken escape" }
            decoded = octets
            for octet in decoded where octet < 0x20 || octet == 0x7F { return "the path has an escaped control" }
            guard !decoded.contains(UInt8(ascii: "/")), !decoded.contains(UInt8(ascii: "\\")) else {
                return "the path has an escaped slash or backslash"
            }
            guard String(validating: decoded, as: UTF8.self) != nil else { return "the path is not UTF-8" }
        }
        return decoded == [0x2E] || decoded == [0x2E, 0x2E] ? "the path has a dot segment" : nil
    }

    /// The segments of a path that has no fault.
    static func decoded(_ path: ArraySlice<UInt8>) -> [String] {
        guard path.count > 1, path.first == UInt8(ascii: "/") else { return [] }
        var segments: [String] = []
        segments.reserveCapacity(8)
        var start = path.startIndex + 1
        var isPlain = true
        for at in start...path.endIndex {
            if at < path.endIndex, path[at] != UInt8(ascii: "/") {
                if path[at] == UInt8(ascii: "%") { isPlain = false }
                continue
            }
            let segment = path[start..<at]
            segments.append(
                isPlain
                    ? String(decoding: segment, as: UTF8.self)
                    : String(decoding: PercentEncoding.octets(segment) ?? [], as: UTF8.self))
            start = at + 1
            isPlain = true
        }
        return segments
    }
}
