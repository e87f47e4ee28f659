// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import HTTP
import JOSE
import JSON
import Outbound
import Storage
import Synchronization
import Testing

/// One of the providers known by name, at its own addresses, with its documented habits: strings for booleans, an error
/// with status 200, a name that comes once, an address that is missing or not proven.
final class ProviderStandIn: Sendable, CustomTestStringConvertible {
    struct Person: Sendable {
        var subject = "583231"
        var email: String? = "grace@corp.test"
        /// What this provider knows of the address, in its own words: claims beside it.
        var claims: [String: JSONValue] = [:]
    }

    static let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    static let oid = "33333333-3333-4333-8333-333333333333"
    private static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    private static let clientID = "4711"
    private static let secret = "what the provider gave us"
    private static let signingKey = try! SigningKey.generate(.rsa(bits: 2048))
    private static let applesKey = try! SigningKey.generate(.ec(.p256))

    let provider: Provider
    let partner: Partner
    private let gateway: TestGateway
    private let codes = Mutex<[String: [String: String]]>([:])
    private let state = Mutex(Person())
    /// Apple tells a person's name to an application once.
    private let named = Mutex<Set<String>>([])

    var testDescription: String { provider.kind.rawValue }

    var person: Person { state.withLock { $0 } }

    func change(_ change: (inout Person) -> Void) { state.withLock { change(&$0) } }

    /// Every kind, each at a gateway of its own.
    static let all: [Provider] = [
        .google, .microsoftAccount, .entra(.global, tenants: []), .facebook(.classic), .facebook(.openID),
        .apple(teamID: "TEAM123456", keyID: "KEY1234567"), .gitHub, .linkedIn,
    ]

    /// Whether the address of the person as it is at first is proven by the provider's word.
    static func provesAddress(_ provider: Provider) -> Bool {
        switch provider {
        case .google, .entra, .apple, .gitHub: true
        case .microsoftAccount, .facebook, .linkedIn: false
        }
    }

    init(
        _ provider: Provider, at gateway: TestGateway, name: String = "provider", domains: [String] = []
    ) async throws {
        self.provider = provider
        self.gateway = gateway
        let secretName = "partner/\(name)/client_secret"
        partner = Partner(
            id: .random(Environment.live.randomBytes), name: name, displayName: "The provider",
            connection: .provider(
                ProviderConnection(
                    provider, clientID: Self.clientID, secretName: secretName,
                    trustsVerifiedEmail: provider != .linkedIn)), domains: domains.map { DomainName($0)! })
        let secret = provider.kind == .apple ? Self.applesKey.pem() : Secret(utf8: Self.secret)
        let wrapped = gateway.installation.masterKey.wrap(
            secret, associatedData: Array("\(gateway.woodgrove.id)/secrets/\(secretName)".utf8),
            environment: .live)
        try await gateway.store.commit([
            .putSecret(SecretRecord(tenant: gateway.woodgrove.id, name: secretName, wrapped: wrapped))
        ])
        try await gateway.publish([SettingsObject(partner)])
        for origin in origins {
            gateway.serve(origin) { request throws(FetchError) in self.answer(request, at: origin) }
        }
    }

    private var origins: [String] {
        switch provider {
        case .google: ["https://accounts.google.com"]
        case .microsoftAccount, .entra: ["https://login.microsoftonline.com"]
        case .facebook: ["https://graph.facebook.com", "https://www.facebook.com"]
        case .apple: ["https://appleid.apple.com"]
        case .gitHub: ["https://api.github.com", "https://github.com"]
        case .linkedIn: ["https://www.linkedin.com"]
        }
    }

    // MARK: In the browser

    /// The person agrees, and the browser goes back: by a form where that is what was asked for.
    func send(_ browser: Visitor) async throws {
        let location = try #require(browser.destination, "\(browser.page)")
        #expect(origins.contains { location.hasPrefix($0) }, "\(location)")
        let query = try Form.parse(Array((location.split(separator: "?", maxSplits: 1).last ?? "").utf8))
        var kept: [String: String] = [:]
        for pair in query.pairs { kept[pair.name] = pair.value }
        let code = Base64URL.encode(Environment.live.randomBytes(16))
        codes.withLock { $0[code] = kept }
        let answer = [("code", code), ("state", kept["state"] ?? "")]
        guard kept["response_mode"] == "form_post" else {
            return await browser.open("\(kept["redirect_uri"] ?? "")?\(Form.encode(answer))")
        }
        let isFirst = named.withLock { $0.insert(person.subject).inserted }
        let user = #"{"name":{"firstName":"Grace","lastName":"Hopper"},"email":"victim@woodgrove.test"}"#
        await browser.deliver(
            PostedForm(url: kept["redirect_uri"] ?? "", fields: answer + (isFirst ? [("user", user)] : [])),
            from: "https://appleid.apple.com")
    }

    // MARK: By the back channel

    private func answer(_ request: FetchRequest, at origin: String) -> FetchResult {
        let path = request.url.dropFirst(origin.count).prefix { $0 != "?" }
        if path.hasSuffix("/.well-known/openid-configuration") { return json(.object(metadata(String(path)))) }
        if path.hasSuffix("/keys") || path.hasSuffix("/jwks/") {
            return json(["keys": [JWK(signing: Self.signingKey.publicKey, algorithm: .rs256).json]])
        }
        if path.hasSuffix("/token") || path.hasSuffix("/access_token") { return token(request) }
        let person = self.person
        switch path {
        case "/debug_token":
            return json([
                "data": [
                    "app_id": .string(Self.clientID), "type": "USER", "is_valid": true, "expires_at": 0,
                    "user_id": .string(person.subject),
                ]
            ])
        case "/me":
            var account: JSONObject = ["id": .string(person.subject), "name": "Grace Hopper"]
            account["email"] = person.email.map { .string($0) }
            return json(.object(account))
        case "/user":
            return json(["id": .integer(Int64(person.subject) ?? 0), "login": "grace", "email": .null])
        case "/user/emails":
            guard let email = person.email else { return json(["message": "Not Found"], status: 404) }
            return json([
                ["email": .string(email), "primary": true, "verified": person.claims["verified"] ?? true]
            ])
        default: return FetchResult(status: 404)
        }
    }

