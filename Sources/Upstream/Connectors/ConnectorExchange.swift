package import Cryptography
package import Directory
package import Outbound

/// Asks a connector, within 20 seconds, and once more where nothing came. Both tries carry the same `Idempotency-Key`, so
/// that the service can tell the second from another sign-up.
package struct ConnectorExchange: Sendable {
    private let fetch: PartnerFetch
    private let policy: EgressPolicy

    static let timeout = Duration.seconds(20)
    static let maximumBytes = 64 * 1024

    package init(_ providers: UpstreamProviders, policy: EgressPolicy) {
        self.init(fetch: providers.fetch, policy: policy)
    }

    init(fetch: PartnerFetch, policy: EgressPolicy) {
        self.fetch = fetch
        self.policy = policy
    }

    /// - Parameters:
    ///   - secret: What ``APIConnector/Authentication`` names.
    ///   - key: Of this step of this sign-up: the same as often as it is asked.
    ///   - asked: What the flow collects.
    package func ask(
        _ connector: APIConnector, secret: Secret, _ request: ConnectorRequest, key: [UInt8],
        asked: [UserFlowAttribute]
    ) async throws(ConnectorFailure) -> ConnectorReply {
        var sent = FetchRequest(
            .post, connector.targetURL,
            fields: [
                ("Content-Type", "application/json"), ("Accept", "application/json"),
                ("Idempotency-Key", Base64URL.encode(key)),
            ], body: request.body, timeout: Self.timeout, maximumBytes: Self.maximumBytes)
        switch connector.authentication {
        case .basic(let username, _):
            guard !username.utf8.contains(UInt8(ascii: ":")) else {
                throw .misconfigured("its user name has a colon")
            }
            let credentials = secret.withBytes { Base64.encode(Array((username + ":").utf8) + Array($0)) }
            sent.fields.append(("Authorization", "Basic " + credentials))
        case .clientCertificate: sent.clientIdentity = secret
        }
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
