import FoundationEssentials
import Testing

@testable import Directory

@Suite("Guest mapping") struct GuestMappingTests {
    let ada = Sample.address("ada@contoso.example")
    let invited = Sample.invited()

    func map(
        _ identity: ExternalIdentity, found: User? = nil, invitation: InvitedGuest? = nil,
        byAddress: [InvitedGuest] = [], proven: String? = nil, homeDomains: [String] = [], contested: Bool = false
    ) -> GuestMapping {
        let decision = guestMapping(
            GuestMappingQuestion(
                identity: identity, found: found, invitation: invitation, guestsByAddress: byAddress,
                provenAddress: proven.map(Sample.address), homeDomains: homeDomains.map(Sample.domain),
                isAddressContested: contested, now: Sample.now))
        #expect(!decision.reasons.isEmpty)
        switch decision.mapping {
        case .known, .redeem: #expect(decision.reasons.last?.met == true)
        case .proveAddress, .refuse: #expect(decision.reasons.last?.met == false)
        }
        return decision.mapping
    }

    var accepted: User { Sample.invited(state: .accepted, status: .completed).user }

    // MARK: Known

    @Test func `the identity finds the guest, whatever its address says`() {
        #expect(map(Sample.identity(email: "someone@else.example"), found: accepted) == .known(accepted))
        #expect(map(Sample.identity(), found: accepted) == .known(accepted))
    }

    @Test func `a guest's old link leads back in`() {
        let done = Sample.invited(state: .accepted, status: .completed)
        #expect(map(Sample.identity(), found: done.user, invitation: done) == .known(done.user))
    }

    @Test func `a disabled guest is refused`() {
        let guest = Sample.invited(state: .accepted, enabled: false).user
        #expect(map(Sample.identity(), found: guest) == .refuse(.disabled(guest.id)))
    }

