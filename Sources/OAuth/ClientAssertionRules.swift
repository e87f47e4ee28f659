package import FoundationEssentials

/// The claims of a client's assertion (RFC 7523 §3), after its signature was verified with the client's own keys.
package struct ClientAssertionClaims: Sendable, Hashable {
    package var issuer: String?
    package var subject: String?
    package var audiences: [String]
    /// Seconds since 1970, as sent.
    package var expiresAt: Int64?
    package var notBefore: Int64?
    package var issuedAt: Int64?
    package var id: String?

    package init(
        issuer: String?, subject: String?, audiences: [String], expiresAt: Int64?, notBefore: Int64? = nil,
        issuedAt: Int64? = nil, id: String?
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audiences = audiences
        self.expiresAt = expiresAt
        self.notBefore = notBefore
        self.issuedAt = issuedAt
        self.id = id
    }
}

/// The first rule that an assertion broke, in the order in which they are asked. On the wire all are `invalid_client`.
package enum ClientAssertionFault: Error, Sendable, Hashable, CustomStringConvertible {
    case issuerMismatch
    case subjectMismatch
    case audienceMismatch
    case expiryMissing
    case expired
    case lifetimeTooLong(seconds: Int64)
    case notYetValid
    case issuedInFuture
    case idMissing

    package var description: String {
        switch self {
        case .issuerMismatch: "iss is not the client_id"
        case .subjectMismatch: "sub is not the client_id"
        case .audienceMismatch: "aud is not this issuer alone"
        case .expiryMissing: "exp is missing"
        case .expired: "the assertion has expired"
        case .lifetimeTooLong(let seconds): "exp is \(seconds) seconds ahead, more than is accepted"
        case .notYetValid: "nbf is in the future"
        case .issuedInFuture: "iat is in the future"
        case .idMissing: "jti is missing or too long"
        }
    }

    /// Of the closed list of the troubleshooting commands.
    package var reasonCode: String {
        switch self {
        case .issuerMismatch: "issuer_mismatch"
        case .subjectMismatch: "subject_missing"
        case .audienceMismatch: "aud_mismatch"
        case .expiryMissing, .expired, .lifetimeTooLong: "expired"
        case .notYetValid: "not_yet_valid"
        case .issuedInFuture: "iat_invalid"
        case .idMissing: "missing_id"
        }
    }
}

/// What an accepted assertion costs: its id may not come again until it would be refused anyway.
package struct AssertionUse: Sendable, Hashable {
    package var id: String
    package var until: Date
}

/// RFC 7523 §3 with the stricter rules of FAPI 2.0: who, for whom, when, once.
package struct ClientAssertionRules: Sendable, Hashable {
    package var clientID: String
    /// Our issuer; with a switch for older clients also the token endpoint's URL. Every member of `aud` must be one of
    /// these, so that an assertion made for several servers is worth nothing here.
    package var audiences: Set<String>
    /// Seconds that `exp` may be ahead.
    package var longestLifetime: Int64
    /// Seconds that the client's clock may differ.
    package var skew: Int64

    package init(clientID: String, audiences: Set<String>, longestLifetime: Int64 = 300, skew: Int64 = 60) {
        self.clientID = clientID
        self.audiences = audiences
        self.longestLifetime = longestLifetime
        self.skew = skew
    }

    /// - Parameters:
    ///   - issuer: Our own.
    ///   - legacyAudience: The token endpoint's URL, for clients that name it as Entra has it. MSAL is one of them and
    ///     makes its assertions ten minutes long; Authlib is another and makes them an hour long. So these may be: each
    ///     is spent by its id for as long as it could be used.
    package init(clientID: String, issuer: String, legacyAudience: String?) {
        self.init(
            clientID: clientID, audiences: Set([issuer, legacyAudience].compactMap(\.self)),
            longestLifetime: legacyAudience == nil ? 300 : 3_600)
    }

    package func check(_ claims: ClientAssertionClaims, at now: Date) throws(ClientAssertionFault) -> AssertionUse {
        guard claims.issuer == clientID else { throw .issuerMismatch }
        guard claims.subject == clientID else { throw .subjectMismatch }
        guard !claims.audiences.isEmpty, claims.audiences.allSatisfy(audiences.contains) else {
            throw .audienceMismatch
        }
        let time = Int64(now.timeIntervalSince1970.rounded(.down))
        guard let expiresAt = claims.expiresAt else { throw .expiryMissing }
        guard expiresAt > time - skew else { throw .expired }
        guard expiresAt <= time + longestLifetime + skew else {
            throw .lifetimeTooLong(seconds: expiresAt.subtractingReportingOverflow(time).partialValue)
        }
        if let notBefore = claims.notBefore, notBefore > time + skew { throw .notYetValid }
        if let issuedAt = claims.issuedAt, issuedAt > time + skew { throw .issuedInFuture }
        guard let id = claims.id, (1...256).contains(id.utf8.count) else { throw .idMissing }
        return AssertionUse(id: id, until: Date(timeIntervalSince1970: Double(expiresAt + skew)))
    }
}
