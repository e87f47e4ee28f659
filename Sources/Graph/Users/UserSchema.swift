internal import Directory

/// Graph's `user`, as far as we keep it.
enum UserSchema {
    static let identity = GraphType(
        "objectIdentity",
        [
            GraphProperty("signInType", .string()), GraphProperty("issuer", .string(limit: 512)),
            GraphProperty("issuerAssignedId", .string(limit: 512)),
        ])
    static let passwordProfile = GraphType(
        "passwordProfile",
        [
            GraphProperty("password", .string(limit: 256)).always.required.updatable,
            GraphProperty("forceChangePasswordNextSignIn", .boolean).writable,
        ])
    static let userTypes = User.UserType.allCases.map(\.rawValue)

    static let type = GraphType(
        "user",
        [
            GraphProperty("id", .guid).always.filterable,
            GraphProperty("displayName", .string()).always.required.updatable.filterable,
            GraphProperty("givenName", .string(limit: 64)).writable.filterable,
            GraphProperty("surname", .string(limit: 64)).writable.filterable,
            GraphProperty("jobTitle", .string(limit: 128)).writable.filterable,
            GraphProperty("mail", .string(limit: 254)).writable.filterable,
            GraphProperty("preferredLanguage", .string(limit: 35)).writable.filterable,
            GraphProperty("userPrincipalName", .string()).always.required.updatable.filterable,
            GraphProperty("accountEnabled", .boolean).always.required.updatable.filterable.onlySelected,
            GraphProperty("companyName", .string(limit: 64)).writable.filterable.onlySelected,
            GraphProperty("createdDateTime", .dateTime).always.filterable.onlySelected,
            GraphProperty("creationType", .choice(User.CreationType.allCases.map(\.rawValue))).filterable.onlySelected,
            GraphProperty("department", .string(limit: 64)).writable.filterable.onlySelected,
            GraphProperty("externalUserState", .choice(User.ExternalUserState.allCases.map(\.rawValue))).filterable
                .onlySelected,
            GraphProperty("externalUserStateChangeDateTime", .dateTime).onlySelected,
            GraphProperty("identities", .list(.complex(identity))).always.filterable.onlySelected,
            GraphProperty("otherMails", .list(.string(limit: 254), limit: 20)).always.writable.filterable.onlySelected,
            GraphProperty("proxyAddresses", .list(.string(limit: 300))).always.filterable.onlySelected,
            GraphProperty("usageLocation", .string(limit: 2)).writable.filterable.onlySelected,
            GraphProperty("userType", .choice(userTypes)).always.writable.filterable.onlySelected,
        ], navigations: ["manager"], hasETag: true)

    /// What can be sent and is never answered: with the type's own members, the body of a creation or a change.
    static let written = GraphType(
        type.name,
        type.properties + [
            GraphProperty("passwordProfile", .complex(passwordProfile)).always.writable,
            // Graph wants it; it is not kept.
            GraphProperty("mailNickname", .string(limit: 64)).creatable,
        ])

    static let deleted = GraphType(
        type.name, type.properties + [GraphProperty("deletedDateTime", .dateTime).always.filterable])
}
