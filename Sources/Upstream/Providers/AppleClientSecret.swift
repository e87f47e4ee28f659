internal import Cryptography
internal import FoundationEssentials
internal import JOSE

/// Apple's client secret: a token signed with ES256 by the key that Apple gave to the team, good for six months at most.
/// Ours is made for each exchange, so that there is none to renew, and none to lose.
struct AppleClientSecret {
    let clientID: String
    let team: String
    let keyID: String
    let audience: String

    static let lifetime: Int64 = 300

    /// - Parameter key: The `.p8` file's content.
    func signed(with key: Secret?, at now: Date) throws(UpstreamError) -> String {
        guard let key else { throw .misconfigured("its private key is not set") }
        let issued = Int64(now.timeIntervalSince1970)
        do {
            let signer = try JWSSigner(
                key: try key.withBytes { try SigningKey(pem: Array($0)) }, keyID: keyID, algorithm: .es256, type: nil)
            let token = try signer.sign { claims in
                claims.member("iss", team)
                claims.member("iat", issued)
                claims.member("exp", issued + Self.lifetime)
                claims.member("aud", audience)
                claims.member("sub", clientID)
            }
            return String(decoding: token, as: UTF8.self)
        } catch {
            throw .misconfigured("its private key can't sign: \(error)")
        }
    }
}
