package import Directory
package import FoundationEssentials
package import JOSE
internal import JSON
package import Storage

/// An ID Token of ours that came back as a hint: for sign-out, or to say who should be signed in. It may have expired,
/// and the key that signed it may be long retired; it names somebody and proves nothing about whoever sent it.
package struct IDTokenHint: Sendable, Hashable {
    /// The client it was for.
    package let client: Application.AppID
    /// The client's name for the user.
    package let subject: String
    package let session: String?
}

/// An access token of ours, presented to our own userinfo, introspection or management API.
package struct PresentedAccessToken: Sendable, Hashable {
    package let client: Application.AppID
    package let audience: String
    package let subject: String
    package let scopes: [String]
    package let roles: [String]
    /// The user's object id; nil in a token of the application itself.
    package let user: User.ID?
    /// Whether it still stands is for the grant's row to say. Nil in a token of the application itself.
    package let grant: SignInID?
    package let tokenID: String
    package let issuedAt: Date
    package let expiresAt: Date

    /// Whether the application speaks for itself.
    package var isApplication: Bool { grant == nil }
}

extension TokenIssuer {
    /// Reads a hint: our signature, our issuer, an ID Token and nothing else; age does not matter
    /// (OpenID Connect RP-Initiated Logout §2).
    package func hint(_ token: String) throws(JOSEError) -> IDTokenHint {
        let verified = try JWT.verify(token, keys: keys.keysOfAllTime, algorithms: KeyMaking.tokenAlgorithms)
        try requireOwn(verified)
        guard verified.audiences.count == 1, let client = Application.AppID(verified.audiences[0]) else {
            throw .audienceMismatch(expected: "one client", actual: verified.audiences.joined(separator: " "))
        }
        guard let subject = verified.claims["sub"]?.string, !subject.isEmpty else { throw .subjectMissing }
        return IDTokenHint(client: client, subject: subject, session: verified.claims["sid"]?.string)
    }

    /// Reads an access token: our signature, type, issuer, tenant and time. The caller compares the audience with its
    /// own, and asks for the grant.
    package func presented(_ token: String, now: Date, skew: Double = 0) throws(JOSEError) -> PresentedAccessToken {
        let verified = try JWT.verify(
            token, keys: keys.publicKeys(.tokens), algorithms: KeyMaking.tokenAlgorithms, type: "at+jwt")
        try requireOwn(verified)
        let claims = verified.claims
        guard let expiry = claims["exp"]?.integer, let issued = claims["iat"]?.integer,
            Double(expiry) + skew > now.timeIntervalSince1970
        else { throw .expired("exp is \(claims["exp"]?.integer.map(String.init) ?? "absent")") }
        // Another of our servers may have signed it by a clock that is ahead of ours.
        guard Double(issued) <= now.timeIntervalSince1970 + 60 else { throw .notYetValid("iat is \(issued)") }
        guard let client = claims["client_id"]?.string.flatMap({ Application.AppID($0) }),
            let subject = claims["sub"]?.string, let tokenID = claims["jti"]?.string,
            verified.audiences.count == 1
        else { throw .notJWT("a claim of our own is missing") }
        let grant = claims["gid"]?.string.flatMap { SignInID($0) }
        guard (grant == nil) == (claims["idtyp"]?.string == "app") else {
            throw .notJWT("it has a grant and is an application's, or neither")
        }
        return PresentedAccessToken(
            client: client, audience: verified.audiences[0], subject: subject,
            scopes: claims["scp"]?.string?.split(separator: " ").map(String.init) ?? [],
            roles: claims["roles"]?.strings ?? [],
            user: grant == nil ? nil : claims["oid"]?.string.flatMap { User.ID($0) }, grant: grant,
            tokenID: tokenID, issuedAt: Date(timeIntervalSince1970: Double(issued)),
            expiresAt: Date(timeIntervalSince1970: Double(expiry)))
    }

    /// Issuer and tenant: another tenant's keys are not in the ring, and its name is not accepted either.
    private func requireOwn(_ token: VerifiedJWT) throws(JOSEError) {
        let issuer = token.claims["iss"]?.string
        guard issuer == self.issuer, token.claims["tid"]?.string == tenantID else {
            throw .issuerMismatch(expected: self.issuer, actual: issuer)
        }
    }
}
