package import Directory
internal import JSON

/// The claims of the userinfo endpoint (OpenID Connect Core §5.3.2), as JSON.
///
/// `sub` is the client's, equal to the ID Token's. What else is there depends on the scopes of the access token and on
/// what is known; nothing is sent empty.
extension TokenIssuer {
    package func userInfo(
        about user: User, to client: Application.AppID, scopes: [String], emailIsVerified: Bool
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sub", subject(of: user.id, at: client))
            if scopes.contains("profile") {
                writer.member("name", user.displayName)
                writer.member("given_name", ifPresent: user.givenName)
                writer.member("family_name", ifPresent: user.surname)
                writer.member("preferred_username", user.shownUsername)
                writer.member("locale", ifPresent: user.preferredLanguage)
                writer.member("oid", user.id.description)
                writer.member("tid", tenantID)
            }
            if scopes.contains("email"), let mail = user.mail {
                writer.member("email", mail.description)
                writer.member("email_verified", emailIsVerified)
            }
        }
        return writer.bytes
    }
}
