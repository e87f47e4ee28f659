internal import Directory
internal import JOSE

extension OIDCConnectionProfile {
    /// Google (developers.google.com/identity/openid-connect). Tokens name the issuer with or without `https://`; the
    /// identity's is always the first. Which addresses Google's word holds for: ``EmailEvidence/google``.
    init(google connection: ProviderConnection) {
        let issuer = connection.origin ?? "https://accounts.google.com"
        let bare = issuer.hasPrefix("https://") ? String(issuer.dropFirst(8)) : issuer
        self.init(
            .google, at: .issuer(issuer), issuer: .oneOf([issuer, bare]), clientID: connection.clientID,
            authentication: .clientSecretPost, scopes: ["openid", "profile", "email"], algorithms: [.rs256],
            subject: .sub(issuer: issuer), emailEvidence: connection.trustsVerifiedEmail ? .google : .none)
        provesAuthenticationTime = false
    }
}
