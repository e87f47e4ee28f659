package import FoundationEssentials

/// The key of a person at their home: who vouches, and the name that the home never gives to another.
/// Users are found by this and by nothing else.
package struct IdentityKey: Sendable, Hashable {
    /// The issuer URI of the provider, `mail` for the email code, or the tenant's issuer for a local member.
    package let issuer: String
    /// The claim that the kind of partner states as its stable subject (`sub`, `oid`, …), whole and unchanged.
    package let subject: String

    package init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}

/// What a home has vouched for, whichever protocol brought it. Evidence, never an account.
package struct ExternalIdentity: Sendable, Hashable {
    package var key: IdentityKey
    package var partner: Partner.ID?
    package var kind: Partner.Kind
    /// The tenant (Entra or hosted here) the person's account lives in, where the home says so.
    package var homeTenant: String?
    /// The user's and the groups' object ids in the home, for cross-tenant rules.
    package var homeUser: String?
    package var homeGroups: [String]
    package var email: EmailAddress?
    /// Whether the home (or our own code) proved that the person controls `email`.
    package var emailIsVerified: Bool
    /// The account's name at a home tenant, where it has the form of an address; an invitation may have been sent to it.
    package var userPrincipalName: EmailAddress?
    package var displayName: String?
    package var givenName: String?
    package var surname: String?
    package var preferredLanguage: String?
    package var authentication: AuthenticationEvidence
    /// The session at a SAML partner, for single logout.
    package var federatedSession: FederatedSession?
    /// SHA-256 of the assertion as received, lower-case hex.
    package var evidenceDigest: String

    package init(
        key: IdentityKey, partner: Partner.ID?, kind: Partner.Kind, authentication: AuthenticationEvidence,
        evidenceDigest: String, homeTenant: String? = nil, homeUser: String? = nil, homeGroups: [String] = [],
        email: EmailAddress? = nil, emailIsVerified: Bool = false, displayName: String? = nil, givenName: String? = nil,
        surname: String? = nil, preferredLanguage: String? = nil, userPrincipalName: EmailAddress? = nil,
        federatedSession: FederatedSession? = nil
    ) {
        self.federatedSession = federatedSession
        self.userPrincipalName = userPrincipalName
        self.key = key
        self.partner = partner
        self.kind = kind
        self.authentication = authentication
        self.evidenceDigest = evidenceDigest
        self.homeTenant = homeTenant
        self.homeUser = homeUser
        self.homeGroups = homeGroups
        self.email = email
        self.emailIsVerified = emailIsVerified
        self.displayName = displayName
        self.givenName = givenName
        self.surname = surname
        self.preferredLanguage = preferredLanguage
    }
}

/// How a SAML partner names the person and its session with it, as it said: what its logout requests and ours to it name
/// (SAML Core §3.7).
package struct FederatedSession: Sendable, Hashable {
    package var nameID: String
    package var format: String
    package var nameQualifier: String?
    package var spNameQualifier: String?
    package var sessionIndex: String?
    /// Our session must not outlast it.
    package var notOnOrAfter: Date?

    package init(
        nameID: String, format: String, nameQualifier: String? = nil, spNameQualifier: String? = nil,
        sessionIndex: String? = nil, notOnOrAfter: Date? = nil
    ) {
        self.nameID = nameID
        self.format = format
        self.nameQualifier = nameQualifier
        self.spNameQualifier = spNameQualifier
        self.sessionIndex = sessionIndex
        self.notOnOrAfter = notOnOrAfter
    }
}

/// How and when the person authenticated, as the home said it.
package struct AuthenticationEvidence: Sendable, Hashable {
    package var authenticatedAt: Date
    /// RFC 8176 method references, as sent.
    package var methods: [String]
    /// `acr` or the SAML context class, as sent.
    package var context: String?
    /// The home's word that several factors were used; nil where it said nothing.
    package var multiFactor: Bool?
    package var deviceIsCompliant: Bool?
    package var deviceIsHybridJoined: Bool?

    package init(
        authenticatedAt: Date, methods: [String] = [], context: String? = nil, multiFactor: Bool? = nil,
        deviceIsCompliant: Bool? = nil, deviceIsHybridJoined: Bool? = nil
    ) {
        self.authenticatedAt = authenticatedAt
        self.methods = methods
        self.context = context
        self.multiFactor = multiFactor
        self.deviceIsCompliant = deviceIsCompliant
        self.deviceIsHybridJoined = deviceIsHybridJoined
    }
}

/// An identity that a user redeemed with: the link between a key and a directory object.
package struct LinkedIdentity: Sendable, Hashable {
    package var key: IdentityKey
    package var user: User.ID
    package var partner: Partner.ID?
    package var kind: Partner.Kind
    package var linkedAt: Date

    package init(key: IdentityKey, user: User.ID, partner: Partner.ID?, kind: Partner.Kind, linkedAt: Date) {
        self.key = key
        self.user = user
        self.partner = partner
        self.kind = kind
        self.linkedAt = linkedAt
    }

    /// Whether the home that vouches now is the one that the link was made with. What a SAML or WS-Federation partner is
    /// called, its administrator chose, and Facebook's and Apple's ids are another in every app: there a name that is the
    /// same says nothing, and it has to be the same partner. Elsewhere the issuer is proven (by its https address), or is
    /// ours.
    package func isOfSameHome(as identity: ExternalIdentity) -> Bool {
        if kind.namesPeopleForOneConnection || identity.kind.namesPeopleForOneConnection {
            return partner != nil && partner == identity.partner
        }
        return kind == identity.kind
    }
}

extension Partner.Kind {
    fileprivate var namesPeopleForOneConnection: Bool {
        switch self {
        case .saml, .wsFederation, .facebook, .apple: true
        case .oidc, .tenant, .google, .microsoftAccount, .entra, .gitHub, .linkedIn, .emailCode, .localMember: false
        }
    }
}
