import Cryptography
import Directory
import FoundationEssentials
import JOSE
import JSON
import Outbound
import Synchronization

@testable import Upstream

/// An OpenID Provider in memory that answers what a test tells it to, beginning with what an honest one would.
final class FakeProvider: Sendable {
    struct State {
        var discovery: JSONObject
        var keys: [JWK]
        var cacheControl: String?
        var claims: JSONObject = [:]
        var header: [(String, JSONValue)] = []
        var userInfo: JSONObject?
        /// Answers at addresses of other sites, by what comes before the query.
        var pages: [String: @Sendable (FetchRequest) -> FetchResult] = [:]
        var tokenResponse: (@Sendable (String) -> FetchResult)?
        /// Instead of a signed one.
        var idToken: String?
        var requests: [FetchRequest] = []
        var failure: FetchError?
    }

    let issuer: String
    let clientID: String
    let signer: JWSSigner
    let publicKey: JWK
    let clock = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
    let state: Mutex<State>

    init(issuer: String = "https://idp.example/t", clientID: String = "client", signsWithRSA: Bool = false) throws {
        self.issuer = issuer
        self.clientID = clientID
        if signsWithRSA {
            let key = try Self.rsaKey.get()
            signer = try JWSSigner(key: key, keyID: "k1", algorithm: .rs256, type: "JWT")
            publicKey = JWK(key.publicKey, keyID: "k1", use: "sig", algorithm: "RS256")
        } else {
            let key = try SigningKey.generate(.ec(.p256))
            signer = try JWSSigner(key: key, keyID: "k1", algorithm: .es256, type: "JWT")
            publicKey = try FakeProvider.jwk(key, "k1")
        }
        state = Mutex(
            State(
                discovery: [
                    "issuer": .string(issuer), "authorization_endpoint": "https://idp.example/authorize",
                    "token_endpoint": "https://idp.example/token", "jwks_uri": "https://idp.example/keys",
                    "userinfo_endpoint": "https://idp.example/userinfo", "response_types_supported": ["code"],
                    "authorization_response_iss_parameter_supported": true,
                ], keys: [publicKey]))
    }

    /// One for all tests: it costs more than any of them.
    private static let rsaKey = Result { try SigningKey.generate(.rsa(bits: 2048)) }

    static func jwk(_ key: SigningKey, _ keyID: String) throws -> JWK {
        guard case .ec(_, let x, let y) = key.publicKey.components else { throw JOSEError.keyFailed("no curve") }
        return try JWK([
            "kty": "EC", "crv": "P-256", "kid": .string(keyID), "use": "sig", "alg": "ES256",
            "x": .string(Base64URL.encode(x)), "y": .string(Base64URL.encode(y)),
        ])
    }

    var environment: Environment {
        Environment(now: { self.clock.withLock { $0 } }, randomBytes: Environment.live.randomBytes)
    }

    func advance(_ seconds: Double) { clock.withLock { $0 += seconds } }

    func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }

    var fetch: PartnerFetch { PartnerFetch { request, _ throws(FetchError) in try self.answer(request) } }

    func requests(to path: String) -> [FetchRequest] {
        state.withLock { $0.requests.filter { $0.url == "https://idp.example\(path)" } }
    }

    private func answer(_ request: FetchRequest) throws(FetchError) -> FetchResult {
        state.withLock { $0.requests.append(request) }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let fields = state.withLock { $0.cacheControl }.map { [(name: "cache-control", value: $0)] } ?? []
        func json(_ object: JSONObject) -> FetchResult {
            FetchResult(status: 200, fields: fields, body: JSONWriter.write(.object(object)))
        }
        let address = String(request.url.prefix { $0 != "?" })
        if let page = state.withLock({ $0.pages[address] }) { return page(request) }
        switch request.url {
        case "https://idp.example/t/.well-known/openid-configuration",
            _ where request.url.hasSuffix("-configuration"):
            return json(state.withLock { $0.discovery })
        case "https://idp.example/keys":
            return json(["keys": .array(state.withLock { $0.keys }.map(\.json))])
        case "https://idp.example/token":
            let form = String(decoding: request.body, as: UTF8.self)
            if let respond = state.withLock({ $0.tokenResponse }) { return respond(form) }
            return json([
                "access_token": "access", "token_type": "Bearer", "id_token": .string(idToken()),
            ])
        case "https://idp.example/userinfo":
            guard let userInfo = state.withLock({ $0.userInfo }) else { return FetchResult(status: 401) }
            return json(userInfo)
        default: return FetchResult(status: 404)
        }
    }

    /// The token of the moment: what an honest provider says, and what the test made of it. A null removes a claim.
    func idToken() -> String {
        let (claims, given) = state.withLock { ($0.claims, $0.idToken) }
        if let given { return given }
        let now = Int64(clock.withLock { $0 }.timeIntervalSince1970)
        var all: JSONObject = [
            "iss": .string(issuer), "aud": .string(clientID), "sub": "sub-1", "iat": .integer(now),
            "exp": .integer(now + 300), "auth_time": .integer(now),
        ]
        for (name, value) in claims.members { all[name] = value.isNull ? nil : value }
        let token = try? signer.sign(JSONWriter.write(.object(all)))
        return String(decoding: token ?? [], as: UTF8.self)
    }
}

