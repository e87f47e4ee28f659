internal import Directory

/// Graph's `invitation`, and what of ours it has besides: when it was made and until when it serves.
enum InvitationSchema {
    static let emailAddress = GraphType(
        "emailAddress", [GraphProperty("name", .string()).writable, GraphProperty("address", .string()).writable])
    static let recipient = GraphType("recipient", [GraphProperty("emailAddress", .complex(emailAddress)).writable])
    static let messageInfo = GraphType(
        "invitedUserMessageInfo",
        [
            GraphProperty("ccRecipients", .list(.complex(recipient), limit: 1)).writable,
            GraphProperty("customizedMessageBody", .string(limit: 4_000)).writable,
            GraphProperty("messageLanguage", .string(limit: 35)).writable,
        ])
    /// An object that is named by its id, or by a reference to it.
    static let named = GraphType(
        "directoryObject.named",
        [
            GraphProperty("id", .guid).writable, GraphProperty("@odata.id", .string(limit: 1_024)).writable,
            // What SDKs that were given a whole user send with it.
            GraphProperty("mail", .string()).writable, GraphProperty("displayName", .string()).writable,
        ])

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
            GraphProperty("resetRedemption", .boolean).creatable,
            GraphProperty("invitedUser", .complex(named)).creatable,
            GraphProperty("invitedUserSponsors", .list(.complex(named), limit: User.sponsorLimit)).creatable,
            GraphProperty("inviteRedeemUrl", .string(limit: 4_096)),
            GraphProperty(
                "status", .choice(["PendingAcceptance", "Completed", "InProgress", "Error", "Revoked", "Replaced"])),
            GraphProperty("createdDateTime", .dateTime), GraphProperty("expirationDateTime", .dateTime),
        ])
}
