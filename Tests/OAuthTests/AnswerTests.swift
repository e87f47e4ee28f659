import Testing

@testable import OAuth

@Suite("Answers and logout") struct AnswerTests {
    let issuer = "https://gate.example/t/v2.0"

    func to(_ uri: String, state: String? = "s 1&x=é") -> AuthorizationReturn {
        AuthorizationReturn(redirectURI: uri, mode: .query, state: state)
    }

    @Test func `RFC 9207: every answer names its issuer`() {
        let success = RedirectResponse.success(code: "c.1", to: to("https://a.example/cb"), issuer: issuer)
        #expect(
            success.location
                == "https://a.example/cb?code=c.1&state=s%201%26x%3D%C3%A9&iss=https%3A%2F%2Fgate.example%2Ft%2Fv2.0")
        let failure = RedirectResponse.failure(
            .loginRequired("No session."), to: to("https://a.example/cb", state: nil), issuer: issuer)
        #expect(failure.fields.map(\.name) == ["error", "error_description", "iss"])
        #expect(failure.fields.map(\.value) == ["login_required", "AADSTS50058: No session.", issuer])
    }

    @Test(
        arguments: [
            ("https://a.example/cb?x=%20", "https://a.example/cb?x=%20&code=c&iss=i"),
            ("https://a.example/cb?", "https://a.example/cb?code=c&iss=i"),
            ("https://a.example/cb?x&", "https://a.example/cb?x&code=c&iss=i"),
            ("https://a.example", "https://a.example?code=c&iss=i"),
            ("com.example.app:/cb", "com.example.app:/cb?code=c&iss=i"),
        ])
    func `what was registered stays as it is`(uri: String, location: String) {
        #expect(RedirectResponse.success(code: "c", to: to(uri, state: nil), issuer: "i").location == location)
    }

    @Test func `an error description holds only what RFC 6749 allows`() {
        #expect(errorText("say \"no\" \\ né\r\nSet-Cookie") == "say 'no' / n???Set-Cookie")
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<20 {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &generator)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            #expect(errorText(text).utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        }
    }

    @Test func `no state breaks out of the location`() {
        var generator = SeededGenerator(seed: 29)
        for _ in 0..<500 {
            let bytes = (0..<12).map { _ in UInt8.random(in: 0...127, using: &generator) }
            let state = String(decoding: bytes, as: UTF8.self)
            let location = RedirectResponse.success(
                code: "c", to: to("https://a.example/cb", state: state), issuer: "i"
            )
            .location
            #expect(location.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3C })
            #expect(location.split(separator: "&").count == 3 && !location.contains("#"))
        }
    }

    // MARK: OpenID Connect RP-Initiated Logout 1.0

    let hint = LogoutHint(clientID: "web", subject: "s", session: "sid")

    func decide(_ pairs: [Parameter], hint: LogoutHint?, client: RegisteredClient? = Sample.web) throws
        -> LogoutDecision
    {
        LogoutDecision.decide(try LogoutRequest.parse(pairs), hint: hint, client: client)
    }

    @Test func `a verified hint and a registered address lead back, with the state`() throws {
        let uri = "https://app.example.com/bye"
        #expect(
            try decide([("id_token_hint", "h"), ("post_logout_redirect_uri", uri), ("state", "a b")], hint: hint)
                .location
                == uri + "?state=a%20b")
        #expect(
            try decide(
                [("id_token_hint", "h"), ("post_logout_redirect_uri", uri + "?x=1"), ("state", "a")], hint: hint
            )
            .location == uri + "?x=1&state=a")
        #expect(
            try decide([("id_token_hint", "h"), ("post_logout_redirect_uri", uri), ("client_id", "web")], hint: hint)
                .location == uri)
    }

    static let unredirected: [([Parameter], Bool, Bool)] = [
        ([], false, true), ([("state", "x")], false, true),
        ([("post_logout_redirect_uri", "https://app.example.com/bye")], false, true),
        ([("id_token_hint", "bad"), ("post_logout_redirect_uri", "https://app.example.com/bye")], false, true),
        ([("id_token_hint", "h")], true, false),
        ([("id_token_hint", "h"), ("post_logout_redirect_uri", "https://app.example.com/bye?y=1")], true, false),
        ([("id_token_hint", "h"), ("post_logout_redirect_uri", "https://app.example.com/bye/")], true, false),
        ([("id_token_hint", "h"), ("post_logout_redirect_uri", "https://evil.example/")], true, false),
        (
            [
                ("id_token_hint", "h"), ("client_id", "spa"),
                ("post_logout_redirect_uri", "https://app.example.com/bye"),
            ], true, true
        ),
    ]

    @Test(arguments: unredirected.indices)
    func `anything less stays on a page of ours`(index: Int) throws {
        let (pairs, verified, asks) = Self.unredirected[index]
        let decision = try decide(pairs, hint: verified ? hint : nil)
        #expect(decision.location == nil && decision.asksFirst == asks && !decision.reason.isEmpty)
    }

    @Test func `a client that is gone or another's registration leads nowhere`() throws {
        let pairs: [Parameter] = [("id_token_hint", "h"), ("post_logout_redirect_uri", "https://app.example.com/bye")]
        #expect(try decide(pairs, hint: hint, client: nil).location == nil)
        #expect(try decide(pairs, hint: LogoutHint(clientID: "spa", subject: "s", session: nil)).location == nil)
    }

    @Test func `a repeated parameter is refused`() {
        #expect(throws: OAuthError.parameterRepeated("state")) {
            try LogoutRequest.parse([("state", "a"), ("state", "b")])
        }
    }
}