    @Test func `signed in as one guest, the link of another is refused`() {
        let other = Sample.invited("bob@contoso.example", user: 21)
        #expect(
            map(Sample.identity(), found: accepted, invitation: other)
                == .refuse(.identityIsAnotherGuest(accepted.id, invited: other.invitation.email)))
    }

    @Test func `a guest whose redemption was reset redeems again`() {
        #expect(
            map(
                Sample.identity(email: "ada@contoso.example", verified: true), found: invited.user, invitation: invited)
                == .redeem(invited))
    }

    // MARK: With the link

    @Test func `the verified invited address redeems`() {
        #expect(
            map(Sample.identity(email: "ADA@contoso.example", verified: true), invitation: invited) == .redeem(invited))
        #expect(
            map(Sample.identity(.emailCode, email: "ada@contoso.example", verified: true), invitation: invited)
                == .redeem(invited))
    }

    @Test func `an unverified invited address is proven by our own code first`() {
        let identity = Sample.identity(email: "ada@contoso.example")
        #expect(map(identity, invitation: invited) == .proveAddress(ada))
        #expect(map(identity, invitation: invited, proven: "ada@contoso.example") == .redeem(invited))
    }

    @Test func `a home that names no address needs the code too`() {
        #expect(map(Sample.identity(), invitation: invited) == .proveAddress(ada))
        #expect(map(Sample.identity(), invitation: invited, proven: "ada@contoso.example") == .redeem(invited))
    }

    @Test(arguments: [true, false])
    func `holding the link is not enough with another address`(verified: Bool) {
        #expect(
            map(Sample.identity(email: "mallory@evil.example", verified: verified), invitation: invited)
                == .refuse(.wrongAccount(invited: ada)))
    }

    @Test func `a proof for another address is worth nothing`() {
        #expect(
            map(
                Sample.identity(email: "mallory@evil.example"), invitation: invited, proven: "mallory@evil.example")
                == .refuse(.wrongAccount(invited: ada)))
    }

    @Test func `a tenant speaks for its own domains, by address or by name`() {
        let byAddress = Sample.identity(.tenant, email: "ada@contoso.example")
        let byName = Sample.identity(.tenant, email: "ada.l@contoso.example", upn: "ada@contoso.example")
        for identity in [byAddress, byName] {
            #expect(map(identity, invitation: invited, homeDomains: ["contoso.example"]) == .redeem(invited))
            #expect(map(identity, invitation: invited, homeDomains: ["evil.example"]) == .proveAddress(ada))
        }
    }

    @Test func `nOAuth: a tenant that sets a foreign address proves nothing`() {
        #expect(
            map(
                Sample.identity(.tenant, email: "ada@contoso.example", verified: true), invitation: invited,
                homeDomains: ["evil.example"], contested: true) == .proveAddress(ada))
    }

    @Test func `a provider can't vouch for another home's domain`() {
        #expect(
            map(
                Sample.identity(email: "ada@contoso.example", verified: true), invitation: invited, contested: true)
                == .proveAddress(ada))
    }

    @Test func `an invitation that no longer stands`() {
        let identity = Sample.identity(email: "ada@contoso.example", verified: true)
        #expect(
            map(identity, invitation: Sample.invited(expiresIn: 0))
                == .refuse(.invitationExpired(at: Sample.now)))
        #expect(map(identity, invitation: Sample.invited(status: .revoked)) == .refuse(.invitationWithdrawn))
        #expect(
            map(identity, invitation: Sample.invited(state: .accepted, status: .completed))
                == .refuse(.invitationUsed(at: nil)))
        #expect(map(identity, invitation: Sample.invited(expiresIn: nil)) != .refuse(.stranger))
    }

    @Test func `a second identity never joins an accepted guest`() {
        let guest = Sample.invited(state: .accepted)
        let identity = Sample.identity(email: "ada@contoso.example", verified: true)
        #expect(map(identity, invitation: guest) == .refuse(.guestHasOtherIdentity(guest.user.id)))
        #expect(map(identity, byAddress: [guest]) == .refuse(.guestHasOtherIdentity(guest.user.id)))
        #expect(
            map(identity, byAddress: [guest], proven: "ada@contoso.example")
                == .refuse(.guestHasOtherIdentity(guest.user.id)))
    }

    @Test func `a pending guest who was disabled can't redeem`() {
        let guest = Sample.invited(enabled: false)
        let identity = Sample.identity(email: "ada@contoso.example", verified: true)
        #expect(map(identity, invitation: guest) == .refuse(.disabled(guest.user.id)))
        #expect(map(identity, byAddress: [guest]) == .refuse(.disabled(guest.user.id)))
    }

    // MARK: Without the link

    @Test func `a pending guest is found by a verified address`() {
        let identity = Sample.identity(email: "ada@contoso.example", verified: true)
        #expect(map(identity, byAddress: [invited]) == .redeem(invited))
    }

    @Test func `an address that does not fit finds nobody, whatever the caller passed`() {
        #expect(
            map(Sample.identity(email: "mallory@evil.example", verified: true), byAddress: [invited])
                == .refuse(.stranger))
    }

    @Test func `an unverified address is asked for a code, invited or not`() {
        let identity = Sample.identity(email: "ada@contoso.example")
        #expect(map(identity, byAddress: [invited]) == map(identity, byAddress: []))
        #expect(map(identity, byAddress: [invited]) == .proveAddress(ada))
        #expect(map(identity, byAddress: [invited], proven: "ada@contoso.example") == .redeem(invited))
        #expect(map(identity, byAddress: [], proven: "ada@contoso.example") == .refuse(.stranger))
    }

    @Test func `a stranger is a stranger`() {
        #expect(map(Sample.identity()) == .refuse(.stranger))
        #expect(map(Sample.identity(email: "x@y.example", verified: true)) == .refuse(.stranger))
    }

    @Test func `a member who was deleted redeems nothing`() {
        let member = Sample.identity(.localMember, email: "ada@contoso.example", verified: true)
        #expect(map(member, invitation: invited) == .refuse(.stranger))
        #expect(map(member, byAddress: [invited]) == .refuse(.stranger))
    }

    @Test func `an expired invitation does not let in by another door`() {
        let identity = Sample.identity(email: "ada@contoso.example", verified: true)
        #expect(
            map(identity, byAddress: [Sample.invited(expiresIn: -1)])
                == .refuse(.invitationExpired(at: Sample.now.addingTimeInterval(-1))))
        #expect(map(identity, byAddress: [Sample.invited(status: .revoked)]) == .refuse(.invitationWithdrawn))
    }

    @Test func `two pending guests with one address: none is taken`() {
        let identity = Sample.identity(email: "ada@contoso.example", verified: true)
        #expect(map(identity, byAddress: [invited, Sample.invited(user: 22)]) == .refuse(.stranger))
    }

    @Test func `a further address of the pending guest counts`() {
        var guest = invited
        guest.user.otherMails = [Sample.address("ada@home.example")]
        #expect(
            map(Sample.identity(email: "ada@home.example", verified: true), byAddress: [guest]) == .redeem(guest))
    }

    @Test func `no identity with another's address ever reaches that guest`() {
        var generator = SeededGenerator(seed: 5)
        let kinds = Partner.Kind.allCases
        for _ in 0..<2000 {
            let state: User.ExternalUserState =
                Bool.random(using: &generator) ? .accepted : .pendingAcceptance
            let guest = Sample.invited(state: state)
            let claims = Bool.random(using: &generator)
            let verified = Bool.random(using: &generator)
            let identity = Sample.identity(
                kinds.randomElement(using: &generator)!, email: claims ? "ada@contoso.example" : "mallory@evil.example",
                verified: verified)
            let contested = Bool.random(using: &generator)
            let mapping = map(
                identity, invitation: Bool.random(using: &generator) ? guest : nil, byAddress: [guest],
                contested: contested)
            switch mapping {
            case .known: Issue.record("found without the identity")
            case .redeem:
                #expect(state == .pendingAcceptance && claims && verified)
                #expect(!contested || identity.kind == .emailCode)
            case .proveAddress, .refuse: continue
            }
        }
    }
}
