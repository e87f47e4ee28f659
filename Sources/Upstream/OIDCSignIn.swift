internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JOSE
internal import JSON
internal import OAuth
internal import Outbound

/// One sign-in at an OpenID Provider by the authorization code flow with PKCE, begun and finished.
struct OIDCSignIn {
    let context: PartnerContext
    let connection: OIDCConnectionProfile
    let keys: PartnerKeys
    let fetch: PartnerFetch

    /// Longer than any code or error text that is meant seriously.
    private static let longestParameter = 8192

    init(_ context: PartnerContext, keys: PartnerKeys, fetch: PartnerFetch) throws(UpstreamError) {
        self.context = context
        connection = try OIDCConnectionProfile(context)
        self.keys = keys
        self.fetch = fetch
    }

    // MARK: There

    func begin(
        signIn: [UInt8], hint: SignInHint
    ) async throws(UpstreamError) -> (location: String, transaction: UpstreamTransaction) {
        let provider = try await keys.metadata(ofIssuer: connection.issuer, policy: context.egress)
        // Authentication anew is asked for in both ways the protocol has, because the second obliges the home to say
        // when it happened.
        let maxAge = hint.forcesLogin ? 0 : hint.maxAge
        let transaction = UpstreamTransaction(
            signIn: signIn, issuer: connection.issuer, redirectURI: context.redirectURI, partner: context.partner.id,
            maxAge: maxAge, forcesLogin: hint.forcesLogin, environment: context.environment)
        guard let verifier = CodeVerifier(transaction.verifier) else { throw .misconfigured("no verifier was made") }
        var query = FormText()
        query.add("response_type", "code")
        query.add("client_id", connection.clientID)
        query.add("redirect_uri", transaction.redirectURI)
        query.add("scope", connection.scopes.joined(separator: " "))
        query.add("state", transaction.state)
        query.add("nonce", transaction.nonce)
        query.add("code_challenge", verifier.challenge.description)
        query.add("code_challenge_method", "S256")
        if hint.forcesLogin || hint.choosesAccount {
            query.add("prompt", hint.forcesLogin ? "login" : "select_account")
        }
        if let maxAge { query.add("max_age", String(maxAge)) }
        query.add("login_hint", hint.loginHint)
        if case .tenant = connection.profile { query.add("domain_hint", hint.domainHint) }
        if !hint.uiLocales.isEmpty { query.add("ui_locales", hint.uiLocales.joined(separator: " ")) }
        if !hint.acrValues.isEmpty { query.add("acr_values", hint.acrValues.joined(separator: " ")) }
        let endpoint = provider.authorizationEndpoint
        return (endpoint + (endpoint.contains("?") ? "&" : "?") + query.text, transaction)
    }

    // MARK: And back

    func finish(
        _ transaction: UpstreamTransaction, response: [(name: String, value: String)], checks: inout [Check]
    ) async throws(UpstreamError) -> (identity: ExternalIdentity, claims: [ReceivedClaim]) {
        let answer = try Self.parameters(response)
        try transaction.requireAnswer(
            state: answer["state"], context, issuer: connection.issuer, at: context.redirectURI, &checks)
        let provider = try await keys.metadata(ofIssuer: connection.issuer, policy: context.egress)
        try checkIssuer(answer, provider, &checks)
        if let error = answer["error"] {
            throw .partnerRefused(error: shown(error), description: answer["error_description"].map { shown($0) })
        }
        guard let code = answer["code"], !code.isEmpty else {
            throw .responseMalformed("it has neither code nor error")
        }
        let tokens = try await CodeExchange(context: context, connection: connection, fetch: fetch)
            .redeem(code, transaction, at: provider.tokenEndpoint)
        checks.append(Check("token_endpoint", actual: "answered"))
        let token = try await verify(tokens, transaction, provider, &checks)
        var userInfo: Claims?
        if connection.usesUserInfo, let endpoint = provider.userInfoEndpoint {
            userInfo = try await askUserInfo(endpoint, tokens.accessToken, for: token, &checks)
        }
        let mapping = IdentityMapping(context: context, connection: connection)
        let identity = try mapping.identity(
            token, evidence: tokens.idToken, userInfo: userInfo, now: context.environment.now(), checks: &checks)
        return (identity, token.claims.members.map { ReceivedClaim($0.name, $0.value.shownValues) })
    }

