internal import HTTP

/// Who the client is when the connection comes from a reverse proxy that the configuration trusts.
///
/// `X-Forwarded-For` is read from the right: each trusted proxy appended the address it saw, so the first address
/// from the right that is not itself a trusted proxy is the client's; what stands left of it was sent by the client
/// and proves nothing. A malformed entry ends the walk at the last good one.
struct ForwardedFor {
    private let proxies: [AddressRange]

    init(proxies: [AddressRange]) { self.proxies = proxies }

    func trusts(_ address: SocketAddress) -> Bool { proxies.contains { $0.contains(address) } }

    /// The client's address from the header's values, in the order received.
    func client(behind proxy: SocketAddress, values: [String]) -> SocketAddress {
        var client = proxy
        for value in values.reversed() {
            for entry in value.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard let address = Self.address(entry) else { return client }
                client = address
                if !trusts(address) { return client }
            }
        }
        return client
    }

    /// Whether the outermost connection was TLS, as the nearest proxy says; nil when it does not.
    func isSecure(values: [String]) -> Bool? {
        guard let nearest = values.last?.split(separator: ",").last else { return nil }
        return trimmed(nearest).lowercased() == "https"
    }

    /// An address as proxies write it: bare, with a port, or an IPv6 address in brackets.
    private static func address(_ entry: Substring) -> SocketAddress? {
        var text = trimmed(entry)
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            text = text[text.index(after: text.startIndex)..<end]
        } else if let colon = text.firstIndex(of: ":"), text.contains("."), !text[..<colon].isEmpty,
            !text[text.index(after: colon)...].contains(":")
        {
            text = text[..<colon]
        }
        return text == "localhost" ? nil : SocketAddress(String(text))
    }
}

private func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
}
