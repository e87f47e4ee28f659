internal import Cryptography

/// How an `EncryptedKey` is encrypted, with its parameters (XML Encryption 1.1 §5.5, §5.6).
enum KeyTransportReading {
    case rsaOAEP(digest: DigestAlgorithm, mask: DigestAlgorithm)
    case rsa15
    /// RFC 3394, under a key of so many bytes that both sides had before.
    case aesKeyWrap(keyCount: Int)

    init(_ method: XMLElement, _ policy: XMLEncryptionPolicy) throws(XMLDecryptionError) {
        let uri = method.attribute("Algorithm") ?? ""
        switch uri {
        case Self.oaepMGF1P:
            self = .rsaOAEP(digest: try Self.digest(method), mask: .sha1)
        case Self.oaep:
            self = .rsaOAEP(digest: try Self.digest(method), mask: try Self.mask(method))
        case EncryptionURI.encryption + "rsa-1_5" where policy.allowsRSA15:
            self = .rsa15
        case EncryptionURI.encryption + "kw-aes128": self = .aesKeyWrap(keyCount: 16)
        case EncryptionURI.encryption + "kw-aes192": self = .aesKeyWrap(keyCount: 24)
        case EncryptionURI.encryption + "kw-aes256": self = .aesKeyWrap(keyCount: 32)
        default: throw .unsupportedAlgorithm(uri.shown)
        }
    }

    static let oaepMGF1P = EncryptionURI.encryption + "rsa-oaep-mgf1p"
    static let oaep = EncryptionURI.encryption11 + "rsa-oaep"

    private static func digest(_ method: XMLElement) throws(XMLDecryptionError) -> DigestAlgorithm {
        guard method.child(.oaepParameters).map({ $0.text?.isEmpty ?? false }) ?? true else {
            throw .unsupportedAlgorithm("RSA-OAEP with a label")
        }
        guard let uri = method.child(.digestMethod)?.attribute("Algorithm") else { return .sha1 }
        guard let digest = XMLDigest.named(uri) else { throw .unsupportedAlgorithm(uri.shown) }
        return digest
    }

    private static func mask(_ method: XMLElement) throws(XMLDecryptionError) -> DigestAlgorithm {
        guard let uri = method.child(.maskGeneration)?.attribute("Algorithm") else { return .sha1 }
        guard let digest = DigestAlgorithm.allCases.first(where: { maskURI($0) == uri }) else {
            throw .unsupportedAlgorithm(uri.shown)
        }
        return digest
    }

    static func maskURI(_ digest: DigestAlgorithm) -> String {
        EncryptionURI.encryption11 + "mgf1" + XMLDigest.name(digest)
    }

    /// `nil`, whatever is wrong.
    func unwrap(_ encrypted: [UInt8], with key: SigningKey) -> Secret? {
        switch self {
        case .rsaOAEP(let digest, let mask): try? RSAOAEP.decrypt(encrypted, with: key, digest, mask: mask)
        case .rsa15: LegacyDecryption.rsaPKCS1(encrypted, with: key)
        case .aesKeyWrap: nil
        }
    }

    /// `nil`, whatever is wrong.
    func unwrap(_ encrypted: [UInt8], with secret: Secret) -> Secret? {
        guard case .aesKeyWrap(let keyCount) = self, secret.count == keyCount else { return nil }
        return AESKeyWrap.unwrap(encrypted, with: secret)
    }
}
