package import FoundationEssentials

// Guest mapping: an identity that a home has vouched for → which guest it is, or which invitation it may redeem.
//
// A user is found by (issuer, subject) and by nothing else. An address only says which *pending* invitation an identity
// may redeem, and only once it is proven: by a home that may speak for it, or by our own code in this same sign-in. An
// address never links a second identity to a guest who has redeemed (nOAuth, pre-hijacking: protocols-and-threats §5).

/// A guest as an invitation made it, with the newest invitation.
package struct InvitedGuest: Sendable, Hashable {
    package var user: User
    package var invitation: Invitation

    package init(user: User, invitation: Invitation) {
        self.user = user
        self.invitation = invitation
    }
}

/// Everything a decision reads.
package struct GuestMappingQuestion: Sendable, Hashable {
    package var identity: ExternalIdentity
    /// The user with exactly this identity.
    package var found: User?
    /// That identity, as it was linked.
    package var link: LinkedIdentity?
    /// Behind the link that brought the person here, its secret checked.
    package var invitation: InvitedGuest?
    /// Guests whose invited or other addresses include the identity's address or `provenAddress`; asked for only where
    /// no invitation's link was followed.
    package var guestsByAddress: [InvitedGuest]
    /// What our own code proved for this very identity in this very sign-in; a proof made for another is worth nothing.
    package var provenAddress: EmailAddress?
    /// Domains that the vouching home, a tenant, may speak for by itself: a hosted tenant's own, and what a setting ties
    /// to that one tenant (`Partner.vouchedDomains`).
    package var homeDomains: [DomainName]
    /// Whether another home is responsible for the address's domain (`isDomainOfAnotherHome`): then the vouching
    /// home's word on it does not count.
    package var isAddressContested: Bool
    package var now: Date

    package init(
        identity: ExternalIdentity, found: User?, link: LinkedIdentity? = nil, invitation: InvitedGuest? = nil,
        guestsByAddress: [InvitedGuest] = [], provenAddress: EmailAddress? = nil, homeDomains: [DomainName] = [],
        isAddressContested: Bool = false, now: Date
    ) {
        self.identity = identity
        self.found = found
        self.link = link
        self.invitation = invitation
        self.guestsByAddress = guestsByAddress
        self.provenAddress = provenAddress
        self.homeDomains = homeDomains
        self.isAddressContested = isAddressContested
        self.now = now
    }
}

package enum GuestMapping: Sendable, Hashable {
    /// The guest or member with this identity.
    case known(User)
    /// The identity may redeem this invitation, after Review permissions.
    case redeem(InvitedGuest)
    /// Our own code to this address first; then ask again with `provenAddress`. Answered for known and unknown addresses
    /// alike, so it says nothing about who was invited.
    case proveAddress(EmailAddress)
    case refuse(GuestMappingRefusal)
}

package enum GuestMappingRefusal: Sendable, Hashable {
    /// Nobody here has the identity, and no pending invitation fits it.
    case stranger
    case disabled(User.ID)
    /// The identity has not proven the invited address; it has another.
    case wrongAccount(invited: EmailAddress)
    case invitationExpired(at: Date)
    case invitationWithdrawn
    /// A later invitation took its place.
    case invitationReplaced
    /// Redeemed with another identity.
    case invitationUsed(at: Date?)
    /// The address is of a guest who redeemed with another identity.
    case guestHasOtherIdentity(User.ID)
    /// The tenant's list of domains does not let invitations to this one be redeemed any more.
    case domainBlocked(DomainName)
    /// The identity is one user already, and the invitation is another's.
    case identityIsAnotherGuest(User.ID, invited: EmailAddress)
}

package struct GuestMappingDecision: Sendable, Hashable {
    package var mapping: GuestMapping
    package var reasons: [Reason]
    /// The proven address of a stranger whom no link and no invitation brought, so that they may sign up where that is
    /// open; nil in every other case.
    package var newcomer: EmailAddress?

    package init(mapping: GuestMapping, reasons: [Reason], newcomer: EmailAddress? = nil) {
        self.mapping = mapping
        self.reasons = reasons
        self.newcomer = newcomer
    }
}

