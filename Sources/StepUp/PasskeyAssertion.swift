internal import Cryptography

/// Signing in with a passkey (Web Authentication Level 2 §7.2).
package struct PasskeyAssertion: Sendable {
    package let ceremony: PasskeyCeremony

    package init(_ ceremony: PasskeyCeremony) { self.ceremony = ceremony }

    /// - Parameters:
    ///   - passkey: The one with the id that the authenticator named, of the tenant that asks; the caller has looked it up
    ///     and refuses an unknown one as ``PasskeyFault/credentialUnknown``.
    ///   - userHandle: As the authenticator sent it; nil where it sent none, which only serves when the person was named
    ///     before.
    ///   - expectedUser: The handle of the person who was named before; nil: whoever has the passkey.
    /// - Returns: The counter to keep, with a compare-and-set on the one it was checked against.
    package func verify(
        _ passkey: Passkey, clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8]?,
        expectedUser: [UInt8]?
    ) throws(PasskeyFault) -> UInt32 {
        try ceremony.check(clientData: clientData, .get)
        guard passkey.relyingParty == ceremony.relyingParty else { throw .otherRelyingParty }
        if let expectedUser, expectedUser != passkey.userHandle { throw .otherUser }
        if let userHandle {
            guard userHandle == passkey.userHandle else { throw .otherUser }
        } else if expectedUser == nil {
            throw .otherUser
        }
        let data = try AuthenticatorData(authenticatorData)
        try ceremony.check(data)
        guard passkey.key.isValid(signature, for: authenticatorData + Digest.sha256(clientData)) else {
            throw .signatureInvalid
        }
        // §6.1.1: an authenticator without a counter always says 0.
        if data.signCount != 0 || passkey.signCount != 0 {
            guard data.signCount > passkey.signCount else { throw .counterBackwards }
        }
        return data.signCount
    }
}
