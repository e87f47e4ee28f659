// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import HTTP
import JOSE
import JSON
import Outbound
import Synchronization

/// An outside OpenID provider that does whatever a test wants: honest by default, hostile claim by claim.
final class FakeProvider: Sendable {
    static let issuer = "https://login.northwind.test"

    let partner: Partner
    static let clientSecret = "the secret that northwind gave us"
    static let secretName = "northwind"
    let key: SigningKey
    let keyID: String
    private let environment: Environment
    private let state: Mutex<State>

    struct State: Sendable {
        /// Claims of the next ID Token beyond the protocol's own; a value of null removes the claim.
        var claims: [String: JSONValue] = [:]
        /// Codes that were handed out, with the nonce of their request.
        var codes: [String: (nonce: String, challenge: String)] = [:]
        var fetches: [String: Int] = [:]
        /// Signs the next token instead of the honest way.
        var forge: (@Sendable (_ claims: JSONObject) -> String)?
        var metadata: [String: JSONValue] = [:]
    }

    init(environment: Environment, partner: Partner) {
        self.environment = environment
        self.partner = partner
        key = try! SigningKey.generate(.ec(.p256))
        keyID = JWK.thumbprint(of: key.publicKey)
        state = Mutex(State())
    }

    /// How the host knows the provider.
    static func partner(_ id: Partner.ID) -> Partner {
        Partner(
            id: id, name: "northwind", displayName: "Northwind ID",
            connection: .oidc(
                .init(
                    issuer: issuer, clientID: "woodgrove", clientAuthentication: .clientSecretPost,
                    secretName: secretName)), domains: [DomainName("northwind.test")!])
    }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    func fetches(of path: String) -> Int { state.withLock { $0.fetches[path] ?? 0 } }

    /// The person at the provider: signed in, and sent back with a code.
    func authorize(_ location: String) throws -> String {
        let query = try Form.parse(Array((location.split(separator: "?", maxSplits: 1).last ?? "").utf8))
        let code = Base64URL.encode(environment.randomBytes(16))
        let nonce = try query.value("nonce") ?? ""
        let challenge = try query.value("code_challenge") ?? ""
        state.withLock { $0.codes[code] = (nonce, challenge) }
        let answer = Form.encode([("code", code), ("state", try query.value("state") ?? "")])
        return "\(try query.value("redirect_uri") ?? "")?\(answer)"
    }

    func answer(_ request: FetchRequest) throws(FetchError) -> FetchResult {
        let path = String(request.url.dropFirst(Self.issuer.count))
        state.withLock { $0.fetches[path, default: 0] += 1 }
        switch path {
        case "/.well-known/openid-configuration": return json(.object(metadata()))
        case "/keys":
            return json(["keys": .array([JWK(signing: key.publicKey, algorithm: .es256).json])])
        case "/token": return token(request)
        default: return FetchResult(status: 404)
        }
    }

    private func metadata() -> JSONObject {
        var object: JSONObject = [
            "issuer": .string(Self.issuer), "authorization_endpoint": .string(Self.issuer + "/authorize"),
            "token_endpoint": .string(Self.issuer + "/token"), "jwks_uri": .string(Self.issuer + "/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        ]
        for (name, value) in state.withLock({ $0.metadata }) { object[name] = value }
        return object
    }

    private func token(_ request: FetchRequest) -> FetchResult {
        guard let form = try? Form.parse(request.body), let code = try? form.value("code"),
            let known = state.withLock({ $0.codes.removeValue(forKey: code) }),
            (try? form.value("client_secret")) == Self.clientSecret,
            let verifier = try? form.value("code_verifier"),
            Base64URL.encode(Digest.sha256(Array(verifier.utf8))) == known.challenge
        else { return json(["error": "invalid_grant"], status: 400) }
        let now = Int64(environment.now().timeIntervalSince1970)
        var claims: JSONObject = [
            "iss": .string(Self.issuer), "aud": "woodgrove", "sub": "248289761001", "iat": .integer(now),
            "exp": .integer(now + 300), "nonce": .string(known.nonce), "auth_time": .integer(now),
            "email": "nora@northwind.test", "email_verified": true, "name": "Nora North",
        ]
        for (name, value) in state.withLock({ $0.claims }) { claims[name] = value.isNull ? nil : value }
        let forge = state.withLock { $0.forge }
        let idToken =
            forge?(claims)
            ?? String(
                decoding: try! JWS.sign(
                    payload: JSONWriter.write(.object(claims)), type: "JWT", keyID: keyID, key: key, algorithm: .es256),
                as: UTF8.self)
        return json(["access_token": "opaque", "token_type": "Bearer", "id_token": .string(idToken)])
    }

    private func json(_ value: JSONValue, status: Int = 200) -> FetchResult {
        FetchResult(
            status: status, fields: [(name: "content-type", value: "application/json")], body: JSONWriter.write(value))
    }
}
