internal import CCurl

/// An absolute address that something can be fetched from, parsed by the very parser that will connect, so that the
/// check and the connection never read it differently.
package struct OutboundURL: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http, https, smtp, smtps
    }

    package let description: String
    package let scheme: Scheme
    /// Lower case; brackets and zone identifiers never. Shorthands of IPv4 (`0x7f000001`, `127.1`) are written out.
    package let host: String
    package let port: Int

    package static let maximumLength = 4096

    /// Nil for relative addresses, other schemes, user names, fragments, and any byte that is not printable ASCII or
    /// that parsers are known to disagree on (backslash, space).
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") })
        else { return nil }
        let handle = CurlURL()
        guard handle.set(text), let schemeText = handle.part(CURLUPART_SCHEME),
            let scheme = Scheme(rawValue: schemeText),
            // "https:/host" and "https:host" are guessed at by libcurl; what is written must be what is meant.
            text.utf8.count > schemeText.utf8.count + 3,
            text.utf8.dropFirst(schemeText.utf8.count).starts(with: Array("://".utf8)),
            text.utf8.dropFirst(schemeText.utf8.count + 3).first != UInt8(ascii: "/"),
            handle.part(CURLUPART_USER) == nil, handle.part(CURLUPART_PASSWORD) == nil,
            handle.part(CURLUPART_ZONEID) == nil, let host = handle.part(CURLUPART_HOST), !host.isEmpty,
            let portText = handle.part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)), let port = Int(portText),
            (1...65_535).contains(port)
        else { return nil }
        // "user@" with an empty user leaves no part behind.
        let authority = text.utf8.dropFirst(schemeText.utf8.count + 3).prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }
        guard !authority.contains(UInt8(ascii: "@")), !host.contains("%") else { return nil }
        description = text
        self.scheme = scheme
        self.port = port
        self.host = (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host).lowercased()
    }

    /// The address, where the host is one.
    package var literalAddress: RemoteAddress? { RemoteAddress(host) }

    /// A literal loopback address, or the one name that never leaves the machine (RFC 6761 §6.3).
    package var namesLoopback: Bool { host == "localhost" || literalAddress?.specialUse == .loopback }
}

/// Owns a parsed address of libcurl's.
struct CurlURL: ~Copyable {
    let handle: OpaquePointer?

    init() { handle = curlIsReady ? shim_url() : nil }

    deinit {
        if let handle { shim_url_cleanup(handle) }
    }

    func set(_ text: String) -> Bool { handle != nil && shim_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK }

    func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard handle != nil, shim_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { shim_free(text) }
        return String(cString: text)
    }
}
