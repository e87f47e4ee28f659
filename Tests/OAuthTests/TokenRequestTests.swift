import Cryptography
import Testing

@testable import OAuth

@Suite("Token request") struct TokenRequestTests {
    static let code: [Parameter] = [
        ("grant_type", "authorization_code"), ("code", "c"), ("redirect_uri", Sample.redirect), ("client_id", "web"),
        ("client_secret", "second"), ("code_verifier", Sample.verifier),
    ]

    func parse(_ pairs: [Parameter], _ field: String? = nil) throws(OAuthError) -> TokenRequest {
        try TokenRequest.parse(pairs, authorizationField: field)
    }

    func without(_ names: String...) -> [Parameter] { Self.code.filter { !names.contains($0.name) } }

    @Test func `a code, with a secret in the form`() throws {
        let request = try parse(Self.code + [("client_info", "1"), ("x-client-SKU", "MSAL.Python")])
        #expect(
            request.grant
                == .authorizationCode(
                    code: "c", redirectURI: Sample.redirect, verifier: CodeVerifier(Sample.verifier)))
        #expect(request.client == .secretPost(id: "web", Secret(utf8: "second")) && request.clientInfo)
    }

    @Test func `a refresh token and client credentials`() throws {
        let client: [Parameter] = [("client_id", "spa")]
        #expect(
            try parse(client + [("grant_type", "refresh_token"), ("refresh_token", "r")]).grant
                == .refreshToken(token: "r", scopes: nil))
        #expect(
            try parse(client + [("grant_type", "refresh_token"), ("refresh_token", "r"), ("scope", "a b a")]).grant
                == .refreshToken(token: "r", scopes: ["a", "b"]))
        #expect(
            try parse(client + [("grant_type", "client_credentials"), ("scope", "api://x/.default")]).grant
                == .clientCredentials(scopes: ["api://x/.default"]))
    }

    static let malformed: [([Parameter], OAuthError)] = [
        ([("client_id", "web")], .parameterMissing("grant_type")),
        ([("grant_type", "password"), ("client_id", "web")], .grantTypeUnsupported("password")),
        ([("grant_type", "refresh_token"), ("client_id", "web")], .parameterMissing("refresh_token")),
        ([("grant_type", "client_credentials"), ("client_id", "web")], .scopeMissing),
        (
            [("grant_type", "client_credentials"), ("client_id", "web"), ("scope", "a \"")], .scopeInvalid("\"")
        ),
        ([("grant_type", "refresh_token"), ("refresh_token", "r")], .clientAuthenticationMissing),
        (code + [("code", "c")], .parameterRepeated("code")),
        (code + [("client_assertion", "a.b.c")], .severalClientAuthentications),
        (
            [("grant_type", "refresh_token"), ("refresh_token", "r"), ("client_assertion", "a.b.c")],
            .parameterMissing("client_assertion_type")
        ),
    ]

    @Test(arguments: malformed)
    func `what is malformed says so`(pairs: [Parameter], error: OAuthError) {
        #expect(throws: error) { try parse(pairs) }
    }

    @Test func `a code needs its redirect URI, always`() {
        #expect(throws: OAuthError.parameterMissing("redirect_uri")) { try parse(without("redirect_uri")) }
        #expect(throws: OAuthError.parameterMissing("code")) { try parse(without("code")) }
    }

    @Test func `a verifier that can't be one is a wrong one`() {
        #expect(throws: OAuthError.verifierMismatch) { try parse(without("code_verifier") + [("code_verifier", "x")]) }
    }

    // MARK: Client authentication

    func basic(_ text: String) -> String { "Basic " + Base64.encode(Array(text.utf8)) }

    @Test func `Basic decodes both halves as form values`() throws {
        for (text, id, secret) in [
            ("web:second", "web", "second"), ("a%3Ab:c%3Ad", "a:b", "c:d"), ("a+b:%2B%25", "a b", "+%"),
            ("web:a:b", "web", "a:b"), ("%C3%A9:x", "é", "x"), ("web:", "web", ""),
        ] {
            #expect(
                try ClientCredential.parse([], authorizationField: basic(text))
                    == .secretBasic(id: id, Secret(utf8: secret)))
        }
        #expect(
            try ClientCredential.parse(
                [("client_id", "web")], authorizationField: "bAsIc " + Base64.encode(Array("web:s".utf8))
            )
            .method == .secretBasic)
    }

    @Test(arguments: ["Basic", "Basic ", "Basic !!", "Bearer x", "Basic d2Vi", "Basic d2ViOnMK=", "", "Basic Og=="])
    func `a malformed Authorization field proves nothing`(field: String) {
        #expect { try ClientCredential.parse([], authorizationField: field) } throws: {
            ($0 as? OAuthError)?.code == "invalid_client"
        }
    }

    @Test(arguments: ["%zz:x", "web:%2", "%ff:x"])
    func `a malformed escape proves nothing`(text: String) {
        #expect { try ClientCredential.parse([], authorizationField: basic(text)) } throws: {
            ($0 as? OAuthError)?.code == "invalid_client"
        }
    }

    @Test func `one method only`() {
        for extra: [Parameter] in [
            [("client_secret", "s")], [("client_assertion", "a.b.c")], [("client_id", "another")],
        ] {
            #expect(throws: OAuthError.severalClientAuthentications) {
                try ClientCredential.parse(extra, authorizationField: basic("web:second"))
            }
        }
    }

    @Test func `an assertion needs its type`() throws {
        let pairs: [Parameter] = [
            ("client_assertion", "a.b.c"), ("client_assertion_type", ClientCredential.assertionType),
        ]
        #expect(
            try ClientCredential.parse(pairs, authorizationField: nil) == .assertion(id: nil, jwt: "a.b.c"))
        #expect(throws: OAuthError.self) {
            try ClientCredential.parse(
                [
                    ("client_assertion", "a.b.c"),
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
                ], authorizationField: nil)
        }
    }

    @Test func `only the registered method counts`() throws {
        let secret = Secret(utf8: "second")
        let credentials: [ClientCredential] = [
            .secretBasic(id: "x", secret), .secretPost(id: "x", secret), .assertion(id: nil, jwt: "a.b.c"),
            .none(id: "x"),
        ]
        for registered in RegisteredClient.Authentication.allCases {
            let client = RegisteredClient(appID: "x", kind: .web, authentication: registered)
            for credential in credentials {
                if credential.method == registered {
                    try credential.requireMethod(of: client)
                } else {
                    #expect { try credential.requireMethod(of: client) } throws: {
                        ($0 as? OAuthError)?.code == "invalid_client" && ($0 as? OAuthError)?.status == 401
                    }
                }
            }
        }
    }

    @Test func `several secrets, for rotation, and an expired one says so`() {
        #expect(Sample.web.check(Secret(utf8: "second"), at: Sample.now) == .valid(keyID: "new"))
        #expect(Sample.web.check(Secret(utf8: "first"), at: Sample.now) == .expired(keyID: "old"))
        #expect(Sample.web.check(Secret(utf8: "first"), at: Sample.now.addingTimeInterval(-1)) == .valid(keyID: "old"))
        for wrong in ["", "third", "second "] {
            #expect(Sample.web.check(Secret(utf8: wrong), at: Sample.now) == .wrong)
        }
    }

    @Test func `grants by kind of application`() {
        #expect(Sample.web.allows("authorization_code") && Sample.web.allows("client_credentials"))
        #expect(Sample.spa.allows("refresh_token") && !Sample.spa.allows("client_credentials"))
        #expect(!Sample.native.allows("client_credentials") && !Sample.daemon.allows("authorization_code"))
        #expect(Sample.daemon.allows("client_credentials") && !Sample.web.allows("password"))
    }

    @Test func `a request does not print its secret`() throws {
        #expect(!"\(try parse(Self.code))".contains("second"))
    }
}
