package import Cryptography

/// XML Encryption 1.1, as far as SAML uses it.
package enum XMLEncryption {
    /// For tools: a protocol knows where its own is.
    package static func firstEncryptedData(in document: XMLDocument) -> XMLElement? {
        document.root.firstDescendant(.encryptedData)
    }

    /// Decrypts one `EncryptedData` whose key is in an `EncryptedKey` for one of ours, inside its KeyInfo or beside it.
    ///
    /// Whatever goes wrong with a key shows only in the content: with a key that cannot be unwrapped it goes on with a
    /// random one, so that answer and time are alike (the attack of Bleichenbacher, and Jager and Somorovsky's on CBC).
    ///
    /// - Parameter keys: RSA keys; each is tried with each `EncryptedKey`.
    /// - Returns: The plaintext, which proves nothing about its author. Parse it with ``XMLDocument`` like any other input,
    ///   and answer a failure of that like one of decryption.
    package static func decrypt(
        _ encryptedData: XMLElement, keys: [SigningKey], policy: XMLEncryptionPolicy = .saml,
        environment: Environment = .live
    ) throws(XMLDecryptionError) -> [UInt8] {
        let reading = try EncryptedDataReading(encryptedData, policy)
        var found: Secret?
        for wrapped in reading.keys {
            for key in keys {
                let unwrapped = wrapped.transport.unwrap(wrapped.octets, with: key)
                if found == nil, let unwrapped, unwrapped.count == reading.cipher.keyCount { found = unwrapped }
            }
        }
        return try open(reading, with: found, environment)
    }

    /// The same with a secret that both sides had before: the key of the content itself, or of an `EncryptedKey`.
    package static func decrypt(
        _ encryptedData: XMLElement, secret: Secret, policy: XMLEncryptionPolicy = .saml,
        environment: Environment = .live
    ) throws(XMLDecryptionError) -> [UInt8] {
        let reading = try EncryptedDataReading(encryptedData, policy)
        let found =
            reading.keys.isEmpty
            ? secret
            : reading.keys.lazy.compactMap { $0.transport.unwrap($0.octets, with: secret) }.first
        return try open(reading, with: found?.count == reading.cipher.keyCount ? found : nil, environment)
    }

    private static func open(
        _ reading: EncryptedDataReading, with key: Secret?, _ environment: Environment
    ) throws(XMLDecryptionError) -> [UInt8] {
        let substitute = Secret(environment.randomBytes(reading.cipher.keyCount))
        let plaintext = reading.cipher.open(reading.octets, key: key ?? substitute)
        guard key != nil, let plaintext, !plaintext.isEmpty else { throw .failed }
        return plaintext
    }
}
