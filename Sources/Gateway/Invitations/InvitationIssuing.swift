internal import Access
internal import Cryptography
package import Directory
internal import FoundationEssentials
internal import Pages
package import Storage

/// What an inviter says of an invitation.
package struct InvitationRequest: Sendable {
    package var address: EmailAddress
    package var displayName: String?
    package var userType: User.UserType
    package var redirectURL: String?
    package var message: String?
    package var sendsMail: Bool
    /// Seconds until the link no longer serves; nil: never, as in Entra.
    package var lifetime: Double?

    package init(
        address: EmailAddress, displayName: String? = nil, userType: User.UserType = .guest, redirectURL: String? = nil,
        message: String? = nil, sendsMail: Bool = true, lifetime: Double? = 30 * 86_400
    ) {
        self.address = address
        self.displayName = displayName
        self.userType = userType
        self.redirectURL = redirectURL
        self.message = message
        self.sendsMail = sendsMail
        self.lifetime = lifetime
    }
}

/// An invitation just made, with the link that only its receiver and its maker ever see whole.
package struct IssuedInvitation: Sendable {
    package let invitation: Invitation
    package let user: User
    package let redeemURL: String
}

/// Why an address can't be invited.
package enum InvitationRefusal: Error, Sendable {
    /// The address is in a domain of the inviting organisation itself.
    case ownDomain(DomainName)
    /// A user with this address is there and has accepted, or is a member.
    case alreadyThere(User.ID)
    case redirectNotAcceptable(String)
    case storage(StorageError)
}

extension Installation {
    /// Makes a guest object for the address, or takes the pending one that is there, and an invitation to it. The mail is
    /// written in the same commit, so that a mail server that is down loses nothing.
    ///
    /// The link is built from the configured base alone: no request header reaches it.
    package func invite(
        _ request: InvitationRequest, to snapshot: TenantSnapshot, by inviter: User.ID?, inviterName: String
    ) async throws(InvitationRefusal) -> IssuedInvitation {
        let tenant = snapshot.tenant
        guard !tenant.domains.contains(request.address.domain) else { throw .ownDomain(request.address.domain) }
        if let redirect = request.redirectURL, !isAcceptableLanding(redirect) { throw .redirectNotAcceptable(redirect) }
        let known: [User]
        do { known = try await store.users(tenant.id, mail: request.address) } catch { throw .storage(error) }
        let pending = known.first { $0.externalUserState == .pendingAcceptance }
        if pending == nil, let there = known.first { throw .alreadyThere(there.id) }

        let secret = environment.randomBytes(32)
        let user: User
        var steps: [Step] = []
        if let pending {
            user = pending
        } else {
            user = try await newGuest(request, in: tenant, by: inviter)
            steps.append(.insertUser(user, in: tenant.id))
        }
        let invitation = Invitation(
            id: newID(), user: user.id, email: request.address, redirectURL: request.redirectURL, invitedBy: inviter,
            inviterName: inviterName, message: request.message, status: .pendingAcceptance, createdAt: now,
            expiresAt: request.lifetime.map { now.addingTimeInterval($0) }, redeemedAt: nil)
        steps.append(.insertInvitation(invitation, secretDigest: Digest.sha256(secret), in: tenant.id))
        let url =
            "\(base)/\(tenant.id)/redeem?invitation="
            + Base64URL.encode(invitation.id.bytes) + "." + Base64URL.encode(secret)
        if request.sendsMail {
            steps.append(.enqueueMail(mail(for: invitation, of: user, url: url, in: tenant)))
        }
        steps.append(
            audit(
                "Invite external user", in: tenant.id, actor: AuditParty(user: inviter, name: inviterName),
                targets: [AuditParty(user: user.id, name: user.userPrincipalName)],
                details: [("InvitationId", invitation.id.description)]))
        do { try await store.commit(steps) } catch { throw .storage(error) }
        if request.sendsMail { wakeOutbox() }
        return IssuedInvitation(invitation: invitation, user: user, redeemURL: url)
    }

    private func newGuest(
        _ request: InvitationRequest, in tenant: Tenant, by inviter: User.ID?
    ) async throws(InvitationRefusal) -> User {
        let guest = GuestInvitation(
            address: request.address, displayName: request.displayName, userType: request.userType,
            sponsors: inviter.map { [$0] } ?? [])
        let id = User.ID.random(environment.randomBytes)
        var taken: Set<String> = []
        while true {
            let user = User.invited(guest, id: id, in: tenant, at: now) { taken.contains($0) }
            let other: User?
            do {
                other = try await store.user(tenant.id, userPrincipalName: user.userPrincipalName)
            } catch {
                throw .storage(error)
            }
            if other == nil { return user }
            taken.insert(user.userPrincipalName)
        }
    }

    /// https anywhere; plain http to loopback while developing. A landing page is never another scheme.
    private func isAcceptableLanding(_ url: String) -> Bool {
        LandingURL(url, allowsLoopback: isDevelopment) != nil
    }

    private func mail(for invitation: Invitation, of user: User, url: String, in tenant: Tenant) -> OutgoingMail {
        let content = invitationMail(
            InvitationMail(
                organization: tenant.displayName, primaryDomain: tenant.initialDomain.description,
                inviterName: invitation.inviterName, message: invitation.message, acceptURL: url,
                privacyURL: tenant.privacyStatementURL, expires: invitation.expiresAt.map(Self.day),
                language: user.preferredLanguage ?? tenant.preferredLanguage))
        return outgoingMail(to: invitation.email, content, from: tenant)
    }

    private static func day(_ date: Date) -> String { String(date.iso8601.prefix(10)) }
}
