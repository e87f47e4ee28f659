package import Cryptography
package import Directory
internal import FoundationEssentials
package import JOSE
internal import JSON
package import Storage

/// A tenant's keys in memory, unwrapped: immutable, replaced whole when the records change.
///
/// One purpose's keys never serve another: tokens are not signed with what proves us to partners, and the documents
/// that publish them are separate, so that whoever trusts one trusts nothing else (Storm-0558).
package final class KeyRing: Sendable {
    package let tenant: Tenant.ID
    private let documents: [KeyRecord.Purpose: [UInt8]]
    private let sets: [KeyRecord.Purpose: JWKSet]
    private let everSigned: JWKSet
    private let active: [KeyName: ActiveKey]
    private let certified: [KeyRecord.Purpose: [CertifiedKey]]
    private let secrets: [KeyRecord.Purpose: Secret]

    private struct KeyName: Hashable {
        let purpose: KeyRecord.Purpose
        let algorithm: String
    }

    /// A key that signs now, with the headers of the tokens that it signs most.
    package struct ActiveKey: Sendable {
        package let keyID: String
        package let algorithm: SignatureAlgorithm
        package let key: SigningKey
        /// `typ` `JWT`: ID Tokens, and assertions to partners.
        package let plain: JWSSigner
        /// `typ` `at+jwt` (RFC 9068 §2.1).
        package let accessToken: JWSSigner

        init(_ key: SigningKey, keyID: String, algorithm: SignatureAlgorithm) throws(JOSEError) {
            (self.key, self.keyID, self.algorithm) = (key, keyID, algorithm)
            plain = try JWSSigner(key: key, keyID: keyID, algorithm: algorithm, type: "JWT")
            accessToken = try JWSSigner(key: key, keyID: keyID, algorithm: algorithm, type: "at+jwt")
        }

        /// For a type that is signed rarely.
        package func signer(type: String) throws(JOSEError) -> JWSSigner {
            try JWSSigner(key: key, keyID: keyID, algorithm: algorithm, type: type)
        }
    }

    /// A key with the certificate that peers know it by.
    package struct CertifiedKey: Sendable {
        package let keyID: String
        package let state: KeyRecord.State
        package let key: SigningKey
        package let certificate: Certificate
    }

    /// - Parameter records: All of the tenant's. Those of other tenants are left out, whoever passed them.
    /// - Throws: ``IssuingError/unusableKey(keyID:_:)`` or ``IssuingError/malformedKeyRecord(keyID:)``: a server with
    ///   half its keys does not start.
    package init(_ records: [KeyRecord], tenant: Tenant.ID, master: MasterKey) throws(IssuingError) {
        self.tenant = tenant
        var published: [KeyRecord.Purpose: [JWK]] = [:]
        var signed: [JWK] = []
        var active: [KeyName: ActiveKey] = [:]
        var secrets: [KeyRecord.Purpose: Secret] = [:]
        var certified: [KeyRecord.Purpose: [CertifiedKey]] = [:]
        let own = records.filter { $0.tenant == tenant }.sorted { $0.createdAt < $1.createdAt }
        for record in own {
            guard !record.publicJWK.isEmpty else {
                if record.state == .active { secrets[record.purpose] = try record.unwrapped(master) }
                continue
            }
            guard let jwk = try? JWK(JSONReader.read(record.publicJWK)), jwk.keyID == record.keyID,
                let algorithm = SignatureAlgorithm.named(record.algorithm), algorithm.fits(jwk.key.kind)
            else { throw .malformedKeyRecord(keyID: record.keyID) }
            if KeyMaking.certifiedPurposes.contains(record.purpose) {
                guard record.state != .retired else { continue }
                certified[record.purpose, default: []].append(try Self.certifiedKey(record, jwk, master))
                continue
            }
            if record.state != .retired { published[record.purpose, default: []].append(jwk) }
            if record.purpose == .tokens && record.state != .next { signed.append(jwk) }
            if record.state == .active {
                active[KeyName(purpose: record.purpose, algorithm: record.algorithm)] = try Self.activeKey(
                    record, jwk, algorithm, master)
            }
        }
        self.active = active
        // The key that signs comes first: peers that read one certificate read that.
        self.certified = certified.mapValues { keys in
            keys.filter { $0.state == .active } + keys.filter { $0.state != .active }
        }
        self.secrets = secrets
        everSigned = JWKSet(signed)
        sets = published.mapValues { JWKSet($0) }
        documents = published.mapValues { JSONWriter.write(JWKSet($0).json) }
    }

    private static func activeKey(
        _ record: KeyRecord, _ jwk: JWK, _ algorithm: SignatureAlgorithm, _ master: MasterKey
    ) throws(IssuingError) -> ActiveKey {
        let key = try privateKey(record, jwk, master)
        do throws(JOSEError) {
            return try ActiveKey(key, keyID: record.keyID, algorithm: algorithm)
        } catch {
            throw .malformedKeyRecord(keyID: record.keyID)
        }
    }

    private static func privateKey(
        _ record: KeyRecord, _ jwk: JWK, _ master: MasterKey
    ) throws(IssuingError) -> SigningKey {
        let der = try record.unwrapped(master)
        let key: SigningKey
        do throws(CryptographyError) {
            key = try der.withBytes { (bytes) throws(CryptographyError) in try SigningKey(pkcs8DER: bytes) }
        } catch {
            throw .unusableKey(keyID: record.keyID, error)
        }
        guard key.publicKey == jwk.key else { throw .malformedKeyRecord(keyID: record.keyID) }
        return key
    }

    private static func certifiedKey(
        _ record: KeyRecord, _ jwk: JWK, _ master: MasterKey
    ) throws(IssuingError) -> CertifiedKey {
        guard let text = try? JSONReader.read(record.publicJWK)["x5c"]?.array?.first?.string,
            let der = Base64.decode(text), let certificate = try? Certificate(der: der),
            (try? certificate.publicKey()) == jwk.key
        else { throw .malformedKeyRecord(keyID: record.keyID) }
        return CertifiedKey(
            keyID: record.keyID, state: record.state, key: try privateKey(record, jwk, master),
            certificate: certificate)
    }

    /// The key set document as it is sent: next, active and previous keys of the purpose.
    package func document(_ purpose: KeyRecord.Purpose = .tokens) -> [UInt8] {
        documents[purpose] ?? Array(#"{"keys":[]}"#.utf8)
    }

    /// The same as a value, to verify with.
    package func publicKeys(_ purpose: KeyRecord.Purpose = .tokens) -> JWKSet { sets[purpose] ?? JWKSet([]) }

    /// Every key that tokens were ever signed with, the retired ones included: for a hint, which may be old.
    var keysOfAllTime: JWKSet { everSigned }

    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``.
    package func activeKey(
        _ purpose: KeyRecord.Purpose, _ algorithm: SignatureAlgorithm
    ) throws(IssuingError) -> ActiveKey {
        guard let key = active[KeyName(purpose: purpose, algorithm: algorithm.name)] else {
            throw .noActiveKey(purpose: purpose.rawValue, algorithm: algorithm.name)
        }
        return key
    }

    /// The algorithms that the purpose can sign with, for the discovery document.
    package func algorithms(_ purpose: KeyRecord.Purpose = .tokens) -> [SignatureAlgorithm] {
        KeyMaking.algorithms(for: purpose).filter {
            active[KeyName(purpose: purpose, algorithm: $0.name)] != nil
        }
    }

    /// The certified keys of a purpose that peers may know, the one that signs first.
    package func certifiedKeys(_ purpose: KeyRecord.Purpose) -> [CertifiedKey] { certified[purpose] ?? [] }

    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``.
    package func certifiedKey(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> CertifiedKey {
        guard let key = certified[purpose]?.first, key.state == .active else {
            throw .noActiveKey(purpose: purpose.rawValue, algorithm: "RS256")
        }
        return key
    }

    /// A symmetric key of the tenant.
    package func secret(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> Secret {
        guard let secret = secrets[purpose] else {
            throw .noActiveKey(purpose: purpose.rawValue, algorithm: "HMAC-SHA256")
        }
        return secret
    }
}