package func guestMapping(_ question: GuestMappingQuestion) -> GuestMappingDecision {
    var steps = GuestMappingSteps(question: question)
    let mapping = steps.decide()
    return GuestMappingDecision(mapping: mapping, reasons: steps.reasons, newcomer: steps.newcomer)
}

private struct GuestMappingSteps {
    let question: GuestMappingQuestion
    var reasons: [Reason] = []
    var newcomer: EmailAddress?

    private var identity: ExternalIdentity { question.identity }

    mutating func decide() -> GuestMapping {
        if let user = question.found {
            if let link = question.link, !link.isOfSameHome(as: identity) {
                note(
                    "guest.sameHome", false,
                    "The identity was linked through another home; this one bears the same issuer's name, no more.")
                return .refuse(.stranger)
            }
            note("guest.identity", true, "The identity belongs to the user \(user.id).")
            if let refusal = refusal(ofKnown: user) { return refusal }
            if user.externalUserState != .pendingAcceptance { return .known(user) }
            if identity.kind == .localMember, question.invitation == nil {
                note("guest.accepted", true, "Until the member redeems with another home, the own password counts.")
                return .known(user)
            }
            note("guest.accepted", false, "The redemption was reset, so the invitation has to be redeemed again.")
        } else {
            note("guest.identity", false, "No user of this tenant has the identity.")
            // A member who was deleted is nobody, and no member redeems an invitation to the own organisation.
            if identity.kind == .localMember { return .refuse(.stranger) }
        }
        return question.invitation.map { redeem($0) } ?? findPending()
    }

    private mutating func note(_ rule: String, _ met: Bool, _ detail: String, setting: String? = nil) {
        reasons.append(Reason(rule, met: met, detail, setting: setting))
    }

    private mutating func refusal(ofKnown user: User) -> GuestMapping? {
        if let invited = question.invitation, invited.user.id != user.id {
            note("invitation.forThisGuest", false, "The invitation is for \(invited.invitation.email), another guest.")
            return .refuse(.identityIsAnotherGuest(user.id, invited: invited.invitation.email))
        }
        return refusal(ifDisabled: user)
    }

    private mutating func refusal(ifDisabled user: User) -> GuestMapping? {
        guard !user.accountEnabled else { return nil }
        note("user.accountEnabled", false, "The account is disabled.", setting: "users/\(user.id)/accountEnabled")
        return .refuse(.disabled(user.id))
    }

    // MARK: An invitation's link

    private mutating func redeem(_ invited: InvitedGuest) -> GuestMapping {
        if let refusal = refusal(of: invited.invitation) { return refusal }
        if let refusal = refusal(ofAccepted: invited.user) { return refusal }
        if let refusal = refusal(ifDisabled: invited.user) { return refusal }
        switch proof(of: invited.invitation.email) {
        case .proven: return .redeem(invited)
        case .claimed, .silent: return .proveAddress(invited.invitation.email)
        case .other: return .refuse(.wrongAccount(invited: invited.invitation.email))
        }
    }

    private mutating func refusal(of invitation: Invitation) -> GuestMapping? {
        let setting = "invitations/\(invitation.id)"
        switch invitation.status {
        case .revoked:
            note("invitation.stands", false, "The invitation was withdrawn.", setting: setting)
            return .refuse(.invitationWithdrawn)
        case .replaced:
            note("invitation.stands", false, "A later invitation took its place.", setting: setting)
            return .refuse(.invitationReplaced)
        case .completed:
            note("invitation.stands", false, "The invitation was redeemed with another identity.", setting: setting)
            return .refuse(.invitationUsed(at: invitation.redeemedAt))
        case .pendingAcceptance: break
        }
        if let expiresAt = invitation.expiresAt, expiresAt <= question.now {
            note("invitation.stands", false, "The invitation has expired.", setting: setting)
            return .refuse(.invitationExpired(at: expiresAt))
        }
        note("invitation.stands", true, "The invitation is pending.", setting: setting)
        return nil
    }

    private mutating func refusal(ofAccepted user: User) -> GuestMapping? {
        guard user.externalUserState != .pendingAcceptance else { return nil }
        note("guest.pending", false, "The guest has redeemed with another identity; a reset would allow this one.")
        return .refuse(.guestHasOtherIdentity(user.id))
    }

    // MARK: No link: an application's sign-in