    /// Each parameter once (RFC 6749 §3.1): of two states or codes, one would be somebody else's.
    private static func parameters(_ response: [(name: String, value: String)]) throws(UpstreamError) -> [String:
        String]
    {
        var parameters: [String: String] = [:]
        for (name, value) in response {
            guard value.utf8.count <= longestParameter else { throw .responseMalformed("\(shown(name)) is too long") }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw .responseMalformed("\(shown(name, limit: 60)) is there twice")
            }
        }
        return parameters
    }

    /// RFC 9207 §2.4: the defence against mix-up.
    private func checkIssuer(
        _ answer: [String: String], _ provider: ProviderMetadata, _ checks: inout [Check]
    ) throws(UpstreamError) {
        guard let actual = answer["iss"] else {
            guard !provider.sendsIssuerParameter else {
                checks.append(Check("iss", expected: connection.issuer, passed: false))
                throw .issuerParameterMissing(expected: connection.issuer)
            }
            return
        }
        guard actual.isExactly(connection.issuer) else {
            checks.append(Check("iss", expected: connection.issuer, actual: shown(actual), passed: false))
            throw .mixUp(expected: connection.issuer, actual: shown(actual))
        }
        checks.append(Check("iss", expected: connection.issuer, actual: actual))
    }

    private func verify(
        _ tokens: CodeExchange.Tokens, _ transaction: UpstreamTransaction, _ provider: ProviderMetadata,
        _ checks: inout [Check]
    ) async throws(UpstreamError) -> VerifiedJWT {
        let header: JWSHeader
        do throws(JOSEError) {
            header = try JWS.parse(tokens.idToken).header
        } catch {
            checks.append(Check("id_token.signature", actual: error.reasonCode, passed: false))
            throw .idToken(error)
        }
        // An algorithm outside the connection's is not worth a fetch.
        guard connection.algorithms.contains(where: { $0.name == header.algorithm }) else {
            checks.append(Check("id_token.signature", actual: "alg \(shown(header.algorithm))", passed: false))
            throw .idToken(.algNotAllowed(shown(header.algorithm)))
        }
        let verifier = IDTokenVerifier(algorithms: connection.algorithms, rules: rules(transaction, tokens))
        let now = context.environment.now()
        var made: [Check] = []
        defer { checks += made.filter { $0.result != .skipped } }
        let known = try await keys.keys(of: provider, for: header, policy: context.egress)
        do throws(JOSEError) {
            return try verifier.verify(tokens.idToken, keys: known, now: now, checks: &made)
        } catch {
            // Without a kid only the signature tells that the keys were changed.
            guard header.keyID == nil, error == .signatureInvalid,
                let fresh = try await keys.refetched(of: provider, policy: context.egress)
            else { throw .idToken(error) }
            made = []
            do throws(JOSEError) {
                return try verifier.verify(tokens.idToken, keys: fresh, now: now, checks: &made)
            } catch {
                throw .idToken(error)
            }
        }
    }

    private func rules(_ transaction: UpstreamTransaction, _ tokens: CodeExchange.Tokens) -> ClaimRules {
        var rules = ClaimRules(
            issuer: .exactly(connection.issuer), audience: connection.clientID, nonce: transaction.nonce)
        rules.accessToken = tokens.accessToken
        rules.maxAge = transaction.maxAge
        if transaction.forcesLogin {
            // Anew means since we asked, however long the person took over it.
            let since = context.environment.now().timeIntervalSince(transaction.startedAt)
            rules.maxAge = Int(max(0, since).rounded(.up))
        }
        return rules
    }

    private func askUserInfo(
        _ endpoint: String, _ accessToken: String?, for token: VerifiedJWT, _ checks: inout [Check]
    ) async throws(UpstreamError) -> Claims {
        guard let accessToken else { throw .tokenResponseMalformed("it has no access token to ask userinfo with") }
        let claims = try await UserInfoRequest(endpoint: endpoint, policy: context.egress, fetch: fetch)
            .claims(accessToken)
        guard let subject = claims.subject, let expected = token.claims["sub"]?.string, subject.isExactly(expected)
        else {
            checks.append(Check("userinfo.sub", passed: false))
            throw .userInfoSubjectMismatch
        }
        checks.append(Check("userinfo.sub", expected: shown(expected)))
        return claims
    }
}

extension JSONValue {
    /// A claim's values as texts.
    fileprivate var shownValues: [String] {
        string.map { [$0] } ?? strings ?? [String(decoding: JSONWriter.write(self), as: UTF8.self)]
    }
}
