/// The installation's key: wraps the secrets that are stored, and derives the keys that are not.
package struct MasterKey: Sendable {
    private let secret: Secret
    private let wrapping: SealingKey

    /// - Throws: `wrongKeyLength` unless it is 32 bytes.
    package init(_ secret: Secret) throws(CryptographyError) {
        guard secret.count == 32 else { throw .wrongKeyLength }
        self.secret = secret
        // The id tells one master key from another, and nothing about it.
        let id = Self.derive(secret, purpose: "id", count: 4).withBytes { $0.reduce(0) { $0 << 8 | UInt32($1) } }
        wrapping = SealingKey(id: id, secret: Self.derive(secret, purpose: "wrap", count: 32))
    }

    /// - Parameter associatedData: Where it is stored (tenant, table, row): it unwraps in no other place.
    package func wrap(_ secret: Secret, associatedData: [UInt8], environment: Environment) -> [UInt8] {
        secret.withBytes { wrapping.seal($0, associatedData: associatedData, environment: environment) }
    }

    /// - Throws: `otherMasterKey` if another one wrapped it, else `decryptionFailed`.
    package func unwrap(_ bytes: [UInt8], associatedData: [UInt8]) throws(CryptographyError) -> Secret {
        guard let id = SealingKey.keyID(of: bytes) else { throw .decryptionFailed }
        guard id == wrapping.id else { throw .otherMasterKey }
        guard let secret = wrapping.open(bytes, associatedData: associatedData) else { throw .decryptionFailed }
        return Secret(secret)
    }

    /// A key of 32 bytes for one purpose, the same each time.
    package func derive(purpose: String) -> Secret { Self.derive(secret, purpose: "derive " + purpose, count: 32) }

    private static func derive(_ secret: Secret, purpose: String, count: Int) -> Secret {
        KeyDerivation.hkdf(
            .sha256, secret: secret, salt: [], info: Array("vestibule master key: \(purpose)".utf8), count: count)
    }
}
