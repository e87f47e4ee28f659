package import Cryptography
package import Directory
package import FoundationEssentials
package import JOSE
internal import JSON
package import Storage

/// The keys of a tenant, made: what `tenant create` and rotation write.
package enum KeyMaking {
    /// What tokens are signed with: RS256, which every client knows (OpenID Connect Core §15.1), and two that cost less.
    package static let tokenAlgorithms: [SignatureAlgorithm] = [.rs256, .es256, .edDSA]
    /// Partners are other gateways and large providers; all of them know ES256, and most only RS256.
    package static let federationAlgorithms: [SignatureAlgorithm] = [.rs256, .es256]
    package static let auditAlgorithms: [SignatureAlgorithm] = [.edDSA]
    /// RSA is what every SAML product knows.
    package static let samlAlgorithms: [SignatureAlgorithm] = [.rs256]
    /// Keys that travel in certificates, which many peers keep by hand.
    package static let certifiedPurposes: [KeyRecord.Purpose] = [.samlAssertions, .samlRequests, .samlDecryption]
    /// Of a certificate: longer than its key signs, by the time that it is published before and kept after.
    static let certificateDays = 3 * 365 + 90

    package static func algorithms(for purpose: KeyRecord.Purpose) -> [SignatureAlgorithm] {
        switch purpose {
        case .tokens: tokenAlgorithms
        case .federation: federationAlgorithms
        case .audit: auditAlgorithms
        case .samlAssertions, .samlRequests, .samlDecryption: samlAlgorithms
        case .pairwise, .refresh, .emailCode: []
        }
    }

    /// 256 random bits each. The pairwise key stays for good: with another, everyone would be a stranger to every
    /// application.
    package static let secretPurposes: [KeyRecord.Purpose] = [.pairwise, .refresh, .emailCode]

    /// Everything that a new tenant needs, active from now on.
    ///
    /// - Throws: ``IssuingError/unusableKey(keyID:_:)`` if OpenSSL can't make a key.
    package static func initial(
        _ tenant: Tenant.ID, master: MasterKey, now: Date, environment: Environment
    ) throws(IssuingError) -> [KeyRecord] {
        var records: [KeyRecord] = []
        for purpose in KeyRecord.Purpose.allCases {
            for algorithm in algorithms(for: purpose) {
                records.append(
                    try signingKey(
                        purpose, algorithm, state: .active, tenant: tenant, master: master, now: now, activeFrom: now,
                        environment: environment))
            }
        }
        return records
            + secretPurposes.map { secret($0, tenant: tenant, master: master, now: now, environment: environment) }
    }

    /// A new signing key; its id is its thumbprint.
    package static func signingKey(
        _ purpose: KeyRecord.Purpose, _ algorithm: SignatureAlgorithm, state: KeyRecord.State, tenant: Tenant.ID,
        master: MasterKey, now: Date, activeFrom: Date?, environment: Environment
    ) throws(IssuingError) -> KeyRecord {
        let key: SigningKey
        do throws(CryptographyError) {
            key = try SigningKey.generate(algorithm.usualKind)
        } catch {
            throw .unusableKey(keyID: "new", error)
        }
        let jwk = JWK(signing: key.publicKey, algorithm: algorithm)
        let keyID = jwk.thumbprint
        var published = jwk.json
        if certifiedPurposes.contains(purpose) {
            published = try certified(published, key, purpose, tenant, environment)
        }
        return KeyRecord(
            tenant: tenant, keyID: keyID, purpose: purpose, algorithm: algorithm.name, state: state,
            wrapped: master.wrap(
                key.pkcs8DER(), associatedData: KeyRecord.place(tenant, purpose, keyID), environment: environment),
            publicJWK: String(decoding: JSONWriter.write(published), as: UTF8.self), createdAt: now,
            activeFrom: activeFrom)
    }

    /// The key with its certificate as `x5c` (RFC 7517 §4.7).
    private static func certified(
        _ jwk: JSONValue, _ key: SigningKey, _ purpose: KeyRecord.Purpose, _ tenant: Tenant.ID,
        _ environment: Environment
    ) throws(IssuingError) -> JSONValue {
        guard case .object(var members) = jwk else { return jwk }
        do throws(CryptographyError) {
            let certificate = try Certificate.selfSigned(
                name: "\(tenant) \(purpose.rawValue)", key: key, days: certificateDays, environment: environment)
            members["x5c"] = .array([.string(Base64.encode(certificate.der))])
        } catch {
            throw .unusableKey(keyID: "new", error)
        }
        return .object(members)
    }

    /// A new symmetric key.
    package static func secret(
        _ purpose: KeyRecord.Purpose, tenant: Tenant.ID, master: MasterKey, now: Date, environment: Environment
    ) -> KeyRecord {
        let keyID = purpose.rawValue + "-" + Base64URL.encode(environment.randomBytes(9))
        return KeyRecord(
            tenant: tenant, keyID: keyID, purpose: purpose, algorithm: "HMAC-SHA256", state: .active,
            wrapped: master.wrap(
                Secret(environment.randomBytes(32)), associatedData: KeyRecord.place(tenant, purpose, keyID),
                environment: environment), publicJWK: "", createdAt: now, activeFrom: now)
    }
}

extension KeyRecord {
    /// Where the key is kept: it unwraps in no other tenant, purpose or row.
    static func place(_ tenant: Tenant.ID, _ purpose: Purpose, _ keyID: String) -> [UInt8] {
        Array("keys/\(tenant)/\(purpose.rawValue)/\(keyID)".utf8)
    }

    /// - Throws: ``IssuingError/unusableKey(keyID:_:)``.
    package func unwrapped(_ master: MasterKey) throws(IssuingError) -> Secret {
        do throws(CryptographyError) {
            return try master.unwrap(wrapped, associatedData: Self.place(tenant, purpose, keyID))
        } catch {
            throw .unusableKey(keyID: keyID, error)
        }
    }

    /// The same key under another master key.
    package func rewrapped(
        from old: MasterKey, to new: MasterKey, environment: Environment
    ) throws(IssuingError) -> KeyRecord {
        var record = self
        record.wrapped = new.wrap(
            try unwrapped(old), associatedData: Self.place(tenant, purpose, keyID), environment: environment)
        return record
    }
}

extension SignatureAlgorithm {
    /// The key that we make for the algorithm.
    fileprivate var usualKind: KeyKind {
        switch scheme {
        case .rsaPKCS1, .rsaPSS: .rsa(bits: 2048)
        case .ecdsa(.sha384): .ec(.p384)
        case .ecdsa(.sha512): .ec(.p521)
        case .ecdsa: .ec(.p256)
        case .ed25519: .ed25519
        }
    }
}
