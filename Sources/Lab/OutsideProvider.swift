internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import JOSE
internal import JSON
internal import OAuth

/// An outside OpenID provider with one account and one client, the host organisation: the authorization code flow with
/// PKCE, RS256, discovery, keys and userinfo. Small, and strict about everything it accepts.
///
/// It asks for the password every time and keeps no session, so `prompt=none` never succeeds.
struct OutsideProvider: Sendable {
    struct Account: Sendable {
        let email: String
        let name: String
        let givenName: String
        let familyName: String
        let subject: String
    }

    static let name = "northwind"
    static let displayName = "Northwind Traders"
    static let domain = "northwind.example"

    let account = Account(
        email: "nora@northwind.example", name: "Nora Lindqvist", givenName: "Nora", familyName: "Lindqvist",
        subject: "nw-58213")
    /// Made for this run, and printed by the demo.
    let password: String
    let issuer: String
    let clientID = "woodgrove-at-northwind"
    let clientSecret: Secret
    /// The one place that answers go to: the gateway's callback of the host organisation.
    let redirectURI: String
    let environment: Environment
    let grants = OutsideGrants()
    let signer: JWSSigner
    private let keys: JWKSet

    init(scene: LabScene, environment: Environment) throws(LabError) {
        self.environment = environment
        issuer = "\(scene.providerOrigin)/\(Self.name)"
        redirectURI = "\(scene.gateway)/\(scene.tenants[0].id)/federation/\(Self.name)/callback"
        clientSecret = Secret(utf8: Base64URL.encode(environment.randomBytes(24)))
        password = Self.password(environment.randomBytes(12))
        do {
            let key = try SigningKey.generate(.rsa(bits: 2048))
            let published = JWK(signing: key.publicKey, algorithm: .rs256)
            signer = try JWSSigner(
                key: key, keyID: published.keyID ?? published.thumbprint, algorithm: .rs256, type: "JWT")
            keys = JWKSet([published])
        } catch {
            throw LabError("\(Self.displayName) has no key: \(error)")
        }
    }

    /// Twelve small letters in groups, for typing: 56 bits.
    private static func password(_ bytes: [UInt8]) -> String {
        let letters = bytes.map { String(UnicodeScalar(UInt8(ascii: "a") + $0 % 26)) }
        return [letters[0..<4], letters[4..<8], letters[8..<12]].map { $0.joined() }.joined(separator: "-")
    }

    /// What the demo declares at the host organisation.
    var announcement: JSONValue {
        [
            "name": .string(Self.name), "displayName": .string(Self.displayName), "issuer": .string(issuer),
            "clientID": .string(clientID),
            "clientSecret": .string(clientSecret.withBytes { String(decoding: $0, as: UTF8.self) }),
            "domains": [.string(Self.domain)],
            "accounts": [
                ["email": .string(account.email), "password": .string(password), "way": "come from an outside partner"]
            ],
        ]
    }

    var routes: [LabRoute] {
        let root = "/\(Self.name)"
        let authorization = OutsideAuthorization(provider: self)
        let tokens = OutsideTokens(provider: self)
        return [
            LabRoute([.get], "\(root)/.well-known/openid-configuration") { _ in document(metadata) },
            LabRoute([.get], "\(root)/keys") { _ in document(keys.json) },
            LabRoute([.get], "\(root)/authorize", authorization.ask),
            LabRoute([.post], "\(root)/authorize", authorization.answer),
            LabRoute([.post], "\(root)/token", tokens.redeem),
            LabRoute([.get, .post], "\(root)/userinfo", tokens.userInfo),
        ]
    }

    private func document(_ json: JSONValue) -> HTTPResponse {
        var response = HTTPResponse.json(JSONWriter.write(json))
        response.set("Cache-Control", "public, max-age=300")
        return response
    }

    private var metadata: JSONValue {
        [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize"),
            "token_endpoint": .string("\(issuer)/token"), "userinfo_endpoint": .string("\(issuer)/userinfo"),
            "jwks_uri": .string("\(issuer)/keys"), "response_types_supported": ["code"],
            "response_modes_supported": ["query"], "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"], "scopes_supported": ["openid", "profile", "email"],
            "authorization_response_iss_parameter_supported": true,
            "claims_supported": [
                "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "email", "email_verified", "name",
                "given_name",
                "family_name",
            ],
        ]
    }

    /// What is said of the account, to whoever holds these scopes.
    func claims(for scopes: Set<String>) -> [(String, JSONValue)] {
        var claims: [(String, JSONValue)] = [("sub", .string(account.subject))]
        if scopes.contains("email") {
            claims += [("email", .string(account.email)), ("email_verified", true)]
        }
        if scopes.contains("profile") {
            claims += [
                ("name", .string(account.name)), ("given_name", .string(account.givenName)),
                ("family_name", .string(account.familyName)),
            ]
        }
        return claims
    }
}
