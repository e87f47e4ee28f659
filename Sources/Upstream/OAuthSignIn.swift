internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JSON
internal import OAuth
internal import Outbound

/// One sign-in at a provider that knows only OAuth 2.0. There is no token that says who signed in and for whom: the access
/// token, which came to us by the back channel for our own code, is used to ask the provider's API.
struct OAuthSignIn {
    /// What differs from one such provider to the next.
    struct Profile {
        var kind: Partner.Kind
        /// Of the identity.
        var issuer: String
        var authorizationEndpoint: String
        var tokenEndpoint: String
        var scopes: [String]
        var usesProofKey: Bool
        /// The parameter that prefills the account's name, if there is one.
        var loginHintParameter: String?
        var account: @Sendable (_ accessToken: String, AccountAPI) async throws(UpstreamError) -> ExternalAccount
    }

    let context: PartnerContext
    let connection: ProviderConnection
    let profile: Profile
    let fetch: PartnerFetch

    /// Nil for a partner that speaks OpenID Connect.
    init?(_ context: PartnerContext, fetch: PartnerFetch) {
        guard case .provider(let connection) = context.partner.connection else { return nil }
        switch connection.provider {
        case .gitHub: profile = .gitHub(connection)
        case .facebook(.classic): profile = .facebook(connection)
        case .facebook, .google, .microsoftAccount, .entra, .apple, .linkedIn: return nil
        }
        self.context = context
        self.connection = connection
        self.fetch = fetch
    }

    func begin(
        signIn: [UInt8], hint: SignInHint
    ) throws(UpstreamError) -> (location: String, transaction: UpstreamTransaction) {
        if hint.forcesLogin || hint.maxAge != nil { throw .cannotProveAuthenticationTime }
        let transaction = UpstreamTransaction(
            signIn: signIn, issuer: profile.issuer, redirectURI: context.redirectURI, partner: context.partner.id,
            maxAge: nil, forcesLogin: false, environment: context.environment)
        guard let verifier = CodeVerifier(transaction.verifier) else { throw .misconfigured("no verifier was made") }
        var query = FormText()
        query.add("response_type", "code")
        query.add("client_id", connection.clientID)
        query.add("redirect_uri", transaction.redirectURI)
        query.add("scope", profile.scopes.joined(separator: " "))
        query.add("state", transaction.state)
        if profile.usesProofKey {
            query.add("code_challenge", verifier.challenge.description)
            query.add("code_challenge_method", "S256")
        }
        if let name = profile.loginHintParameter { query.add(name, hint.loginHint) }
        return (profile.authorizationEndpoint + "?" + query.text, transaction)
    }

    func finish(
        _ transaction: UpstreamTransaction, response: [(name: String, value: String)], checks: inout [Check]
    ) async throws(UpstreamError) -> (identity: ExternalIdentity, claims: [ReceivedClaim]) {
        let answer = try AnswerParameters.read(response)
        try transaction.requireAnswer(
            state: answer["state"], context, issuer: profile.issuer, at: context.redirectURI, &checks)
        if let issuer = answer["iss"], !issuer.isExactly(profile.issuer) {
            checks.append(Check("iss", expected: profile.issuer, actual: shown(issuer), passed: false))
            throw .mixUp(expected: profile.issuer, actual: shown(issuer))
        }
        let code = try AnswerParameters.code(in: answer)
        let tokens = try await CodeExchange(
            context: context, clientID: connection.clientID, authentication: .clientSecretPost, issuer: profile.issuer,
            usesProofKey: profile.usesProofKey, fetch: fetch
        ).redeem(code, transaction, at: profile.tokenEndpoint)
        checks.append(Check("token_endpoint", actual: "answered"))
        guard let accessToken = tokens.accessToken, AccountAPI.isHeaderSafe(accessToken) else {
            throw .tokenResponseMalformed("it has no access token that can be sent")
        }
        let now = context.environment.now()
        let api = AccountAPI(connection: connection, secret: context.clientSecret, now: now, context.egress, fetch)
        let account = try await profile.account(accessToken, api)
        var identity = ExternalIdentity(
            key: IdentityKey(issuer: profile.issuer, subject: account.subject), partner: context.partner.id,
            kind: profile.kind, authentication: AuthenticationEvidence(authenticatedAt: now),
            evidenceDigest: Hex.encode(Digest.sha256(account.evidence)))
        identity.email = account.email
        identity.emailIsVerified = account.emailIsVerified && connection.trustsVerifiedEmail
        identity.displayName = account.displayName
        identity.givenName = account.givenName
        identity.surname = account.surname
        checks.append(Check("subject", expected: "id", actual: "\(profile.issuer) \(account.subject)"))
        return (identity, account.claims)
    }
}

/// A person as a provider's API tells of them.
struct ExternalAccount: Sendable {
    var subject: String
    var email: EmailAddress?
    var emailIsVerified = false
    var displayName: String?
    var givenName: String?
    var surname: String?
    /// What was answered; its digest is kept.
    var evidence: [UInt8]

    var claims: [ReceivedClaim] {
        [("id", subject), ("email", email?.description), ("name", displayName)].compactMap { name, value in
            value.map { ReceivedClaim(name, [$0]) }
        }
    }
}

/// A provider's own API, asked for the person whose access token we hold.
struct AccountAPI: Sendable {
    let connection: ProviderConnection
    let secret: Secret?
    let now: Date
    private let policy: EgressPolicy
    private let fetch: PartnerFetch

    static let maximumBytes = 256 * 1024

    init(connection: ProviderConnection, secret: Secret?, now: Date, _ policy: EgressPolicy, _ fetch: PartnerFetch) {
        self.connection = connection
        self.secret = secret
        self.now = now
        self.policy = policy
        self.fetch = fetch
    }

    static func isHeaderSafe(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.count <= 4096 && token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    func get(
        _ url: String, _ what: String, fields: [(name: String, value: String)] = []
    ) async throws(UpstreamError) -> FetchResult {
        do throws(FetchError) {
            return try await fetch.send(
                FetchRequest(
                    .get, url, fields: [("Accept", "application/json"), ("User-Agent", "Vestibule")] + fields,
                    maximumBytes: Self.maximumBytes), policy)
        } catch {
            throw .unreachable(error, asking: what)
        }
    }

    /// - Throws: ``UpstreamError/accountMalformed(_:)`` for any status but 200 and any other value than JSON.
    func json(_ answer: FetchResult, _ what: String) throws(UpstreamError) -> JSONValue {
        guard answer.status == 200 else {
            throw .accountMalformed("\(what) was answered with status \(answer.status)")
        }
        do throws(JSONError) {
            return try JSONReader.read(answer.body, limits: JSONLimits(bytes: Self.maximumBytes, depth: 32))
        } catch {
            throw .accountMalformed("\(what): \(error)")
        }
    }
}
