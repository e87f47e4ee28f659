/// OIDC Core §3.1.2.1 and Initiating User Registration §3.
package enum Prompt: String, Sendable, Hashable, CaseIterable {
    case none
    case login
    case consent
    case selectAccount = "select_account"
    case create
}

/// How the answer travels. `fragment` belongs to flows that we do not offer.
package enum ResponseMode: String, Sendable, Hashable, CaseIterable {
    case query
    case formPost = "form_post"
}

/// Where an answer goes, proven to be the client's own address. Only the parser makes one from a request.
package struct AuthorizationReturn: Sendable, Hashable {
    package var redirectURI: String
    package var mode: ResponseMode
    package var state: String?

    package init(redirectURI: String, mode: ResponseMode, state: String?) {
        self.redirectURI = redirectURI
        self.mode = mode
        self.state = state
    }
}

/// What an application asked for at the authorization endpoint: shape and registration checked, nothing decided.
/// RFC 6749 §4.1.1, OIDC Core §3.1.2, RFC 7636 §4.3.
package struct AuthorizationRequest: Sendable, Hashable {
    package var clientID: String
    package var redirectURI: String
    package var responseMode: ResponseMode
    package var state: String?
    package var nonce: String?
    /// In the order asked for, each once.
    package var scopes: [String]
    package var challenge: CodeChallenge?
    package var prompts: Set<Prompt>
    /// Seconds.
    package var maxAge: Int?
    package var loginHint: String?
    package var domainHint: String?
    package var uiLocales: [String]
    package var idTokenHint: String?
    package var acrValues: [String]
    /// Whether the token response should carry Entra's `client_info`.
    package var clientInfo: Bool

    package init(
        clientID: String, redirectURI: String, scopes: [String], responseMode: ResponseMode = .query,
        state: String? = nil, nonce: String? = nil, challenge: CodeChallenge? = nil, prompts: Set<Prompt> = [],
        maxAge: Int? = nil, loginHint: String? = nil, domainHint: String? = nil, uiLocales: [String] = [],
        idTokenHint: String? = nil, acrValues: [String] = [], clientInfo: Bool = false
    ) {
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.responseMode = responseMode
        self.state = state
        self.nonce = nonce
        self.challenge = challenge
        self.prompts = prompts
        self.maxAge = maxAge
        self.loginHint = loginHint
        self.domainHint = domainHint
        self.uiLocales = uiLocales
        self.idTokenHint = idTokenHint
        self.acrValues = acrValues
        self.clientInfo = clientInfo
    }

    package var asksForIDToken: Bool { scopes.contains("openid") }

    /// Where its answer goes.
    package var answer: AuthorizationReturn {
        AuthorizationReturn(redirectURI: redirectURI, mode: responseMode, state: state)
    }
}

/// What became of a request.
package enum AuthorizationRequestOutcome: Sendable, Hashable {
    /// The address is not proven to be the client's: an error page of our own, never a redirect.
    case refuseHere(OAuthError)
    /// The client hears of it.
    case refuseAt(OAuthError, AuthorizationReturn)
    case accepted(AuthorizationRequest, RegisteredClient)
}

extension AuthorizationRequest {
    /// Reads a request. Unknown parameters are ignored; the order of parameters and scopes does not matter.
    ///
    /// - Parameter client: The registration for a `client_id`, from the tenant that was asked.
    package static func parse(_ pairs: [Parameter], client: (String) -> RegisteredClient?)
        -> AuthorizationRequestOutcome
    {
        let parameters = Parameters(pairs)
        let found: RegisteredClient
        let answer: AuthorizationReturn
        do throws(OAuthError) {
            (found, answer) = try parameters.provenReturn(client: client)
        } catch {
            return .refuseHere(error)
        }
        do throws(OAuthError) {
            return .accepted(try parameters.request(of: found, answer: answer), found)
        } catch {
            return .refuseAt(error, answer)
        }
    }

    /// The parameters that parse to this same request: how a sealed sign-in keeps it, so that each later step checks
    /// it against the settings again through `parse`.
    package var parameters: [Parameter] {
        var pairs: [Parameter] = [
            ("client_id", clientID), ("redirect_uri", redirectURI), ("response_type", "code"),
            ("response_mode", responseMode.rawValue), ("scope", scopes.joined(separator: " ")),
        ]
        func add(_ name: String, _ value: String?) {
            if let value { pairs.append((name, value)) }
        }
        add("state", state)
        add("nonce", nonce)
        add("code_challenge", challenge?.description)
        add("code_challenge_method", challenge.map { _ in "S256" })
        let asked = Prompt.allCases.filter(prompts.contains).map(\.rawValue)
        add("prompt", asked.isEmpty ? nil : asked.joined(separator: " "))
        add("max_age", maxAge.map(String.init))
        add("login_hint", loginHint)
        add("domain_hint", domainHint)
        add("ui_locales", uiLocales.isEmpty ? nil : uiLocales.joined(separator: " "))
        add("id_token_hint", idTokenHint)
        add("acr_values", acrValues.isEmpty ? nil : acrValues.joined(separator: " "))
        add("client_info", clientInfo ? "1" : nil)
        return pairs
    }
}

