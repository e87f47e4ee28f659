internal import Directory
internal import HTTP
internal import Issuing
internal import JSON

/// What clients read before anything else: OpenID Connect Discovery 1.0, RFC 8414 metadata, and the tenant's public keys.
///
/// The documents name the tenant by its id whatever form the request used, and the installation's base whatever Host it
/// named: a client that took the domain form learns the id form here.
struct DiscoveryFeature {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.get, "/{tenant}/v2.0/.well-known/openid-configuration", .client, metadata),
            Route(.get, "/{tenant}/.well-known/openid-configuration", .client, metadata),
            Route(.get, "/.well-known/oauth-authorization-server/{tenant}/v2.0", .client, metadata),
            Route(.get, "/{tenant}/discovery/v2.0/keys", .client, keys),
            Route(.get, "/{tenant}/federation/keys", .client, federationKeys),
        ]
    }

    private func metadata(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        return publicDocument(JSONWriter.write(Self.document(base: installation.base, tenant: snapshot.tenant.id)))
    }

    private func keys(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        return publicDocument(snapshot.keys.document(.tokens))
    }

    /// What this tenant proves itself with towards its partners (`private_key_jwt`): apart from the keys of its tokens, so
    /// that whoever trusts one trusts nothing else.
    private func federationKeys(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        publicDocument(try await exchange.tenant().keys.document(.federation))
    }

    /// Browser applications read both across origins; they are the same for everybody, so any origin may.
    private func publicDocument(_ body: [UInt8]) -> HTTPResponse {
        var response = HTTPResponse.json(body)
        response.set("Cache-Control", "public, max-age=300")
        response.set("Access-Control-Allow-Origin", "*")
        return response
    }

    /// OpenID Connect Discovery 1.0 §3 and RFC 8414 §2, for what is implemented and nothing else.
    static func document(base: String, tenant: Tenant.ID) -> JSONValue {
        let root = "\(base)/\(tenant)"
        let clientAuthentication: JSONValue = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
        return [
            "issuer": .string("\(root)/v2.0"),
            "authorization_endpoint": .string("\(root)/oauth2/v2.0/authorize"),
            "token_endpoint": .string("\(root)/oauth2/v2.0/token"),
            "userinfo_endpoint": .string("\(root)/openid/userinfo"),
            "jwks_uri": .string("\(root)/discovery/v2.0/keys"),
            "end_session_endpoint": .string("\(root)/oauth2/v2.0/logout"),
            "introspection_endpoint": .string("\(root)/oauth2/v2.0/introspect"),
            "revocation_endpoint": .string("\(root)/oauth2/v2.0/revoke"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "ES384", "EdDSA"],
            "introspection_endpoint_auth_methods_supported": clientAuthentication,
            "revocation_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
            ],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "claims_supported": [
                "sub", "iss", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "name", "given_name", "family_name",
                "preferred_username", "email", "xms_edov", "oid", "tid", "idp", "acct", "sid", "ver", "acr", "amr",
            ],
            "authorization_response_iss_parameter_supported": true,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "claims_parameter_supported": false,
        ]
    }
}
