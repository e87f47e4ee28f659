internal import XML

extension TokenRule {
    /// An encrypted token is decrypted, and parsed as strictly as what came in clear.
    static let decryption = TokenRule(name: "decryption") { answer throws(SAMLRejection) in
        let token = try answer.required(answer.token)
        guard TokenVersion(token) == nil else { return .silent }
        let decrypted = try answer.expected.assertion.decryption.decrypt(
            token, as: [.assertion("Assertion"), .assertion11("Assertion")], idAttributes: TokenVersion.idAttributes)
        try decrypted.refuseHiddenTokens(besides: nil)
        (answer.token, answer.wasEncrypted) = (decrypted, true)
        return .passed()
    }
}
