internal import Access
internal import Cryptography
package import Directory
internal import FoundationEssentials
internal import Storage

/// An invitation as it will be committed.
struct PreparedInvitation: Sendable {
    var issued: IssuedInvitation
    var steps: [Step]
}

extension Installation {
    /// Makes a guest object for the address, or takes the pending one that is there, and an invitation to it; or, by the
    /// request's subject, lets somebody who is there redeem. The mail is written in the same commit, so that a mail server
    /// that is down loses nothing. Earlier invitations of the same user that wait are replaced: their links say so.
    ///
    /// The link is built from the configured base alone: no request header reaches it.
    ///
    /// - Throws: ``InvitationRefusal``; then nothing was written.
    package func invite(
        _ request: InvitationRequest, to snapshot: TenantSnapshot, by party: InvitingParty
    ) async throws(InvitationRefusal) -> IssuedInvitation {
        try await commit { () async throws(InvitationRefusal) in
            try await prepare(request, to: snapshot, by: party)
        }
    }

    /// The same for a command on the machine itself.
    package func invite(
        _ request: InvitationRequest, to snapshot: TenantSnapshot, by inviter: User.ID?, inviterName: String
    ) async throws(InvitationRefusal) -> IssuedInvitation {
        try await invite(
            request, to: snapshot, by: InvitingParty(.command, user: inviter, name: inviterName))
    }

    /// Commits what was prepared. Two that invite one address at once prepare the same user principal name; the one that
    /// comes second prepares again, and then finds the guest.
    ///
    /// - Parameter extra: What belongs into the same commit, once it is known what was made.
    func commit(
        adding extra: (IssuedInvitation) -> [Step] = { _ in [] },
        _ prepare: () async throws(InvitationRefusal) -> PreparedInvitation
    ) async throws(InvitationRefusal) -> IssuedInvitation {
        for _ in 0..<8 {
            let prepared = try await prepare()
            do throws(StorageError) {
                try await store.commit(prepared.steps + extra(prepared.issued))
            } catch .conflict {
                continue
            } catch {
                throw .storage(error)
            }
            if prepared.issued.mail == .queued { wakeOutbox() }
            return prepared.issued
        }
        throw .storage(.refused("too many invite the same address at once"))
    }

    func prepare(
        _ request: InvitationRequest, to snapshot: TenantSnapshot, by party: InvitingParty
    ) async throws(InvitationRefusal) -> PreparedInvitation {
        let tenant = snapshot.tenant
        try InvitationTerms(installation: self, tenant: tenant).check(request, by: party)
        try await checkSponsors(request.sponsors ?? [], in: tenant.id)
        switch request.subject {
        case .address: return try await prepareGuest(request, in: tenant, by: party)
        case .reset(let user): return try await prepareReset(of: user, request, in: tenant, by: party)
        case .conversion(let user): return try await prepareConversion(of: user, request, in: tenant, by: party)
        }
    }

    private func prepareGuest(
        _ request: InvitationRequest, in tenant: Tenant, by party: InvitingParty
    ) async throws(InvitationRefusal) -> PreparedInvitation {
        // The name is chosen before anybody is looked for: whoever is made in between has either the name, which the commit
        // then conflicts with, or is found here.
        let user = try await newGuest(request, in: tenant, by: party)
        let known = try await asked { () async throws(StorageError) in
            try await store.users(tenant.id, mail: request.address)
        }
        let pending = known.first { $0.externalUserState == .pendingAcceptance }
        if let there = pending ?? known.first, !there.accountEnabled { throw .disabled(there.id) }
        if pending == nil, let there = known.first { throw .alreadyThere(there.id) }
        if let pending {
            return try await prepare(request, for: pending, .newGuest, in: tenant, by: party)
        }
        let target = AuditParty(user: user.id, name: user.userPrincipalName)
        var steps: [Step] = [
            .insertUser(user, in: tenant.id),
            audit("Add user", in: tenant.id, actor: party.audited, targets: [target]),
        ]
        if !user.sponsors.isEmpty {
            steps.append(
                audit(
                    "Add user sponsor", in: tenant.id, actor: party.audited, targets: [target],
                    details: [("Sponsors", user.sponsors.map(\.description).joined(separator: " "))]))
        }
        return try await prepare(request, for: user, .newGuest, in: tenant, by: party, steps)
    }

