package import Cryptography
package import Directory
import Glibc
package import Server

/// Why a name's TXT records are not known. Says nothing about whether there are any.
package struct DNSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// A clause per attempt, such as `192.0.2.53 port 53 did not answer within 3 seconds`.
    package let attempts: [String]

    package var description: String { attempts.joined(separator: "; ") + "." }
}

/// Asks for TXT records, on the loop that asks where there is one.
///
/// There is no cache: who asks does so once a day and name. The servers are asked one after the other, a lone one
/// twice, each with a query of its own: a new number, a new source port.
package struct TXTResolver: Sendable {
    private let servers: NameServers
    private let fallback: Loop
    private let environment: Environment
    private let timeout: Duration

    private static let maximumAttempts = 3

    /// - Parameters:
    ///   - fallback: Runs the questions of callers that are on no loop.
    ///   - timeout: For one server's answer, by UDP and again by TCP.
    package init(
        _ servers: NameServers = .system, fallback: Loop, environment: Environment, timeout: Duration = .seconds(3)
    ) {
        self.servers = servers
        self.fallback = fallback
        self.environment = environment
        self.timeout = timeout
    }

    package func records(of domain: DomainName) async throws(DNSFailure) -> TXTAnswer {
        let name = DNSName(domain)
        let addresses = servers.addresses
        guard let first = addresses.first else { throw DNSFailure(attempts: ["no name server is configured"]) }
        var attempts: [String] = []
        for server in addresses.count == 1 ? [first, first] : Array(addresses.prefix(Self.maximumAttempts)) {
            guard !Task.isCancelled else { throw DNSFailure(attempts: attempts + ["the question was withdrawn"]) }
            let outcome = await ask(server, for: name)
            if case .reply(.answer(let answer)) = outcome { return answer }
            attempts.append("\(server.text) port \(server.port) \(clause(outcome))")
        }
        throw DNSFailure(attempts: attempts)
    }

    private func ask(_ server: SocketAddress, for name: DNSName) async -> DNSExchange.Outcome {
        let loop = Loop.current ?? fallback
        let outcome = await loop.exchange(query(name), with: server, over: .udp, timeout: timeout)
        guard outcome == .reply(.truncated) else { return outcome }
        return await loop.exchange(query(name), with: server, over: .tcp, timeout: timeout)
    }

    private func query(_ name: DNSName) -> DNSQuery {
        let random = environment.randomBytes(2)
        return DNSQuery(id: UInt16(random[0]) << 8 | UInt16(random[1]), name: name)
    }

    private func clause(_ outcome: DNSExchange.Outcome) -> String {
        switch outcome {
        case .reply(.failed(let code)): "answered with \(Self.codes[code] ?? "error \(code)")"
        case .reply: "answered with nothing to read"
        case .timeout(let flaw):
            "did not answer within \(timeout.components.seconds) seconds"
                + (flaw.map { " (a message was ignored: \($0))" } ?? "")
        case .malformed(let flaw): "sent a message that can't be read: \(flaw)"
        case .unreachable(let number): "can't be reached: \(String(cString: strerror(number)))"
        }
    }

    /// RFC 1035 §4.1.1.
    private static let codes: [UInt8: String] = [1: "FORMERR", 2: "SERVFAIL", 4: "NOTIMP", 5: "REFUSED"]
}
