import FoundationEssentials
import Testing

@testable import Directory

@Suite("The guest user object") struct GuestUserTests {
    func invite(_ invitation: GuestInvitation) -> User {
        User.invited(invitation, id: Sample.id(20), in: Sample.woodgrove, at: Sample.now, isTaken: { _ in false })
    }

    @Test func `an invitation makes a pending, enabled guest`() {
        let user = invite(
            GuestInvitation(
                address: Sample.address("Ada@Contoso.example"), preferredLanguage: "de",
                sponsors: (0..<7).map { Sample.id($0) }))
        #expect(user.userPrincipalName == "Ada_contoso.example#EXT#@woodgrove.example")
        #expect(user.displayName == "Ada")
        #expect(user.userType == .guest && user.creationType == .invitation)
        #expect(user.externalUserState == .pendingAcceptance && user.externalUserStateChangedAt == Sample.now)
        #expect(user.mail == Sample.address("ada@contoso.example"))
        #expect(user.proxyAddresses == ["SMTP:Ada@contoso.example"])
        #expect(user.accountEnabled && user.sponsors.count == 5 && user.preferredLanguage == "de")
    }

    @Test func `an external member differs in its type only`() {
        let address = Sample.address("ada@contoso.example")
        var member = invite(GuestInvitation(address: address, userType: .member))
        #expect(member.userType == .member)
        member.userType = .guest
        #expect(member == invite(GuestInvitation(address: address)))
    }

    @Test func `a contact that owns the address leaves the guest without a proxy address`() {
        let user = invite(
            GuestInvitation(address: Sample.address("ada@contoso.example"), isAddressOfContact: true))
        #expect(user.proxyAddresses.isEmpty && user.mail != nil)
    }

    @Test func `redemption accepts, links and keeps the name`() {
        let later = Sample.now.addingTimeInterval(60)
        let pending = invite(GuestInvitation(address: Sample.address("ada@contoso.example")))
        let (user, link) = pending.accepted(with: Sample.identity(), at: later)
        #expect(user.externalUserState == .accepted && user.externalUserStateChangedAt == later)
        #expect(user.userPrincipalName == pending.userPrincipalName && user.mail == pending.mail)
        #expect(user.displayName == "Ada Lovelace" && user.givenName == "Ada" && user.preferredLanguage == "en-GB")
        #expect(link.user == user.id && link.key == Sample.identity().key && link.linkedAt == later)
        let named = invite(
            GuestInvitation(address: Sample.address("ada@contoso.example"), displayName: "Countess"))
        #expect(named.accepted(with: Sample.identity(), at: later).0.displayName == "Countess")
    }

    @Test func `identities show the home once redeemed`() {
        let pending = invite(GuestInvitation(address: Sample.address("john@contoso.example")))
        let own = ObjectIdentity(
            signInType: "userPrincipalName", issuer: "woodgrove.example",
            issuerAssignedID: "john_contoso.example#EXT#@woodgrove.example")
        #expect(pending.objectIdentities(linked: [], initialDomain: Sample.woodgrove.initialDomain) == [own])
        for (kind, issuer, shown, subject) in [
            (Partner.Kind.tenant, "https://h.example/v2.0", "ExternalAzureAD", nil),
            (.emailCode, "mail", "mail", "s"), (.oidc, "https://accounts.google.com", "google.com", "s"),
            (.oidc, "https://idp.example", "https://idp.example", "s"),
        ] as [(Partner.Kind, String, String, String?)] {
            let link = LinkedIdentity(
                key: IdentityKey(issuer: issuer, subject: "s"), user: pending.id, partner: nil, kind: kind,
                linkedAt: Sample.now)
            #expect(
                pending.objectIdentities(linked: [link], initialDomain: Sample.woodgrove.initialDomain)
                    == [ObjectIdentity(signInType: "federated", issuer: shown, issuerAssignedID: subject), own])
        }
    }

    @Test func `a reset needs an address that is on the object`() {
        let user = invite(GuestInvitation(address: Sample.address("ada@contoso.example")))
            .accepted(with: Sample.identity(), at: Sample.now).0
        #expect(user.redemptionReset(to: Sample.address("x@y.example"), at: Sample.now) == nil)
        #expect(
            user.redemptionReset(to: Sample.address("ada@contoso.example"), at: Sample.now)?.externalUserState
                == .pendingAcceptance)
    }

    @Test func `a member is named in the tenant's domains`() {
        let name = Sample.address("grace@woodgrove.shop")
        let user = User.member(
            named: name, displayName: "Grace", id: Sample.id(3), in: Sample.woodgrove, at: Sample.now)
        #expect(user?.userType == .member && user?.externalUserState == nil && user?.creationType == nil)
        #expect(
            User.member(
                named: Sample.address("grace@contoso.example"), displayName: "G", id: Sample.id(3),
                in: Sample.woodgrove, at: Sample.now) == nil)
    }
}

@Suite("Identifiers") struct IdentifierTests {
    @Test func `a GUID in either case and nothing else`() {
        let text = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
        #expect(User.ID(text)?.description == text)
        #expect(User.ID(text.uppercased())?.description == text)
        for bad in ["", "6ba7b8109dad11d180b400c04fd430c8", "{\(text)}", text + "0", text.replacing("6", with: "g")] {
            #expect(User.ID(bad) == nil)
        }
    }

    @Test func `time-ordered identifiers sort by time`() {
        var generator = SeededGenerator(seed: 1)
        var bytes: (Int) -> [UInt8] { { count in (0..<count).map { _ in 0xFF } } }
        let early = User.ID.timeOrdered(at: Sample.now, bytes)
        let late = User.ID.timeOrdered(at: Sample.now.addingTimeInterval(0.001)) { count in
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        #expect(early.description < late.description)
        #expect(early.bytes[6] >> 4 == 7 && early.bytes[8] >> 6 == 2)
        #expect(User.ID.random { [UInt8](repeating: 0xFF, count: $0) }.bytes[6] == 0x4F)
    }
}
