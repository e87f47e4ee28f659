package import FoundationEssentials

/// What somebody is invited with.
package struct GuestInvitation: Sendable, Hashable {
    package var address: EmailAddress
    package var displayName: String?
    package var userType: User.UserType
    package var preferredLanguage: String?
    /// The inviter unless named; at most five count.
    package var sponsors: [User.ID]
    /// A mail contact owns the address: then the guest gets no proxy address, as in Entra.
    package var isAddressOfContact: Bool

    package init(
        address: EmailAddress, displayName: String? = nil, userType: User.UserType = .guest,
        preferredLanguage: String? = nil, sponsors: [User.ID] = [], isAddressOfContact: Bool = false
    ) {
        self.address = address
        self.displayName = displayName
        self.userType = userType
        self.preferredLanguage = preferredLanguage
        self.sponsors = sponsors
        self.isAddressOfContact = isAddressOfContact
    }
}

extension User {
    package static let sponsorLimit = 5

    /// The guest object that an invitation makes (guests-and-invitations §1.1): pending, enabled, without a password or
    /// an identity. It may get groups, roles and assignments before it is redeemed.
    ///
    /// - Parameter isTaken: Whether a user principal name is in use, without regard to ASCII case.
    package static func invited(
        _ invitation: GuestInvitation, id: ID, in tenant: Tenant, at now: Date, isTaken: (String) -> Bool
    ) -> User {
        let address = invitation.address
        let name = invitation.displayName.flatMap { $0.isEmpty ? nil : $0 }
        return User(
            id: id,
            userPrincipalName: UserPrincipalName.guest(for: address, in: tenant.initialDomain, isTaken: isTaken),
            displayName: name ?? address.localPart, userType: invitation.userType, createdAt: now,
            creationType: .invitation, externalUserState: .pendingAcceptance, externalUserStateChangedAt: now,
            mail: address, proxyAddresses: invitation.isAddressOfContact ? [] : ["SMTP:\(address)"],
            preferredLanguage: invitation.preferredLanguage, sponsors: Array(invitation.sponsors.prefix(sponsorLimit)))
    }

    /// A member of the tenant, who signs in with a password here.
    ///
    /// - Returns: Nil if the name is not in one of the tenant's domains.
    package static func member(
        named name: EmailAddress, displayName: String, id: ID, in tenant: Tenant, at now: Date
    ) -> User? {
        guard UserPrincipalName.isWithinDomain(name.description, domains: tenant.domains) else { return nil }
        return User(
            id: id, userPrincipalName: name.description, displayName: displayName, userType: .member, createdAt: now,
            mail: name, proxyAddresses: ["SMTP:\(name)"])
    }

    /// The guest after redemption, with the link to the identity that redeemed. The name, type, groups and addresses
    /// stay; a display name that was only the address's beginning, and what the directory did not know, come from the
    /// home. An invited internal user, who had no state, gets one.
    package func accepted(with identity: ExternalIdentity, at now: Date) -> (User, LinkedIdentity) {
        var user = self
        user.externalUserState = .accepted
        user.externalUserStateChangedAt = now
        if let name = identity.displayName, !name.isEmpty, displayName == mail?.localPart { user.displayName = name }
        user.givenName = givenName ?? identity.givenName
        user.surname = surname ?? identity.surname
        user.preferredLanguage = preferredLanguage ?? identity.preferredLanguage
        let link = LinkedIdentity(
            key: identity.key, user: id, partner: identity.partner, kind: identity.kind, linkedAt: now)
        return (user, link)
    }

    /// The guest after a reset of the redemption: pending again under the same object; the caller removes the links.
    ///
    /// - Returns: Nil if the address is not one of the user's; Entra refuses that too.
    package func redemptionReset(to address: EmailAddress, at now: Date) -> User? {
        guard mail == address || otherMails.contains(address) else { return nil }
        var user = self
        user.externalUserState = .pendingAcceptance
        user.externalUserStateChangedAt = now
        return user
    }
}

/// An element of Graph's `identities` (objectIdentity): where a user authenticates. Made for display and for the
/// management API; sign-in looks at `IdentityKey` alone.
package struct ObjectIdentity: Sendable, Hashable {
    package var signInType: String
    package var issuer: String
    package var issuerAssignedID: String?

    package init(signInType: String, issuer: String, issuerAssignedID: String?) {
        self.signInType = signInType
        self.issuer = issuer
        self.issuerAssignedID = issuerAssignedID
    }
}

extension User {
    /// The `identities` of a user with these links, in Entra's words: a pending guest has the tenant as issuer, like a
    /// member; a redeemed one has its home first.
    package func objectIdentities(linked: [LinkedIdentity], initialDomain: DomainName) -> [ObjectIdentity] {
        linked.compactMap(\.objectIdentity) + [
            ObjectIdentity(
                signInType: "userPrincipalName", issuer: initialDomain.description, issuerAssignedID: userPrincipalName)
        ]
    }
}

extension LinkedIdentity {
    /// Nil for a member's own password, which `userPrincipalName` already says.
    fileprivate var objectIdentity: ObjectIdentity? {
        switch kind {
        case .localMember: nil
        case .tenant, .entra:
            ObjectIdentity(signInType: "federated", issuer: "ExternalAzureAD", issuerAssignedID: nil)
        case .microsoftAccount: named("MicrosoftAccount")
        case .google: named("google.com")
        case .facebook: named("facebook.com")
        case .apple: named("apple.com")
        case .gitHub: named("github.com")
        case .linkedIn: named("linkedin.com")
        case .emailCode: ObjectIdentity(signInType: "federated", issuer: "mail", issuerAssignedID: key.subject)
        case .oidc, .saml, .wsFederation:
            ObjectIdentity(
                signInType: "federated", issuer: Self.shortIssuers[key.issuer] ?? key.issuer,
                issuerAssignedID: key.subject)
        }
    }

    private func named(_ issuer: String) -> ObjectIdentity {
        ObjectIdentity(signInType: "federated", issuer: issuer, issuerAssignedID: key.subject)
    }

    private static let shortIssuers = [
        "https://accounts.google.com": "google.com", "accounts.google.com": "google.com",
        "https://www.facebook.com": "facebook.com",
    ]
}

extension EmailAddress {
    /// As written, before the `@`.
    package var localPart: String { String(description.prefix { $0 != "@" }) }
}
