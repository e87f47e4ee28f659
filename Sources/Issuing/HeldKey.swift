internal import Cryptography
internal import JOSE
internal import JSON
internal import Storage
internal import Synchronization

/// The key of one record: unwrapped when the record is read, so that a wrong master key shows at the start, and again with
/// its decoding when it is first needed, since reading an RSA key costs a thousand times as much. Until then nothing of it
/// lies open in memory.
///
/// The id of a key is the thumbprint of its public part, and what was unwrapped is bound to the id. So a public part that
/// somebody exchanged in the store shows without decoding the private one.
final class HeldKey: Sendable {
    let record: KeyRecord
    private let master: MasterKey
    private let signing = AtomicLazyReference<KeyRing.ActiveKey>()
    private let certified = AtomicLazyReference<Certified>()

    final class Certified: Sendable {
        let key: SigningKey
        let certificate: Certificate

        init(key: SigningKey, certificate: Certificate) {
            (self.key, self.certificate) = (key, certificate)
        }
    }

    /// - Throws: ``IssuingError/unusableKey(keyID:_:)``.
    init(_ record: KeyRecord, master: MasterKey) throws(IssuingError) {
        (self.record, self.master) = (record, master)
        _ = try record.unwrapped(master)
    }

    /// Whether it was made of what the record says, whatever the record's state has become.
    func isKey(of record: KeyRecord) -> Bool {
        self.record.tenant == record.tenant && self.record.purpose == record.purpose
            && self.record.keyID == record.keyID && self.record.algorithm == record.algorithm
            && self.record.publicJWK == record.publicJWK && self.record.wrapped == record.wrapped
    }

    /// - Throws: ``IssuingError/malformedKeyRecord(keyID:)`` or ``IssuingError/unusableKey(keyID:_:)``.
    func activeKey() throws(IssuingError) -> KeyRing.ActiveKey {
        if let known = signing.load() { return known }
        let published = try PublishedKey(record)
        let key = try privateKey(published)
        do throws(JOSEError) {
            return signing.storeIfNil(
                try KeyRing.ActiveKey(key, keyID: record.keyID, algorithm: published.algorithm))
        } catch {
            throw malformed
        }
    }

    /// The key with the certificate in `x5c`, which must hold the same key.
    ///
    /// - Throws: ``IssuingError/malformedKeyRecord(keyID:)`` or ``IssuingError/unusableKey(keyID:_:)``.
    func certifiedKey() throws(IssuingError) -> Certified {
        if let known = certified.load() { return known }
        let published = try PublishedKey(record)
        guard let text = published.json["x5c"]?.array?.first?.string, let der = Base64.decode(text),
            let certificate = try? Certificate(der: der), (try? certificate.publicKey()) == published.jwk.key
        else { throw malformed }
        return certified.storeIfNil(Certified(key: try privateKey(published), certificate: certificate))
    }

    private func privateKey(_ published: PublishedKey) throws(IssuingError) -> SigningKey {
        let der = try record.unwrapped(master)
        let key: SigningKey
        do throws(CryptographyError) {
            key = try der.withBytes { (bytes) throws(CryptographyError) in try SigningKey(pkcs8DER: bytes) }
        } catch {
            throw .unusableKey(keyID: record.keyID, error)
        }
        guard key.publicKey == published.jwk.key else { throw malformed }
        return key
    }

    private var malformed: IssuingError { .malformedKeyRecord(keyID: record.keyID) }
}

/// The public part of a record, read and found to be the record's.
struct PublishedKey {
    let json: JSONValue
    let jwk: JWK
    let algorithm: SignatureAlgorithm

    /// - Throws: ``IssuingError/malformedKeyRecord(keyID:)``.
    init(_ record: KeyRecord) throws(IssuingError) {
        guard let json = try? JSONReader.read(record.publicJWK), let jwk = try? JWK(json), jwk.keyID == record.keyID,
            jwk.thumbprint == record.keyID, let algorithm = SignatureAlgorithm.named(record.algorithm),
            algorithm.fits(jwk.key.kind)
        else { throw .malformedKeyRecord(keyID: record.keyID) }
        (self.json, self.jwk, self.algorithm) = (json, jwk, algorithm)
    }
}
