package import Cryptography
internal import JSON

/// An `alg` value that takes a shared secret (RFC 7518 §3.2). A type of its own, so that no list of algorithms for
/// public keys can contain one: that is the whole of RS256→HS256 confusion.
package enum SharedSecretAlgorithm: String, Sendable, Hashable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"

    var digest: DigestAlgorithm {
        switch self {
        case .hs256: .sha256
        case .hs384: .sha384
        case .hs512: .sha512
        }
    }
}

/// Tokens under a secret that two parties share, only where a protocol demands them.
package enum SharedSecretJWS {
    /// 256 bits, whatever the digest (RFC 7518 §3.2 asks for the digest's length; HS384 and HS512 ask for more).
    package static let minimumSecretCount = 32

    /// - Throws: ``JOSEError/weakKey(_:)`` for a secret shorter than the digest.
    package static func sign(
        payload: [UInt8], type: String?, keyID: String?, secret: Secret, algorithm: SharedSecretAlgorithm
    ) throws(JOSEError) -> [UInt8] {
        try requireStrength(secret, algorithm)
        var header = JSONObject()
        if let type { header["typ"] = .string(type) }
        header["alg"] = .string(algorithm.rawValue)
        if let keyID { header["kid"] = .string(keyID) }
        var token = Base64URL.encodedBytes(JSONWriter.write(.object(header)))
        token.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &token)
        let code = MAC.hmac(algorithm.digest, key: secret, token)
        token.append(UInt8(ascii: "."))
        Base64URL.append(code, to: &token)
        return token
    }

    /// The payload of a token that was made with the secret.
    package static func verify(
        _ compact: [UInt8], secret: Secret, algorithms: [SharedSecretAlgorithm], limits: JOSELimits = .default
    ) throws(JOSEError) -> (header: JWSHeader, payload: [UInt8]) {
        let token = try JWS.parse(compact, limits: limits)
        guard let algorithm = algorithms.first(where: { $0.rawValue == token.header.algorithm }) else {
            throw .algNotAllowed(token.header.algorithm)
        }
        try requireStrength(secret, algorithm)
        let code = MAC.hmac(algorithm.digest, key: secret, token.signingInput)
        guard constantTimeEqual(code, token.signature) else { throw .signatureInvalid }
        return (token.header, token.payload)
    }

    private static func requireStrength(_ secret: Secret, _ algorithm: SharedSecretAlgorithm) throws(JOSEError) {
        let minimum = max(minimumSecretCount, algorithm.digest.byteCount)
        guard secret.count >= minimum else {
            throw .weakKey("a secret of \(secret.count) bytes, less than \(minimum) for \(algorithm.rawValue)")
        }
    }
}
