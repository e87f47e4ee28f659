internal import Cryptography

/// How content is encrypted (XML Encryption 1.1 §5.2).
package enum XMLContentEncryption: String, Sendable, Hashable, CaseIterable {
    case aes128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
    case aes192GCM = "http://www.w3.org/2009/xmlenc11#aes192-gcm"
    case aes256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    case aes128CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    case aes192CBC = "http://www.w3.org/2001/04/xmlenc#aes192-cbc"
    case aes256CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
    case tripleDES = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"

    /// Bytes.
    var keyCount: Int {
        switch self {
        case .aes128GCM, .aes128CBC: 16
        case .aes192GCM, .aes192CBC, .tripleDES: 24
        case .aes256GCM, .aes256CBC: 32
        }
    }

    static func named(
        _ uri: String, _ policy: XMLEncryptionPolicy
    ) throws(XMLDecryptionError) -> XMLContentEncryption {
        guard let cipher = XMLContentEncryption(rawValue: uri) else { throw .unsupportedAlgorithm(uri.shown) }
        let isAllowed =
            switch cipher {
            case .aes128GCM, .aes192GCM, .aes256GCM: true
            case .aes128CBC, .aes192CBC, .aes256CBC: policy.allowsCBC
            case .tripleDES: policy.allowsTripleDES
            }
        guard isAllowed else { throw .unsupportedAlgorithm(uri.shown) }
        return cipher
    }

    /// The nonce, the ciphertext, and the tag of an authenticated mode, one after the other.
    ///
    /// - Returns: `nil`, whatever is wrong with them.
    func open(_ octets: [UInt8], key: Secret) -> [UInt8]? {
        switch self {
        case .aes128GCM, .aes192GCM, .aes256GCM:
            guard octets.count >= AESGCM.nonceCount + AESGCM.tagCount else { return nil }
            return AESGCM.open(
                Array(octets[AESGCM.nonceCount..<(octets.count - AESGCM.tagCount)]), key: key,
                iv: Array(octets[..<AESGCM.nonceCount]), aad: [], tag: Array(octets.suffix(AESGCM.tagCount)))
        case .aes128CBC, .aes192CBC, .aes256CBC:
            guard octets.count >= 32 else { return nil }
            let blocks = AESCBC.decryptBlocks(Array(octets[16...]), key: key, iv: Array(octets[..<16]))
            return blocks.flatMap { Self.unpadded($0, block: 16) }
        case .tripleDES:
            guard octets.count >= 16 else { return nil }
            let blocks = LegacyDecryption.tripleDESBlocks(Array(octets[8...]), key: key, iv: Array(octets[..<8]))
            return blocks.flatMap { Self.unpadded($0, block: 8) }
        }
    }

    /// The last byte counts the padding; the others of it may be anything (§5.2.1).
    private static func unpadded(_ blocks: [UInt8], block: Int) -> [UInt8]? {
        guard let last = blocks.last, last >= 1, Int(last) <= block, Int(last) <= blocks.count else { return nil }
        return Array(blocks.dropLast(Int(last)))
    }

    /// - Precondition: An authenticated mode; we write no other.
    func seal(_ plaintext: [UInt8], key: Secret, environment: Environment) -> [UInt8] {
        precondition(self == .aes128GCM || self == .aes192GCM || self == .aes256GCM, "Only AES-GCM is written.")
        let iv = environment.randomBytes(AESGCM.nonceCount)
        let (ciphertext, tag) = AESGCM.seal(plaintext, key: key, iv: iv, aad: [])
        return iv + ciphertext + tag
    }
}
