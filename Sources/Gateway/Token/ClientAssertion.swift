package import JOSE
package import JSON
package import OAuth

/// Verifies the signature of a `private_key_jwt` (RFC 7523 §3) with the client's registered keys. The token endpoint and
/// `vestibule oauth client-assertion` run this very function.
package func verify(clientAssertion jwt: [UInt8], keys: JWKSet) throws(JOSEError) -> VerifiedJWT {
    try JWT.verify(
        jwt, keys: keys, algorithms: clientAssertionAlgorithms,
        types: [nil, "client-authentication+jwt"])
}

/// Asymmetric ones only: FAPI 2.0's list, and RS256 for the libraries in use.
private let clientAssertionAlgorithms: [SignatureAlgorithm] = [.rs256, .ps256, .es256, .es384, .edDSA]

extension ClientAssertionClaims {
    /// `aud` as one string or several; anything of another type counts as absent, and absence fails.
    package init(_ claims: JSONObject) {
        let audience = claims["aud"]
        self.init(
            issuer: claims["iss"]?.string, subject: claims["sub"]?.string,
            audiences: audience?.string.map { [$0] } ?? audience?.strings ?? [], expiresAt: claims["exp"]?.integer,
            notBefore: claims["nbf"]?.integer, issuedAt: claims["iat"]?.integer, id: claims["jti"]?.string)
    }
}
