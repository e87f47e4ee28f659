internal import Directory
internal import HTTP
internal import JSON
internal import OAuth

/// RFC 6749 §5.1, with `id_token` (OIDC Core §3.1.3.3) and Entra's `ext_expires_in`.
struct TokenAnswer: Sendable {
    var accessToken: [UInt8]
    var lifetime: Int
    var idToken: [UInt8]?
    var refreshToken: String?
    /// As the client named what it got.
    var scope: String
    /// Nil for an application's own token.
    var user: User.ID?

    func response(clientInfo wantsClientInfo: Bool, tenant: Tenant.ID) -> HTTPResponse {
        var writer = JSONWriter(capacity: 256 + accessToken.count + (idToken?.count ?? 0))
        writer.object { writer in
            writer.member("token_type", "Bearer")
            if !scope.isEmpty { writer.member("scope", scope) }
            writer.member("expires_in", lifetime)
            writer.member("ext_expires_in", lifetime)
            writer.member("access_token", String(decoding: accessToken, as: UTF8.self))
            writer.member("refresh_token", ifPresent: refreshToken)
            if let idToken { writer.member("id_token", String(decoding: idToken, as: UTF8.self)) }
            if wantsClientInfo, let user {
                writer.member("client_info", clientInfo(user: user.description, tenant: tenant.description))
            }
        }
        var response = HTTPResponse.json(writer.bytes)
        response.set("Cache-Control", "no-store")
        response.set("Pragma", "no-cache")
        return response
    }
}
