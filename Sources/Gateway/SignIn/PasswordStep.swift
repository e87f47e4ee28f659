internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import Storage

extension SignInFlow {
    /// A member's password. An unknown name costs the same reads and the same hash, and gets the same answer.
    func password(_ turn: Turn, _ form: Form) async throws(Failure) -> HTTPResponse {
        guard let address = turn.signIn.address, turn.tenant.domains.contains(address.domain) else {
            return try await proceed(turn)
        }
        let now = installation.now
        let network = turn.http.peer.remoteAddress
        let limits = installation.limits
        guard
            installation.counters.admits(
                "password/\(network)", limit: limits.passwordsPerNetwork, seconds: 600, at: now),
            installation.counters.admits(
                "password/\(turn.tenant.id)/\(address.normalized)", limit: limits.passwordsPerAccount, seconds: 600,
                at: now)
        else {
            throw .refused(
                .tooManyTries, ["what": "passwords", "limit": "\(limits.passwordsPerAccount) in ten minutes"])
        }
        let sent = try form.text("password")
        let store = installation.store
        let tenant = turn.tenant.id
        let nobody: User.ID = installation.newID()
        let (user, hash) = try await storing { () async throws(StorageError) -> (User?, String?) in
            let user = try await store.user(tenant, userPrincipalName: address.description)
            return (user, try await store.passwordHash(tenant, user?.id ?? nobody))
        }
        let isRight = await installation.verifyPassword(Secret(utf8: sent), hash)
        guard let user, isRight else {
            return try await proceed(turn, problem: turn.problem("password", .refusal(.wrongPassword)))
        }
        let identity = ExternalIdentity(
            key: installation.localIdentityKey(user.id, at: tenant), partner: nil, kind: .localMember,
            authentication: AuthenticationEvidence(authenticatedAt: now, methods: ["pwd"], multiFactor: false),
            evidenceDigest: Hex.encode(Digest.sha256(Array("password/\(turn.signIn.id)".utf8))),
            homeTenant: tenant.description, homeUser: user.id.description, email: user.mail,
            emailIsVerified: user.mail.map { turn.tenant.domains.contains($0.domain) } ?? false,
            displayName: user.displayName, givenName: user.givenName, surname: user.surname,
            preferredLanguage: user.preferredLanguage)
        let home = try await homeStep(turn)
        return try await vouch(
            turn, identity, spending: [],
            trail: [
                home,
                RecordedStep(
                    "partner", "password",
                    [Reason("password.matches", met: true, "The password of this organisation's member was right.")]),
            ])
    }
}

extension Form {
    /// A field that must be there, once.
    func text(_ name: String) throws(Failure) -> String {
        let found: String?
        do { found = try value(name) } catch { throw .badField(name, "\(error)") }
        guard let found else { throw .badField(name, "is missing") }
        return found
    }
}
