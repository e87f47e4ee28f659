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
    private let active: [KeyName: HeldKey]
    private let certified: [KeyRecord.Purpose: [(state: KeyRecord.State, key: HeldKey)]]
    private let secrets: [KeyRecord.Purpose: Secret]
    /// By key id.
    private let held: [String: HeldKey]

    private struct KeyName: Hashable {
        let purpose: KeyRecord.Purpose
        let algorithm: String
    }

    /// A key that signs now, with the headers of the tokens that it signs most.
    package final class ActiveKey: Sendable {
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

        init(_ held: HeldKey.Certified, _ keyID: String, _ state: KeyRecord.State) {
            (self.keyID, self.state, key, certificate) = (keyID, state, held.key, held.certificate)
        }
    }

    /// - Parameters:
    ///   - records: All of the tenant's. Those of other tenants are left out, whoever passed them.
    ///   - earlier: The ring before the records changed: what it has decoded of keys that stayed is not decoded again.
    /// - Throws: ``IssuingError/unusableKey(keyID:_:)`` or ``IssuingError/malformedKeyRecord(keyID:)``: a server with
    ///   half its keys does not start.
    package init(
        _ records: [KeyRecord], tenant: Tenant.ID, master: MasterKey, earlier: KeyRing? = nil
    ) throws(IssuingError) {
        self.tenant = tenant
        var published: [KeyRecord.Purpose: [JWK]] = [:]
        var signed: [JWK] = []
        var active: [KeyName: HeldKey] = [:]
        var secrets: [KeyRecord.Purpose: Secret] = [:]
        var certified: [KeyRecord.Purpose: [(state: KeyRecord.State, key: HeldKey)]] = [:]
        var held: [String: HeldKey] = [:]
        func hold(_ record: KeyRecord) throws(IssuingError) -> HeldKey {
            if let known = earlier?.held[record.keyID], known.isKey(of: record) {
                held[record.keyID] = known
                return known
            }
            let key = try HeldKey(record, master: master)
            held[record.keyID] = key
            return key
        }
        let own = records.filter { $0.tenant == tenant }.sorted { $0.createdAt < $1.createdAt }
        for record in own {
            guard !record.publicJWK.isEmpty else {
                if record.state == .active { secrets[record.purpose] = try record.unwrapped(master) }
                continue
            }
            if KeyMaking.certifiedPurposes.contains(record.purpose) {
                guard record.state != .retired else { continue }
                certified[record.purpose, default: []].append((record.state, try hold(record)))
                continue
            }
            let jwk = try PublishedKey(record).jwk
            if record.state != .retired { published[record.purpose, default: []].append(jwk) }
            if record.purpose == .tokens && record.state != .next { signed.append(jwk) }
            if record.state == .active {
                active[KeyName(purpose: record.purpose, algorithm: record.algorithm)] = try hold(record)
            }
        }
        self.active = active
        self.held = held
        // The key that signs comes first: peers that read one certificate read that.
        self.certified = certified.mapValues { keys in
            keys.filter { $0.state == .active } + keys.filter { $0.state != .active }
        }
        self.secrets = secrets
        everSigned = JWKSet(signed)
        sets = published.mapValues { JWKSet($0) }
        documents = published.mapValues { JSONWriter.write(JWKSet($0).json) }
    }

    /// The key set document as it is sent: next, active and previous keys of the purpose.
    package func document(_ purpose: KeyRecord.Purpose = .tokens) -> [UInt8] {
        documents[purpose] ?? Array(#"{"keys":[]}"#.utf8)
    }

    /// The same as a value, to verify with.
    package func publicKeys(_ purpose: KeyRecord.Purpose = .tokens) -> JWKSet { sets[purpose] ?? JWKSet([]) }

    /// Every key that tokens were ever signed with, the retired ones included: for a hint, which may be old.
    var keysOfAllTime: JWKSet { everSigned }

    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``; at the first use of a key as ``init`` does.
    package func activeKey(
        _ purpose: KeyRecord.Purpose, _ algorithm: SignatureAlgorithm
    ) throws(IssuingError) -> ActiveKey {
        guard let key = active[KeyName(purpose: purpose, algorithm: algorithm.name)] else {
            throw .noActiveKey(purpose: purpose.rawValue, algorithm: algorithm.name)
        }
        return try key.activeKey()
    }

    /// The algorithms that the purpose can sign with, for the discovery document.
    package func algorithms(_ purpose: KeyRecord.Purpose = .tokens) -> [SignatureAlgorithm] {
        KeyMaking.algorithms(for: purpose).filter {
            active[KeyName(purpose: purpose, algorithm: $0.name)] != nil
        }
    }

    /// The certified keys of a purpose that peers may know, the one that signs first.
    ///
    /// - Throws: At the first use of a key as ``init`` does.
    package func certifiedKeys(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> [CertifiedKey] {
        try (certified[purpose] ?? []).map { (state, key) throws(IssuingError) in
            try CertifiedKey(key.certifiedKey(), key.record.keyID, state)
        }
    }

    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``; at the first use of a key as ``init`` does.
    package func certifiedKey(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> CertifiedKey {
        guard let first = certified[purpose]?.first, first.state == .active else {
            throw .noActiveKey(purpose: purpose.rawValue, algorithm: "RS256")
        }
        return try CertifiedKey(first.key.certifiedKey(), first.key.record.keyID, first.state)
    }

    /// A symmetric key of the tenant.
    package func secret(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> Secret {
        guard let secret = secrets[purpose] else {
            throw .noActiveKey(purpose: purpose.rawValue, algorithm: "HMAC-SHA256")
        }
        return secret
    }
}
