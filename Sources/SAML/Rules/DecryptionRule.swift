internal import XML

extension ResponseRule {
    /// An encrypted assertion is decrypted, and parsed as strictly as what came in clear. That it could be proves nothing:
    /// anybody can encrypt to us.
    static let decryption = ResponseRule(name: "decryption") { message throws(SAMLRejection) in
        guard let assertion = message.assertion else { return .silent }
        guard assertion.isNamed(.assertion("EncryptedAssertion")) else {
            guard !message.expected.requiresEncryption else {
                throw SAMLRejection(
                    .encryptionRequired, "The assertion came in clear where it must be encrypted.",
                    at: assertion.position)
            }
            return .silent
        }
        let decryption = Decryption(message.expected, isWithinSignature: message.isSigned)
        let decrypted = try decryption.decrypt(assertion, as: [.assertion("Assertion")])
        try decrypted.refuseHidden(besides: nil, advice: message.expected.leniencies.contains(.advice))
        (message.assertion, message.wasEncrypted) = (decrypted, true)
        return .passed()
    }
}
