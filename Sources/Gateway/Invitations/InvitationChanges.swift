internal import Access
package import Directory
internal import FoundationEssentials
internal import Storage

extension Installation {
    /// Sends a pending invitation again, or one that has expired: with a new link and a new term. The old link opens
    /// nothing from then on; its page says that a newer mail is there.
    ///
    /// - Throws: ``InvitationRefusal``, and ``InvitationRefusal/notPending(_:)`` where it was redeemed, withdrawn or
    ///   replaced.
    package func resend(
        _ id: Invitation.ID, of snapshot: TenantSnapshot, by party: InvitingParty
    ) async throws(InvitationRefusal) -> IssuedInvitation {
        let old = try await invitation(id, in: snapshot.tenant.id)
        guard old.status == .pendingAcceptance else { throw .notPending(old.status) }
        return try await sendAgain(old, of: snapshot, by: party, isAsked: true)
    }

    /// The one that took the place of `replaced` goes out again, to the invited address and nobody else. Whoever has an
    /// old link may ask: it says no more to them than that they asked.
    func sendNewest(replacing replaced: Invitation, of snapshot: TenantSnapshot) async throws(InvitationRefusal) {
        let all = try await asked { () async throws(StorageError) in
            try await store.invitations(snapshot.tenant.id, ofUser: replaced.user)
        }
        guard let newest = all.first(where: { $0.stands(at: now) }), newest.email == replaced.email else { return }
        let party = InvitingParty(.command, user: newest.invitedBy, name: newest.inviterName)
        _ = try await sendAgain(newest, of: snapshot, by: party, isAsked: false)
    }

    /// - Parameter isAsked: By an inviter, who gives it a new term; else the old one's end stays.
    private func sendAgain(
        _ old: Invitation, of snapshot: TenantSnapshot, by party: InvitingParty, isAsked: Bool
    ) async throws(InvitationRefusal) -> IssuedInvitation {
        let tenant = snapshot.tenant
        let request = InvitationRequest(
            address: old.email, redirectURL: old.redirectURL, message: old.message,
            messageLanguage: old.messageLanguage, copyTo: old.copyTo)
        if isAsked { try InvitationTerms(installation: self, tenant: tenant).check(request, by: party) }
        return try await commit { () async throws(InvitationRefusal) in
            let user = try await asked { () async throws(StorageError) in try await store.user(tenant.id, old.user) }
            guard let user else { throw .noSuchUser }
            guard user.accountEnabled else { throw .disabled(user.id) }
            guard user.externalUserState == .pendingAcceptance else { throw .alreadyThere(user.id) }
            var again = request
            if !isAsked {
                let days = old.expiresAt.map { Int(($0.timeIntervalSince(now) / 86_400).rounded(.up)) }
                again.lifetime = days.map { .days(max(1, $0)) } ?? .never
            }
            return try await prepare(again, for: user, old.purpose, in: tenant, by: party)
        }
    }

    /// Takes a pending invitation back: its link opens nothing any more, and neither does a sign-in under way with it.
    /// The guest's object stays, as in Entra.
    ///
    /// - Throws: ``InvitationRefusal``, as `resend` does.
    package func revoke(
        _ id: Invitation.ID, of snapshot: TenantSnapshot, by party: InvitingParty
    ) async throws(InvitationRefusal) {
        let tenant = snapshot.tenant
        let old = try await invitation(id, in: tenant.id)
        guard old.status == .pendingAcceptance else { throw .notPending(old.status) }
        let user = try await asked { () async throws(StorageError) in try await store.user(tenant.id, old.user) }
        try await asked { () async throws(StorageError) in
            try await store.commit([
                .revokeInvitation(id, in: tenant.id),
                audit(
                    "Revoke external user invite", in: tenant.id, actor: party.audited,
                    targets: [AuditParty(user: old.user, name: user?.userPrincipalName ?? "")],
                    details: [("InvitationId", id.description)]),
            ])
        }
    }

    private func invitation(_ id: Invitation.ID, in tenant: Tenant.ID) async throws(InvitationRefusal) -> Invitation {
        let found = try await asked { () async throws(StorageError) in try await store.invitation(tenant, id) }
        guard let found else { throw .noSuchInvitation }
        return found
    }
}
