internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Graph's identity providers: those that are there without being set up, and those that speak OpenID Connect. SAML and
/// WS-Federation are federation configurations.
enum IdentityProviderResource {
    static let type = GraphType(
        "identityProviderBase",
        [
            GraphProperty("id", .string()).always.filterable,
            GraphProperty("displayName", .string()).always.required.updatable.filterable,
            GraphProperty("identityProviderType", .string()).creatable.filterable,
            GraphProperty("clientId", .string()).writable,
            GraphProperty("clientSecret", .string(limit: 1_024)).writable,
            GraphProperty("issuer", .string(limit: 512)).creatable,
            GraphProperty("isEnabled", .boolean).updatable,
        ], hasETag: true)

    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/identity/identityProviders", "identityProvider.list", "List identity providers", .readProviders,
            query: [.select, .filter, .top], answers: .collection(type)
        ) { call throws(GraphError) in
            let list = call.builtIn + call.snapshot.partners.compactMap(json)
            return call.answer(try await call.page(of: type, list), context: "identity/identityProviders")
        },
        GraphOperation(
            .post, "/identity/identityProviders", "identityProvider.create",
            "Add a provider that speaks OpenID Connect",
            .writeProviders, body: .create(type), answers: .entity(type, status: 201)
        ) { call throws(GraphError) in
            guard let issuer = call.body.string("issuer"), let client = call.body.string("clientId") else {
                throw .badRequest("A provider needs an issuer and a clientId.")
            }
            let displayName = call.body.string("displayName") ?? ""
            let name = call.freeName(for: displayName)
            var declared: JSONObject = [
                "name": .string(name), "displayName": .string(displayName), "kind": "oidc", "issuer": .string(issuer),
                "clientID": .string(client),
            ]
            if let secret = call.body.string("clientSecret") { declared["clientSecret"] = .string(secret) }
            let partner = try await call.declare(declared, named: name)
            guard let object = json(partner) else { throw .fault("a partner of another kind was made") }
            return call.answer(
                object, of: type, context: "identity/identityProviders/$entity", status: 201, etag: partner.etag)
        },
        GraphOperation(
            .get, "/identity/identityProviders/{id}", "identityProvider.get", "Get an identity provider",
            .readProviders,
            query: .entity, answers: .entity(type)
        ) { call throws(GraphError) in
            let wanted = call.parameter("id")
            if let found = call.builtIn.first(where: { $0["id"]?.string == wanted }) {
                return call.answer(found, of: type, context: "identity/identityProviders/$entity")
            }
            let partner = try call.partner { json($0) != nil }
            return call.answer(
                json(partner) ?? [:], of: type, context: "identity/identityProviders/$entity", etag: partner.etag)
        },
        GraphOperation(
            .patch, "/identity/identityProviders/{id}", "identityProvider.update", "Update an identity provider",
            .writeProviders, body: .update(type), answers: .nothing
        ) { call throws(GraphError) in
            let partner = try call.partner { json($0) != nil }
            try call.requireMatch(partner.etag)
            guard case .oidc(let connection) = partner.connection else { throw .notFound(call.parameter("id")) }
            var declared: JSONObject = [
                "name": .string(partner.name), "kind": "oidc", "issuer": .string(connection.issuer),
                "clientID": .string(call.body.string("clientId") ?? connection.clientID),
            ]
            if let name = call.body.string("displayName") { declared["displayName"] = .string(name) }
            if let secret = call.body.string("clientSecret") { declared["clientSecret"] = .string(secret) }
            if let enabled = call.body.flag("isEnabled") { declared["enabled"] = .bool(enabled) }
            _ = try await call.declare(declared, named: partner.name)
            return .noContent
        },
        GraphOperation(
            .delete, "/identity/identityProviders/{id}", "identityProvider.delete",
            "Remove an identity provider; its guests have no way in until they are reset", .writeProviders,
            answers: .nothing
        ) { call throws(GraphError) in
            try await call.remove(call.partner { json($0) != nil })
        },
    ]

    /// Nil for another kind of partner. A secret is never told again.
    private static func json(_ partner: Partner) -> JSONObject? {
        guard case .oidc(let connection) = partner.connection else { return nil }
        return [
            "id": .string(partner.id.description), "displayName": .string(partner.displayName),
            "identityProviderType": "OpenIDConnect", "clientId": .string(connection.clientID),
            "clientSecret": connection.secretName == nil ? .null : "******", "issuer": .string(connection.issuer),
            "isEnabled": .bool(partner.isEnabled),
        ]
    }
}

extension GraphCall {
    /// What nobody sets up: other tenants, and the mailed code where it is switched on.
    fileprivate var builtIn: [JSONObject] {
        func provider(_ id: String, _ type: String, _ name: String, isEnabled: Bool) -> JSONObject {
            [
                "@odata.type": "#microsoft.graph.builtInIdentityProvider", "id": .string(id),
                "displayName": .string(name), "identityProviderType": .string(type), "isEnabled": .bool(isEnabled),
            ]
        }
        return [
            provider("AADSignup-OAUTH", "AADSignup", "Directory Sign-up", isEnabled: true),
            provider("EmailOtpSignup-OAUTH", "EmailOTP", "Email One Time Passcode", isEnabled: tenant.emailCodeEnabled),
        ]
    }
}
