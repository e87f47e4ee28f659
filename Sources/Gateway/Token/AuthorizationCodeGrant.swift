internal import Access
internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Storage

/// The authorization code grant, RFC 6749 §4.1.3 with PKCE (RFC 7636).
///
/// The code is spent with a compare-and-set in the same commit that begins its grant: of two exchanges one wins, and the
/// other ends what the first produced.
struct AuthorizationCodeGrant {
    let installation: Installation
    let snapshot: TenantSnapshot

    func redeem(
        _ wire: String, redirectURI: String, verifier: CodeVerifier?, by client: ProvenClient, _ http: HTTPRequest
    ) async throws(Failure) -> TokenAnswer {
        let tenant = snapshot.tenant.id
        let now = installation.now
        guard let (id, secret) = Self.parse(wire) else { throw .oauth(.codeInvalid) }
        let store = installation.store
        let found = try await storing { () async throws(StorageError) in try await store.authorizationCode(tenant, id) }
        guard let code = found, constantTimeEqual(code.secretDigest, Digest.sha256(secret)) else {
            throw .oauth(.codeInvalid)
        }
        if code.spentAt != nil { throw try await reused(code) }
        do {
            try CodeStanding(
                clientID: code.application.description, redirectURI: code.redirectURI,
                challenge: code.challenge.flatMap { CodeChallenge($0) }, expiresAt: code.expiresAt
            ).check(by: client.id, redirectURI: redirectURI, verifier: verifier, at: now)
        } catch {
            // Whoever presents it wrongly has spent it: a stolen code can't be tried twice.
            _ = try await storing { () async throws(StorageError) in
                try await store.applies([.spendCode(id, secretDigest: code.secretDigest, in: tenant, at: now)])
            }
            throw .oauth(error)
        }
        let person = try await GrantPerson(installation: installation, snapshot: snapshot)
            .standing(
                code.user, session: code.session, client: client.client, resource: code.resource, code.scopes, http)
        let wantsRefresh = code.scopes.contains("offline_access") && client.client.application != nil
        let lifetime = client.client.application?.refreshTokenLifetime ?? 3_600
        let expiresAt = code.proofExpiresAt ?? code.authenticatedAt.addingTimeInterval(Double(lifetime))
        let grant = Grant(
            tenant: tenant, id: code.id, user: code.user, application: code.application, session: code.session,
            partner: code.partner, scopes: code.scopes, resource: code.resource, audience: code.audience,
            authenticatedAt: code.authenticatedAt, createdAt: now, expiresAt: expiresAt,
            idleExpiresAt: GrantLifetime.idle(now: now, refreshLifetime: lifetime, expiresAt: expiresAt),
            number: wantsRefresh ? 1 : 0)
        let began = try await storing { () async throws(StorageError) in
            try await store.applies([
                .spendCode(id, secretDigest: code.secretDigest, in: tenant, at: now), .insertGrant(grant),
            ])
        }
        guard began else { throw try await reused(code) }
        var answer = try TokenIssuing(installation: installation, snapshot: snapshot).answer(
            for: grant, person, client: client.client, scopes: code.scopes, nonce: code.nonce)
        if let scope = code.responseExtras["scope"]?.string { answer.scope = scope }
        return answer
    }

    /// RFC 6749 §4.1.2: a code that comes twice was stolen by one of the two; what it began ends.
    private func reused(_ code: AuthorizationCode) async throws(Failure) -> Failure {
        try await storing { () async throws(StorageError) in
            try await installation.store.commit([
                .revokeGrant(code.id, in: code.tenant, because: "codeReused", at: installation.now)
            ])
        }
        return .oauth(.codeSpent)
    }

    private static func parse(_ wire: String) -> (SignInID, [UInt8])? {
        let parts = wire.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let idBytes = Base64URL.decode(String(parts[0])), let id = SignInID(bytes: idBytes),
            let secret = Base64URL.decode(String(parts[1])), secret.count == 32
        else { return nil }
        return (id, secret)
    }
}
