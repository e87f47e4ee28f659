/// OpenID Connect RP-Initiated Logout 1.0 §2.
package struct LogoutRequest: Sendable, Hashable {
    package var idTokenHint: String?
    package var clientID: String?
    package var postLogoutRedirectURI: String?
    package var state: String?
    package var logoutHint: String?
    package var uiLocales: [String]

    package init(
        idTokenHint: String? = nil, clientID: String? = nil, postLogoutRedirectURI: String? = nil,
        state: String? = nil, logoutHint: String? = nil, uiLocales: [String] = []
    ) {
        self.idTokenHint = idTokenHint
        self.clientID = clientID
        self.postLogoutRedirectURI = postLogoutRedirectURI
        self.state = state
        self.logoutHint = logoutHint
        self.uiLocales = uiLocales
    }

    package static func parse(_ pairs: [Parameter]) throws(OAuthError) -> LogoutRequest {
        let parameters = Parameters(pairs)
        if let name = parameters.repeated.first { throw .parameterRepeated(name) }
        return LogoutRequest(
            idTokenHint: try parameters.text("id_token_hint", atMost: 8192), clientID: parameters["client_id"],
            postLogoutRedirectURI: parameters["post_logout_redirect_uri"],
            state: try parameters.text("state", atMost: 2048),
            logoutHint: try parameters.text("logout_hint", atMost: 320),
            uiLocales: try parameters.list("ui_locales", atMost: 256))
    }
}

/// What an `id_token_hint` proved, once its signature was checked as our own. It may be expired.
package struct LogoutHint: Sendable, Hashable {
    /// The token's audience: the application's client id.
    package var clientID: String
    /// The subject that the application knows the person by.
    package var subject: String
    /// `sid`: the session that the token was issued in; nil if it says none.
    package var session: String?

    package init(clientID: String, subject: String, session: String?) {
        self.clientID = clientID
        self.subject = subject
        self.session = session
    }
}

/// Where the browser goes after logout.
package struct LogoutDecision: Sendable, Hashable {
    /// With `state` added; nil: a page of our own.
    package var location: String?
    /// Whether the person is asked before the session ends: nothing proved that the request comes from an application
    /// they use, so any page could have sent them here.
    package var asksFirst: Bool
    /// Why, for the log.
    package var reason: String

    /// Decides by OIDC RP-Initiated Logout §3: only a verified hint and an exactly registered address redirect.
    ///
    /// - Parameters:
    ///   - hint: Nil if none came, or if it did not verify as ours.
    ///   - client: The registration of the hint's client, nil if it is gone.
    package static func decide(
        _ request: LogoutRequest, hint: LogoutHint?, client: RegisteredClient?
    ) -> LogoutDecision {
        guard let hint else {
            return LogoutDecision(
                location: nil, asksFirst: true,
                reason: request.idTokenHint == nil ? "no id_token_hint" : "the id_token_hint is not one of our tokens")
        }
        guard request.clientID == nil || request.clientID == hint.clientID else {
            return LogoutDecision(
                location: nil, asksFirst: true, reason: "client_id is not the audience of the id_token_hint")
        }
        guard let uri = request.postLogoutRedirectURI else {
            return LogoutDecision(location: nil, asksFirst: false, reason: "no post_logout_redirect_uri")
        }
        guard let client, client.appID == hint.clientID, client.isEnabled else {
            return LogoutDecision(location: nil, asksFirst: false, reason: "the application is gone or disabled")
        }
        guard client.postLogoutRedirectURIs.contains(where: { $0.utf8.elementsEqual(uri.utf8) }) else {
            return LogoutDecision(
                location: nil, asksFirst: false, reason: "the post_logout_redirect_uri is not registered")
        }
        guard let state = request.state else {
            return LogoutDecision(location: uri, asksFirst: false, reason: "registered address")
        }
        var bytes = Array((uri + (uri.utf8.contains(UInt8(ascii: "?")) ? "&state=" : "?state=")).utf8)
        appendPercentEncoded(state, to: &bytes)
        return LogoutDecision(
            location: String(decoding: bytes, as: UTF8.self), asksFirst: false, reason: "registered address")
    }
}
