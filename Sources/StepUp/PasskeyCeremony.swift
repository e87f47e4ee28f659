internal import Cryptography
internal import JSON

/// Why a passkey was not accepted.
package enum PasskeyFault: Error, Sendable, Hashable, CaseIterable {
    case clientDataMalformed
    /// `webauthn.create` where `webauthn.get` belongs, or the other way round.
    case otherCeremony
    /// Not the challenge of this ceremony: replayed, or another person's.
    case otherChallenge
    case otherOrigin
    /// Inside a frame of another site.
    case crossOrigin
    case otherRelyingParty
    case userNotPresent
    case userNotVerified
    case dataMalformed
    case keyUnsupported
    case attestationUnsupported
    case attestationInvalid
    case signatureInvalid
    /// The credential belongs to another user or tenant than the one it was asked of.
    case otherUser
    case credentialUnknown
    /// The counter went backwards: a copy of the authenticator exists.
    case counterBackwards
}

/// What a ceremony is checked against.
package struct PasskeyCeremony: Sendable, Hashable {
    /// Of this ceremony, spent once by the caller; at least 16 random bytes.
    package var challenge: [UInt8]
    /// `https://host[:port]`, compared byte for byte.
    package var origin: String
    /// The host name of the installation's base, kept with each credential.
    package var relyingParty: String
    /// Whether the authenticator must have verified the person (a PIN, a fingerprint): then a passkey is several factors
    /// in one. Without it, it is no more than the possession of a key.
    package var requiresVerification: Bool

    package init(challenge: [UInt8], origin: String, relyingParty: String, requiresVerification: Bool = true) {
        self.requiresVerification = requiresVerification
        self.challenge = challenge
        self.origin = origin
        self.relyingParty = relyingParty
    }

    enum Kind: String {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    /// The client's side: Level 2 §7.1 steps 5 to 10, §7.2 steps 8 to 14.
    func check(clientData bytes: [UInt8], _ kind: Kind) throws(PasskeyFault) {
        let object: JSONValue
        do { object = try JSONReader.read(bytes) } catch { throw .clientDataMalformed }
        guard let type = object["type"]?.string, let sent = object["challenge"]?.string,
            let origin = object["origin"]?.string
        else { throw .clientDataMalformed }
        guard type == kind.rawValue else { throw .otherCeremony }
        guard challenge.count >= 16, let received = Base64URL.decode(sent), constantTimeEqual(received, challenge)
        else { throw .otherChallenge }
        guard origin == self.origin else { throw .otherOrigin }
        if let crossOrigin = object["crossOrigin"], crossOrigin != .bool(false) { throw .crossOrigin }
    }

    /// The authenticator's side: §7.1 steps 13 to 15, §7.2 steps 15 to 17.
    func check(_ data: AuthenticatorData) throws(PasskeyFault) {
        guard data.relyingParty == Digest.sha256(Array(relyingParty.utf8)) else { throw .otherRelyingParty }
        guard data.isUserPresent else { throw .userNotPresent }
        guard data.isUserVerified || !requiresVerification else { throw .userNotVerified }
    }
}
