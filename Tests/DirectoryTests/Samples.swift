import FoundationEssentials

@testable import Directory

/// Identifiers, times and settings that the suites share.
enum Sample {
    /// A sample that is wrong is a fault of the test.
    static func sure<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a sample is not valid") }
        return value
    }

    static let now = Date(timeIntervalSince1970: 1_790_000_000)

    static func id<Subject>(_ number: UInt8) -> ID<Subject> {
        ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number)))
    }

    static func address(_ text: String) -> EmailAddress { sure(EmailAddress(text)) }
    static func domain(_ text: String) -> DomainName { sure(DomainName(text)) }

    static let woodgrove = Tenant(
        id: id(1), displayName: "Woodgrove Groceries", initialDomain: domain("woodgrove.example"),
        domains: [domain("woodgrove.example"), domain("woodgrove.shop")])
    static let fabrikam = HostedHome(tenant: id(2), domains: [domain("fabrikam.example")])

    static func oidcPartner(
        _ number: UInt8, _ name: String, domains: [String] = [], enabled: Bool = true, offered: Bool = true
    ) -> Partner {
        Partner(
            id: id(number), name: name, displayName: name,
            connection: .oidc(
                .init(
                    issuer: "https://\(name).example", clientID: "c", clientAuthentication: .clientSecretBasic,
                    secretName: "s")), domains: domains.map(domain), isEnabled: enabled, isOffered: offered)
    }

    static func identity(
        _ kind: Partner.Kind = .oidc, subject: String = "248289761001", email: String? = nil, verified: Bool = false,
        upn: String? = nil
    ) -> ExternalIdentity {
        ExternalIdentity(
            key: IdentityKey(issuer: "https://idp.example", subject: subject), partner: id(10), kind: kind,
            authentication: AuthenticationEvidence(authenticatedAt: now), evidenceDigest: "00",
            email: email.map(address), emailIsVerified: verified, displayName: "Ada Lovelace", givenName: "Ada",
            surname: "Lovelace", preferredLanguage: "en-GB", userPrincipalName: upn.map(address))
    }

    static func invited(
        _ email: String = "ada@contoso.example", user number: UInt8 = 20,
        state: User.ExternalUserState = .pendingAcceptance,
        enabled: Bool = true, status: Invitation.Status = .pendingAcceptance, expiresIn: Double? = 3600
    ) -> InvitedGuest {
        var user = User.invited(
            GuestInvitation(address: address(email)), id: id(number), in: woodgrove, at: now, isTaken: { _ in false })
        user.externalUserState = state
        user.accountEnabled = enabled
        let invitation = Invitation(
            id: id(number + 100), user: user.id, email: address(email), redirectURL: nil, invitedBy: nil,
            inviterName: "Grace", message: nil, status: status, createdAt: now,
            expiresAt: expiresIn.map { now.addingTimeInterval($0) }, redeemedAt: nil)
        return InvitedGuest(user: user, invitation: invitation)
    }
}

/// A generator with a fixed seed (SplitMix64), so that a property test fails the same way every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