@Suite("RFC 6749 errors") struct OAuthErrorTests {
    static let samples: [OAuthError] = [
        .parameterMissing("x"), .parameterRepeated("x"), .parameterMalformed("x", "is bad"), .clientUnknown("x"),
        .clientDisabled("x"), .redirectURIMismatch("x"), .responseTypeUnsupported("x"), .responseModeUnsupported("x"),
        .requestObjectUnsupported, .requestURIUnsupported, .registrationUnsupported, .proofKeyRequired,
        .challengeMethodUnsupported("x"), .promptNoneWithOthers, .scopeMissing, .scopeInvalid("x"),
        .severalResources(["a", "b"]), .resourceUnknown("x"), .accessDenied("No."), .loginRequired("No."),
        .interactionRequired("No."), .consentRequired("No."), .accountSelectionRequired("No."),
        .clientAuthenticationMissing, .severalClientAuthentications, .clientAuthenticationNotRegistered("x"),
        .clientNotProven("the secret differs"), .grantTypeUnsupported("x"), .grantNotAllowed("x"), .codeInvalid,
        .codeExpired, .codeSpent, .codeOfAnotherClient, .codeRedirectMismatch, .verifierMissing, .verifierUnexpected,
        .verifierMismatch, .refreshTokenInvalid, .refreshTokenExpired, .refreshTokenReused,
        .refreshTokenOfAnotherClient, .scopeWidened("x"), .grantEnded("No."), .serverError, .temporarilyUnavailable,
    ]
    static let registered: Set<String> = [
        "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
        "server_error", "temporarily_unavailable", "login_required", "interaction_required", "consent_required",
        "account_selection_required", "request_not_supported", "request_uri_not_supported",
        "registration_not_supported",
        "invalid_client", "invalid_grant", "unsupported_grant_type",
    ]

    @Test(arguments: samples)
    func `every error has a registered code, a status, a number and a sentence`(error: OAuthError) {
        #expect(Self.registered.contains(error.code))
        #expect(error.number > 0 && error.detail.hasSuffix("."))
        #expect((error.status == 401) == (error.code == "invalid_client"))
    }

    @Test func `how a credential or code differed stays with us`() {
        #expect(!OAuthError.clientNotProven("the secret differs").detail.contains("differs"))
        #expect(OAuthError.codeInvalid.detail == OAuthError.codeOfAnotherClient.detail)
        #expect(OAuthError.verifierMissing.detail == OAuthError.verifierMismatch.detail)
    }
}
