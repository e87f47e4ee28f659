internal import Directory

/// Graph's `group`: a security group, with assigned members or a rule.
enum GroupSchema {
    static let type = GraphType(
        "group",
        [
            GraphProperty("id", .guid).always.filterable,
            GraphProperty("displayName", .string()).always.required.updatable.filterable,
            GraphProperty("description", .string(limit: 1_024)).writable.filterable,
            GraphProperty("createdDateTime", .dateTime).always.filterable,
            GraphProperty("groupTypes", .list(.string(limit: 64), limit: 4)).always.creatable.filterable,
            GraphProperty("mailEnabled", .boolean).always.creatable.filterable,
            GraphProperty("mailNickname", .string(limit: 64)).creatable,
            GraphProperty("securityEnabled", .boolean).always.creatable.filterable,
            GraphProperty("membershipRule", .string(limit: 3_072)).writable,
            GraphProperty("membershipRuleProcessingState", .choice(["On", "Paused"])).writable,
            GraphProperty("visibility", .choice(["Public", "Private", "HiddenMembership"])).writable,
        ], navigations: ["owners"], hasETag: true)

    static let dynamic = "DynamicMembership"

    /// Somebody or something in a group: users and groups have these in common.
    static let object = GraphType(
        "directoryObject",
        [
            GraphProperty("id", .guid).always, GraphProperty("displayName", .string()),
            GraphProperty("description", .string(limit: 1_024)), GraphProperty("mail", .string()),
            GraphProperty("userPrincipalName", .string()), GraphProperty("givenName", .string()),
            GraphProperty("surname", .string()), GraphProperty("jobTitle", .string()),
            GraphProperty("preferredLanguage", .string()),
        ])
}
