internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import JOSE
internal import JSON
internal import OAuth

/// The outside provider's token endpoint and userinfo.
struct OutsideTokens: Sendable {
    let provider: OutsideProvider

    private static let lifetime = 600

    func redeem(_ exchange: LabExchange) async -> HTTPResponse {
        guard let form = exchange.form else { return refusal("invalid_request", "the body is no form") }
        guard isOurClient(exchange.request, form) else {
            var response = refusal("invalid_client", "the client did not prove itself", status: 401)
            response.set("WWW-Authenticate", "Basic realm=\"northwind\"")
            return response
        }
        guard form["grant_type"] == "authorization_code" else {
            return refusal("unsupported_grant_type", "only authorization_code")
        }
        let now = provider.environment.now()
        guard let code = form["code"], let grant = provider.grants.take(code, now: now) else {
            return refusal("invalid_grant", "the code is unknown, spent or expired")
        }
        guard let uri = form["redirect_uri"], uri.utf8.elementsEqual(grant.redirectURI.utf8) else {
            return refusal("invalid_grant", "the redirect_uri is another")
        }
        guard let verifier = form["code_verifier"].flatMap({ CodeVerifier($0) }), grant.challenge.matches(verifier)
        else {
            return refusal("invalid_grant", "the code_verifier does not fit")
        }
        let accessToken = Base64URL.encode(provider.environment.randomBytes(32))
        provider.grants.add(
            token: accessToken, scopes: grant.scopes, expiresAt: now.addingTimeInterval(Double(Self.lifetime)), now: now
        )
        do throws(JOSEError) {
            let idToken = try idToken(grant, accessToken: accessToken, now: now)
            return .json(
                JSONWriter.write([
                    "access_token": .string(accessToken), "token_type": "Bearer",
                    "expires_in": .integer(Int64(Self.lifetime)), "id_token": .string(idToken),
                    "scope": .string(grant.scopes.sorted().joined(separator: " ")),
                ]))
        } catch {
            return refusal("server_error", "the token could not be signed", status: 500)
        }
    }

    private func idToken(_ grant: OutsideGrants.Grant, accessToken: String, now: Date) throws(JOSEError) -> String {
        let seconds = Int64(now.timeIntervalSince1970)
        var claims: JSONObject = [
            "iss": .string(provider.issuer), "aud": .string(provider.clientID), "iat": .integer(seconds),
            "exp": .integer(seconds + Int64(Self.lifetime)),
            "auth_time": .integer(Int64(grant.authenticatedAt.timeIntervalSince1970)), "amr": ["pwd"],
            "at_hash": .string(SignatureAlgorithm.rs256.leftHalfHash(of: Array(accessToken.utf8))),
        ]
        claims["nonce"] = grant.nonce.map { .string($0) }
        for (name, value) in provider.claims(for: grant.scopes) { claims[name] = value }
        return String(decoding: try provider.signer.sign(JSONWriter.write(.object(claims))), as: UTF8.self)
    }

    func userInfo(_ exchange: LabExchange) async -> HTTPResponse {
        guard let field = exchange.request.field("authorization"), field.lowercased().hasPrefix("bearer "),
            let scopes = provider.grants.scopes(
                ofToken: String(field.dropFirst("bearer ".count)), now: provider.environment.now())
        else {
            var response = refusal("invalid_token", "the access token is unknown or expired", status: 401)
            response.set("WWW-Authenticate", "Bearer realm=\"northwind\", error=\"invalid_token\"")
            return response
        }
        return .json(JSONWriter.write(.object(JSONObject(provider.claims(for: scopes)))))
    }

    // MARK: The client

    /// By `client_secret_basic` or `client_secret_post`, and not by both (RFC 6749 §2.3).
    private func isOurClient(_ request: HTTPRequest, _ form: LabParameters) -> Bool {
        let presented: (id: String, secret: String)
        if let field = request.field("authorization") {
            guard form["client_secret"] == nil, field.lowercased().hasPrefix("basic "),
                let bytes = Base64.decode(String(field.dropFirst("basic ".count))),
                let text = String(validating: bytes, as: UTF8.self), let colon = text.firstIndex(of: ":"),
                let id = PercentEncoding.decode(String(text[..<colon])),
                let secret = PercentEncoding.decode(String(text[text.index(after: colon)...]))
            else { return false }
            presented = (id, secret)
        } else {
            guard let id = form["client_id"], let secret = form["client_secret"] else { return false }
            presented = (id, secret)
        }
        return presented.id == provider.clientID && Secret(utf8: presented.secret) == provider.clientSecret
    }

    private func refusal(_ error: String, _ description: String, status: Int = 400) -> HTTPResponse {
        .json(
            JSONWriter.write(["error": .string(error), "error_description": .string(description)]), status: status)
    }
}
