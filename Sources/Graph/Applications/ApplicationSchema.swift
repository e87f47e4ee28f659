internal import Directory

/// Graph's `application` and `servicePrincipal`: two views of one registration.
enum ApplicationSchema {
    static let uris = GraphValueKind.list(.string(limit: 2_048), limit: 256)
    static let web = GraphType(
        "webApplication",
        [
            GraphProperty("homePageUrl", .string(limit: 2_048)).writable,
            GraphProperty("redirectUris", uris).always.writable,
        ])
    static let spa = GraphType("spaApplication", [GraphProperty("redirectUris", uris).always.writable])
    static let publicClient = GraphType(
        "publicClientApplication", [GraphProperty("redirectUris", uris).always.writable])
    static let scope = GraphType(
        "permissionScope",
        [
            GraphProperty("value", .string(limit: 120)).always.required.updatable,
            GraphProperty("adminConsentDisplayName", .string(limit: 100)).writable,
            GraphProperty("adminConsentDescription", .string(limit: 1_024)).writable,
            GraphProperty("isEnabled", .boolean).always.writable,
            GraphProperty("type", .choice(["User", "Admin"])).always.writable,
        ])
    static let api = GraphType(
        "apiApplication", [GraphProperty("oauth2PermissionScopes", .list(.complex(scope))).always.writable])
    static let role = GraphType(
        "appRole",
        [
            GraphProperty("id", .guid).always.writable,
            GraphProperty("value", .string(limit: 120)).writable,
            GraphProperty("displayName", .string(limit: 100)).always.writable,
            GraphProperty("description", .string(limit: 1_024)).writable,
            GraphProperty("isEnabled", .boolean).always.writable,
            GraphProperty("allowedMemberTypes", .list(.choice(["User", "Application"]), limit: 2)).always.writable,
        ])
    static let password = GraphType(
        "passwordCredential",
        [
            GraphProperty("keyId", .guid).always, GraphProperty("hint", .string()).always,
            GraphProperty("displayName", .string(limit: 256)).creatable,
            GraphProperty("endDateTime", .dateTime).creatable,
            GraphProperty("secretText", .string()),
        ])
    static let addPassword = GraphType(
        "addPassword", [GraphProperty("passwordCredential", .complex(password)).creatable])
    static let removePassword = GraphType("removePassword", [GraphProperty("keyId", .guid).always.required])

    static let type = GraphType(
        "application",
        [
            GraphProperty("id", .guid).always.filterable,
            GraphProperty("appId", .guid).always.filterable,
            GraphProperty("displayName", .string()).always.required.updatable.filterable,
            GraphProperty("identifierUris", .list(.string(limit: 256), limit: 20)).always.writable.filterable,
            GraphProperty("signInAudience", .choice(["AzureADMyOrg"])).always.creatable,
            GraphProperty("web", .complex(web)).always.writable,
            GraphProperty("spa", .complex(spa)).always.writable,
            GraphProperty("publicClient", .complex(publicClient)).always.writable,
            GraphProperty("api", .complex(api)).always.writable,
            GraphProperty("appRoles", .list(.complex(role))).always.writable,
            GraphProperty("passwordCredentials", .list(.complex(password))).always,
        ], hasETag: true)

    static let servicePrincipal = GraphType(
        "servicePrincipal",
        [
            GraphProperty("id", .guid).always.filterable,
            GraphProperty("appId", .guid).always.filterable,
            GraphProperty("displayName", .string()).always.filterable,
            GraphProperty("accountEnabled", .boolean).always.updatable.filterable,
            GraphProperty("appRoleAssignmentRequired", .boolean).always.updatable.filterable,
            GraphProperty("appRoles", .list(.complex(role))).always,
            GraphProperty("oauth2PermissionScopes", .list(.complex(scope))).always,
            GraphProperty("servicePrincipalNames", .list(.string(limit: 256), limit: 20)).always,
        ], hasETag: true)

    static let assignment = GraphType(
        "appRoleAssignment",
        [
            GraphProperty("id", .string()).always,
            GraphProperty("appRoleId", .guid).always.required,
            GraphProperty("principalId", .guid).always.required,
            GraphProperty("principalDisplayName", .string()),
            GraphProperty("principalType", .choice(["User", "Group", "ServicePrincipal"])).always,
            GraphProperty("resourceId", .guid).always.required,
            GraphProperty("resourceDisplayName", .string()),
        ])
}
