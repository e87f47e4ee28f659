package import JSON

/// What a verified token claims. The signature is good and the claims are a JSON object; whether they are meant for us,
/// now, is for ``ClaimRules`` to say.
package struct VerifiedJWT: Sendable {
    package let header: JWSHeader
    package let claims: JSONObject
    package let algorithm: SignatureAlgorithm
    package let key: JWK

    fileprivate init(_ jws: VerifiedJWS, _ claims: JSONObject) {
        (header, self.claims, algorithm, key) = (jws.header, claims, jws.algorithm, jws.key)
    }

    /// The values of `aud`, a string or an array of strings; none for anything else.
    package var audiences: [String] { audienceValues(in: claims) ?? [] }
}

package enum JWT {
    /// Verifies a signed token whose payload is a claims set (RFC 7519 §7.2).
    ///
    /// - Parameters:
    ///   - keys: The issuer's, and nobody else's.
    ///   - algorithms: What this caller accepts.
    ///   - type: The `typ` it must have, such as `at+jwt`. Nil is for kinds that are not explicitly typed, like the ID
    ///     Token: then a token that is typed for another purpose is refused.
    package static func verify(
        _ compact: [UInt8], keys: JWKSet, algorithms: [SignatureAlgorithm], type: String? = nil,
        limits: JOSELimits = .default
    ) throws(JOSEError) -> VerifiedJWT {
        try verify(compact, keys: keys, algorithms: algorithms, types: [type], limits: limits)
    }

    package static func verify(
        _ compact: String, keys: JWKSet, algorithms: [SignatureAlgorithm], type: String? = nil,
        limits: JOSELimits = .default
    ) throws(JOSEError) -> VerifiedJWT {
        try verify(Array(compact.utf8), keys: keys, algorithms: algorithms, types: [type], limits: limits)
    }

    /// As above, where a kind may be typed or not: `[nil, "client-authentication+jwt"]`.
    package static func verify(
        _ compact: [UInt8], keys: JWKSet, algorithms: [SignatureAlgorithm], types: [String?],
        limits: JOSELimits = .default
    ) throws(JOSEError) -> VerifiedJWT {
        let token = try JWS.parse(compact, limits: limits)
        guard algorithms.contains(where: { $0.name == token.header.algorithm }) else {
            throw .algNotAllowed(token.header.algorithm)
        }
        try requireType(of: token.header, among: types)
        let verified = try JWS.verify(token, keys: keys, algorithms: algorithms)
        return VerifiedJWT(verified, try claims(verified.payload))
    }

    private static func requireType(of header: JWSHeader, among types: [String?]) throws(JOSEError) {
        var refusal: JOSEError?
        for type in types {
            do throws(JOSEError) {
                return try header.requireType(type)
            } catch {
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
    }

    /// The claims of a token that nobody has verified, to learn which issuer or client to ask about. Decides nothing.
    package static func unverifiedClaims(
        _ compact: String, limits: JOSELimits = .default
    ) throws(JOSEError) -> JSONObject {
        try claims(JWS.parse(compact, limits: limits).payload)
    }

    static func claims(_ payload: [UInt8]) throws(JOSEError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(payload)
        } catch {
            throw .badJSON("claims, \(error)")
        }
        guard case .object(let claims) = value else { throw .notJWT("its payload is \(value.kind), not an object") }
        return claims
    }
}
