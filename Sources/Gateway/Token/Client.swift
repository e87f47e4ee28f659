internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JOSE
internal import OAuth

/// Whoever asks for tokens at a tenant: one of its applications, or another tenant of this installation that wants to
/// know who its guest is at home.
///
/// Every hosted tenant is known to every other as an implicit client: its `client_id` is its tenant id, it proves itself
/// with its own federation keys, and answers go to its callback for this tenant and to nowhere else.
struct Client: Sendable {
    let registered: RegisteredClient
    /// Nil for a tenant.
    let application: Application?
    /// The tenant whose guest signs in; nil for an application.
    let tenant: TenantSnapshot?
    /// What a `private_key_jwt` is verified with.
    let keys: JWKSet?

    var displayName: String { application?.displayName ?? tenant?.tenant.displayName ?? registered.appID }

    /// What its tokens are signed with; a tenant of ours takes the cheaper one.
    var signingAlgorithm: SignatureAlgorithm {
        application.map { SignatureAlgorithm.named($0.signingAlgorithm) ?? .rs256 } ?? .es256
    }

    /// The `client_id` as an identifier: a tenant's is its tenant id.
    let appID: Application.AppID

    init(_ application: Application) {
        self.application = application
        appID = application.appID
        tenant = nil
        keys = application.jwks.flatMap { try? JWKSet(bytes: Array($0.utf8)) }
        registered = RegisteredClient(
            appID: application.appID.description, kind: .init(application.kind),
            authentication: .init(application.authentication), isEnabled: application.isEnabled,
            redirectURIs: application.redirectURIs, postLogoutRedirectURIs: application.postLogoutRedirectURIs,
            secretDigests: application.secrets.compactMap { secret in
                Hex.decode(secret.digest).map {
                    RegisteredClient.SecretDigest(keyID: secret.keyID, digest: $0, expiresAt: secret.expiresAt)
                }
            })
    }

    init(tenant: TenantSnapshot, at home: Tenant.ID, base: String) {
        application = nil
        appID = Application.AppID(tenant.tenant.id.uuid)
        self.tenant = tenant
        keys = tenant.keys.publicKeys(.federation)
        registered = RegisteredClient(
            appID: tenant.tenant.id.description, kind: .web, authentication: .privateKeyJWT,
            redirectURIs: ["\(base)/\(tenant.tenant.id)/federation/\(home)/callback"])
    }
}

extension RegisteredClient.Kind {
    init(_ kind: Application.Kind) {
        self =
            switch kind {
            case .web: .web
            case .spa: .spa
            case .native: .native
            case .daemon: .daemon
            }
    }
}

extension RegisteredClient.Authentication {
    init(_ authentication: Application.Authentication) {
        self =
            switch authentication {
            case .clientSecretBasic: .secretBasic
            case .clientSecretPost: .secretPost
            case .privateKeyJWT: .privateKeyJWT
            case .none: .none
            }
    }
}

extension Installation {
    /// The client that a `client_id` names at `snapshot`'s tenant.
    func client(_ clientID: String, at snapshot: TenantSnapshot) async throws(Failure) -> Client? {
        if let client = snapshot.client(clientID) { return client }
        guard let id = Tenant.ID(clientID), id.description == clientID, id != snapshot.tenant.id else { return nil }
        let found: TenantSnapshot?
        do { found = try await settings.snapshot(id) } catch { throw .storage(error) }
        return found.map { Client(tenant: $0, at: snapshot.tenant.id, base: base) }
    }
}
