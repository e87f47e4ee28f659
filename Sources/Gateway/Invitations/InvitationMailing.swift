internal import Access
internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Outbound
internal import Pages
internal import Storage

extension Installation {
    /// The mail of an invitation, or the record that its receiver wants none.
    func mailSteps(
        for invitation: Invitation, of user: User, url: String, in tenant: Tenant, by party: InvitingParty
    ) async throws(InvitationRefusal) -> (steps: [Step], mail: IssuedInvitation.Mail) {
        let digest = InvitationBlocks(installation: self, tenant: tenant.id).digest(of: invitation.email)
        let blocked = try await asked { () async throws(StorageError) in
            try await store.isBlocked(addressDigest: digest, in: tenant.id)
        }
        if blocked {
            let record = audit(
                "Email not sent, user unsubscribed", in: tenant.id, actor: party.audited,
                targets: [AuditParty(user: user.id, name: user.userPrincipalName)],
                details: [("InvitationId", invitation.id.description)])
            return ([record], .unsubscribed)
        }
        let language = try await mailLanguage(invitation, user, in: tenant)
        let block = InvitationBlocks(installation: self, tenant: tenant.id).url(of: invitation.email)
        let content = invitationMail(
            InvitationMail(
                organization: tenant.displayName, primaryDomain: tenant.initialDomain.description,
                inviterName: invitation.inviterName, message: invitation.message, acceptURL: url,
                privacyURL: tenant.privacyStatementURL, expires: invitation.expiresAt.map(Self.day),
                destination: invitation.redirectURL.flatMap { try? HTTPURL(parsing: $0) }?.host,
                copyTo: invitation.copyTo?.address.description, blockURL: block, language: language))
        var mail = outgoingMail(to: invitation.email, content, from: tenant)
        let inviterMail = try await replyAddress(party, in: tenant.id)
        mail.headers =
            MailOptions(
                fromName: tenant.displayName.onOneLine, replyTo: inviterMail, unsubscribeURL: block,
                copyTo: invitation.copyTo?.address, language: language
            ).json
        return ([.enqueueMail(mail)], .queued)
    }

    /// The inviter's address, if the inviter has one here.
    private func replyAddress(
        _ party: InvitingParty, in tenant: Tenant.ID
    ) async throws(InvitationRefusal) -> EmailAddress? {
        if let mail = party.mail { return mail }
        guard let id = party.user else { return nil }
        return try await asked { () async throws(StorageError) in try await store.user(tenant, id) }?.mail
    }

    /// What the inviter asked for, else the guest's, else the guest's home's where it is hosted here, else the tenant's.
    private func mailLanguage(
        _ invitation: Invitation, _ user: User, in tenant: Tenant
    ) async throws(InvitationRefusal) -> String {
        var wanted = [invitation.messageLanguage, user.preferredLanguage].compactMap(\.self)
        if wanted.isEmpty {
            let home = try await asked { () async throws(StorageError) -> Tenant? in
                guard let owner = try await settings.owner(of: invitation.email.domain) else { return nil }
                return try await settings.snapshot(owner)?.tenant
            }
            if let home { wanted.append(home.preferredLanguage) }
        }
        return pageLanguage(preferred: wanted, fallback: tenant.preferredLanguage)
    }

    private static func day(_ date: Date) -> String { String(date.iso8601.prefix(10)) }
}

extension String {
    /// Without what no header can hold.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.breaksLines ? " " : $0 }))
    }
}