/// A sign-in at a fake provider, begun; the test brings back what it likes.
struct TestSignIn {
    let provider: FakeProvider
    var context: PartnerContext
    let upstream: UpstreamProviders
    var transaction: UpstreamTransaction
    let location: String
    static let signIn = [UInt8](repeating: 7, count: 16)

    init(
        _ provider: FakeProvider, connection: Partner.Connection? = nil, hint: SignInHint = SignInHint(),
        secret: Secret? = Secret(utf8: "s:e c%ret"), assertionKey: JWSSigner? = nil, name: String = "idp"
    ) async throws {
        self.provider = provider
        let connection =
            connection
            ?? .oidc(
                Partner.OIDCConnection(
                    issuer: provider.issuer, clientID: provider.clientID, clientAuthentication: .clientSecretBasic,
                    secretName: "s", algorithms: ["ES256"]))
        let partner = Partner(
            id: .random(Environment.live.randomBytes), name: name, displayName: "IdP", connection: connection)
        context = PartnerContext(
            tenant: TestSignIn.tenant, base: "https://gateway.example", partner: partner, clientSecret: secret,
            assertionKey: assertionKey, environment: provider.environment, egress: .publicInternetOnly)
        upstream = UpstreamProviders(fetch: provider.fetch, environment: provider.environment)
        let begun = try await upstream.begin(context, signIn: TestSignIn.signIn, hint: hint)
        guard case .redirect(let location) = begun.departure else { preconditionFailure("OpenID Connect redirects") }
        (self.location, transaction) = (location, begun.transaction)
        let nonce = transaction.nonce
        provider.change { $0.claims["nonce"] = .string(nonce) }
    }

    static let tenant = Tenant.ID(bytes: [UInt8](repeating: 0x11, count: 16)) ?? .random(Environment.live.randomBytes)

    var honest: [(name: String, value: String)] {
        [("code", "c0de"), ("state", transaction.state), ("iss", provider.issuer)]
    }

    func finish(_ response: [(name: String, value: String)]? = nil) async throws(UpstreamError) -> VouchedIdentity {
        try await upstream.finish(context, transaction, response: response ?? honest)
    }

    /// The error that finishing ends with; nil: it was accepted.
    func refusal(_ response: [(name: String, value: String)]? = nil) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await finish(response)
            return nil
        } catch {
            return error
        }
    }

    /// Changes the provider's next token, and says what becomes of it.
    func refusal(claims: JSONObject) async -> UpstreamError? {
        provider.change { state in
            for (name, value) in claims.members { state.claims[name] = value }
        }
        return await refusal()
    }
}

func parameters(_ text: some StringProtocol) -> [String: String] {
    var parameters: [String: String] = [:]
    for pair in text.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        parameters[String(parts[0])] = percentDecoded(String(parts[1]))
    }
    return parameters
}

private func percentDecoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// An address that a test wrote itself.
func emailAddress(_ text: String) -> EmailAddress {
    guard let address = EmailAddress(text) else { fatalError("\(text) is no address") }
    return address
}
