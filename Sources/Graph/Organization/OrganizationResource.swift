internal import Access
internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Graph's organization: the tenant itself.
enum OrganizationResource {
    static let privacyProfile = GraphType(
        "privacyProfile",
        [
            GraphProperty("contactEmail", .string(limit: 254)).updatable,
            GraphProperty("statementUrl", .string(limit: 2_048)).updatable,
        ])
    static let verifiedDomain = GraphType(
        "verifiedDomain",
        [
            GraphProperty("name", .string()).always, GraphProperty("isDefault", .boolean).always,
            GraphProperty("isInitial", .boolean).always, GraphProperty("type", .string()).always,
        ])
    static let type = GraphType(
        "organization",
        [
            GraphProperty("id", .guid).always,
            GraphProperty("displayName", .string()).always.updatable,
            GraphProperty("preferredLanguage", .string(limit: 35)).always.updatable,
            GraphProperty("privacyProfile", .complex(privacyProfile)).updatable,
            GraphProperty("verifiedDomains", .list(.complex(verifiedDomain), limit: 1_000)).always,
            GraphProperty("tenantType", .choice(["AAD"])).always,
        ], hasETag: true)

    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/organization", "organization.list", "Get the organisation, in a list of one", .readOrganization,
            query: .entity, answers: .collection(type)
        ) { call throws(GraphError) in
            call.answer(try await call.page(of: type, [call.organization()]), context: "organization")
        },
        GraphOperation(
            .get, "/organization/{id}", "organization.get", "Get the organisation", .readOrganization,
            query: .entity, answers: .entity(type)
        ) { call throws(GraphError) in
            try call.requireOwnOrganization()
            return call.answer(
                try call.organization(), of: type, context: "organization/$entity", etag: call.tenant.etag)
        },
        GraphOperation(
            .patch, "/organization/{id}", "organization.update", "Update the organisation", .writeOrganization,
            body: .update(type), answers: .nothing
        ) { call throws(GraphError) in
            try call.requireOwnOrganization()
            try call.requireMatch(call.tenant.etag)
            return try await call.updateOrganization()
        },
    ]
}

extension Tenant {
    var etag: String { "W/\"\(SettingsObject(self).digest)\"" }

    var party: AuditParty { AuditParty(kind: "Organization", id: id.description, name: displayName) }
}

extension GraphCall {
    fileprivate func requireOwnOrganization() throws(GraphError) {
        let id = try id("id", of: Tenant.self)
        guard id == tenantID else { throw .notFound(id.description) }
    }

    /// Guests see its name and domains.
    fileprivate func organization() throws(GraphError) -> JSONObject {
        var object: JSONObject = [
            "id": .string(tenantID.description), "displayName": .string(tenant.displayName),
            "preferredLanguage": .string(tenant.preferredLanguage),
            "privacyProfile": [
                "contactEmail": .text(tenant.privacyContact), "statementUrl": .text(tenant.privacyStatementURL),
            ],
            "verifiedDomains": .array(
                tenant.domains.map { domain in
                    let isInitial = domain == tenant.initialDomain
                    return [
                        "name": .string(domain.description), "isDefault": .bool(isInitial),
                        "isInitial": .bool(isInitial), "type": "Managed",
                    ]
                }),
            "tenantType": "AAD",
        ]
        switch view(of: .organization) {
        case .whole: break
        case .limited: object["privacyProfile"] = .null
        case .identifiers, .none: throw .denied()
        }
        return object
    }

    fileprivate func updateOrganization() async throws(GraphError) -> GraphAnswer {
        var tenant = tenant
        if let name = body.string("displayName") {
            guard !name.isEmpty else { throw .badRequest("Invalid value for property 'displayName': it is empty.") }
            tenant.displayName = name
        }
        if let language = body.string("preferredLanguage") {
            guard (2...35).contains(language.utf8.count), language.utf8.allSatisfy(Self.isTagByte) else {
                throw .badRequest("Invalid value for property 'preferredLanguage': it must be a tag such as en-US.")
            }
            tenant.preferredLanguage = language
        }
        if body.has("privacyProfile") {
            let profile = body.object("privacyProfile") ?? .empty
            profile.assign("contactEmail", to: &tenant.privacyContact)
            profile.assign("statementUrl", to: &tenant.privacyStatementURL)
            if body.object("privacyProfile") == nil { (tenant.privacyContact, tenant.privacyStatementURL) = (nil, nil) }
            guard tenant.privacyStatementURL.map(installation.isLandingPage) ?? true else {
                throw .badRequest("Invalid value for property 'statementUrl': it must be an https address.")
            }
        }
        try await publish(tenant, "Update company settings")
        return .noContent
    }

    /// Publishes the tenant's own settings, where they are others than before.
    func publish(_ changed: Tenant, _ activity: String, category: String = "DirectoryManagement")
        async throws(GraphError)
    {
        guard changed != tenant else { return }
        try await publish(
            [SettingsObject(changed)],
            [
                audit(
                    activity, category: category, on: [changed.party],
                    [("properties", body.names.joined(separator: ","))])
            ])
    }

    static func isTagByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
    }
}
