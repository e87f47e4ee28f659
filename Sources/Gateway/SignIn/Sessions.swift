internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Storage

/// The pointer to a tenant's session in the browser, and the row behind it.
///
/// The cookie holds the row's id and 256 random bits; the row keeps their hash. A new session is made at every sign-in,
/// so a session id that somebody planted is never promoted (session fixation).
struct Sessions {
    /// Absolute; Entra keeps a session that is not persistent for 24 hours.
    static let lifetime: Double = 24 * 3600

    let installation: Installation
    let tenant: Tenant.ID

    static func cookieName(_ tenant: Tenant.ID) -> String { "__Host-s." + tenant.description.prefix(8) }

    /// The session that the browser points to, if its row stands: this tenant's, not ended, not expired.
    func current(_ request: HTTPRequest) async throws(Failure) -> Session? {
        guard let (id, secret) = held(request) else { return nil }
        let found: Session?
        do { found = try await installation.store.session(tenant, id) } catch { throw .storage(error) }
        guard let found, constantTimeEqual(found.secretDigest, Digest.sha256(secret)), found.endedAt == nil,
            found.expiresAt > installation.now
        else { return nil }
        return found
    }

    /// The session that the browser points to, whether or not it stands.
    func pointer(_ request: HTTPRequest) -> Session.ID? { held(request)?.id }

    private func held(_ request: HTTPRequest) -> (id: Session.ID, secret: [UInt8])? {
        guard let value = request.cookie(Self.cookieName(tenant)) else { return nil }
        let parts = value.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let idBytes = Base64URL.decode(String(parts[0])), let id = Session.ID(bytes: idBytes),
            let secret = Base64URL.decode(String(parts[1]))
        else { return nil }
        return (id, secret)
    }

    /// A new session for somebody just vouched for, and the cookie that points to it.
    func begin(for user: User.ID, identity: ExternalIdentity) -> (session: Session, cookie: SetCookie) {
        let secret = installation.environment.randomBytes(32)
        let now = installation.now
        let session = Session(
            tenant: tenant, id: installation.newID(), secretDigest: Digest.sha256(secret), user: user,
            identity: identity,
            createdAt: now, expiresAt: Self.end(of: identity, from: now))
        let value = Base64URL.encode(session.id.bytes) + "." + Base64URL.encode(secret)
        return (session, cookie(value, maxAge: nil))
    }

    func clear(on response: inout HTTPResponse) { response.setCookie(cookie("", maxAge: 0)) }

    /// No session outlasts the home's own, where the home said when that ends.
    static func end(of identity: ExternalIdentity, from now: Date) -> Date {
        let end = now.addingTimeInterval(lifetime)
        return identity.federatedSession?.notOnOrAfter.map { min($0, end) } ?? end
    }

    private func cookie(_ value: String, maxAge: Int?) -> SetCookie {
        SetCookie(
            name: Self.cookieName(tenant), value: value, path: "/", maxAge: maxAge, secure: true, httpOnly: true,
            sameSite: .lax)
    }
}
