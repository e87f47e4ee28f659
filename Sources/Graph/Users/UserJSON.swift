internal import Directory
internal import Gateway
internal import JSON
internal import Storage

extension GraphCall {
    /// Everything about the user that the query can ask for. Identities are read only where it does.
    func json(_ user: User) async throws(GraphError) -> JSONObject {
        var object = plainJSON(user)
        if asksFor("identities") {
            let store = store
            let linked = try await storing { () async throws(StorageError) in
                try await store.linkedIdentities(tenantID, ofUser: user.id)
            }
            object["identities"] = .array(
                user.objectIdentities(linked: linked, initialDomain: tenant.initialDomain).map(\.json))
        }
        if options.expand.contains("manager") { object["manager"] = try await manager(of: user) }
        return object
    }

    private func asksFor(_ property: String) -> Bool {
        options.select?.contains(property) ?? false || options.filter?.names(property) ?? false
    }

    /// Null where there is none.
    private func manager(of user: User) async throws(GraphError) -> JSONValue {
        guard let id = user.manager else { return .null }
        let store = store
        let found = try await storing { () async throws(StorageError) in try await store.user(tenantID, id) }
        return found.map { .object(defaults($0)) } ?? .null
    }

    /// A user inside another object: with its type, and the members that are told without `$select`.
    func defaults(_ user: User) -> JSONObject {
        var object: JSONObject = ["@odata.type": "#microsoft.graph.user"]
        for (name, value) in plainJSON(user).members where UserSchema.type.property(name)?.isDefault == true {
            object[name] = value
        }
        return object
    }

    func plainJSON(_ user: User) -> JSONObject {
        [
            "id": .string(user.id.description), "displayName": .string(user.displayName),
            "givenName": .text(user.givenName), "surname": .text(user.surname), "jobTitle": .text(user.jobTitle),
            "mail": .text(user.mail?.description), "preferredLanguage": .text(user.preferredLanguage),
            "userPrincipalName": .string(user.userPrincipalName), "accountEnabled": .bool(user.accountEnabled),
            "companyName": .text(user.companyName), "createdDateTime": GraphTime.json(user.createdAt),
            "creationType": .text(user.creationType?.rawValue), "department": .text(user.department),
            "externalUserState": .text(user.externalUserState?.rawValue),
            "externalUserStateChangeDateTime": GraphTime.json(user.externalUserStateChangedAt),
            "identities": .array(
                user.objectIdentities(linked: [], initialDomain: tenant.initialDomain).map(\.json)),
            "otherMails": .array(user.otherMails.map { .string($0.description) }),
            "proxyAddresses": .array(user.proxyAddresses.map { .string($0) }),
            "usageLocation": .text(user.usageLocation), "userType": .string(user.userType.rawValue),
        ]
    }
}

extension JSONValue {
    /// A text, or null.
    static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}

extension ObjectIdentity {
    var json: JSONValue {
        ["signInType": .string(signInType), "issuer": .string(issuer), "issuerAssignedId": .text(issuerAssignedID)]
    }
}

extension StoredUser {
    var etag: String { "W/\"\(revision)\"" }
}

extension User {
    var party: AuditParty { AuditParty(user: id, name: userPrincipalName) }
}

extension FilterExpression {
    /// Whether the property decides anything.
    func names(_ property: String) -> Bool {
        switch self {
        case .compare(let path, _, _), .function(_, let path, _), .isIn(let path, _), .any(let path, _):
            path.first == property
        case .and(let left, let right), .or(let left, let right): left.names(property) || right.names(property)
        case .not(let inner): inner.names(property)
        }
    }
}
