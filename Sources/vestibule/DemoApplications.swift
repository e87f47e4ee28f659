import JSON

/// An application of the demo: what is declared, and what is told of it.
struct DemoApplication: Sendable {
    var name: String
    var kind: String
    var authentication: String
    /// The name of its secret among the demo's.
    var secret: String?
    var redirectURIs: [String] = []
    var postLogoutRedirectURIs: [String] = []
    var homepage: String?
    /// Members of the declaration besides these.
    var more: JSONObject = [:]
    /// An API alone is nobody's client.
    var isListed = true

    /// Whether it speaks SAML or WS-Federation, and asks for no tokens.
    var isFederated: Bool { ["saml", "wsfed"].contains(authentication) }

    func declaration(_ secrets: DemoSecrets) -> JSONValue {
        var object: JSONObject = ["name": .string(name), "kind": .string(kind)]
        if kind != "api", !isFederated { object["authentication"] = .string(authentication) }
        if let secret { object["secret"] = .string(secrets[secret]) }
        if authentication == "private_key_jwt", kind != "api" { object["jwks"] = secrets.publicKeys }
        if !redirectURIs.isEmpty { object["redirectURIs"] = .array(redirectURIs.map { .string($0) }) }
        if !postLogoutRedirectURIs.isEmpty {
            object["postLogoutRedirectURIs"] = .array(postLogoutRedirectURIs.map { .string($0) })
        }
        if let homepage { object["homepage"] = .string(homepage) }
        for (name, value) in more.members { object[name] = value }
        return .object(object)
    }
}

extension DemoScene {
    private static let api = "api://stock.woodgrove.example"
    /// What the sample application may ask the person for.
    static let apiScope = "\(api)/Stock.Read"

    /// What an administrator allowed for everyone: `.default` of the management API means it.
    private static let graph: JSONObject = ["adminGrants": [["resource": "graph", "scopes": ["User.Read"]]]]

    /// Woodgrove's. They are on 127.0.0.1, another site than the gateway's localhost, as real applications are.
    static func hostApplications(_ port: UInt16) -> [DemoApplication] {
        let lab = "http://127.0.0.1:\(port)"
        return [
            DemoApplication(
                name: "Fresh Deliveries", kind: "web", authentication: "client_secret_basic", secret: "deliveries",
                redirectURIs: ["\(lab)/callback"], postLogoutRedirectURIs: ["\(lab)/signed-out"], homepage: "\(lab)/",
                more: graph),
            DemoApplication(
                name: "Supplier Portal", kind: "web", authentication: "client_secret_post", secret: "supplier",
                redirectURIs: ["\(lab)/supplier/callback"], postLogoutRedirectURIs: ["\(lab)/supplier/signed-out"],
                homepage: "\(lab)/supplier",
                more: JSONObject(graph.members.map { ($0.name, $0.value) } + [("signingAlgorithm", "ES256")])),
            DemoApplication(
                name: "Price List", kind: "spa", authentication: "none", redirectURIs: ["\(lab)/prices/callback"]),
            DemoApplication(
                name: "Shelf Scanner", kind: "native", authentication: "none",
                redirectURIs: ["http://127.0.0.1/callback"]),
            DemoApplication(
                name: "Stock Sync", kind: "daemon", authentication: "client_secret_post", secret: "stock",
                more: ["roleGrants": [["resource": "Stock", "role": "Stock.Write.All"]]]),
            DemoApplication(
                name: "Shift Planner", kind: "web", authentication: "saml", homepage: "\(lab)/saml",
                more: [
                    "saml": [
                        "entityID": .string("\(lab)/saml/metadata"),
                        "assertionConsumerURLs": [.string("\(lab)/saml/acs")],
                        "logoutURL": .string("\(lab)/saml/slo"), "allowsUnsolicited": true,
                    ]
                ]),
            DemoApplication(
                name: "Depot Board", kind: "web", authentication: "wsfed", homepage: "\(lab)/wsfed",
                more: [
                    "wsFederation": [
                        "realm": .string("\(lab)/wsfed"),
                        "replyURLs": [.string("\(lab)/wsfed/callback"), .string("\(lab)/wsfed/signed-out")],
                    ]
                ]),
            DemoApplication(name: "Ledger", kind: "daemon", authentication: "private_key_jwt"),
            DemoApplication(
                name: "Stock", kind: "api", authentication: "private_key_jwt",
                more: [
                    "identifierURIs": [.string(api)],
                    "scopes": [
                        [
                            "value": "Stock.Read", "displayName": "See what is on the shelves",
                            "consent": "Lets the application see what is on the shelves, as you.",
                        ],
                        [
                            "value": "Stock.Write", "displayName": "Change what is on the shelves",
                            "consent": "Lets the application change what is on the shelves, as you.",
                            "adminConsent": true,
                        ],
                    ],
                    "roles": [
                        ["value": "Stock.Write.All", "displayName": "Change all stock", "for": ["Application"]],
                        ["value": "Clerk", "displayName": "Clerk", "for": ["User"]],
                    ],
                ], isListed: false),
        ]
    }

    /// What the running applications publish of themselves: the Shift Planner's keys are its own, and new in every run.
    static func publishedApplications(_ port: UInt16) -> JSONValue {
        [
            [
                "name": "Shift Planner", "kind": "web",
                "saml": ["metadataURL": .string("http://127.0.0.1:\(port)/saml/metadata")],
            ]
        ]
    }

    static func partnerApplications(_ port: UInt16) -> [DemoApplication] {
        let lab = "http://127.0.0.1:\(port)/fabrikam"
        return [
            DemoApplication(
                name: "Fabrikam Desk", kind: "web", authentication: "client_secret_basic", secret: "desk",
                redirectURIs: ["\(lab)/callback"], postLogoutRedirectURIs: ["\(lab)/signed-out"], homepage: lab)
        ]
    }
}
