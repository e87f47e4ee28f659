import Cryptography
import Directory
import FoundationEssentials
import JOSE
import JSON
import Outbound
import Testing

@testable import Upstream

/// What the known providers' stand-ins share.
enum Stand {
    static let appSecret = "app secret"

    /// A sign-in begun at a provider that speaks OpenID Connect under its own name.
    static func signIn(
        _ provider: Provider, issuer: String, document: String? = nil, trustsVerifiedEmail: Bool = true,
        origin: String? = nil, hint: SignInHint = SignInHint(), secret: Secret = Secret(utf8: appSecret),
        claims: JSONObject = [:]
    ) async throws -> TestSignIn {
        let fake = try FakeProvider(issuer: issuer, signsWithRSA: true)
        fake.change { state in
            if let document { state.discovery["issuer"] = .string(document) }
            state.discovery["authorization_response_iss_parameter_supported"] = nil
            for (name, value) in claims.members { state.claims[name] = value }
        }
        return try await TestSignIn(
            fake,
            connection: .provider(
                ProviderConnection(
                    provider, clientID: fake.clientID, secretName: "s", origin: origin,
                    trustsVerifiedEmail: trustsVerifiedEmail)),
            hint: hint, secret: secret, name: provider.kind.rawValue.lowercased())
    }

    static func json(_ value: JSONValue, status: Int = 200) -> FetchResult {
        FetchResult(
            status: status, fields: [(name: "content-type", value: "application/json")], body: JSONWriter.write(value))
    }

    static func query(_ request: FetchRequest) -> [String: String] {
        request.url.split(separator: "?", maxSplits: 1).dropFirst().first.map { parameters($0) } ?? [:]
    }
}

extension TestSignIn {
    /// Without `iss`, which few of them send.
    var plain: [(name: String, value: String)] { [("code", "c0de"), ("state", transaction.state)] }

    var query: [String: String] { parameters(location.split(separator: "?", maxSplits: 1)[1]) }

    func identity() async throws -> ExternalIdentity { try await finish(plain).identity }

    /// Changes the provider's next token, and says what becomes of it.
    func rule(_ claims: JSONObject = [:], _ response: [(name: String, value: String)]? = nil) async -> String? {
        provider.change { state in
            for (name, value) in claims.members { state.claims[name] = value }
        }
        return await refusal(response ?? plain)?.rule
    }

    func tokenForm() throws -> [String: String] {
        let request = try #require(provider.state.withLock { $0.requests }.last { $0.method == .post })
        return parameters(String(decoding: request.body, as: UTF8.self))
    }
}
