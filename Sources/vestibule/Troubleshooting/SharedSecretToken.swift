import Cryptography
import JOSE

/// A token that one of the shared secrets of a key file made. It is sealed again under a key pair that lives only here,
/// so that what comes next are the very rules that the server has for public keys, and no second ones.
struct SharedSecretToken {
    let payload: [UInt8]
    /// The same payload and `typ` under `keys` and `algorithm`, whose digest is that of the original.
    let resealed: [UInt8]
    let keys: JWKSet
    let algorithm: SignatureAlgorithm

    /// Nil where the token's algorithm takes no shared secret, or the file holds none: then it goes through the door for
    /// public keys, which knows no such algorithm.
    init?(
        _ compact: [UInt8], _ header: JWSHeader, _ file: JWKFile, _ accepted: [SharedSecretAlgorithm]
    ) throws(JOSEError) {
        guard let named = SharedSecretAlgorithm(rawValue: header.algorithm), !file.shared.isEmpty else { return nil }
        payload = try Self.payload(compact, header, file.shared, accepted)
        let curve: EllipticCurve
        (curve, algorithm) =
            switch named {
            case .hs256: (.p256, .es256)
            case .hs384: (.p384, .es384)
            case .hs512: (.p521, .es512)
            }
        let key: SigningKey
        do throws(CryptographyError) {
            key = try SigningKey.generate(.ec(curve))
        } catch {
            throw .keyFailed("\(error)")
        }
        let keyID = header.keyID ?? "shared"
        keys = JWKSet([JWK(key.publicKey, keyID: keyID)])
        resealed = try JWS.sign(payload: payload, type: header.type, keyID: keyID, key: key, algorithm: algorithm)
    }

    private static func payload(
        _ compact: [UInt8], _ header: JWSHeader, _ secrets: [JWKFile.Shared], _ accepted: [SharedSecretAlgorithm]
    ) throws(JOSEError) -> [UInt8] {
        guard accepted.contains(where: { $0.rawValue == header.algorithm }) else {
            throw .algNotAllowed(header.algorithm)
        }
        var refusal = JOSEError.keyNotFound(keyID: header.keyID)
        for secret in secrets where header.keyID == nil || secret.keyID == nil || secret.keyID == header.keyID {
            guard secret.algorithm == nil || secret.algorithm == header.algorithm else {
                refusal = .keyUnsuitable("it is for another algorithm")
                continue
            }
            do throws(JOSEError) {
                return try SharedSecretJWS.verify(compact, secret: secret.secret, algorithms: accepted).payload
            } catch {
                refusal = error
            }
        }
        throw refusal
    }
}
