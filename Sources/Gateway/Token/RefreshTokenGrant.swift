internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Issuing
internal import OAuth
internal import Storage

/// Refreshing with rotation, RFC 6749 §6 and RFC 9700 §4.14.2.
///
/// A token is derived from the grant and a number; nothing of it is stored. Using one moves the grant's number on by a
/// compare-and-set. The one before it answers its successor again for ten seconds (two workers with one cache race);
/// anything older means that somebody kept a copy, and ends the grant.
struct RefreshTokenGrant {
    let installation: Installation
    let snapshot: TenantSnapshot

    func redeem(
        _ wire: String, scopes asked: [String]?, by client: ProvenClient, _ http: HTTPRequest
    ) async throws(Failure) -> TokenAnswer {
        let tenant = snapshot.tenant.id
        guard let token = RefreshToken(wire), let key = try? snapshot.keys.secret(.refresh),
            token.isAuthentic(key: key, tenant: tenant)
        else { throw .oauth(.refreshTokenInvalid) }
        // One more look after a lost race: then the number has moved, and the window decides.
        for _ in 0..<2 {
            let found = try await storing { () async throws(StorageError) in
                try await installation.store.grant(tenant, token.grant)
            }
            guard let grant = found else { throw .oauth(.refreshTokenInvalid) }
            let now = installation.now
            let decision = RefreshDecision.decide(
                presented: token.number, by: client.id,
                RefreshStanding(grant), now: now)
            switch decision {
            case .refuse(let error): throw .oauth(error)
            case .reuse:
                try await storing { () async throws(StorageError) in
                    try await installation.store.commit([
                        .revokeGrant(grant.id, in: tenant, because: "refreshReused", at: now)
                    ])
                }
                throw .oauth(.refreshTokenReused)
            case .repeatSuccessor:
                return try await answer(grant, asked, client, http)
            case .rotate(let number):
                // Everything that can refuse comes before the token is spent.
                let person = try await person(of: grant, client, http)
                let narrowed = try narrowedScopes(asked, grant)
                var next = grant
                next.number = number + 1
                next.idleExpiresAt = GrantLifetime.idle(
                    now: now, refreshLifetime: client.client.application?.refreshTokenLifetime ?? 0,
                    expiresAt: grant.expiresAt)
                let step = Step.rotateGrant(
                    grant.id, from: number, idleExpiresAt: next.idleExpiresAt, in: tenant, at: now)
                let rotated = try await storing { () async throws(StorageError) in
                    try await installation.store.applies([step])
                }
                guard rotated else { continue }
                return try issue(next, person, client, narrowed)
            }
        }
        throw .oauth(.refreshTokenInvalid)
    }

    private func answer(
        _ grant: Grant, _ asked: [String]?, _ client: ProvenClient, _ http: HTTPRequest
    ) async throws(Failure) -> TokenAnswer {
        let person = try await person(of: grant, client, http)
        return try issue(grant, person, client, try narrowedScopes(asked, grant))
    }

    private func issue(
        _ grant: Grant, _ person: GrantPerson.Standing, _ client: ProvenClient, _ narrowed: NarrowedScopes
    ) throws(Failure) -> TokenAnswer {
        var answer = try TokenIssuing(installation: installation, snapshot: snapshot).answer(
            for: grant, person, client: client.client, scopes: narrowed.names, nonce: nil)
        answer.scope = narrowed.answered
        return answer
    }

    private struct NarrowedScopes {
        var names: [String]
        /// As the client named them.
        var answered: String
    }

    private func person(
        of grant: Grant, _ client: ProvenClient, _ http: HTTPRequest
    ) async throws(Failure) -> GrantPerson.Standing {
        try await GrantPerson(installation: installation, snapshot: snapshot).standing(
            grant.user, session: grant.session, client: client.client, resource: grant.resource, grant.scopes, http)
    }

    /// A client repeats its scopes as it first asked for them (MSAL does), by resource; the grant keeps plain names.
    private func narrowedScopes(_ asked: [String]?, _ grant: Grant) throws(Failure) -> NarrowedScopes {
        guard let asked, !asked.isEmpty else {
            return NarrowedScopes(names: grant.scopes, answered: grant.scopes.joined(separator: " "))
        }
        do throws(OAuthError) {
            let access = try Resources(base: installation.base, snapshot: snapshot)
                .access(asked, for: snapshot.application(grant.application))
            guard access.resource == nil || access.resource?.appID == grant.resource else {
                throw OAuthError.scopeWidened(access.audience)
            }
            return NarrowedScopes(
                names: try narrowed(access.scopeNames, from: grant.scopes), answered: access.answered)
        } catch {
            throw .oauth(error)
        }
    }
}
