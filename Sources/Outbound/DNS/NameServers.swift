import Glibc
package import Server

/// Whom names are asked of: recursive resolvers, in the order in which they are tried.
package enum NameServers: Sendable, Hashable {
    /// As the operator listed them.
    case listed([SocketAddress])
    /// The `nameserver` lines of resolv.conf(5), read again for each question.
    case file(String)

    package static let system = NameServers.file("/etc/resolv.conf")

    /// resolv.conf's own limit.
    private static let maximum = 3
    private static let port: UInt16 = 53

    /// `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`; port 53 where none is given.
    package static func address(_ text: String) -> SocketAddress? {
        if let address = SocketAddress(text, port: port) { return text == "localhost" ? nil : address }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0,
            text[text.index(after: colon)...] == "\(port)"
        else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = SocketAddress(String(host.dropFirst().dropLast()), port: port)
            return address?.isIPv4 == true ? nil : address
        }
        // An IPv6 address with a port needs its brackets: without them the port could be its last group.
        guard !host.contains(":"), host != "localhost" else { return nil }
        return SocketAddress(String(host), port: port)
    }

    var addresses: [SocketAddress] {
        switch self {
        case .listed(let addresses): return addresses
        case .file(let path):
            let text = readFile(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let named = Self.addresses(resolverFile: text)
            // What resolv.conf(5) says of a file that names none.
            return named.isEmpty ? [SocketAddress("127.0.0.1", port: Self.port)].compactMap { $0 } : named
        }
    }

    static func addresses(resolverFile text: String) -> [SocketAddress] {
        let lines = text.split(whereSeparator: \.isNewline)
        let named = lines.compactMap { line -> SocketAddress? in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return SocketAddress(String(words[1]), port: port)
        }
        return Array(named.prefix(maximum))
    }
}
