/// Why a key could not be used. Says what the holder of the key can act on; what an attacker could learn from
/// (how a decryption failed) is one case.
package enum CryptographyError: Error, Hashable {
    /// Not the encoding it should be, or not a possible key: a point off its curve, an even modulus, parts that
    /// do not belong together.
    case malformedKey
    /// A possible key of a kind, curve or size that we do not use.
    case unsupportedKey
    /// A private key under a password; we read unencrypted ones.
    case encryptedKey
    /// An RSA modulus below the minimum.
    case weakKey(bits: Int)
    /// A key cannot make signatures, or transport keys, of this scheme.
    case schemeDoesNotFitKey
    case signatureFailed
    case encryptionFailed
    /// Wrong key, wrong associated data, or changed bytes: not told apart.
    case decryptionFailed
    /// The master key is not 32 bytes.
    case wrongKeyLength
    /// What is to be unwrapped was wrapped by another master key.
    case otherMasterKey
    case malformedCertificate
    /// A name or address that cannot stand in a certificate.
    case unsupportedName(String)
}
