package import Cryptography
package import Directory
package import Outbound

/// Asks a connector, within 20 seconds, and once more where nothing came. Both tries carry the same `Idempotency-Key`, so
/// that the service can tell the second from another sign-up.
package struct ConnectorExchange: Sendable {
    private let fetch: PartnerFetch
    private let policy: EgressPolicy
    private let environment: Environment

    static let timeout = Duration.seconds(20)
    static let maximumBytes = 64 * 1024

    package init(fetch: PartnerFetch, policy: EgressPolicy, environment: Environment) {
        self.fetch = fetch
        self.policy = policy
        self.environment = environment
    }

    /// - Parameters:
    ///   - password: Of ``APIConnector/username``.
    ///   - asked: What the flow collects.
    package func ask(
        _ connector: APIConnector, password: Secret, _ request: ConnectorRequest, asked: [UserFlowAttribute]
    ) async throws(ConnectorFailure) -> ConnectorReply {
        guard !connector.username.utf8.contains(UInt8(ascii: ":")) else {
            throw .misconfigured("its user name has a colon")
        }
        let credentials = password.withBytes { Base64.encode(Array((connector.username + ":").utf8) + Array($0)) }
        let sent = FetchRequest(
            .post, connector.targetURL,
            fields: [
                ("Content-Type", "application/json"), ("Accept", "application/json"),
                ("Authorization", "Basic " + credentials),
                ("Idempotency-Key", Base64URL.encode(environment.randomBytes(16))),
            ], body: request.body, timeout: Self.timeout, maximumBytes: Self.maximumBytes)
        let answer: FetchResult
        do throws(FetchError) {
            answer = try await send(sent)
        } catch {
            if error.isOurs { throw .misconfigured("\(error)") }
            throw .unreachable("\(error)")
        }
        return try ConnectorReply(status: answer.status, body: answer.body, step: request.step, asked: asked)
    }

    private func send(_ request: FetchRequest) async throws(FetchError) -> FetchResult {
        do throws(FetchError) {
            return try await fetch.send(request, policy)
        } catch {
            guard error.isWorthAnotherTry else { throw error }
            return try await fetch.send(request, policy)
        }
    }
}

extension FetchError {
    /// The address was refused before a byte was sent.
    fileprivate var isOurs: Bool {
        switch self {
        case .notAllowed, .badRequest: true
        case .timeout, .connect, .resolve, .tls, .tooLarge, .malformed, .canceled: false
        }
    }

    /// Nothing came. What came and was refused, or was never sent, is the same the second time.
    fileprivate var isWorthAnotherTry: Bool {
        switch self {
        case .timeout, .connect, .resolve: true
        case .notAllowed, .tls, .tooLarge, .malformed, .badRequest, .canceled: false
        }
    }
}
