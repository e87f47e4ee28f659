/// Every statement there is. A driver refuses one that is not here, so a statement cannot run that the tests have not
/// prepared on both engines.
package enum StatementCatalogue {
    package static let all: [Statement] =
        TenantStatements.all + SettingsStatements.all + UserStatements.all + IdentityStatements.all
        + PasswordStatements.all + GroupStatements.all + RoleStatements.all + AssignmentStatements.all
        + InvitationStatements.all + InvitationBlockStatements.all
        + InvitationJobStatements.all + InvitationJobLineStatements.all + ConsentStatements.all + KeyStatements.all
        + SessionStatements.all
        + PendingSignInStatements.all + EmailCodeStatements.all + SpentIDStatements.all + OneTimeLinkStatements.all
        + CodeStatements.all + GrantStatements.all + SignInStatements.all + AuditStatements.all + MailStatements.all
        + DomainProofStatements.all + UserListStatements.all + AddressStatements.all + DeletedUserStatements.all
        + UserAttributeStatements.all
        + ParticipantStatements.all + PartnerReachStatements.all + PeerStateStatements.all

    package static func lists(_ statement: Statement) -> Bool { names[statement.name] === statement }

    private static let names = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
