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
        var object = JSONObject()
        object["token_type"] = "Bearer"
        if !scope.isEmpty { object["scope"] = .string(scope) }
        object["expires_in"] = .integer(Int64(lifetime))
        object["ext_expires_in"] = .integer(Int64(lifetime))
        object["access_token"] = .string(String(decoding: accessToken, as: UTF8.self))
        if let refreshToken { object["refresh_token"] = .string(refreshToken) }
        if let idToken { object["id_token"] = .string(String(decoding: idToken, as: UTF8.self)) }
        if wantsClientInfo, let user {
            object["client_info"] = .string(clientInfo(user: user.description, tenant: tenant.description))
        }
        var response = HTTPResponse.json(JSONWriter.write(.object(object)))
        response.set("Cache-Control", "no-store")
        response.set("Pragma", "no-cache")
        return response
    }
}
