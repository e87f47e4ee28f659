internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import JOSE
internal import OAuth
internal import Storage

/// A client that has proven itself by its one registered method. Only `ClientAuthentication` can make one.
struct ProvenClient: Sendable {
    let client: Client

    var registered: RegisteredClient { client.registered }
    var id: String { client.registered.appID }

    fileprivate init(_ client: Client) { self.client = client }
}

/// Client authentication at the endpoints that clients call themselves: RFC 6749 §2.3 and RFC 7523 §3.
struct ClientAuthentication {
    let installation: Installation
    let snapshot: TenantSnapshot

    /// Proves the client, or fails alike for an unknown one and a wrong credential.
    func authenticate(_ credential: ClientCredential, _ request: HTTPRequest) async throws(Failure) -> ProvenClient {
        do {
            return try await prove(credential)
        } catch {
            let network = request.peer.remoteAddress
            if !installation.counters.admits(
                "client-failure/\(network)", limit: installation.limits.clientFailuresPerNetwork, seconds: 60,
                at: installation.now)
            {
                throw .refused(.tooManyTries, ["limit": "\(installation.limits.clientFailuresPerNetwork) a minute"])
            }
            throw error
        }
    }

    private func prove(_ credential: ClientCredential) async throws(Failure) -> ProvenClient {
        let clientID = try clientID(of: credential)
        guard let client = try await installation.client(clientID, at: snapshot) else {
            throw .oauth(.clientNotProven("no client '\(clientID)'"))
        }
        do { try credential.requireMethod(of: client.registered) } catch { throw .oauth(error) }
        switch credential {
        case .secretBasic(_, let secret), .secretPost(_, let secret):
            switch client.registered.check(secret, at: installation.now) {
            case .valid: break
            case .expired(let keyID): throw .oauth(.clientNotProven("the secret '\(keyID)' has expired"))
            case .wrong: throw .oauth(.clientNotProven("no secret of '\(clientID)' matches"))
            }
        case .assertion(_, let jwt):
            try await prove(client, assertion: jwt)
        case .none:
            break
        }
        guard client.registered.isEnabled else { throw .oauth(.clientDisabled(clientID)) }
        return ProvenClient(client)
    }

    private func clientID(of credential: ClientCredential) throws(Failure) -> String {
        if case .assertion(nil, let jwt) = credential {
            guard let subject = try? JWT.unverifiedClaims(jwt)["sub"]?.string else {
                throw .oauth(.clientNotProven("the assertion names no subject"))
            }
            return subject
        }
        guard let id = credential.clientID else { throw .oauth(.clientAuthenticationMissing) }
        return id
    }

    /// The assertion's id is spent before anything is believed, so that one seen on the wire serves nobody.
    private func prove(_ client: Client, assertion jwt: String) async throws(Failure) {
        guard let keys = client.keys else { throw .oauth(.clientNotProven("no keys are registered")) }
        let tenant = snapshot.tenant.id
        // MSAL and most libraries name the token endpoint, as Entra has it; another tenant of ours names the issuer.
        let rules = ClientAssertionRules(
            clientID: client.registered.appID, issuer: installation.issuer(tenant),
            legacyAudience: client.application == nil
                ? nil : "\(installation.base)/\(tenant)/oauth2/v2.0/token")
        let claims: ClientAssertionClaims
        do {
            claims = try ClientAssertionClaims(verify(clientAssertion: Array(jwt.utf8), keys: keys).claims)
        } catch {
            throw .oauth(.clientNotProven("the assertion: \(error)"))
        }
        let use: AssertionUse
        do {
            use = try rules.check(claims, at: installation.now)
        } catch {
            throw .oauth(.clientNotProven("the assertion: \(error)"))
        }
        let fresh = try await storing { () async throws(StorageError) in
            try await installation.store.applies([
                .spendID(
                    "\(client.registered.appID)/\(use.id)", purpose: "client-assertion", in: tenant, until: use.until)
            ])
        }
        guard fresh else { throw .oauth(.clientNotProven("the assertion was used before")) }
    }
}
