import Testing

@testable import OAuth

@Suite("Authorization request") struct AuthorizationRequestTests {
    func parse(_ pairs: [Parameter]) -> AuthorizationRequestOutcome {
        AuthorizationRequest.parse(pairs, client: Sample.client)
    }

    func parse(_ changes: [String: String?]) -> AuthorizationRequestOutcome { parse(Sample.request(changes)) }

    func accepted(_ changes: [String: String?]) -> AuthorizationRequest? {
        if case .accepted(let request, _) = parse(changes) { request } else { nil }
    }

    func refusedAt(_ changes: [String: String?]) -> OAuthError? {
        if case .refuseAt(let error, _) = parse(changes) { error } else { nil }
    }

    func refusedHere(_ changes: [String: String?]) -> OAuthError? {
        if case .refuseHere(let error) = parse(changes) { error } else { nil }
    }

    @Test func `a whole request is read`() throws {
        let request = try #require(
            accepted([
                "response_mode": "form_post", "prompt": "login consent", "max_age": "0",
                "login_hint": "ada@contoso.example", "domain_hint": "contoso.example", "ui_locales": "de en",
                "id_token_hint": "a.b.c", "acr_values": "x y x", "client_info": "1", "unknown": "ignored",
            ]))
        #expect(
            request
                == AuthorizationRequest(
                    clientID: "web", redirectURI: Sample.redirect, scopes: ["openid", "profile"],
                    responseMode: .formPost, state: "s1", nonce: "n1", challenge: CodeChallenge(Sample.challenge),
                    prompts: [.login, .consent], maxAge: 0, loginHint: "ada@contoso.example",
                    domainHint: "contoso.example", uiLocales: ["de", "en"], idTokenHint: "a.b.c",
                    acrValues: ["x", "y"], clientInfo: true))
    }

    @Test func `the order of parameters does not matter, and what was read reads again`() {
        let changes: [String: String?] = ["prompt": "none", "max_age": "10", "ui_locales": "de"]
        guard case .accepted(let request, let client) = parse(changes) else {
            Issue.record("refused")
            return
        }
        #expect(parse(Sample.request(changes).reversed()) == .accepted(request, client))
        #expect(parse(request.parameters) == .accepted(request, client))
    }

    // MARK: Never redirected

    static let here: [([String: String?], OAuthError)] = [
        (["client_id": nil], .parameterMissing("client_id")),
        (["client_id": "nobody"], .clientUnknown("nobody")),
        (["client_id": "disabled"], .clientDisabled("disabled")),
        (["redirect_uri": nil], .parameterMissing("redirect_uri")),
        (["redirect_uri": ""], .parameterMissing("redirect_uri")),
        (["redirect_uri": "https://evil.example/"], .redirectURIMismatch("https://evil.example/")),
        // Even where everything else is wrong too.
        (
            ["redirect_uri": "https://evil.example/", "response_type": "token"],
            .redirectURIMismatch("https://evil.example/")
        ),
    ]

    @Test(arguments: here)
    func `an unproven address is never redirected to`(changes: [String: String?], error: OAuthError) {
        #expect(refusedHere(changes) == error)
    }

    @Test(arguments: ["client_id", "redirect_uri"])
    func `a repeated client or address is shown here, even if both values are good`(name: String) {
        let twice = Sample.request + Sample.request.filter { $0.name == name }
        #expect(parse(twice) == .refuseHere(.parameterRepeated(name)))
    }

    // MARK: Told to the client

    static let there: [([String: String?], OAuthError)] = [
        (["response_type": nil], .parameterMissing("response_type")),
        (["response_type": "token"], .responseTypeUnsupported("token")),
        (["response_type": "code id_token"], .responseTypeUnsupported("code id_token")),
        (["response_mode": "fragment"], .responseModeUnsupported("fragment")),
        (["response_mode": "web_message"], .responseModeUnsupported("web_message")),
        (["request": "e30.e30."], .requestObjectUnsupported),
        (["request_uri": "https://app.example.com/r"], .requestURIUnsupported),
        (["registration": "{}"], .registrationUnsupported),
        (["scope": nil], .scopeMissing), (["scope": "  "], .scopeMissing),
        (["scope": "openid \"x\""], .scopeInvalid("\"x\"")), (["scope": "openid é"], .scopeInvalid("é")),
        (["prompt": "none login"], .promptNoneWithOthers),
        (["prompt": "dance"], .parameterMalformed("prompt", "has the unknown value 'dance'")),
        (["max_age": "-1"], .parameterMalformed("max_age", "is not a number of seconds")),
        (["max_age": "1.5"], .parameterMalformed("max_age", "is not a number of seconds")),
        (["max_age": "+1"], .parameterMalformed("max_age", "is not a number of seconds")),
        (["max_age": "99999999999"], .parameterMalformed("max_age", "is not a number of seconds")),
        (["code_challenge_method": "plain"], .challengeMethodUnsupported("plain")),
        (["code_challenge_method": nil], .challengeMethodUnsupported("plain")),
        (["code_challenge_method": "s256"], .challengeMethodUnsupported("s256")),
        (["code_challenge": nil], .parameterMissing("code_challenge")),
        (
            ["code_challenge": "short"],
            .parameterMalformed("code_challenge", "is not a SHA-256 digest in base64url")
        ),
        (["client_id": "spa", "code_challenge": nil, "code_challenge_method": nil], .proofKeyRequired),
        (
            ["code_challenge": nil, "code_challenge_method": nil, "nonce": nil],
            .proofKeyRequired
        ),
        (["client_id": "daemon"], .grantNotAllowed("authorization_code")),
        (
            ["nonce": String(repeating: "n", count: 513)],
            .parameterMalformed("nonce", "is longer than 512 bytes")
        ),
        (["login_hint": "a\r\nb"], .parameterMalformed("login_hint", "holds control characters")),
    ]

    @Test(arguments: there)
    func `the client hears of it at its own address`(changes: [String: String?], error: OAuthError) {
        #expect(refusedAt(changes) == error)
    }

    @Test(arguments: ["scope", "nonce", "code_challenge", "response_type", "unknown"])
    func `a repeated parameter is refused, known or not`(name: String) {
        let twice = Sample.request + [(name, "x"), (name, "x")]
        guard case .refuseAt(.parameterRepeated(name), _) = parse(twice) else {
            Issue.record("\(name)")
            return
        }
    }

    @Test func `the answer carries the state, and neither a repeated nor a broken one`() {
        func answer(_ pairs: [Parameter]) -> AuthorizationReturn? {
            if case .refuseAt(_, let answer) = parse(pairs) { answer } else { nil }
        }
        #expect(answer(Sample.request(["response_type": "token"]))?.state == "s1")
        #expect(answer(Sample.request + [("state", "s1")])?.state == nil)
        #expect(
            answer(Sample.request(["state": "a\u{0}b"]))
                == .init(redirectURI: Sample.redirect, mode: .query, state: nil))
        #expect(answer(Sample.request(["response_mode": "fragment"]))?.mode == .query)
        #expect(answer(Sample.request(["response_mode": "form_post", "max_age": "x"]))?.mode == .formPost)
    }

    // MARK: Accepted

    @Test func `a confidential client may send a nonce instead of a challenge`() {
        let request = accepted(["code_challenge": nil, "code_challenge_method": nil])
        #expect(request?.challenge == nil && request?.nonce == "n1")
    }

    @Test func `a nonce is not required beside a challenge`() { #expect(accepted(["nonce": nil]) != nil) }

    @Test func `an empty parameter counts as absent`() {
        let request = accepted(["prompt": "", "max_age": "", "response_mode": "", "request": ""])
        #expect(request?.prompts == [] && request?.maxAge == nil && request?.responseMode == .query)
    }

    @Test func `a state of two kilobytes comes back byte for byte`() {
        let state = String(repeating: "é+%&= ", count: 256)
        #expect(accepted(["state": state])?.state == state)
        #expect(refusedAt(["state": String(repeating: "s", count: 2049)]) != nil)
    }

    @Test func `no request is accepted for an address that is not registered`() {
        var generator = SeededGenerator(seed: 17)
        let alphabet = Array("/\\@.%:?#&aA0\u{430}".unicodeScalars)
        for _ in 0..<2000 {
            var scalars = Array(Sample.redirect.unicodeScalars)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: 0..<scalars.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: scalars[position] = alphabet.randomElement(using: &generator)!
                case 1: scalars.insert(alphabet.randomElement(using: &generator)!, at: position)
                default: scalars.remove(at: position)
                }
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            guard text != Sample.redirect, !text.isEmpty else { continue }
            #expect(refusedHere(["redirect_uri": text]) == .redirectURIMismatch(text))
        }
    }
}
