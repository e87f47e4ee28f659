internal import Cryptography
internal import JSON

/// The key of one encrypted token's content: made and sent, or received.
enum JWEContentKey {
    struct Made {
        let key: Secret
        /// The second part of the token; empty for direct agreement.
        let encrypted: [UInt8]
        /// The header's `epk`.
        let ephemeral: JSONValue?
    }

    static func made(
        for recipient: VerificationKey, _ management: JWEKeyManagement, _ content: JWEContentEncryption,
        environment: Environment
    ) throws(JOSEError) -> Made {
        do throws(CryptographyError) {
            switch management {
            case .rsaOAEP, .rsaOAEP256:
                let key = Secret(environment.randomBytes(content.keyCount))
                let encrypted = try RSAOAEP.encrypt(key, to: recipient, management.digest)
                return Made(key: key, encrypted: encrypted, ephemeral: nil)
            case .ecdhES:
                let ephemeral = try SigningKey.generate(recipient.kind)
                let shared = try ECDH.sharedSecret(ephemeral, recipient)
                let members = JWK.publicMembers(of: ephemeral.publicKey.components)
                return Made(
                    key: ConcatKDF.key(shared, content, apu: [], apv: []), encrypted: [],
                    ephemeral: .object(JSONObject(members)))
            }
        } catch {
            throw .keyFailed("\(error)")
        }
    }

    /// - Throws: ``JOSEError/badHeader(_:)`` for an unusable `epk`, `apu` or `apv`, all of them public. Whatever is
    ///   wrong with the encrypted key shows only in the content.
    static func received(
        _ encrypted: [UInt8], header: JWSHeader, _ management: JWEKeyManagement, _ content: JWEContentEncryption,
        key: SigningKey, environment: Environment
    ) throws(JOSEError) -> Secret {
        switch management {
        case .rsaOAEP, .rsaOAEP256:
            let substitute = Secret(environment.randomBytes(content.keyCount))
            guard let received = try? RSAOAEP.decrypt(encrypted, with: key, management.digest),
                received.count == content.keyCount
            else { return substitute }
            return received
        case .ecdhES:
            guard encrypted.isEmpty else { throw .badHeader("direct agreement sends no encrypted key") }
            let ephemeral = try ephemeralKey(header, for: key)
            guard let shared = try? ECDH.sharedSecret(key, ephemeral) else { throw .decryptFailed }
            return ConcatKDF.key(
                shared, content, apu: try partyInfo("apu", header), apv: try partyInfo("apv", header))
        }
    }

    /// A public key on the curve of ours: `VerificationKey` refuses a point that is not on it, which would leak our key
    /// bit by bit (the invalid-curve attack, CVE-2017-16007).
    private static func ephemeralKey(_ header: JWSHeader, for key: SigningKey) throws(JOSEError) -> VerificationKey {
        guard let members = header.raw["epk"], let ephemeral = try? JWK(members) else {
            throw .badHeader("epk is missing or no public key")
        }
        guard ephemeral.key.kind == key.kind else { throw .badHeader("epk is on another curve") }
        return ephemeral.key
    }

    private static func partyInfo(_ name: String, _ header: JWSHeader) throws(JOSEError) -> [UInt8] {
        guard let value = header.raw[name] else { return [] }
        guard let info = value.string.flatMap({ Base64URL.decode($0) }) else {
            throw .badHeader("\(name) is not strict base64url")
        }
        return info
    }
}

extension JWEKeyManagement {
    /// The digest of OAEP and its mask (RFC 7518 §4.3).
    fileprivate var digest: DigestAlgorithm { self == .rsaOAEP ? .sha1 : .sha256 }
}

/// The Concat KDF of SP 800-56A §5.8.1 with SHA-256, as ECDH-ES uses it (RFC 7518 §4.6.2).
enum ConcatKDF {
    static func key(_ shared: Secret, _ content: JWEContentEncryption, apu: [UInt8], apv: [UInt8]) -> Secret {
        derive(shared, algorithm: content.rawValue, count: content.keyCount, apu: apu, apv: apv)
    }

    static func derive(_ shared: Secret, algorithm: String, count: Int, apu: [UInt8], apv: [UInt8]) -> Secret {
        let info = prefixed(Array(algorithm.utf8)) + prefixed(apu) + prefixed(apv) + bigEndian(count * 8)
        var derived: [UInt8] = []
        var round = 1
        while derived.count < count {
            derived += shared.withBytes { Digest.sha256(bigEndian(round) + $0 + info) }
            round += 1
        }
        return Secret(Array(derived[..<count]))
    }

    private static func prefixed(_ bytes: [UInt8]) -> [UInt8] { bigEndian(bytes.count) + bytes }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
