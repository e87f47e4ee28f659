internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Graph's `samlOrWsFedExternalDomainFederation`: partners that speak SAML or WS-Federation. A domain counts once it is
/// shown to be the partner's, by its sign-in page or by a record.
enum FederationConfigurationResource {
    static let domain = GraphType("externalDomainName", [GraphProperty("id", .string(limit: 253)).always.writable])
    static let type = GraphType(
        "samlOrWsFedExternalDomainFederation",
        [
            GraphProperty("id", .guid).always.filterable,
            GraphProperty("displayName", .string()).always.required.updatable.filterable,
            GraphProperty("issuerUri", .string(limit: 1_024)).writable.filterable,
            GraphProperty("passiveSignInUri", .string(limit: 2_048)).writable,
            GraphProperty("metadataExchangeUri", .string(limit: 2_048)).writable,
            GraphProperty("preferredAuthenticationProtocol", .choice(["saml", "wsFed"])).required,
            GraphProperty("signingCertificate", .string(limit: 16_384)).writable,
            GraphProperty("domains", .list(.complex(domain), limit: 1_000)).always.writable.filterable,
        ], hasETag: true)

    private static let cast = "/directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation"
    private static let context = "directory/federationConfigurations"

    static let operations: [GraphOperation] = [
        list("/directory/federationConfigurations", "federationConfiguration.list"),
        list(cast, "samlOrWsFedExternalDomainFederation.list"),
        create("/directory/federationConfigurations", "federationConfiguration.create"),
        create(cast, "samlOrWsFedExternalDomainFederation.create"),
        get("/directory/federationConfigurations/{id}", "federationConfiguration.get"),
        update("/directory/federationConfigurations/{id}", "federationConfiguration.update"),
        update(cast + "/{id}", "samlOrWsFedExternalDomainFederation.update"),
        GraphOperation(
            .delete, "/directory/federationConfigurations/{id}", "federationConfiguration.delete",
            "Remove a federation; its guests have no way in until they are reset", .writeProviders, answers: .nothing
        ) { call throws(GraphError) in
            try await call.remove(call.partner { $0.federation != nil })
        },
    ]

    private static func list(_ path: String, _ name: String) -> GraphOperation {
        GraphOperation(
            .get, path, name, "List federations", .readProviders, query: [.select, .filter, .top],
            answers: .collection(type)
        ) { call throws(GraphError) in
            let list = call.snapshot.partners.compactMap(json)
            return call.answer(try await call.page(of: type, list), context: context)
        }
    }

    private static func get(_ path: String, _ name: String) -> GraphOperation {
        GraphOperation(
            .get, path, name, "Get a federation", .readProviders, query: .entity, answers: .entity(type)
        ) { call throws(GraphError) in
            let partner = try call.partner { $0.federation != nil }
            return call.answer(json(partner) ?? [:], of: type, context: context + "/$entity", etag: partner.etag)
        }
    }

    private static func create(_ path: String, _ name: String) -> GraphOperation {
        GraphOperation(
            .post, path, name, "Federate with a SAML or WS-Federation provider", .writeProviders, body: .create(type),
            answers: .entity(type, status: 201)
        ) { call throws(GraphError) in
            let displayName = call.body.string("displayName") ?? ""
            let name = call.freeName(for: displayName)
            var declared = declared(call.body, name)
            let isSAML = call.body.string("preferredAuthenticationProtocol") == "saml"
            declared["kind"] = isSAML ? "saml" : "wsFederation"
            let partner = try await call.declare(declared, named: name)
            guard let object = json(partner) else { throw .fault("a partner of another kind was made") }
            return call.answer(object, of: type, context: context + "/$entity", status: 201, etag: partner.etag)
        }
    }

    private static func update(_ path: String, _ name: String) -> GraphOperation {
        GraphOperation(
            .patch, path, name, "Update a federation", .writeProviders, body: .update(type), answers: .nothing
        ) { call throws(GraphError) in
            let partner = try call.partner { $0.federation != nil }
            try call.requireMatch(partner.etag)
            guard let federation = partner.federation else { throw .notFound(call.parameter("id")) }
            var declared = declared(call.body, partner.name)
            declared["kind"] = partner.kind == .saml ? "saml" : "wsFederation"
            // A declaration says either where the metadata is or everything that stands in it.
            if declared["metadataURL"] == nil, let url = federation.metadataURL {
                declared["metadataURL"] = .string(url)
            }
            if declared["metadataURL"] == nil {
                declared["issuer"] = declared["issuer"] ?? .string(federation.issuer)
                declared["signInURL"] = declared["signInURL"] ?? .string(federation.signInURL)
                declared["signingCertificates"] =
                    declared["signingCertificates"] ?? .array(federation.signingCertificates.map { .string($0) })
            }
            _ = try await call.declare(declared, named: partner.name)
            return .noContent
        }
    }

    private static func declared(_ body: GraphBody, _ name: String) -> JSONObject {
        var declared: JSONObject = ["name": .string(name)]
        for (ours, graphs) in [
            ("displayName", "displayName"), ("issuer", "issuerUri"), ("signInURL", "passiveSignInUri"),
            ("metadataURL", "metadataExchangeUri"),
        ] {
            if let text = body.string(graphs), !text.isEmpty { declared[ours] = .string(text) }
        }
        if let certificate = body.string("signingCertificate"), !certificate.isEmpty {
            declared["signingCertificates"] = [.string(certificate)]
        }
        if let domains = body.objects("domains") {
            declared["domains"] = .array(domains.compactMap { $0.string("id") }.map { .string($0) })
        }
        return declared
    }

    /// Nil for another kind of partner.
    private static func json(_ partner: Partner) -> JSONObject? {
        guard let federation = partner.federation else { return nil }
        return [
            "@odata.type": "#microsoft.graph.samlOrWsFedExternalDomainFederation",
            "id": .string(partner.id.description),
            "displayName": .string(partner.displayName), "issuerUri": .string(federation.issuer),
            "passiveSignInUri": .string(federation.signInURL),
            "metadataExchangeUri": .text(federation.metadataURL),
            "preferredAuthenticationProtocol": partner.kind == .saml ? "saml" : "wsFed",
            "signingCertificate": .text(federation.signingCertificates.first),
            "domains": .array(partner.domains.map { ["id": .string($0.description)] }),
        ]
    }
}
