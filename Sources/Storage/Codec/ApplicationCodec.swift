package import Directory
package import JSON

extension SettingsCodec {
    package static func encode(_ application: Application) -> JSONValue {
        .members([
            versionMember, ("id", .string(application.id.description)),
            ("appID", .string(application.appID.description)),
            ("servicePrincipalID", .string(application.servicePrincipalID.description)),
            ("displayName", .string(application.displayName)), ("kind", .string(application.kind.rawValue)),
            ("isEnabled", .bool(application.isEnabled)),
            ("authentication", .string(application.authentication.rawValue)),
            ("secrets", .array(application.secrets.map(encode))), ("jwks", .optional(application.jwks)),
            ("redirectURIs", .strings(application.redirectURIs)),
            ("postLogoutRedirectURIs", .strings(application.postLogoutRedirectURIs)),
            ("homepageURL", .optional(application.homepageURL)),
            ("signingAlgorithm", .string(application.signingAlgorithm)),
            ("requiresAssignment", .bool(application.requiresAssignment)),
            ("identifierURIs", .strings(application.identifierURIs)),
            ("audienceIsIdentifierURI", .bool(application.audienceIsIdentifierURI)),
            ("scopes", .array(application.scopes.map(encode))), ("roles", .array(application.roles.map(encode))),
            ("adminGrants", .array(application.adminGrants.map(encode))),
            ("roleGrants", .array(application.roleGrants.map(encode))), ("emitsGroups", .bool(application.emitsGroups)),
            ("accessTokenLifetime", .integer(Int64(application.accessTokenLifetime))),
            ("refreshTokenLifetime", .integer(Int64(application.refreshTokenLifetime))),
            ("saml", application.saml.map(encode) ?? .null),
            ("wsFederation", application.wsFederation.map(encode) ?? .null),
        ])
    }

    private static func encode(_ secret: Application.ClientSecret) -> JSONValue {
        .members([
            ("keyID", .string(secret.keyID)), ("hint", .string(secret.hint)), ("digest", .string(secret.digest)),
            ("expiresAt", .optional(secret.expiresAt)),
        ])
    }

    private static func encode(_ scope: Application.Scope) -> JSONValue {
        .members([
            ("value", .string(scope.value)), ("displayName", .string(scope.displayName)),
            ("consentDescription", .string(scope.consentDescription)),
            ("requiresAdminConsent", .bool(scope.requiresAdminConsent)), ("isEnabled", .bool(scope.isEnabled)),
        ])
    }

    private static func encode(_ role: Application.Role) -> JSONValue {
        .members([
            ("id", .string(role.id.description)), ("value", .string(role.value)),
            ("displayName", .string(role.displayName)),
            ("allowedMemberTypes", .strings(role.allowedMemberTypes.map(\.rawValue).sorted())),
            ("isEnabled", .bool(role.isEnabled)),
        ])
    }

    private static func encode(_ grant: Application.AdminGrant) -> JSONValue {
        .members([("resource", .string(grant.resource.description)), ("scopes", .strings(grant.scopes))])
    }

    private static func encode(_ grant: Application.RoleGrant) -> JSONValue {
        .members([("resource", .string(grant.resource.description)), ("role", .string(grant.role))])
    }

    package static func application(_ json: JSONValue) throws(SettingsFormatError) -> Application {
        var object = try StrictObject(json, at: "application")
        try object.version(upTo: formatVersion)
        var saml = try object.childOrNil("saml")
        var wsFederation = try object.childOrNil("wsFederation")
        let application = try Application(
            id: object.id("id"), appID: object.id("appID"), servicePrincipalID: object.id("servicePrincipalID"),
            displayName: object.string("displayName"), kind: object.choice("kind"),
            authentication: object.choice("authentication"),
            secrets: read(object.children("secrets"), secret), jwks: object.stringOrNil("jwks"),
            redirectURIs: object.strings("redirectURIs"),
            postLogoutRedirectURIs: object.strings("postLogoutRedirectURIs"),
            homepageURL: object.stringOrNil("homepageURL"),
            signingAlgorithm: object.stringOrNil("signingAlgorithm") ?? "RS256",
            isEnabled: object.boolOrNil("isEnabled") ?? true,
            requiresAssignment: object.boolOrNil("requiresAssignment") ?? false,
            identifierURIs: object.strings("identifierURIs"),
            audienceIsIdentifierURI: object.boolOrNil("audienceIsIdentifierURI") ?? false,
            scopes: read(object.children("scopes"), scope), roles: read(object.children("roles"), role),
            adminGrants: read(object.children("adminGrants"), adminGrant),
            roleGrants: read(object.children("roleGrants"), roleGrant),
            emitsGroups: object.boolOrNil("emitsGroups") ?? false,
            accessTokenLifetime: object.integerOrNil("accessTokenLifetime") ?? 3600,
            refreshTokenLifetime: object.integerOrNil("refreshTokenLifetime") ?? 90 * 86_400,
            saml: serviceProvider(&saml), wsFederation: relyingParty(&wsFederation))
        try object.finish()
        return application
    }

    private static func read<Value>(
        _ objects: [StrictObject], _ one: (inout StrictObject) throws(SettingsFormatError) -> Value
    ) throws(SettingsFormatError) -> [Value] {
        var values: [Value] = []
        for object in objects {
            var object = object
            values.append(try one(&object))
            try object.finish()
        }
        return values
    }

    private static func secret(
        _ object: inout StrictObject
    ) throws(SettingsFormatError) -> Application.ClientSecret {
        try Application.ClientSecret(
            keyID: object.string("keyID"), hint: object.string("hint"), digest: object.string("digest"),
            expiresAt: object.timeOrNil("expiresAt"))
    }

    private static func scope(_ object: inout StrictObject) throws(SettingsFormatError) -> Application.Scope {
        try Application.Scope(
            value: object.string("value"), displayName: object.string("displayName"),
            consentDescription: object.string("consentDescription"),
            requiresAdminConsent: object.boolOrNil("requiresAdminConsent") ?? false,
            isEnabled: object.boolOrNil("isEnabled") ?? true)
    }

    private static func role(_ object: inout StrictObject) throws(SettingsFormatError) -> Application.Role {
        let id: Application.Role.ID = try object.id("id")
        let value = try object.string("value")
        let displayName = try object.string("displayName")
        var types: Set<Application.Role.MemberType> = []
        for text in try object.strings("allowedMemberTypes") {
            guard let type = Application.Role.MemberType(rawValue: text) else {
                throw object.problem("allowedMemberTypes", "has \"\(text)\", not User or Application")
            }
            types.insert(type)
        }
        return try Application.Role(
            id: id, value: value, displayName: displayName, allowedMemberTypes: types,
            isEnabled: object.boolOrNil("isEnabled") ?? true)
    }

    private static func adminGrant(
        _ object: inout StrictObject
    ) throws(SettingsFormatError) -> Application.AdminGrant {
        try Application.AdminGrant(resource: object.id("resource"), scopes: object.strings("scopes"))
    }

    private static func roleGrant(
        _ object: inout StrictObject
    ) throws(SettingsFormatError) -> Application.RoleGrant {
        try Application.RoleGrant(resource: object.id("resource"), role: object.string("role"))
    }
}