    private mutating func findPending() -> GuestMapping {
        let proven: EmailAddress
        if let address = question.provenAddress {
            note("guest.addressProven", true, "Our own code proved the address.")
            proven = address
        } else {
            guard let address = identity.email else {
                note("guest.addressProven", false, "The home named no address, so no pending invitation can be found.")
                return .refuse(.stranger)
            }
            guard homeProves(address) else { return .proveAddress(address) }
            proven = address
        }
        let guests = question.guestsByAddress.filter { $0.user.hasAddress(proven) || $0.invitation.email == proven }
        let pending = guests.filter { $0.user.externalUserState == .pendingAcceptance }
        let standing = pending.filter { $0.invitation.stands(at: question.now) }
        guard Set(standing.map(\.user.id)).count <= 1 else {
            note("guest.pendingByAddress", false, "Several pending guests have the address; none is taken.")
            return .refuse(.stranger)
        }
        if let invited = standing.max(by: { $0.invitation.createdAt < $1.invitation.createdAt }) {
            note("guest.pendingByAddress", true, "A pending invitation was sent to the proven address.")
            return refusal(ifDisabled: invited.user) ?? .redeem(invited)
        }
        let latest = pending.max { $0.invitation.createdAt < $1.invitation.createdAt }
        if let invited = latest, let refusal = refusal(of: invited.invitation) { return refusal }
        if let accepted = guests.first(where: { $0.user.externalUserState != .pendingAcceptance }) {
            note("guest.pendingByAddress", false, "A guest with the address has redeemed with another identity.")
            return .refuse(.guestHasOtherIdentity(accepted.user.id))
        }
        note("guest.pendingByAddress", false, "No pending invitation was sent to the proven address.")
        // A user whose redemption was reset has a way back, which is not this one.
        if question.found == nil { newcomer = proven }
        return .refuse(.stranger)
    }

    // MARK: Whether an address is proven

    private enum AddressProof {
        case proven
        /// The home names it, but its word does not count.
        case claimed
        /// The home names no address.
        case silent
        /// The home names another.
        case other
    }

    private mutating func proof(of invited: EmailAddress) -> AddressProof {
        if question.provenAddress == invited {
            note("guest.addressProven", true, "Our own code proved the invited address.")
            return .proven
        }
        let claimed = [identity.email, identity.userPrincipalName].compactMap(\.self)
        guard !claimed.isEmpty else {
            note("guest.addressProven", false, "The home named no address; the invited one has to be proven by code.")
            return .silent
        }
        guard claimed.contains(invited) else {
            note(
                "invitation.forThisAddress", false,
                "The home names another address than the invited one, and holding the link proves nothing.")
            return .other
        }
        note("invitation.forThisAddress", true, "The home names the invited address.")
        return homeProves(invited) ? .proven : .claimed
    }

    private mutating func homeProves(_ address: EmailAddress) -> Bool {
        if identity.kind == .emailCode, identity.emailIsVerified, identity.email == address {
            note("guest.addressProven", true, "Our own code proved the address.")
            return true
        }
        if [.tenant, .entra].contains(identity.kind), question.homeDomains.contains(address.domain) {
            note("guest.addressProven", true, "\(address.domain) is the home tenant's own domain.")
            return true
        }
        if question.isAddressContested {
            note(
                "guest.addressProven", false,
                "Another home is responsible for \(address.domain), so a code has to prove it.")
            return false
        }
        let verified = identity.emailIsVerified && identity.email == address
        note(
            "guest.addressProven", verified,
            verified ? "The home vouches for the address." : "The home does not vouch for the address.",
            setting: identity.partner.map { "partners/\($0)/trustsVerifiedEmail" })
        return verified
    }
}

extension Invitation {
    /// Whether it can be redeemed: pending and not expired.
    package func stands(at now: Date) -> Bool {
        guard status == .pendingAcceptance else { return false }
        guard let expiresAt else { return true }
        return now < expiresAt
    }
}

extension User {
    /// Whether the address is one that the directory knows the user by.
    package func hasAddress(_ address: EmailAddress) -> Bool {
        mail == address || otherMails.contains(address)
            || proxyAddresses.contains { asciiLowercased($0) == "smtp:" + address.normalized }
    }
}
