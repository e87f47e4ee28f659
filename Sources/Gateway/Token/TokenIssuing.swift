internal import Access
internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import JOSE
internal import OAuth
internal import Storage

/// Puts together what a grant's tokens say, and has them signed.
struct TokenIssuing {
    /// Seconds that a tenant of this installation has to read its guest's ID Token.
    private static let tenantTokenLifetime = 300

    let installation: Installation
    let snapshot: TenantSnapshot

    private var tenant: Tenant.ID { snapshot.tenant.id }

    func answer(
        for grant: Grant, _ standing: GrantPerson.Standing, client: Client, scopes: [String], nonce: String?
    ) throws(Failure) -> TokenAnswer {
        let openID = scopes.filter { ScopeRequest.openIDScopes.contains($0) }
        // A token for an API names that API's scopes; one for our own userinfo the OpenID Connect ones.
        let granted = grant.resource == nil ? openID : scopes.filter { !ScopeRequest.openIDScopes.contains($0) }
        let lifetime = client.application?.accessTokenLifetime ?? Self.tenantTokenLifetime
        let who = signedInUser(grant, standing)
        let api = grant.resource.flatMap { Resources(base: installation.base, snapshot: snapshot).application($0) }
        let roles = api.map { api in
            assignedRoles(
                of: grant.user, groups: standing.person.groups, assignments: standing.person.assignments, in: api)
        }
        let facts = DelegatedTokenFacts(
            terms: terms(client, audience: grant.audience, lifetime: lifetime), who: who, resource: grant.resource,
            scopes: granted, roles: roles ?? [], grant: grant.id)
        do {
            let accessToken = try snapshot.tokens.accessToken(facts, algorithm: client.signingAlgorithm)
            var idToken: [UInt8]?
            if openID.contains("openid") {
                idToken = try snapshot.tokens.idToken(
                    idTokenFacts(standing, who, client, openID, nonce, accessToken), algorithm: client.signingAlgorithm)
            }
            return TokenAnswer(
                accessToken: accessToken, lifetime: lifetime, idToken: idToken, refreshToken: try refreshToken(grant),
                scope: scopes.joined(separator: " "), user: grant.user)
        } catch {
            throw .ours("issuing: \(error)")
        }
    }

    /// Client credentials: an application for itself.
    func applicationToken(
        for application: Application, _ client: Client, audience: String, roles: [String]
    ) throws(Failure) -> TokenAnswer {
        let facts = ApplicationTokenFacts(
            terms: terms(client, audience: audience, lifetime: application.accessTokenLifetime),
            servicePrincipal: application.servicePrincipalID, roles: roles)
        do {
            return TokenAnswer(
                accessToken: try snapshot.tokens.accessToken(facts, algorithm: client.signingAlgorithm),
                lifetime: application.accessTokenLifetime, idToken: nil, refreshToken: nil, scope: "", user: nil)
        } catch {
            throw .ours("issuing: \(error)")
        }
    }

    private func terms(_ client: Client, audience: String, lifetime: Int) -> AccessTokenTerms {
        AccessTokenTerms(
            client: client.appID, clientProof: client.proof, audience: audience, tokenID: newTokenID(),
            issuedAt: installation.now, lifetime: lifetime)
    }

    private func signedInUser(_ grant: Grant, _ standing: GrantPerson.Standing) -> SignedInUser {
        let identity = standing.identity
        return SignedInUser(
            user: standing.person.user, authenticatedAt: grant.authenticatedAt,
            context: identity.authentication.context, methods: identity.authentication.methods,
            session: standing.session.description,
            identityProvider: identity.kind == .localMember ? nil : identity.key.issuer)
    }

    private func idTokenFacts(
        _ standing: GrantPerson.Standing, _ who: SignedInUser, _ client: Client, _ scopes: [String], _ nonce: String?,
        _ accessToken: [UInt8]
    ) -> IDTokenFacts {
        let identity = standing.identity
        let isProven = identity.emailIsVerified && identity.email == standing.person.user.mail
        return IDTokenFacts(
            client: client.appID, who: who, scopes: scopes, nonce: nonce, tokenID: newTokenID(),
            issuedAt: installation.now,
            lifetime: client.application == nil ? Self.tenantTokenLifetime : 3_600, emailIsVerified: isProven,
            groups: client.application?.emitsGroups == true ? standing.person.groups : nil, roles: standing.appRoles,
            accessToken: accessToken,
            homeEvidence: client.tenant == nil
                ? nil : HomeEvidence(identity.authentication, groups: standing.person.groups, named: []))
    }

    private func refreshToken(_ grant: Grant) throws(IssuingError) -> String? {
        guard grant.number > 0 else { return nil }
        return RefreshToken.derive(
            key: try snapshot.keys.secret(.refresh), tenant: tenant, grant: grant.id, number: grant.number
        ).string
    }

    private func newTokenID() -> [UInt8] { installation.environment.randomBytes(16) }
}

extension Client {
    fileprivate var proof: ClientProof {
        switch registered.authentication {
        case .none: .publicClient
        case .secretBasic, .secretPost: .secret
        case .privateKeyJWT: .key
        }
    }
}
