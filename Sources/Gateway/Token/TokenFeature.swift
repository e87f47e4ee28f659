internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Issuing
internal import JSON
internal import OAuth
internal import Storage

/// What clients call themselves: the token endpoint, introspection, revocation, and userinfo.
struct TokenFeature {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.post, "/{tenant}/oauth2/v2.0/token", .client, token),
            Route(.post, "/{tenant}/oauth2/v2.0/introspect", .client, introspect),
            Route(.post, "/{tenant}/oauth2/v2.0/revoke", .client, revoke),
            Route([.get, .post], "/{tenant}/openid/userinfo", .bearer, userInfo),
        ]
    }

    /// RFC 6749 §3.2. The shared checks come first, in one place, so that no grant can forget one.
    private func token(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let form = try exchange.form()
        let request: TokenRequest
        do {
            request = try TokenRequest.parse(
                form.pairs.map { (name: $0.name, value: $0.value) },
                authorizationField: exchange.request.field("authorization"))
        } catch {
            throw .oauth(error)
        }
        let client = try await ClientAuthentication(installation: installation, snapshot: snapshot)
            .authenticate(request.client, exchange.request)
        guard client.registered.allows(request.grant.type) else { throw .oauth(.grantNotAllowed(request.grant.type)) }
        let answer: TokenAnswer
        switch request.grant {
        case .authorizationCode(let code, let redirectURI, let verifier):
            answer = try await AuthorizationCodeGrant(installation: installation, snapshot: snapshot).redeem(
                code, redirectURI: redirectURI, verifier: verifier, by: client, exchange.request)
        case .refreshToken(let token, let scopes):
            answer = try await RefreshTokenGrant(installation: installation, snapshot: snapshot).redeem(
                token, scopes: scopes, by: client, exchange.request)
        case .clientCredentials(let scopes):
            answer = try await ClientCredentialsGrant(installation: installation, snapshot: snapshot).redeem(
                scopes, by: client)
        }
        return answer.response(clientInfo: request.clientInfo, tenant: snapshot.tenant.id)
    }

    /// RFC 7662. Only the client that a token was issued to, or the API it is for, learns anything about it; one that
    /// proves nothing learns nothing, or tokens could be scanned for (§4).
    private func introspect(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let (client, token) = try await clientAndToken(exchange, snapshot)
        guard !client.registered.isPublic else { throw .oauth(.clientAuthenticationMissing) }
        let standing = TokenStanding(installation: installation, snapshot: snapshot)
        var writer = JSONWriter()
        if let access = try? await standing.accessToken(token, audience: nil),
            access.isVisible(to: client.id, resources: Resources(base: installation.base, snapshot: snapshot))
        {
            writer.object { introspection(access.token, issuer: snapshot.tokens.issuer, to: &$0) }
        } else if let grant = try await standing.refreshToken(token, client: client) {
            writer.object { writer in
                writer.member("active", true)
                writer.member("token_type", "refresh_token")
                writer.member("client_id", client.id)
                writer.member("scope", grant.scopes.joined(separator: " "))
                writer.member("exp", Int64(min(grant.expiresAt, grant.idleExpiresAt).timeIntervalSince1970))
            }
        } else {
            writer.object { $0.member("active", false) }
        }
        var response = HTTPResponse.json(writer.bytes)
        response.set("Cache-Control", "no-store")
        return response
    }

    /// RFC 7662 §2.2.
    private func introspection(_ token: PresentedAccessToken, issuer: String, to writer: inout JSONWriter) {
        writer.member("active", true)
        writer.member("token_type", "Bearer")
        writer.member("client_id", token.client.description)
        writer.member("sub", token.subject)
        writer.member("aud", token.audience)
        writer.member("iss", issuer)
        writer.member("jti", token.tokenID)
        writer.member("iat", Int64(token.issuedAt.timeIntervalSince1970))
        writer.member("exp", Int64(token.expiresAt.timeIntervalSince1970))
        if !token.scopes.isEmpty { writer.member("scope", token.scopes.joined(separator: " ")) }
        if !token.roles.isEmpty { writer.member("roles", token.roles) }
        writer.member("oid", ifPresent: token.user?.description)
    }

    /// RFC 7009: an unknown token is as good as revoked. Revoking either token ends the grant.
    private func revoke(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let (client, token) = try await clientAndToken(exchange, snapshot)
        let standing = TokenStanding(installation: installation, snapshot: snapshot)
        var grant = try await standing.refreshToken(token, client: client)?.id
        if grant == nil, let access = try? await standing.accessToken(token, audience: nil),
            access.token.client.description == client.id
        {
            grant = access.token.grant
        }
        if let grant {
            try await storing { () async throws(StorageError) in
                try await installation.store.commit([
                    .revokeGrant(grant, in: snapshot.tenant.id, because: "revokedByClient", at: installation.now)
                ])
            }
        }
        return HTTPResponse(status: 200, fields: [("Cache-Control", "no-store")])
    }

    private func clientAndToken(
        _ exchange: Exchange, _ snapshot: TenantSnapshot
    ) async throws(Failure) -> (ProvenClient, String) {
        let form = try exchange.form()
        let credential: ClientCredential
        do {
            credential = try ClientCredential.parse(
                form.pairs.map { (name: $0.name, value: $0.value) },
                authorizationField: exchange.request.field("authorization"))
        } catch {
            throw .oauth(error)
        }
        let client = try await ClientAuthentication(installation: installation, snapshot: snapshot)
            .authenticate(credential, exchange.request)
        return (client, try form.text("token"))
    }

    /// OpenID Connect Core §5.3.
    private func userInfo(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let wire = try bearerToken(exchange)
        let resources = Resources(base: installation.base, snapshot: snapshot)
        let standing = TokenStanding(installation: installation, snapshot: snapshot)
        let access = try await standing.accessToken(wire, audience: resources.audience(of: nil))
        let token = access.token
        guard token.scopes.contains("openid") else { throw .bearer(.insufficientScope("openid")) }
        guard let user = access.user else { throw .bearer(.invalid("a token without a person")) }
        let emailIsVerified = token.scopes.contains("email") ? try await standing.emailIsVerified(access) : false
        var response = HTTPResponse.json(
            snapshot.tokens.userInfo(
                about: user, to: token.client, scopes: token.scopes, emailIsVerified: emailIsVerified))
        response.set("Cache-Control", "no-store")
        return response
    }

    /// RFC 6750 §2: in the header, or in a form body; one way only.
    private func bearerToken(_ exchange: Exchange) throws(Failure) -> String {
        let request = exchange.request
        var found: [String] = []
        if let field = request.field("authorization") {
            let parts = field.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .bearer(.missing) }
            found.append(String(parts[1]))
        }
        if request.method == .post, !request.body.isEmpty {
            found += try exchange.form().values("access_token")
        }
        guard let token = found.first else { throw .bearer(.missing) }
        guard found.count == 1 else { throw .badField("access_token", "came twice") }
        return token
    }
}
