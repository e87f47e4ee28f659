/// Where requests may go. By default the public internet over https; everything else is named by the operator.
///
/// Two requests share a connection only when their policies are equal, so a policy is a value and small.
package struct EgressPolicy: Sendable, Hashable {
    /// What the operator named in the configuration.
    package enum Allowance: Sendable, Hashable {
        /// This host and port, at whatever loopback or private address the name leads to. Never at a link-local,
        /// metadata or multicast one: those take a network.
        case host(String, port: Int)
        /// Every address in a network, under any name.
        case network(NetworkPrefix)

        /// `idp.corp.example:8443`, `[fd00::1]:443`, `10.2.0.0/16`, `10.2.3.4`.
        package init?(_ text: String) {
            if let range = NetworkPrefix(text) {
                self = .network(range)
                return
            }
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else {
                return nil
            }
            // An IPv4 address in its one spelling is read alike by everybody. A start need not load libcurl for it.
            let host = String(text[..<colon])
            if let address = RemoteAddress(host), text == "\(address):\(port)", !host.contains(":"),
                (1...65_535).contains(port)
            {
                self = .host(host, port: port)
                return
            }
            guard
                text.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "+") }),
                let url = OutboundURL("https://\(text)/"), url.port == port
            else { return nil }
            self = .host(url.host, port: port)
        }
    }

    /// Where requests of this policy belong, for the log.
    package var name: String
    package var allowances: [Allowance]
    /// Development only: `http:` to loopback, and loopback addresses at all.
    package var allowsPlainHTTPToLoopback: Bool
    /// Nothing but loopback, whatever else is said: for mail that goes unencrypted.
    var isLoopbackOnly = false

    package init(name: String, allowances: [Allowance] = [], allowsPlainHTTPToLoopback: Bool = false) {
        self.name = name
        self.allowances = allowances
        self.allowsPlainHTTPToLoopback = allowsPlainHTTPToLoopback
    }

    package static let publicInternetOnly = EgressPolicy(name: "public internet")
    package static let development = EgressPolicy(name: "development", allowsPlainHTTPToLoopback: true)
}

/// Whether something may be connected to, and if not, why in one clause that names it.
package enum EgressVerdict: Sendable, Hashable {
    case allowed
    case refused(String)
}

extension EgressPolicy {
    /// The rule for a socket about to connect. `url` says which name and scheme led here.
    package func verdict(on address: RemoteAddress, port: Int, for url: OutboundURL) -> EgressVerdict {
        if url.scheme == .http, address.specialUse != .loopback {
            return .refused("\(url.host) is at \(address), and http: goes to loopback only")
        }
        if isLoopbackOnly && address.specialUse != .loopback {
            return .refused("\(url.host) is at \(address), and mail without TLS goes to loopback only")
        }
        guard let use = address.specialUse else { return .allowed }
        if allowsPlainHTTPToLoopback && use == .loopback { return .allowed }
        for allowance in allowances {
            switch allowance {
            case .network(let range) where range.contains(address): return .allowed
            case .host(let host, let allowedPort)
            where host == url.host && allowedPort == port && port == url.port && use.isReachableByName:
                return .allowed
            default: continue
            }
        }
        let there = url.literalAddress == nil ? "\(url.host) is at \(address), which is" : "\(address) is"
        return .refused("\(there) \(use.rawValue) and not allowed by name")
    }

    /// What can be said of an address before anything is resolved. A name that passes may still lead somewhere
    /// refused; then the socket is.
    package func verdict(on url: OutboundURL) -> EgressVerdict {
        switch url.scheme {
        case .http where !allowsPlainHTTPToLoopback: return .refused("\(url.host) is addressed by http:, not https:")
        case .http where !url.namesLoopback:
            return .refused("\(url.host) is addressed by http:, which is for loopback only")
        case .smtp, .smtps: return .refused("\(url.host) is addressed for mail")
        case .http, .https: break
        }
        guard let address = url.literalAddress else { return .allowed }
        return verdict(on: address, port: url.port, for: url)
    }
}