extension Parameters {
    /// The client and its own address, or the reason why the error has to be shown here.
    fileprivate func provenReturn(client: (String) -> RegisteredClient?) throws(OAuthError)
        -> (RegisteredClient, AuthorizationReturn)
    {
        for name in ["client_id", "redirect_uri"] where repeated.contains(name) { throw .parameterRepeated(name) }
        let clientID = try require("client_id")
        guard let found = client(clientID) else { throw .clientUnknown(clientID) }
        guard found.isEnabled else { throw .clientDisabled(clientID) }
        let redirectURI = try require("redirect_uri")
        guard RedirectURI.matches(redirectURI, registered: found.redirectURIs, kind: found.kind) else {
            throw .redirectURIMismatch(redirectURI)
        }
        // A value that is itself wrong must not decide where or how the error goes.
        let mode =
            repeated.contains("response_mode") ? nil : self["response_mode"].flatMap(ResponseMode.init(rawValue:))
        let state = repeated.contains("state") ? nil : try? text("state", atMost: Self.stateLimit)
        return (found, AuthorizationReturn(redirectURI: redirectURI, mode: mode ?? .query, state: state ?? nil))
    }

    fileprivate func request(of client: RegisteredClient, answer: AuthorizationReturn) throws(OAuthError)
        -> AuthorizationRequest
    {
        if let name = repeated.first { throw .parameterRepeated(name) }
        guard self["request"] == nil else { throw .requestObjectUnsupported }
        guard self["request_uri"] == nil else { throw .requestURIUnsupported }
        guard self["registration"] == nil else { throw .registrationUnsupported }
        if let mode = self["response_mode"], ResponseMode(rawValue: mode) == nil {
            throw .responseModeUnsupported(mode)
        }
        let responseType = try require("response_type")
        guard responseType == "code" else { throw .responseTypeUnsupported(responseType) }
        guard client.allows("authorization_code") else { throw .grantNotAllowed("authorization_code") }
        _ = try text("state", atMost: Self.stateLimit)
        let scopes = try list("scope", atMost: 2048)
        guard !scopes.isEmpty else { throw .scopeMissing }
        if let wrong = scopes.first(where: { !isScopeToken($0) }) { throw .scopeInvalid(wrong) }
        let nonce = try text("nonce", atMost: 512)
        return AuthorizationRequest(
            clientID: client.appID, redirectURI: answer.redirectURI, scopes: scopes, responseMode: answer.mode,
            state: answer.state, nonce: nonce, challenge: try challenge(of: client, nonce: nonce),
            prompts: try prompts(), maxAge: try maxAge(), loginHint: try text("login_hint", atMost: 320),
            domainHint: try text("domain_hint", atMost: 253), uiLocales: try list("ui_locales", atMost: 256),
            idTokenHint: try text("id_token_hint", atMost: 8192), acrValues: try list("acr_values", atMost: 1024),
            clientInfo: self["client_info"] == "1")
    }

    /// Room for a state of 1 KB behind proxies with default limits, and then some.
    private static var stateLimit: Int { 2048 }

    /// RFC 7636 §4.3. Public clients need a challenge; a confidential one may send a nonce instead (RFC 9700 §2.1.1),
    /// because stock OIDC libraries with a secret often send only that.
    private func challenge(of client: RegisteredClient, nonce: String?) throws(OAuthError) -> CodeChallenge? {
        guard let value = self["code_challenge"] else {
            guard self["code_challenge_method"] == nil else { throw .parameterMissing("code_challenge") }
            guard !client.isPublic, nonce != nil else { throw .proofKeyRequired }
            return nil
        }
        // Without a method the specification's default is `plain`.
        let method = self["code_challenge_method"] ?? "plain"
        guard method == "S256" else { throw .challengeMethodUnsupported(method) }
        guard let challenge = CodeChallenge(value) else {
            throw .parameterMalformed("code_challenge", "is not a SHA-256 digest in base64url")
        }
        return challenge
    }

    private func prompts() throws(OAuthError) -> Set<Prompt> {
        var prompts: Set<Prompt> = []
        for value in try list("prompt", atMost: 256) {
            guard let prompt = Prompt(rawValue: value) else {
                throw .parameterMalformed("prompt", "has the unknown value '\(value)'")
            }
            prompts.insert(prompt)
        }
        guard !prompts.contains(.none) || prompts.count == 1 else { throw .promptNoneWithOthers }
        return prompts
    }

    private func maxAge() throws(OAuthError) -> Int? {
        guard let text = self["max_age"] else { return nil }
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ (48...57).contains($0) }), let seconds = Int(text) else {
            throw .parameterMalformed("max_age", "is not a number of seconds")
        }
        return seconds
    }
}
