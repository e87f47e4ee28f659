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
        if !connection.provesAuthenticationTime, hint.forcesLogin || hint.maxAge != nil {
            throw .cannotProveAuthenticationTime
        }
        let provider = try await keys.metadata(of: connection.provider, policy: context.egress)
        // Authentication anew is asked for in both ways the protocol has, because the second obliges the home to say
        // when it happened.
        let maxAge = hint.forcesLogin ? 0 : hint.maxAge
        let transaction = UpstreamTransaction(
            signIn: signIn, issuer: connection.provider.issuer, redirectURI: context.redirectURI,
            partner: context.partner.id, maxAge: maxAge, forcesLogin: hint.forcesLogin,
            returnsByPost: connection.answersByPost, environment: context.environment)
        guard let verifier = CodeVerifier(transaction.verifier) else { throw .misconfigured("no verifier was made") }
        var query = FormText()
        query.add("response_type", "code")
        query.add("client_id", connection.clientID)
        query.add("redirect_uri", transaction.redirectURI)
        query.add("scope", connection.scopes.joined(separator: " "))
        query.add("state", transaction.state)
        query.add("nonce", transaction.nonce)
        if connection.usesProofKey {
            query.add("code_challenge", verifier.challenge.description)
            query.add("code_challenge_method", "S256")
        }
        for parameter in connection.parameters { query.add(parameter.name, parameter.value) }
        if hint.forcesLogin || hint.choosesAccount {
            query.add("prompt", hint.forcesLogin ? "login" : "select_account")
        }
        if let maxAge { query.add("max_age", String(maxAge)) }
        query.add("login_hint", hint.loginHint)
        if connection.takesDomainHint { query.add("domain_hint", hint.domainHint) }
        if !hint.uiLocales.isEmpty { query.add("ui_locales", hint.uiLocales.joined(separator: " ")) }
        if !hint.acrValues.isEmpty { query.add("acr_values", hint.acrValues.joined(separator: " ")) }
        let endpoint = provider.authorizationEndpoint
        return (endpoint + (endpoint.contains("?") ? "&" : "?") + query.text, transaction)
    }

    // MARK: And back

    func finish(
        _ transaction: UpstreamTransaction, response: [(name: String, value: String)], checks: inout [Check]
    ) async throws(UpstreamError) -> (identity: ExternalIdentity, claims: [ReceivedClaim]) {
        let answer = try AnswerParameters.read(response)
        try transaction.requireAnswer(
            state: answer["state"], context, issuer: connection.provider.issuer, at: context.redirectURI, &checks)
        let provider = try await keys.metadata(of: connection.provider, policy: context.egress)
        try checkIssuer(answer, provider, &checks)
        let code = try AnswerParameters.code(in: answer)
        let tokens = try await CodeExchange(
            context: context, clientID: connection.clientID, authentication: connection.authentication,
            issuer: connection.provider.issuer, usesProofKey: connection.usesProofKey, fetch: fetch
        ).redeem(code, transaction, at: provider.tokenEndpoint)
        checks.append(Check("token_endpoint", actual: "answered"))
        guard let idToken = tokens.idToken else { throw .tokenResponseMalformed("it has no id_token") }
        let token = try await verify(idToken, tokens.accessToken, transaction, provider, &checks)
        try checkIssuer(answer, names: token, &checks)
        try checkKey(of: token, &checks)
        var userInfo: Claims?
        if connection.usesUserInfo, let endpoint = provider.userInfoEndpoint {
            userInfo = try await askUserInfo(endpoint, tokens.accessToken, for: token, &checks)
        }
        let mapping = IdentityMapping(context: context, connection: connection)
        var identity = try mapping.identity(
            token, evidence: idToken, userInfo: userInfo, now: context.environment.now(), checks: &checks)
        if connection.answersByPost, let user = answer["user"] { AppleUserField(user).addNames(to: &identity) }
        return (identity, token.claims.members.map { ReceivedClaim($0.name, $0.value.shownValues) })
    }

    /// RFC 9207 §2.4: the defence against mix-up.
    private func checkIssuer(
        _ answer: [String: String], _ provider: ProviderMetadata, _ checks: inout [Check]
    ) throws(UpstreamError) {
        let expected = connection.provider.issuer
        guard let actual = answer["iss"] else {
            guard !provider.sendsIssuerParameter else {
                checks.append(Check("iss", expected: expected, passed: false))
                throw .issuerParameterMissing(expected: expected)
            }
            return
        }
        guard connection.issuer.mayBe(actual) else {
            checks.append(Check("iss", expected: expected, actual: shown(actual), passed: false))
            throw .mixUp(expected: expected, actual: shown(actual))
        }
        checks.append(Check("iss", expected: expected, actual: shown(actual)))
    }

    /// Of several tenants that may have answered, it is the one that the token is of.
    private func checkIssuer(
        _ answer: [String: String], names token: VerifiedJWT, _ checks: inout [Check]
    ) throws(UpstreamError) {
        guard case .tenantTemplate = connection.issuer, let actual = answer["iss"] else { return }
        let named = token.claims["iss"]?.string ?? ""
        guard actual.isExactly(named) else {
            checks.append(Check("iss", expected: shown(named), actual: shown(actual), passed: false))
            throw .mixUp(expected: shown(named), actual: shown(actual))
        }
    }

    /// A key that says whose tokens it signs, signs no other's: Microsoft's key sets hold keys of single tenants beside
    /// those of all.
    private func checkKey(of token: VerifiedJWT, _ checks: inout [Check]) throws(UpstreamError) {
        guard case .microsoftMember = connection.subject, let issuer = token.key.issuer else { return }
        let named = token.claims["iss"]?.string ?? ""
        let tenant = token.claims["tid"]?.string ?? ""
        let expected = issuer.replacing("{tenantid}", with: tenant)
        guard expected.isExactly(named) else {
            checks.append(Check("id_token.key_issuer", expected: shown(expected), actual: shown(named), passed: false))
            throw .keyOfAnotherIssuer(expected: shown(expected), actual: shown(named))
        }
        checks.append(Check("id_token.key_issuer", expected: shown(expected)))
    }

    private func verify(
        _ idToken: String, _ accessToken: String?, _ transaction: UpstreamTransaction, _ provider: ProviderMetadata,
        _ checks: inout [Check]
    ) async throws(UpstreamError) -> VerifiedJWT {
        let header: JWSHeader
        do throws(JOSEError) {
            header = try JWS.parse(idToken).header
        } catch {
            checks.append(Check("id_token.signature", actual: error.reasonCode, passed: false))
            throw .idToken(error)
        }
        // An algorithm outside the connection's is not worth a fetch.
        guard connection.algorithms.contains(where: { $0.name == header.algorithm }) else {
            checks.append(Check("id_token.signature", actual: "alg \(shown(header.algorithm))", passed: false))
            throw .idToken(.algNotAllowed(shown(header.algorithm)))
        }
        let verifier = IDTokenVerifier(algorithms: connection.algorithms, rules: rules(transaction, accessToken))
        let now = context.environment.now()
        var made: [Check] = []
        defer { checks += made.filter { $0.result != .skipped } }
        let known = try await keys.keys(of: provider, for: header, policy: context.egress)
        do throws(JOSEError) {
            return try verifier.verify(idToken, keys: known, now: now, checks: &made)
        } catch {
            // Without a kid only the signature tells that the keys were changed.
            guard header.keyID == nil, error == .signatureInvalid,
                let fresh = try await keys.refetched(of: provider, policy: context.egress)
            else { throw .idToken(error) }
            made = []
            do throws(JOSEError) {
                return try verifier.verify(idToken, keys: fresh, now: now, checks: &made)
            } catch {
                throw .idToken(error)
            }
        }
    }

    private func rules(_ transaction: UpstreamTransaction, _ accessToken: String?) -> ClaimRules {
        var rules = ClaimRules(issuer: connection.issuer, audience: connection.clientID, nonce: transaction.nonce)
        rules.requiresNonce = connection.requiresNonce
        rules.accessToken = accessToken
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
