internal import Directory

/// Graph's `invitation`, and what of ours it has besides: when it was made and until when it serves.
enum InvitationSchema {
    static let messageInfo = GraphType(
        "invitedUserMessageInfo", [GraphProperty("customizedMessageBody", .string(limit: 4_000)).writable])
    static let user = GraphType("invitedUser", [GraphProperty("id", .guid).always])

    static let type = GraphType(
        "invitation",
        [
            GraphProperty("id", .guid).always,
            GraphProperty("invitedUserEmailAddress", .string(limit: 254)).always.required,
            GraphProperty("inviteRedirectUrl", .string(limit: 2_048)).required,
            GraphProperty("invitedUserDisplayName", .string()).creatable,
            GraphProperty("invitedUserType", .choice(UserSchema.userTypes)).creatable,
            GraphProperty("sendInvitationMessage", .boolean).creatable,
            GraphProperty("invitedUserMessageInfo", .complex(messageInfo)).creatable,
            GraphProperty("invitedUser", .complex(user)).always,
            GraphProperty("inviteRedeemUrl", .string(limit: 4_096)),
            GraphProperty(
                "status",
                .choice(["PendingAcceptance", "Completed", "InProgress", "Error", "Revoked", "Replaced"])
            ).always,
            GraphProperty("createdDateTime", .dateTime).always, GraphProperty("expirationDateTime", .dateTime),
        ])
}
