internal import Directory
internal import JOSE

extension OIDCConnectionProfile {
    /// Facebook by OpenID Connect. Its discovery document has no token endpoint, so what is known of it is here. Facebook
    /// does not say whether an address was proven.
    init(facebook connection: ProviderConnection, _ login: FacebookLogin) {
        let endpoints = FacebookEndpoints(connection)
        let isLimited = login == .limited
        let issuer = connection.origin ?? (isLimited ? "https://limited.facebook.com" : "https://www.facebook.com")
        let metadata = ProviderMetadata(
            issuer: issuer, authorizationEndpoint: endpoints.dialog, tokenEndpoint: endpoints.token,
            jwksURI: "\(issuer)/.well-known/oauth/openid/jwks/")
        self.init(
            .facebook, at: .fixed(metadata), issuer: .exactly(issuer), clientID: connection.clientID,
            authentication: .clientSecretPost, scopes: ["openid", "public_profile", "email"], algorithms: [.rs256],
            subject: .sub(issuer: endpoints.issuer), emailEvidence: .none)
        provesAuthenticationTime = false
    }
}

/// Facebook's addresses, without a version: then each app's own applies.
struct FacebookEndpoints {
    /// The issuer of identities, whichever protocol proved them.
    let issuer: String
    let dialog: String
    let token: String
    let debugToken: String
    let me: String

    init(_ connection: ProviderConnection) {
        let site = connection.origin ?? "https://www.facebook.com"
        let graph = connection.origin ?? "https://graph.facebook.com"
        issuer = site
        dialog = "\(site)/dialog/oauth"
        token = "\(graph)/oauth/access_token"
        debugToken = "\(graph)/debug_token"
        me = "\(graph)/me"
    }
}
