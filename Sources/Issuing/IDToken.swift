package import Directory
package import FoundationEssentials
package import JOSE
internal import JSON

/// What one ID Token says (OpenID Connect Core §2), in Entra's v2.0 claims. Decided by others; written here.
package struct IDTokenFacts: Sendable {
    /// `aud`: the client.
    package var client: Application.AppID
    package var who: SignedInUser
    /// As granted: `profile` and `email` each open their claims.
    package var scopes: [String]
    /// As sent with the request.
    package var nonce: String?
    /// Whether our own code, or a home that speaks for the domain, proved the address: `xms_edov`.
    package var emailIsVerified: Bool
    /// All transitive groups, where the application asks for them; nil: no claim.
    package var groups: [Group.ID]?
    /// Values of the roles that the user has in the application.
    package var roles: [String]
    /// The access token that goes out with it: `at_hash`.
    package var accessToken: [UInt8]?
    /// Set where the client is another tenant that this one is the home for.
    package var homeEvidence: HomeEvidence?
    /// `uti`: 16 random bytes.
    package var tokenID: [UInt8]
    package var issuedAt: Date
    /// Seconds.
    package var lifetime: Int

    package init(
        client: Application.AppID, who: SignedInUser, scopes: [String], nonce: String?, tokenID: [UInt8],
        issuedAt: Date, lifetime: Int = 3600, emailIsVerified: Bool = false, groups: [Group.ID]? = nil,
        roles: [String] = [], accessToken: [UInt8]? = nil, homeEvidence: HomeEvidence? = nil
    ) {
        self.client = client
        self.who = who
        self.scopes = scopes
        self.nonce = nonce
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.lifetime = lifetime
        self.emailIsVerified = emailIsVerified
        self.groups = groups
        self.roles = roles
        self.accessToken = accessToken
        self.homeEvidence = homeEvidence
    }
}

extension TokenIssuer {
    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``, ``IssuingError/signing(_:)``.
    package func idToken(_ facts: IDTokenFacts, algorithm: SignatureAlgorithm) throws(IssuingError) -> [UInt8] {
        try sign(algorithm, as: .idToken) { writer in
            writeIDTokenClaims(facts, hash: facts.accessToken.map { algorithm.leftHalfHash(of: $0) }, to: &writer)
        }
    }

    private func writeIDTokenClaims(_ facts: IDTokenFacts, hash: String?, to writer: inout JSONWriter) {
        let user = facts.who.user
        writer.member("ver", "2.0")
        writer.member("iss", issuer)
        writer.member("sub", subject(of: user.id, at: facts.client))
        writer.member("aud", facts.client.description)
        writer.member("exp", facts.issuedAt.addingTimeInterval(Double(facts.lifetime)))
        writer.member("iat", facts.issuedAt)
        writer.member("nbf", facts.issuedAt)
        writer.member("auth_time", facts.who.authenticatedAt)
        writer.member("nonce", ifPresent: facts.nonce)
        writer.member("acr", ifPresent: facts.who.context)
        writer.member("amr", ifAny: facts.who.methods)
        writer.member("sid", ifPresent: facts.who.session)
        writer.member("at_hash", ifPresent: hash)
        writer.member("tid", tenantID)
        writer.member("uti", uniqueTokenID(facts.tokenID))
        writeProfile(facts, user, to: &writer)
        writer.member("acct", user.userType == .guest ? 1 : 0)
        writer.member("idp", ifPresent: facts.who.identityProvider)
        if let evidence = facts.homeEvidence {
            evidence.write(to: &writer)
        } else if let groups = facts.groups {
            writeGroups(groups, of: user.id, base: base, to: &writer)
        }
        writer.member("roles", ifAny: facts.roles)
    }

    private func writeProfile(_ facts: IDTokenFacts, _ user: User, to writer: inout JSONWriter) {
        let hasProfile = facts.scopes.contains("profile")
        // A tenant that federates with us knows its guests by this, whatever it asked for.
        if hasProfile || facts.homeEvidence != nil { writer.member("oid", user.id.description) }
        if hasProfile {
            writer.member("name", user.displayName)
            writer.member("preferred_username", user.shownUsername)
        }
        if facts.scopes.contains("email"), let mail = user.mail {
            writer.member("email", mail.description)
            writer.member("xms_edov", facts.emailIsVerified)
        }
    }
}

extension User {
    /// `preferred_username`: what people call the account. A guest's `#EXT#` name says nothing to anybody.
    var shownUsername: String {
        if userType == .guest || userPrincipalName.contains("#EXT#"), let mail { return mail.description }
        return userPrincipalName
    }
}
