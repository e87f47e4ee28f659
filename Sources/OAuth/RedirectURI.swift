/// A client's registered redirect address, and the comparison with a received one: byte for byte (RFC 9700 §2.1), with
/// the one exemption of RFC 8252 §7.3 for native applications on a loopback address.
package struct RedirectURI: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Checks an address for registration.
    ///
    /// - Parameter allowsLoopback: Development: plain http on a loopback name is accepted for every kind.
    package init(_ raw: String, forKind kind: RegisteredClient.Kind, allowsLoopback: Bool = false)
        throws(RedirectURIFault)
    {
        try Self.check(Array(raw.utf8), kind, allowsLoopback)
        description = raw
    }

    package static func isAcceptable(
        _ raw: String, forKind kind: RegisteredClient.Kind, allowsLoopback: Bool = false
    ) -> Bool {
        (try? check(Array(raw.utf8), kind, allowsLoopback)) != nil
    }

    /// Whether a received address is one of the registered ones. Nothing is decoded, folded or normalised.
    package static func matches(_ received: String, registered: [String], kind: RegisteredClient.Kind) -> Bool {
        match(received, registered: registered, kind: kind).isMatch
    }

    /// The same with its reason, for the record and for `oauth redirect`.
    package static func match(
        _ received: String, registered: [String], kind: RegisteredClient.Kind
    ) -> RedirectMatch {
        let bytes = Array(received.utf8)
        for candidate in registered where bytes.elementsEqual(candidate.utf8) { return .exact(candidate) }
        guard kind == .native, let asked = LoopbackAddress(bytes) else { return .none }
        for candidate in registered {
            guard let known = LoopbackAddress(Array(candidate.utf8)) else { continue }
            if known.host == asked.host, known.rest == asked.rest { return .anyPort(candidate) }
        }
        return .none
    }
}

package enum RedirectMatch: Sendable, Hashable {
    case exact(String)
    /// A native client on the loopback address with another port (RFC 8252 §7.3).
    case anyPort(String)
    case none

    package var isMatch: Bool { self != .none }
}

/// Why an address can't be registered. One sentence each for whoever registers it.
package enum RedirectURIFault: Error, Sendable, Hashable, CustomStringConvertible {
    case tooLong
    case forbiddenCharacter
    case fragment
    case noScheme
    case forbiddenScheme(String)
    case plainHTTP
    case noHost
    case badHost
    case userInfo
    case badPort
    case dotSegment
    case badPercentEncoding

    package var description: String {
        switch self {
        case .tooLong: "It is longer than \(RedirectURI.lengthLimit) bytes."
        case .forbiddenCharacter:
            "It holds a space, a backslash, a wildcard, a quote, or a character that is not ASCII."
        case .fragment: "It has a fragment ('#')."
        case .noScheme: "It has no scheme."
        case .forbiddenScheme(let scheme):
            "The scheme '\(scheme)' is not accepted: https, or for a native application a scheme with a dot."
        case .plainHTTP: "Plain http is only for a native application on http://127.0.0.1 or http://[::1]."
        case .noHost: "It has no host."
        case .badHost: "Its host is not a DNS name or address in lower case, without a trailing dot."
        case .userInfo: "It has user information ('@') before its host."
        case .badPort: "Its port is not a number from 1 to 65535."
        case .dotSegment: "Its path has a '.' or '..' segment, or an encoded slash, backslash or dot."
        case .badPercentEncoding: "It has a '%' that is not followed by two hexadecimal digits."
        }
    }
}

extension RedirectURI {
    /// As much as a response head behind an ordinary proxy carries beside the code and the state.
    static let lengthLimit = 1024

