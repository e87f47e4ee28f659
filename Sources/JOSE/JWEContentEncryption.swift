internal import Cryptography

/// How the content is encrypted (RFC 7518 §5.1). Each authenticates the header too.
package enum JWEContentEncryption: String, Sendable, Hashable, CaseIterable {
    case a128GCM = "A128GCM"
    case a256GCM = "A256GCM"
    case a128CBCHS256 = "A128CBC-HS256"
    case a256CBCHS512 = "A256CBC-HS512"

    /// The length of the content's key: for CBC, half for the MAC and half for AES.
    var keyCount: Int {
        switch self {
        case .a128GCM: 16
        case .a256GCM, .a128CBCHS256: 32
        case .a256CBCHS512: 64
        }
    }

    var ivCount: Int {
        switch self {
        case .a128GCM, .a256GCM: AESGCM.nonceCount
        case .a128CBCHS256, .a256CBCHS512: AESCBC.ivCount
        }
    }

    /// A shorter tag would be easier to guess, so each has one length.
    var tagCount: Int {
        switch self {
        case .a128GCM, .a256GCM, .a128CBCHS256: 16
        case .a256CBCHS512: 32
        }
    }
}

/// The last three parts of an encrypted token, and what its tag covers besides.
struct SealedContent {
    let iv: [UInt8]
    let ciphertext: [UInt8]
    let tag: [UInt8]
    /// The header as it was sent.
    let aad: [UInt8]
}

extension JWEContentEncryption {
    func seal(_ plaintext: [UInt8], key: Secret, iv: [UInt8], aad: [UInt8]) -> SealedContent {
        switch self {
        case .a128GCM, .a256GCM:
            let (ciphertext, tag) = AESGCM.seal(plaintext, key: key, iv: iv, aad: aad)
            return SealedContent(iv: iv, ciphertext: ciphertext, tag: tag, aad: aad)
        case .a128CBCHS256, .a256CBCHS512:
            let ciphertext = AESCBC.encrypt(plaintext, key: encryptionKey(key), iv: iv)
            let tag = tag(iv: iv, ciphertext: ciphertext, aad: aad, key: key)
            return SealedContent(iv: iv, ciphertext: ciphertext, tag: tag, aad: aad)
        }
    }

    /// Nil for any difference: key, lengths, tag, padding.
    func open(_ sealed: SealedContent, key: Secret) -> [UInt8]? {
        guard key.count == keyCount, sealed.iv.count == ivCount, sealed.tag.count == tagCount else { return nil }
        switch self {
        case .a128GCM, .a256GCM:
            return AESGCM.open(sealed.ciphertext, key: key, iv: sealed.iv, aad: sealed.aad, tag: sealed.tag)
        case .a128CBCHS256, .a256CBCHS512:
            // The MAC first, or the padding answers an attacker's questions (RFC 7518 §5.2.2.2).
            let expected = tag(iv: sealed.iv, ciphertext: sealed.ciphertext, aad: sealed.aad, key: key)
            guard constantTimeEqual(expected, sealed.tag) else { return nil }
            return AESCBC.decrypt(sealed.ciphertext, key: encryptionKey(key), iv: sealed.iv)
        }
    }

    /// RFC 7518 §5.2.2.1: HMAC over header, IV, ciphertext and the header's length in bits, cut in half.
    private func tag(iv: [UInt8], ciphertext: [UInt8], aad: [UInt8], key: Secret) -> [UInt8] {
        let bits = UInt64(aad.count) * 8
        let length = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
        let digest: DigestAlgorithm = self == .a256CBCHS512 ? .sha512 : .sha256
        let code = MAC.hmac(digest, key: macKey(key), aad + iv + ciphertext + length)
        return Array(code[..<tagCount])
    }

    private func macKey(_ key: Secret) -> Secret { key.withBytes { Secret(Array($0[..<(keyCount / 2)])) } }

    private func encryptionKey(_ key: Secret) -> Secret { key.withBytes { Secret(Array($0[(keyCount / 2)...])) } }
}
