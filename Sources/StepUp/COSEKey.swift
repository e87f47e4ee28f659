package import Cryptography

/// A credential's public key (RFC 9052 §7, RFC 9053 §7), of the algorithms that we ask authenticators for.
package enum PasskeyAlgorithm: Int64, Sendable, Hashable, CaseIterable {
    case es256 = -7
    case edDSA = -8
    case rs256 = -257
}

package struct COSEKey: Sendable, Equatable {
    package let algorithm: PasskeyAlgorithm
    package let key: VerificationKey

    /// - Throws: ``PasskeyFault/keyUnsupported`` for another kind, curve or algorithm, and for parts that make no key.
    package init(_ value: CBOR) throws(PasskeyFault) {
        guard let algorithm = value[3]?.integer.flatMap(PasskeyAlgorithm.init(rawValue:)) else { throw .keyUnsupported }
        self.algorithm = algorithm
        do {
            switch (algorithm, value[1]?.integer) {
            case (.es256, 2?):
                guard value[-1]?.integer == 1, let x = value[-2]?.bytes, let y = value[-3]?.bytes else {
                    throw PasskeyFault.keyUnsupported
                }
                key = try VerificationKey(curve: .p256, x: x, y: y)
            case (.edDSA, 1?):
                guard value[-1]?.integer == 6, let x = value[-2]?.bytes else { throw PasskeyFault.keyUnsupported }
                key = try VerificationKey(ed25519: x)
            case (.rs256, 3?):
                guard let n = value[-1]?.bytes, let e = value[-2]?.bytes else { throw PasskeyFault.keyUnsupported }
                key = try VerificationKey(rsaModulus: n, exponent: e)
            default: throw PasskeyFault.keyUnsupported
            }
        } catch {
            throw .keyUnsupported
        }
    }

    /// - Parameter spkiDER: As ``VerificationKey/spkiDER()`` wrote it into the store.
    /// - Throws: ``PasskeyFault/keyUnsupported`` where the two don't fit.
    package init(algorithm: PasskeyAlgorithm, spkiDER: [UInt8]) throws(PasskeyFault) {
        self.algorithm = algorithm
        do { key = try VerificationKey(spkiDER: spkiDER) } catch { throw .keyUnsupported }
        switch (algorithm, key.kind) {
        case (.es256, .ec(.p256)), (.edDSA, .ed25519), (.rs256, .rsa): break
        default: throw .keyUnsupported
        }
    }

    func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        switch algorithm {
        case .es256: key.isValid(derSignature: signature, for: bytes)
        case .edDSA: key.isValid(signature, for: bytes, .ed25519)
        case .rs256: key.isValid(signature, for: bytes, .rsaPKCS1(.sha256))
        }
    }
}
