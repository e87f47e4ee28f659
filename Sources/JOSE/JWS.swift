/// A token as it came: shape checked, nothing believed. What it says may be shown to an administrator, and may say
/// which issuer's keys to ask for; it may decide nothing else.
package struct UnverifiedJWS: Sendable {
    package let header: JWSHeader
    package let payload: [UInt8]
    package let signature: [UInt8]
    /// What the signature covers: header and payload as they were sent, and the dot between them.
    package let signingInput: [UInt8]
}

/// A token that one of the given keys signed with one of the given algorithms. Only this file can make one.
package struct VerifiedJWS: Sendable {
    package let header: JWSHeader
    package let payload: [UInt8]
    package let algorithm: SignatureAlgorithm
    package let key: JWK

    fileprivate init(_ token: UnverifiedJWS, _ algorithm: SignatureAlgorithm, _ key: JWK) {
        (header, payload, self.algorithm, self.key) = (token.header, token.payload, algorithm, key)
    }
}

/// JSON Web Signature in its compact form, asymmetric algorithms only. To sign, see `JWSSigner`.
package enum JWS {
    package static func parse(_ compact: [UInt8], limits: JOSELimits = .default) throws(JOSEError) -> UnverifiedJWS {
        let parts = try CompactSerialization(compact, parts: 3, limits: limits)
        // All three are decoded before any is read: a token with a wrong byte anywhere is no token.
        let header = try parts.decoded(0, "header")
        let payload = try parts.decoded(1, "payload")
        let signature = try parts.decoded(2, "signature")
        return UnverifiedJWS(
            header: try JWSHeader(header, limits: limits), payload: payload, signature: signature,
            signingInput: parts.beforeLast)
    }

    package static func parse(_ compact: String, limits: JOSELimits = .default) throws(JOSEError) -> UnverifiedJWS {
        try parse(Array(compact.utf8), limits: limits)
    }

    /// Verifies a signature, in this order: shape, header, algorithm against the list, key, signature.
    ///
    /// - Parameters:
    ///   - keys: The issuer's, and nobody else's.
    ///   - algorithms: What this caller accepts, whatever the keys could do.
    package static func verify(
        _ token: UnverifiedJWS, keys: JWKSet, algorithms: [SignatureAlgorithm]
    ) throws(JOSEError) -> VerifiedJWS {
        guard let algorithm = algorithms.first(where: { $0.name == token.header.algorithm }) else {
            throw .algNotAllowed(token.header.algorithm)
        }
        for key in try keys.select(keyID: token.header.keyID, algorithm: algorithm)
        where key.key.isValid(token.signature, for: token.signingInput, algorithm.scheme) {
            return VerifiedJWS(token, algorithm, key)
        }
        throw .signatureInvalid
    }

    /// The same from the compact form.
    ///
    /// - Parameter type: The `typ` that the token must have; nil has no opinion (unlike ``JWT``).
    package static func verify(
        _ compact: [UInt8], keys: JWKSet, algorithms: [SignatureAlgorithm], type: String? = nil,
        limits: JOSELimits = .default
    ) throws(JOSEError) -> VerifiedJWS {
        let token = try parse(compact, limits: limits)
        if let type, algorithms.contains(where: { $0.name == token.header.algorithm }) {
            try token.header.requireType(type)
        }
        return try verify(token, keys: keys, algorithms: algorithms)
    }

    package static func verify(
        _ compact: String, keys: JWKSet, algorithms: [SignatureAlgorithm], type: String? = nil,
        limits: JOSELimits = .default
    ) throws(JOSEError) -> VerifiedJWS {
        try verify(Array(compact.utf8), keys: keys, algorithms: algorithms, type: type, limits: limits)
    }
}
