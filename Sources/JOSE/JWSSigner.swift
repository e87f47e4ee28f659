package import Cryptography
package import JSON

/// Signs compact tokens with one key. The header of all tokens of one key and type is the same, so it is encoded once;
/// what remains per token is the payload's encoding and the signature.
package struct JWSSigner: Sendable {
    package let keyID: String
    package let algorithm: SignatureAlgorithm
    private let key: SigningKey
    /// The encoded header and the dot behind it.
    private let prefix: [UInt8]

    /// - Parameters:
    ///   - type: The `typ`; nil leaves it out.
    ///   - extra: Further header members.
    /// - Throws: ``JOSEError/keyUnsuitable(_:)`` if the key can't sign with the algorithm.
    package init(
        key: SigningKey, keyID: String, algorithm: SignatureAlgorithm, type: String?,
        extra: [(String, JSONValue)] = []
    ) throws(JOSEError) {
        guard algorithm.fits(key.kind) else { throw .keyUnsuitable("its kind does not fit \(algorithm.name)") }
        self.key = key
        self.keyID = keyID
        self.algorithm = algorithm
        var header = JSONObject()
        if let type { header["typ"] = .string(type) }
        header["alg"] = .string(algorithm.name)
        header["kid"] = .string(keyID)
        for (name, value) in extra { header[name] = value }
        prefix = Base64URL.encodedBytes(JSONWriter.write(.object(header))) + [UInt8(ascii: ".")]
    }

    package var publicKey: VerificationKey { key.publicKey }

    /// The compact serialization, ASCII.
    ///
    /// - Throws: ``JOSEError/keyFailed(_:)`` if OpenSSL refuses.
    package func sign(_ payload: [UInt8]) throws(JOSEError) -> [UInt8] {
        var token: [UInt8] = []
        token.reserveCapacity(prefix.count + (payload.count * 4 + 2) / 3 + 1 + signatureCount)
        token.append(contentsOf: prefix)
        Base64URL.append(payload, to: &token)
        let signature: [UInt8]
        do throws(CryptographyError) {
            signature = try key.sign(token, algorithm.scheme)
        } catch {
            throw .keyFailed("\(error)")
        }
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return token
    }

    /// Writes the claims as one object and signs them.
    package func sign(_ claims: (inout JSONWriter) -> Void) throws(JOSEError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        writer.object(claims)
        return try sign(writer.bytes)
    }

    /// How long a signature is once encoded, so that the token is allocated once.
    private var signatureCount: Int {
        switch key.kind {
        case .rsa(let bits): (bits / 8 * 4 + 2) / 3 + 1
        case .ec(let curve): (curve.byteCount * 8 + 2) / 3
        case .ed25519: 86
        }
    }
}

extension JWS {
    /// Signs one token. Whoever signs many keeps a ``JWSSigner``.
    package static func sign(
        payload: [UInt8], type: String?, keyID: String, key: SigningKey, algorithm: SignatureAlgorithm,
        header extra: [(String, JSONValue)] = []
    ) throws(JOSEError) -> [UInt8] {
        try JWSSigner(key: key, keyID: keyID, algorithm: algorithm, type: type, extra: extra).sign(payload)
    }
}
