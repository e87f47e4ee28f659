internal import Access
internal import Directory
internal import FoundationEssentials
internal import Storage

/// Invitations of people who are in the directory already: they get another home, and stay who they are.
extension Installation {
    /// A guest redeems again, perhaps with another identity. Everything the old identity opened ends now, not at the next
    /// redemption: whoever asked for the reset no longer trusts it.
    func prepareReset(
        of id: User.ID, _ request: InvitationRequest, in tenant: Tenant, by party: InvitingParty
    ) async throws(InvitationRefusal) -> PreparedInvitation {
        let user = try await invitedUser(id, in: tenant.id)
        guard user.externalUserState != nil else { throw .wrongKindOfUser }
        guard user.accountEnabled else { throw .disabled(id) }
        if party.inviter == .application {
            let roles = try await asked { () async throws(StorageError) in
                try await store.directoryRoles(tenant.id, ofUser: id)
            }
            guard roles.isEmpty else { throw .holdsRoles }
        }
        guard let reset = user.redemptionReset(to: request.address, at: now) else { throw .addressNotOnUser }
        return try await prepare(
            request, for: reset, .reset, in: tenant, by: party,
            [
                .updateUser(reset, in: tenant.id), .endSessions(ofUser: id, in: tenant.id, at: now),
                .revokeGrants(ofUser: id, in: tenant.id, because: "redemptionReset", at: now),
                .unlinkAll(from: id, in: tenant.id),
            ])
    }

    /// A member with a password here redeems with an identity of their own. Id, name, type, groups and roles stay; until
    /// then the password counts, and then never again.
    func prepareConversion(
        of id: User.ID, _ request: InvitationRequest, in tenant: Tenant, by party: InvitingParty
    ) async throws(InvitationRefusal) -> PreparedInvitation {
        let user = try await invitedUser(id, in: tenant.id)
        guard user.accountEnabled else { throw .disabled(id) }
        let isAskedAgain = user.externalUserState == .pendingAcceptance && user.creationType == .invitation
        guard user.externalUserState == nil || isAskedAgain else { throw .wrongKindOfUser }
        guard user.mail == request.address else { throw .addressNotOnUser }
        if party.inviter == .application {
            let roles = try await asked { () async throws(StorageError) in
                try await store.directoryRoles(tenant.id, ofUser: id)
            }
            guard roles.isEmpty else { throw .holdsRoles }
        }
        var waiting = user
        waiting.externalUserState = .pendingAcceptance
        waiting.externalUserStateChangedAt = now
        waiting.creationType = .invitation
        return try await prepare(
            request, for: waiting, .conversion, in: tenant, by: party, [.updateUser(waiting, in: tenant.id)])
    }

    private func invitedUser(_ id: User.ID, in tenant: Tenant.ID) async throws(InvitationRefusal) -> User {
        let user = try await asked { () async throws(StorageError) in try await store.user(tenant, id) }
        guard let user else { throw .noSuchUser }
        return user
    }
}
