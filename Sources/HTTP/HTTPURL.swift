/// An absolute `http` or `https` URL in the narrow form that every reader agrees on (RFC 3986, less what browsers and
/// libraries read differently).
///
/// Refused: user information, a backslash, white space, controls, anything beyond ASCII, an empty or overlong host, a
/// trailing dot, an IPv4 address in any notation but four plain decimals, a zone in an IPv6 address, an empty or zero
/// port, dot segments however they are escaped, broken escapes, more than 8,192 octets.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    /// Why a string is not such a URL.
    package enum Flaw: Error, Sendable, Equatable, CustomStringConvertible {
        case tooLong
        case notASCII
        case scheme
        case userInformation
        case host
        case port
        case path
        case query
        case fragment

        package var description: String {
            switch self {
            case .tooLong: "longer than 8192 octets"
            case .notASCII: "white space, a control, a backslash or a character beyond ASCII"
            case .scheme: "does not begin with http:// or https://"
            case .userInformation: "has a user name"
            case .host: "the host is not a plain name or address"
            case .port: "the port is not a number from 1 to 65535"
            case .path: "the path has a dot segment, a broken escape or a character that must be escaped"
            case .query: "the query has a broken escape or a character that must be escaped"
            case .fragment: "the fragment has a broken escape or a character that must be escaped"
            }
        }
    }

    /// Exactly what was parsed.
    package let string: String
    package let scheme: Scheme
    /// In lower case; an IPv6 address has its brackets.
    package let host: String
    /// As it was written; nil where the scheme's own is meant.
    package let port: Int?
    /// Still escaped; empty or beginning with a slash.
    package let path: String
    package let query: String?
    package let fragment: String?

    package init?(_ string: String) {
        do throws(Flaw) {
            try self.init(parsing: string)
        } catch { return nil }
    }

    package init(parsing string: String) throws(Flaw) {
        let bytes = Array(string.utf8)
        guard bytes.count <= 8192 else { throw .tooLong }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { throw .notASCII }
        var rest = bytes[...]
        if Octets.equal(rest.prefix(8), ignoringCase: "https://") {
            scheme = .https
            rest = rest.dropFirst(8)
        } else if Octets.equal(rest.prefix(7), ignoringCase: "http://") {
            scheme = .http
            rest = rest.dropFirst(7)
        } else {
            throw .scheme
        }
        var fragment: ArraySlice<UInt8>?
        var query: ArraySlice<UInt8>?
        (rest, fragment) = Self.cut(rest, at: UInt8(ascii: "#"))
        (rest, query) = Self.cut(rest, at: UInt8(ascii: "?"))
        let pathStart = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let authority = rest[..<pathStart]
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInformation }
        guard let (host, portText) = HostName.split(authority), HostName.isHost(host) else { throw .host }
        port = try portText.map { (text) throws(Flaw) in
            guard let port = HostName.port(text) else { throw .port }
            return port
        }
        self.host = String(decoding: host.map(Octets.lowercased), as: UTF8.self)
        let path = rest[pathStart...]
        guard PathSegments.fault(in: bytes, path.startIndex..<path.endIndex) == nil else { throw .path }
        self.path = String(decoding: path, as: UTF8.self)
        self.query = try query.map { (text) throws(Flaw) in try Self.checked(text, else: .query) }
        self.fragment = try fragment.map { (text) throws(Flaw) in try Self.checked(text, else: .fragment) }
        self.string = string
    }

    package var description: String { string }

    /// The port that a connection goes to.
    package var effectivePort: Int { port ?? (scheme == .https ? 443 : 80) }

    /// Scheme, host and port as browsers write them in an Origin field (RFC 6454 §6.2): no default port, no slash.
    package var origin: String {
        let isDefault = effectivePort == (scheme == .https ? 443 : 80)
        return "\(scheme.rawValue)://\(host)" + (isDefault ? "" : ":\(effectivePort)")
    }

    /// `localhost` and what is under it, 127.0.0.0/8 and ::1: where a development installation may use plain http.
    package var isLoopback: Bool {
        let bytes = Array(host.utf8)[...]
        if host == "localhost" || host.hasSuffix(".localhost") { return true }
        if let address = IPv4Text.parse(bytes) { return address[0] == 127 }
        return IPv6Text.parse(bytes.dropFirst().dropLast()) == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether the host is an address rather than a name.
    package var isAddress: Bool {
        host.hasPrefix("[") || IPv4Text.parse(Array(host.utf8)[...]) != nil
    }

    private static func cut(
        _ text: ArraySlice<UInt8>, at delimiter: UInt8
    ) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>?) {
        guard let at = text.firstIndex(of: delimiter) else { return (text, nil) }
        return (text[..<at], text[(at + 1)...])
    }

    private static func checked(_ text: ArraySlice<UInt8>, else flaw: Flaw) throws(Flaw) -> String {
        guard OctetSet.query.contains(all: text), PercentEncoding.octets(text) != nil else { throw flaw }
        return String(decoding: text, as: UTF8.self)
    }
}