    private func metadata(_ path: String) -> JSONObject {
        let base = origins[0]
        let issuer =
            switch provider {
            case .microsoftAccount: "\(base)/\(Self.consumers)/v2.0"
            case .entra: path.contains("organizations") ? "\(base)/{tenantid}/v2.0" : "\(base)/\(Self.tenant)/v2.0"
            case .linkedIn: "\(base)/oauth"
            default: base
            }
        return [
            "issuer": .string(issuer), "authorization_endpoint": .string(base + "/authorize"),
            "token_endpoint": .string(base + "/token"), "jwks_uri": .string(base + "/keys"),
            "response_types_supported": ["code"],
        ]
    }

    private func token(_ request: FetchRequest) -> FetchResult {
        guard let form = try? Form.parse(request.body), let code = (try? form.value("code")) ?? nil,
            let asked = codes.withLock({ $0.removeValue(forKey: code) })
        else { return refusal("bad_verification_code") }
        let verifier = (try? form.value("code_verifier")) ?? nil
        if provider == .linkedIn, verifier != nil { return refusal("invalid_client") }
        if let challenge = asked["code_challenge"],
            Base64URL.encode(Digest.sha256(Array((verifier ?? "").utf8))) != challenge
        {
            return refusal("invalid_grant")
        }
        let secret = ((try? form.value("client_secret")) ?? nil) ?? ""
        guard isRight(secret) else { return refusal("incorrect_client_credentials") }
        var answer: JSONObject = ["access_token": "opaque", "token_type": "bearer"]
        if provider != .gitHub, provider != .facebook(.classic) {
            answer["id_token"] = .string(idToken(nonce: asked["nonce"]))
        }
        return json(.object(answer))
    }

    private func isRight(_ secret: String) -> Bool {
        guard case .apple(_, let keyID) = provider else { return secret == Self.secret }
        let keys = JWKSet([JWK(Self.applesKey.publicKey, keyID: keyID, use: "sig", algorithm: "ES256")])
        let token = try? JWT.verify(secret, keys: keys, algorithms: [.es256])
        return token?.claims["aud"]?.string == origins[0] && token?.claims["sub"]?.string == Self.clientID
    }

    /// GitHub's status is 200 whatever is wrong.
    private func refusal(_ error: String) -> FetchResult {
        json(["error": .string(error)], status: provider == .gitHub ? 200 : 400)
    }

    private func idToken(nonce: String?) -> String {
        let person = self.person
        let now = Int64(gateway.now.timeIntervalSince1970)
        var claims: JSONObject = [
            "iss": .string(origins[0]), "aud": .string(Self.clientID), "sub": .string(person.subject),
            "iat": .integer(now), "exp": .integer(now + 300),
        ]
        claims["email"] = person.email.map { .string($0) }
        // LinkedIn returns none.
        if provider != .linkedIn { claims["nonce"] = nonce.map { .string($0) } }
        switch provider {
        case .google:
            claims["iss"] = "accounts.google.com"
            claims["email_verified"] = true
            claims["hd"] = "corp.test"
        case .microsoftAccount, .entra:
            let tenant = provider == .microsoftAccount ? Self.consumers : Self.tenant
            claims["iss"] = .string("\(origins[0])/\(tenant)/v2.0")
            claims["tid"] = .string(tenant)
            claims["oid"] = .string(Self.oid)
            if provider != .microsoftAccount { claims["xms_edov"] = 1 }
        case .facebook: claims["iss"] = "https://www.facebook.com"
        case .apple:
            claims["email_verified"] = "true"
            claims["is_private_email"] = "false"
        case .linkedIn:
            claims["iss"] = "https://www.linkedin.com/oauth"
            claims["email_verified"] = "true"
            claims["locale"] = ["language": "en", "country": "US"]
        case .gitHub: break
        }
        for (name, value) in person.claims { claims[name] = value.isNull ? nil : value }
        let key = Self.signingKey
        return String(
            decoding: try! JWS.sign(
                payload: JSONWriter.write(.object(claims)), type: "JWT", keyID: JWK.thumbprint(of: key.publicKey),
                key: key, algorithm: .rs256), as: UTF8.self)
    }

    private func json(_ value: JSONValue, status: Int = 200) -> FetchResult {
        FetchResult(
            status: status, fields: [(name: "content-type", value: "application/json")], body: JSONWriter.write(value))
    }
}

extension TestGateway {
    /// The settings without this partner.
    func delete(_ partner: Partner) async throws {
        try await publish([SettingsObject(kind: .partner, id: partner.id.description, body: nil)])
    }
}

extension Visitor {
    /// Presses the button of a provider on the page that asks for the address.
    func choose(_ partner: Partner, for run: ApplicationRun) async {
        await open(run.url([("prompt", "select_account")]))
        await submit("/partner", [("partner", partner.name)])
    }

    /// Proves the address by our own code where the gateway asks for that.
    func proveAddress(_ address: String) async throws {
        guard forms.contains(where: { $0.action.hasSuffix("/send") }) else { return }
        await submit("/send")
        await submit("/code", [("code", try await gateway.code(mailedTo: address))])
    }
}
