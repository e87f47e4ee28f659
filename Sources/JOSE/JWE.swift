package import Cryptography
internal import JSON

/// How the content's key reaches the recipient (RFC 7518 §4.1). RSA1_5, key wrapping, shared keys and passwords have no
/// entry.
package enum JWEKeyManagement: String, Sendable, Hashable, CaseIterable {
    case rsaOAEP = "RSA-OAEP"
    case rsaOAEP256 = "RSA-OAEP-256"
    /// Direct agreement: the derived key is the content's key.
    case ecdhES = "ECDH-ES"

    func fits(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.rsaOAEP, .rsa), (.rsaOAEP256, .rsa), (.ecdhES, .ec): true
        default: false
        }
    }
}

/// A private key that may decrypt.
package struct JWEDecryptionKey: Sendable {
    package let keyID: String?
    package let key: SigningKey

    package init(keyID: String?, key: SigningKey) {
        (self.keyID, self.key) = (keyID, key)
    }
}

/// What came out of an encrypted token. That it decrypted proves nothing about who wrote it: anybody can encrypt to a
/// public key. Where the content must be vouched for, it must itself be a signed token, and the caller verifies it
/// (CVE-2026-29000).
package struct DecryptedJWE: Sendable {
    package let header: JWSHeader
    package let plaintext: [UInt8]
    package let keyManagement: JWEKeyManagement
    package let contentEncryption: JWEContentEncryption
}

/// JSON Web Encryption in its compact form. The caller fixes both algorithms; there is no compression.
package enum JWE {
    /// Decrypts. The header, the algorithms and the key are judged first and say what is wrong; from the encrypted key
    /// on there is one failure for everything, and a key that did not open is replaced with a random one so that it
    /// fails where a wrong tag does (RFC 7516 §11.5).
    package static func decrypt(
        _ compact: [UInt8], keys: [JWEDecryptionKey], keyManagement: [JWEKeyManagement],
        contentEncryption: [JWEContentEncryption], environment: Environment, limits: JOSELimits = .default
    ) throws(JOSEError) -> DecryptedJWE {
        let parts = try CompactSerialization(compact, parts: 5, limits: limits)
        let headerBytes = try parts.decoded(0, "header")
        let encryptedKey = try parts.decoded(1, "encrypted key")
        let sealed = SealedContent(
            iv: try parts.decoded(2, "initialization vector"), ciphertext: try parts.decoded(3, "ciphertext"),
            tag: try parts.decoded(4, "tag"), aad: parts.encoded(0))
        let header = try JWSHeader(headerBytes, limits: limits)
        guard let management = keyManagement.first(where: { $0.rawValue == header.algorithm }) else {
            throw .algNotAllowed(header.algorithm)
        }
        let named = header.raw["enc"]?.string
        guard let content = contentEncryption.first(where: { $0.rawValue == named }) else {
            throw named == nil ? .badHeader("enc is missing") : .algNotAllowed(named ?? "")
        }
        let key = try decryptionKey(keys, for: header, management)
        let contentKey = try JWEContentKey.received(
            encryptedKey, header: header, management, content, key: key.key, environment: environment)
        guard let plaintext = content.open(sealed, key: contentKey) else { throw .decryptFailed }
        return DecryptedJWE(
            header: header, plaintext: plaintext, keyManagement: management, contentEncryption: content)
    }

    private static func decryptionKey(
        _ keys: [JWEDecryptionKey], for header: JWSHeader, _ management: JWEKeyManagement
    ) throws(JOSEError) -> JWEDecryptionKey {
        let exact = keys.filter { $0.keyID == header.keyID }
        let named = header.keyID == nil ? keys : exact.isEmpty ? keys.filter { $0.keyID == nil } : exact
        let fitting = named.filter { management.fits($0.key.kind) }
        guard let first = fitting.first else {
            throw named.isEmpty
                ? .keyNotFound(keyID: header.keyID) : .keyUnsuitable("its kind does not fit \(management.rawValue)")
        }
        guard fitting.count == 1 else { throw .keyAmbiguous(candidates: fitting.count) }
        return first
    }

    /// Encrypts to a public key.
    ///
    /// - Parameters:
    ///   - contentType: `JWT` where the plaintext is a signed token (RFC 7519 §5.2).
    /// - Throws: ``JOSEError/keyUnsuitable(_:)`` if the key does not fit, ``JOSEError/keyFailed(_:)`` if OpenSSL refuses.
    package static func encrypt(
        _ plaintext: [UInt8], to recipient: JWK, keyManagement: JWEKeyManagement,
        contentEncryption: JWEContentEncryption, type: String? = nil, contentType: String? = nil,
        environment: Environment
    ) throws(JOSEError) -> [UInt8] {
        guard keyManagement.fits(recipient.key.kind) else {
            throw .keyUnsuitable("its kind does not fit \(keyManagement.rawValue)")
        }
        let made = try JWEContentKey.made(
            for: recipient.key, keyManagement, contentEncryption, environment: environment)
        var header = JSONObject()
        header["alg"] = .string(keyManagement.rawValue)
        header["enc"] = .string(contentEncryption.rawValue)
        if let keyID = recipient.keyID { header["kid"] = .string(keyID) }
        if let type { header["typ"] = .string(type) }
        if let contentType { header["cty"] = .string(contentType) }
        if let ephemeral = made.ephemeral { header["epk"] = ephemeral }
        var token = Base64URL.encodedBytes(JSONWriter.write(.object(header)))
        let sealed = contentEncryption.seal(
            plaintext, key: made.key, iv: environment.randomBytes(contentEncryption.ivCount), aad: token)
        for part in [made.encrypted, sealed.iv, sealed.ciphertext, sealed.tag] {
            token.append(UInt8(ascii: "."))
            Base64URL.append(part, to: &token)
        }
        return token
    }
}
