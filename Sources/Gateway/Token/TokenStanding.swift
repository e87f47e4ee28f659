internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import OAuth
internal import Storage

/// An access token of ours that stands: signed by this tenant, not expired, and what it rests on not revoked.
struct StandingToken: Sendable {
    var token: PresentedAccessToken
    /// Nil for an application's own.
    var user: User?
    /// The session that it came from.
    var session: Session.ID?

    /// Whether the caller of introspection may know: the client it was issued to, or the API it is for.
    func isVisible(to client: String, resources: Resources) -> Bool {
        token.client.description == client || token.audience == client || resources.resolve(token.audience) == client
    }
}

/// Whether a token still counts: asked by userinfo, introspection and the management API for each use.
struct TokenStanding {
    let installation: Installation
    let snapshot: TenantSnapshot

    /// - Parameter audience: The resource that asks; nil where the caller checks who may know.
    func accessToken(_ wire: String, audience: String?) async throws(Failure) -> StandingToken {
        let tenant = snapshot.tenant.id
        let token = try installation.verifiedTokens.token(wire, at: snapshot, now: installation.now)
        if let audience, token.audience != audience { throw .bearer(.invalid("it is for another audience")) }
        let application = snapshot.application(token.client)
        if let application {
            guard application.isEnabled else { throw .bearer(.invalid("the application is disabled")) }
        } else {
            // Or another tenant of this installation, which asked who its guest is.
            let client = try await installation.client(token.client.description, at: snapshot)
            guard client != nil else { throw .bearer(.invalid("the application is gone")) }
        }
        guard let grantID = token.grant else {
            return StandingToken(token: token, user: nil)
        }
        let found = try await storing { () async throws(StorageError) in
            try await installation.store.standing(tenant, grantID)
        }
        guard let found else { throw .bearer(.invalid("its grant is gone")) }
        let grant = found.grant
        guard grant.revokedAt == nil else { throw .bearer(.invalid("its grant was revoked")) }
        guard found.user.accountEnabled else { throw .bearer(.invalid("the account is disabled")) }
        if let partner = grant.partner, !(try await stands(partner, grant.session)) {
            throw .bearer(.invalid("the partner that vouched is disabled"))
        }
        guard found.sessionStands else { throw .bearer(.invalid("its session was ended")) }
        return StandingToken(token: token, user: found.user, session: grant.session)
    }

    /// Whether the user's address was proven by its home or by our own code.
    func emailIsVerified(_ token: StandingToken) async throws(Failure) -> Bool {
        guard let session = token.session, let mail = token.user?.mail,
            let identity = try await identity(of: session)
        else { return false }
        return identity.emailIsVerified && identity.email == mail
    }

    /// The identity is read only where no setting answers.
    private func stands(_ partner: Partner.ID, _ session: Session.ID) async throws(Failure) -> Bool {
        if let setting = snapshot.partner(vouching: partner) { return setting.isEnabled }
        return snapshot.stands(partner, try await identity(of: session))
    }

    /// What the home vouched for when the session began; nil: the session is gone.
    private func identity(of session: Session.ID) async throws(Failure) -> ExternalIdentity? {
        try await storing { () async throws(StorageError) in
            try await installation.store.session(snapshot.tenant.id, session)
        }?.identity
    }

    /// The grant of the client's own current refresh token; nil for anything else.
    func refreshToken(_ wire: String, client: ProvenClient) async throws(Failure) -> Grant? {
        let tenant = snapshot.tenant.id
        guard let token = RefreshToken(wire), let key = try? snapshot.keys.secret(.refresh),
            token.isAuthentic(key: key, tenant: tenant)
        else { return nil }
        let found = try await storing { () async throws(StorageError) in
            try await installation.store.grant(tenant, token.grant)
        }
        guard let grant = found, grant.application.description == client.id, grant.revokedAt == nil,
            grant.number == token.number, grant.expiresAt > installation.now, grant.idleExpiresAt > installation.now
        else { return nil }
        let session = try await storing { () async throws(StorageError) in
            try await installation.store.session(tenant, grant.session)
        }
        guard let session, session.endedAt == nil, snapshot.stands(session.identity) else { return nil }
        return grant
    }
}