    /// The invitation itself, for whoever it is, with its mail and its record.
    func prepare(
        _ request: InvitationRequest, for user: User, _ purpose: Invitation.Purpose, in tenant: Tenant,
        by party: InvitingParty, _ steps: [Step] = []
    ) async throws(InvitationRefusal) -> PreparedInvitation {
        let secret = environment.randomBytes(32)
        let invitation = Invitation(
            id: newID(), user: user.id, email: request.address, redirectURL: request.redirectURL,
            invitedBy: party.user, inviterName: party.name, message: request.message, status: .pendingAcceptance,
            createdAt: now, expiresAt: InvitationTerms(installation: self, tenant: tenant).end(of: request.lifetime),
            redeemedAt: nil, purpose: purpose, sendsMail: request.sendsMail,
            messageLanguage: request.messageLanguage, copyTo: request.copyTo)
        let url = invitationURL(invitation.id, secret: secret, in: tenant.id)
        var steps =
            steps + [
                .insertInvitation(invitation, secretDigest: Digest.sha256(secret), in: tenant.id),
                .replaceInvitations(ofUser: user.id, by: invitation.id, in: tenant.id),
                audit(
                    purpose.activity, in: tenant.id, actor: party.audited,
                    targets: [AuditParty(user: user.id, name: user.userPrincipalName)],
                    details: [("InvitationId", invitation.id.description)]),
            ]
        var mail = IssuedInvitation.Mail.notAsked
        if request.sendsMail {
            let made = try await mailSteps(for: invitation, of: user, url: url, in: tenant, by: party)
            steps += made.steps
            mail = made.mail
        }
        return PreparedInvitation(
            issued: IssuedInvitation(invitation: invitation, user: user, redeemURL: url, mail: mail), steps: steps)
    }

    func invitationURL(_ id: Invitation.ID, secret: [UInt8], in tenant: Tenant.ID) -> String {
        "\(base)/\(tenant)/redeem?invitation=" + Base64URL.encode(id.bytes) + "." + Base64URL.encode(secret)
    }

    private func newGuest(
        _ request: InvitationRequest, in tenant: Tenant, by party: InvitingParty
    ) async throws(InvitationRefusal) -> User {
        let guest = GuestInvitation(
            address: request.address, displayName: request.displayName, userType: request.userType,
            sponsors: request.sponsors ?? party.user.map { [$0] } ?? [])
        let id = User.ID.random(environment.randomBytes)
        var taken: Set<String> = []
        while true {
            let user = User.invited(guest, id: id, in: tenant, at: now) { taken.contains($0) }
            let other = try await asked { () async throws(StorageError) in
                try await store.user(tenant.id, userPrincipalName: user.userPrincipalName)
            }
            if other == nil { return user }
            taken.insert(user.userPrincipalName)
        }
    }

    private func checkSponsors(_ sponsors: [User.ID], in tenant: Tenant.ID) async throws(InvitationRefusal) {
        for sponsor in sponsors {
            let user = try await asked { () async throws(StorageError) in try await store.user(tenant, sponsor) }
            guard user != nil else {
                throw .unacceptable(property: "invitedUserSponsors", why: "name \(sponsor), who is not here")
            }
        }
    }

    func asked<Value>(
        _ read: () async throws(StorageError) -> Value
    ) async throws(InvitationRefusal) -> Value {
        do { return try await read() } catch { throw .storage(error) }
    }
}

extension InvitingParty {
    var audited: AuditParty { AuditParty(user: user, name: name) }
}

extension Invitation.Purpose {
    /// Entra's name of the audit activity.
    var activity: String {
        switch self {
        case .newGuest: "Invite external user"
        case .reset: "Invite external user with reset invitation status"
        case .conversion: "Invite internal user to B2B collaboration"
        }
    }
}
