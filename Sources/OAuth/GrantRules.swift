package import FoundationEssentials

/// What a grant rests on, for how long it may live. The home's proof, not the protocol, decides.
package enum Proof: Sendable, Hashable, CaseIterable {
    /// A code mailed to the address: a day (Entra).
    case emailCode
    /// An assertion of SAML or WS-Federation: twelve hours (Entra).
    case assertion
    /// A password of ours, an OpenID Connect provider, another tenant: as long as a refresh token lives.
    case session

    /// Seconds; nil: the application's refresh lifetime.
    package var lifetime: Int? {
        switch self {
        case .emailCode: 24 * 3600
        case .assertion: 12 * 3600
        case .session: nil
        }
    }
}

/// When a grant ends. Past either date a refresh answers `invalid_grant`, and the next sign-in goes back to the home.
package struct GrantLifetime: Sendable, Hashable {
    /// Absolute: the end of the proof.
    package var expiresAt: Date
    /// Pushed forward by each use, never past `expiresAt`.
    package var idleExpiresAt: Date

    /// - Parameters:
    ///   - proof: How the person authenticated.
    ///   - provenAt: When, which may be before the code was asked for.
    ///   - partnerLifetime: The partner's own setting in seconds, which wins over the kind's.
    ///   - refreshLifetime: The application's, in seconds since last use.
    package init(proof: Proof, provenAt: Date, partnerLifetime: Int?, refreshLifetime: Int, now: Date) {
        let seconds = partnerLifetime ?? proof.lifetime ?? refreshLifetime
        expiresAt = provenAt.addingTimeInterval(Double(seconds))
        idleExpiresAt = Self.idle(now: now, refreshLifetime: refreshLifetime, expiresAt: expiresAt)
    }

    /// The next idle end after a use.
    package static func idle(now: Date, refreshLifetime: Int, expiresAt: Date) -> Date {
        min(now.addingTimeInterval(Double(refreshLifetime)), expiresAt)
    }
}

/// A grant as it stands, for the rule below.
package struct RefreshStanding: Sendable, Hashable {
    package var clientID: String
    /// Number of the token that was issued last; 0: none.
    package var number: Int
    /// When the token before it was spent; nil: the first has not been used.
    package var rotatedAt: Date?
    package var expiresAt: Date
    package var idleExpiresAt: Date
    package var revokedAt: Date?

    package init(
        clientID: String, number: Int, rotatedAt: Date?, expiresAt: Date, idleExpiresAt: Date, revokedAt: Date?
    ) {
        self.clientID = clientID
        self.number = number
        self.rotatedAt = rotatedAt
        self.expiresAt = expiresAt
        self.idleExpiresAt = idleExpiresAt
        self.revokedAt = revokedAt
    }
}

/// What to do with a refresh token whose authenticity was checked.
package enum RefreshDecision: Sendable, Hashable {
    /// Spend it (compare-and-set from this number) and issue the next.
    case rotate(from: Int)
    /// It was spent a moment ago by the same client: the same successor goes out again, nothing is written. Two tabs or
    /// workers that share one cache race like this.
    case repeatSuccessor(number: Int)
    /// Somebody kept a copy: revoke the grant and what it issued (RFC 9700 §4.14.2).
    case reuse
    case refuse(OAuthError)

    /// - Parameters:
    ///   - number: The presented token's.
    ///   - clientID: The authenticated client's.
    ///   - reuseWindow: Seconds in which a spent token repeats its successor; 0 under FAPI.
    package static func decide(
        presented number: Int, by clientID: String, _ standing: RefreshStanding, now: Date, reuseWindow: Double = 10
    ) -> RefreshDecision {
        guard standing.clientID == clientID else { return .refuse(.refreshTokenOfAnotherClient) }
        guard standing.revokedAt == nil else { return .refuse(.grantEnded("The grant has been revoked.")) }
        guard now < standing.expiresAt, now < standing.idleExpiresAt else { return .refuse(.refreshTokenExpired) }
        guard number >= 1, number <= standing.number else { return .refuse(.refreshTokenInvalid) }
        if number == standing.number { return .rotate(from: number) }
        if number == standing.number - 1, let rotatedAt = standing.rotatedAt {
            // A clock that went back a little must not turn a race into a theft.
            let age = abs(now.timeIntervalSince(rotatedAt))
            if age < reuseWindow { return .repeatSuccessor(number: standing.number) }
        }
        return .reuse
    }
}

/// An authorization code's row, for the check before it is spent for good.
package struct CodeStanding: Sendable, Hashable {
    package var clientID: String
    package var redirectURI: String
    package var challenge: CodeChallenge?
    package var expiresAt: Date

    package init(clientID: String, redirectURI: String, challenge: CodeChallenge?, expiresAt: Date) {
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.expiresAt = expiresAt
    }

    /// RFC 6749 §4.1.3 and RFC 7636 §4.6. Whoever presents a code that is not theirs has spent it all the same: the
    /// caller spends first, so that a guess or a stolen code can't be tried twice.
    package func check(by clientID: String, redirectURI: String, verifier: CodeVerifier?, at now: Date)
        throws(OAuthError)
    {
        guard clientID == self.clientID else { throw .codeOfAnotherClient }
        guard now < expiresAt else { throw .codeExpired }
        guard redirectURI.utf8.elementsEqual(self.redirectURI.utf8) else { throw .codeRedirectMismatch }
        try checkProofKey(verifier: verifier, against: challenge)
    }
}
