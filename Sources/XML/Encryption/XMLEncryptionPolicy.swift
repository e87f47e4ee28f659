/// Which algorithms a ciphertext may have.
package struct XMLEncryptionPolicy: Sendable, Hashable {
    /// AES in CBC mode, which authenticates nothing: by a connection's switch, and only where a signature over the
    /// ciphertext was verified before.
    package var allowsCBC = false
    /// These two are only for a person who looks at an old message; never in a server.
    package var allowsRSA15 = false
    package var allowsTripleDES = false

    /// What the server accepts: AES-GCM and RSA-OAEP.
    package static let saml = XMLEncryptionPolicy()
}
