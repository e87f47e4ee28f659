internal import Directory
internal import JOSE

extension OIDCConnectionProfile {
    /// Sign in with Apple. Asking for a name or an address makes the answer a form post; the client secret is a token of
    /// ours; `email_verified` may be the text "true". The form's `user` says the name, the first time only, unsigned.
    init(apple connection: ProviderConnection, team: String, key: String) {
        let issuer = connection.origin ?? "https://appleid.apple.com"
        self.init(
            .apple, at: .issuer(issuer), issuer: .exactly(issuer), clientID: connection.clientID,
            authentication: .appleSecret(team: team, key: key, audience: issuer), scopes: ["openid", "name", "email"],
            algorithms: [.rs256, .es256], subject: .sub(issuer: issuer),
            emailEvidence: connection.trustsVerifiedEmail ? .verifiedAsText : .none)
        parameters = [("response_mode", "form_post")]
        answersByPost = true
        // Apple documents no proof key; its nonce, in a token by the back channel, binds code and browser as well.
        usesProofKey = false
    }
}
