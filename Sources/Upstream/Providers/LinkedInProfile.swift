internal import Directory
internal import JOSE

extension OIDCConnectionProfile {
    /// Sign In with LinkedIn by OpenID Connect. It returns no nonce, and its token endpoint answers `invalid_client` to a
    /// `code_verifier`; what binds the answer to the browser is the state alone. `email_verified` is a text. LinkedIn says
    /// that it verifies nobody, so its word on an address counts only where the setting says so.
    init(linkedIn connection: ProviderConnection) {
        let issuer = "\(connection.origin ?? "https://www.linkedin.com")/oauth"
        self.init(
            .linkedIn, at: .issuer(issuer), issuer: .exactly(issuer), clientID: connection.clientID,
            authentication: .clientSecretPost, scopes: ["openid", "profile", "email"], algorithms: [.rs256],
            subject: .sub(issuer: issuer), emailEvidence: connection.trustsVerifiedEmail ? .verifiedAsText : .none)
        usesProofKey = false
        requiresNonce = false
        provesAuthenticationTime = false
    }
}
