package import Directory
package import FoundationEssentials

enum InvitationStatements {
    static let columns = Columns(
        "id", "user_id", "email", "redirect_url", "invited_by", "inviter_name", "message", "status", "created_at",
        "expires_at", "redeemed_at", "purpose", "sends_mail", "message_language", "copy_to", "copy_name",
        "replaced_by")

    static let insert = Statement(
        "invitation_insert",
        """
        INSERT INTO invitations (tenant, secret_digest, \(columns.list))
        VALUES ($1, $2, \(columns.placeholders(from: 3)))
        """)
    static let byID = Statement(
        "invitation_by_id", "SELECT \(columns.list) FROM invitations WHERE tenant = $1 AND id = $2")
    static let ofUser = Statement(
        "invitations_of_user",
        "SELECT \(columns.list) FROM invitations WHERE tenant = $1 AND user_id = $2 ORDER BY created_at DESC, id")
    static let secret = Statement(
        "invitation_secret", "SELECT secret_digest FROM invitations WHERE tenant = $1 AND id = $2")
    static let redeem = Statement(
        "invitation_redeem",
        """
        UPDATE invitations SET status = 'Completed', redeemed_at = $3
        WHERE tenant = $1 AND id = $2 AND status = 'PendingAcceptance' AND (expires_at IS NULL OR expires_at > $3)
        """)
    static let revoke = Statement(
        "invitation_revoke",
        """
        UPDATE invitations SET status = 'Revoked' WHERE tenant = $1 AND id = $2 AND status = 'PendingAcceptance'
        """)
    static let revokeOfUser = Statement(
        "invitations_revoke_of_user",
        """
        UPDATE invitations SET status = 'Revoked' WHERE tenant = $1 AND user_id = $2 AND status = 'PendingAcceptance'
        """)
    static let replaceOfUser = Statement(
        "invitations_replace_of_user",
        """
        UPDATE invitations SET status = 'Replaced', replaced_by = $3
        WHERE tenant = $1 AND user_id = $2 AND status = 'PendingAcceptance' AND id <> $3
        """)
    static let deleteOfUser = Statement(
        "invitations_delete_of_user", "DELETE FROM invitations WHERE tenant = $1 AND user_id = $2")
    static let all = [insert, byID, ofUser, secret, redeem, revoke, revokeOfUser, replaceOfUser, deleteOfUser]
}

extension Invitation: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            id: row.id(), user: row.id(), email: row.email(), redirectURL: row.textOrNil(), invitedBy: row.idOrNil(),
            inviterName: row.text(), message: row.textOrNil(), status: row.choice(), createdAt: row.time(),
            expiresAt: row.timeOrNil(), redeemedAt: row.timeOrNil(), purpose: row.choiceOrNil() ?? .newGuest,
            sendsMail: row.intOrNil() != 0, messageLanguage: row.textOrNil(), copyTo: row.copyOrNil(),
            replacedBy: row.idOrNil())
    }
}

extension RowReader {
    fileprivate mutating func copyOrNil() throws(StorageError) -> Invitation.Copy? {
        let address = try emailOrNil()
        let name = try textOrNil()
        return address.map { Invitation.Copy(address: $0, name: name) }
    }
}

extension Store {
    package func invitation(_ tenant: Tenant.ID, _ id: Invitation.ID) async throws(StorageError) -> Invitation? {
        try await first(InvitationStatements.byID, [.id(tenant), .id(id)])
    }

    /// The latest first.
    package func invitations(_ tenant: Tenant.ID, ofUser user: User.ID) async throws(StorageError) -> [Invitation] {
        try await all(InvitationStatements.ofUser, [.id(tenant), .id(user)])
    }

    /// SHA-256 of the secret in the invitation's link.
    package func invitationSecretDigest(
        _ tenant: Tenant.ID, _ id: Invitation.ID
    ) async throws(StorageError) -> [UInt8]? {
        let row: SingleBytes? = try await first(InvitationStatements.secret, [.id(tenant), .id(id)])
        return row?.bytes
    }
}

extension Step {
    package static func insertInvitation(
        _ invitation: Invitation, secretDigest: [UInt8], in tenant: Tenant.ID
    ) -> Step {
        Step(
            InvitationStatements.insert,
            [
                .id(tenant), .bytes(secretDigest), .id(invitation.id), .id(invitation.user),
                .text(invitation.email.description), .textOrNull(invitation.redirectURL),
                .idOrNull(invitation.invitedBy), .text(invitation.inviterName), .textOrNull(invitation.message),
                .choice(invitation.status), .time(invitation.createdAt), .timeOrNull(invitation.expiresAt),
                .timeOrNull(invitation.redeemedAt), .choice(invitation.purpose), .flag(invitation.sendsMail),
                .textOrNull(invitation.messageLanguage), .textOrNull(invitation.copyTo?.address.description),
                .textOrNull(invitation.copyTo?.name), .idOrNull(invitation.replacedBy),
            ], .one)
    }

    /// Not applied unless the invitation waits and has not expired: of two redemptions one wins.
    package static func redeemInvitation(_ id: Invitation.ID, in tenant: Tenant.ID, at now: Date) -> Step {
        Step(InvitationStatements.redeem, [.id(tenant), .id(id), .time(now)], .one)
    }

    /// Changes nothing where it is redeemed or revoked already.
    package static func revokeInvitation(_ id: Invitation.ID, in tenant: Tenant.ID) -> Step {
        Step(InvitationStatements.revoke, [.id(tenant), .id(id)])
    }

    /// Every other invitation of the user that waits gives way to this one.
    package static func replaceInvitations(
        ofUser user: User.ID, by invitation: Invitation.ID, in tenant: Tenant.ID
    ) -> Step {
        Step(InvitationStatements.replaceOfUser, [.id(tenant), .id(user), .id(invitation)])
    }

    package static func revokeInvitations(ofUser user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(InvitationStatements.revokeOfUser, [.id(tenant), .id(user)])
    }
}
