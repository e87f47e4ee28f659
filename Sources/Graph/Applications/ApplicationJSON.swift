internal import Directory
internal import Gateway
internal import JSON
internal import Storage

extension Application {
    var party: AuditParty { AuditParty(kind: "Application", id: id.description, name: displayName) }

    var etag: String { "W/\"\(SettingsObject(self).digest)\"" }

    var json: JSONObject {
        func uris(_ kinds: Kind...) -> JSONValue {
            .array(kinds.contains(kind) ? redirectURIs.map { .string($0) } : [])
        }
        return [
            "id": .string(id.description), "appId": .string(appID.description), "displayName": .string(displayName),
            "identifierUris": .array(identifierURIs.map { .string($0) }), "signInAudience": "AzureADMyOrg",
            "web": ["homePageUrl": .text(homepageURL), "redirectUris": uris(.web, .daemon)],
            "spa": ["redirectUris": uris(.spa)], "publicClient": ["redirectUris": uris(.native)],
            "api": ["oauth2PermissionScopes": .array(scopes.map(\.json))],
            "appRoles": .array(roles.map(\.json)),
            "passwordCredentials": .array(secrets.map { .object($0.json) }),
        ]
    }

    var principalJSON: JSONObject {
        [
            "id": .string(servicePrincipalID.description), "appId": .string(appID.description),
            "displayName": .string(displayName), "accountEnabled": .bool(isEnabled),
            "appRoleAssignmentRequired": .bool(requiresAssignment), "appRoles": .array(roles.map(\.json)),
            "oauth2PermissionScopes": .array(scopes.map(\.json)),
            "servicePrincipalNames": .array(([appID.description] + identifierURIs).map { .string($0) }),
        ]
    }
}

extension Application.Scope {
    fileprivate var json: JSONValue {
        [
            "value": .string(value), "adminConsentDisplayName": .string(displayName),
            "adminConsentDescription": .string(consentDescription), "isEnabled": .bool(isEnabled),
            "type": .string(requiresAdminConsent ? "Admin" : "User"),
        ]
    }

    init(_ body: GraphBody) throws(GraphError) {
        let value = body.string("value") ?? ""
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badRequest("A scope's value is of printable ASCII characters without spaces.")
        }
        self.init(
            value: value, displayName: body.string("adminConsentDisplayName") ?? value,
            consentDescription: body.string("adminConsentDescription") ?? value,
            requiresAdminConsent: body.string("type") == "Admin", isEnabled: body.flag("isEnabled") ?? true)
    }
}

extension Application.Role {
    fileprivate var json: JSONValue {
        [
            "id": .string(id.description), "value": .string(value), "displayName": .string(displayName),
            "description": .string(displayName), "isEnabled": .bool(isEnabled),
            "allowedMemberTypes": .array(allowedMemberTypes.map(\.rawValue).sorted().map { .string($0) }),
        ]
    }
}

extension Application.ClientSecret {
    var json: JSONObject {
        [
            "keyId": .string(keyID), "hint": .string(hint), "displayName": .null,
            "endDateTime": GraphTime.json(expiresAt),
            "secretText": .null,
        ]
    }
}
