import Testing

@testable import OAuth

@Suite("Scopes and their one resource") struct ScopeRequestTests {
    /// An API with two identifier URIs, one ending with a slash, and its appId; and another API.
    static func resolve(_ name: String) -> String? {
        [
            "api://orders": "orders", "https://orders.example/": "orders", "11111111": "orders", "api://stock": "stock",
            "https://graph.example": "graph",
        ][name]
    }

    func parse(_ scope: String) throws(OAuthError) -> ScopeRequest {
        try ScopeRequest.parse(
            scope.split(separator: " ").map(String.init), defaultResource: "https://graph.example",
            resolve: Self.resolve)
    }

    static let accepted: [(String, ScopeRequest)] = [
        ("openid profile", ScopeRequest(openID: ["openid", "profile"])),
        (
            "openid api://orders/read api://orders/write offline_access",
            ScopeRequest(
                openID: ["openid", "offline_access"], resource: "orders", resourceAsAsked: "api://orders",
                names: ["read", "write"])
        ),
        ("11111111/read", ScopeRequest(openID: [], resource: "orders", resourceAsAsked: "11111111", names: ["read"])),
        (
            "api://orders/read 11111111/write",
            ScopeRequest(openID: [], resource: "orders", resourceAsAsked: "api://orders", names: ["read", "write"])
        ),
        (
            "api://orders/.default openid",
            ScopeRequest(openID: ["openid"], resource: "orders", resourceAsAsked: "api://orders", isDefault: true)
        ),
        (
            "https://orders.example//.default",
            ScopeRequest(openID: [], resource: "orders", resourceAsAsked: "https://orders.example/", isDefault: true)
        ),
        (
            "User.Read",
            ScopeRequest(openID: [], resource: "graph", resourceAsAsked: "https://graph.example", names: ["User.Read"])
        ),
    ]

    @Test(arguments: accepted)
    func `scopes are sorted`(scope: String, expected: ScopeRequest) throws { #expect(try parse(scope) == expected) }

    static let refused: [(String, OAuthError)] = [
        ("api://orders/read api://stock/read", .severalResources(["api://orders", "api://stock"])),
        ("api://orders/read User.Read", .severalResources(["api://orders", "https://graph.example"])),
        ("api://nothing/read", .resourceUnknown("api://nothing")), ("api://orders/", .scopeInvalid("api://orders/")),
        ("/read", .scopeInvalid("/read")), ("api://orders/.default api://orders/read", .scopeInvalid("read")),
        ("API://orders/read", .resourceUnknown("API://orders")),
    ]

    @Test(arguments: refused)
    func `one resource, known, by its exact name`(scope: String, error: OAuthError) {
        #expect(throws: error) { try parse(scope) }
        #expect(error.code == "invalid_scope")
    }

    @Test func `without a default resource a bare name is refused`() {
        #expect(throws: OAuthError.scopeInvalid("User.Read")) {
            try ScopeRequest.parse(["User.Read"], defaultResource: nil, resolve: Self.resolve)
        }
    }

    @Test func `client credentials ask for one default and nothing else`() throws {
        func parse(_ scopes: [String]) throws(OAuthError) -> ScopeRequest {
            try ScopeRequest.parseForClientCredentials(scopes, resolve: Self.resolve)
        }
        #expect(try parse(["api://orders/.default"]).resource == "orders")
        for scopes in [[], ["openid"], ["api://orders/read"], ["api://orders/.default", "openid"], ["x"]] {
            #expect(throws: OAuthError.self) { try parse(scopes) }
        }
    }

    @Test func `a refresh narrows and never widens`() throws {
        let granted = ["openid", "api://orders/read", "offline_access"]
        #expect(try narrowed(nil, from: granted) == granted)
        #expect(try narrowed([], from: granted) == granted)
        #expect(try narrowed(["offline_access", "openid"], from: granted) == ["openid", "offline_access"])
        #expect(throws: OAuthError.scopeWidened("api://orders/write")) {
            try narrowed(["openid", "api://orders/write"], from: granted)
        }
    }
}