    private static func check(_ bytes: [UInt8], _ kind: RegisteredClient.Kind, _ allowsLoopback: Bool)
        throws(RedirectURIFault)
    {
        guard bytes.count <= lengthLimit else { throw .tooLong }
        guard bytes.allSatisfy(isAllowed) else { throw .forbiddenCharacter }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw .fragment }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let first = bytes.first, isLowerLetter(first),
            bytes[..<colon].allSatisfy(isSchemeByte)
        else { throw .noScheme }
        try checkPercentEncoding(bytes[colon...])
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self)
        let rest = bytes[(colon + 1)...]
        switch scheme {
        case "https", "http":
            guard rest.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]) else { throw .noHost }
            let host = try checkAuthority(rest.dropFirst(2))
            guard scheme == "http" else { return }
            let isLoopbackAddress = host == "127.0.0.1" || host == "[::1]"
            guard
                (kind == .native && isLoopbackAddress) || (allowsLoopback && (isLoopbackAddress || host == "localhost"))
            else { throw .plainHTTP }
        default:
            // RFC 8252 §7.1: a private scheme is a reversed domain name, so it has a dot; javascript, data, file and the
            // like have none.
            guard kind == .native, scheme.contains("."), !scheme.hasSuffix(".") else { throw .forbiddenScheme(scheme) }
            guard !rest.isEmpty else { throw .noHost }
            try checkPath(rest)
        }
    }

    /// What follows `//`: host, port, path, query. Answers the host.
    private static func checkAuthority(_ rest: ArraySlice<UInt8>) throws(RedirectURIFault) -> String {
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        var authority = rest[..<end]
        guard !authority.isEmpty else { throw .noHost }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInfo }
        let isLiteral = authority.first == UInt8(ascii: "[")
        let hostEnd =
            isLiteral
            ? authority.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : authority.firstIndex(of: UInt8(ascii: ":"))
        if let hostEnd, hostEnd < authority.endIndex {
            guard authority[hostEnd] == UInt8(ascii: ":"), isPort(authority[(hostEnd + 1)...]) else { throw .badPort }
            authority = authority[..<hostEnd]
        }
        guard isLiteral ? isIPv6Literal(authority) : isHostName(authority) else { throw .badHost }
        try checkPath(rest[end...])
        return String(decoding: authority, as: UTF8.self)
    }

    /// No segment that a browser or server would resolve to another place.
    private static func checkPath(_ rest: ArraySlice<UInt8>) throws(RedirectURIFault) {
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        let lowered = path.map { (65...90).contains($0) ? $0 + 32 : $0 }
        for segment in lowered.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) { throw .dotSegment }
            var position = segment.startIndex
            while position + 2 < segment.endIndex {
                if segment[position] == UInt8(ascii: "%") {
                    switch (segment[position + 1], segment[position + 2]) {
                    case (UInt8(ascii: "2"), UInt8(ascii: "e")), (UInt8(ascii: "2"), UInt8(ascii: "f")),
                        (UInt8(ascii: "5"), UInt8(ascii: "c")), (UInt8(ascii: "0")...UInt8(ascii: "1"), _):
                        throw .dotSegment
                    default: break
                    }
                }
                position += 1
            }
        }
    }

    private static func checkPercentEncoding(_ bytes: ArraySlice<UInt8>) throws(RedirectURIFault) {
        for position in bytes.indices where bytes[position] == UInt8(ascii: "%") {
            guard position + 2 < bytes.endIndex, hexValue(bytes[position + 1]) != nil,
                hexValue(bytes[position + 2]) != nil
            else { throw .badPercentEncoding }
        }
    }

    /// RFC 3986's characters without those that parsers disagree about.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, UInt8(ascii: "#")...UInt8(ascii: ")"), UInt8(ascii: "+")...UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: "?")...UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"), 97...122, UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        isLowerLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+")
    }

    private static func isLowerLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }

    private static func isHostName(_ host: ArraySlice<UInt8>) -> Bool {
        guard host.count <= 253 else { return false }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLowerLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
        }
        guard areLabels, let last = labels.last else { return false }
        // A last label that begins with a digit makes URL parsers read a number: only the plain dotted form is left.
        guard let digit = last.first, (48...57).contains(digit) else { return true }
        return labels.count == 4
            && labels.allSatisfy { label in
                label.allSatisfy { (48...57).contains($0) } && (label.count == 1 || label.first != UInt8(ascii: "0"))
                    && UInt8(String(decoding: label, as: UTF8.self)) != nil
            }
    }

    private static func isIPv6Literal(_ host: ArraySlice<UInt8>) -> Bool {
        guard host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]"), (4...41).contains(host.count) else {
            return false
        }
        // RFC 4291 §2.2 without a dotted end: eight groups of one to four hex digits, or fewer around one `::`.
        let groups = host.dropFirst().dropLast().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard
            groups.allSatisfy({ group in
                group.count <= 4 && group.allSatisfy { hexValue($0) != nil && !(65...70).contains($0) }
            })
        else { return false }
        let empty = groups.indices.filter { groups[$0].isEmpty }
        switch empty {
        case []: return groups.count == 8
        case [0, 1, 2]: return groups.count == 3
        case [0, 1], [groups.count - 2, groups.count - 1]: return (3...9).contains(groups.count)
        default: return empty.count == 1 && (1..<groups.count - 1).contains(empty[0]) && groups.count <= 8
        }
    }

    fileprivate static func isPort(_ digits: ArraySlice<UInt8>) -> Bool {
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (48...57).contains($0) })
        else { return false }
        return UInt16(String(decoding: digits, as: UTF8.self)) != nil
    }
}

/// `http://127.0.0.1` or `http://[::1]`, with or without a port, and what follows it. Not `localhost`, which a hosts file
/// or resolver can send elsewhere.
private struct LoopbackAddress {
    let host: StaticBytes
    let rest: ArraySlice<UInt8>

    enum StaticBytes { case v4, v6 }

    init?(_ bytes: [UInt8]) {
        let after: ArraySlice<UInt8>
        if bytes.starts(with: "http://127.0.0.1".utf8) {
            host = .v4
            after = bytes.dropFirst("http://127.0.0.1".utf8.count)
        } else if bytes.starts(with: "http://[::1]".utf8) {
            host = .v6
            after = bytes.dropFirst("http://[::1]".utf8.count)
        } else {
            return nil
        }
        guard after.first == UInt8(ascii: ":") else {
            guard after.first == nil || after.first == UInt8(ascii: "/") || after.first == UInt8(ascii: "?") else {
                return nil
            }
            rest = after
            return
        }
        let digits = after.dropFirst().prefix { (48...57).contains($0) }
        guard RedirectURI.isPort(digits) else { return nil }
        let next = after[digits.endIndex...]
        guard next.first == nil || next.first == UInt8(ascii: "/") || next.first == UInt8(ascii: "?") else {
            return nil
        }
        rest = next
    }
}

func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
}
