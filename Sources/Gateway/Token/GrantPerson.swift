internal import Access
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Storage

/// Whether the person behind a code or grant still stands, asked at every exchange: the account, the rules of this moment,
/// the session it came from, and the partner that vouched.
struct GrantPerson {
    struct Standing: Sendable {
        var person: Person
        var identity: ExternalIdentity
        var session: Session.ID
        var appRoles: [String]
    }

    let installation: Installation
    let snapshot: TenantSnapshot

    func standing(
        _ userID: User.ID, session sessionID: Session.ID, client: Client, resource: Application.AppID?,
        _ scopes: [String], _ http: HTTPRequest
    ) async throws(Failure) -> Standing {
        let tenant = snapshot.tenant.id
        let store = installation.store
        let (user, session) = try await storing { () async throws(StorageError) in
            (try await store.user(tenant, userID), try await store.session(tenant, sessionID))
        }
        guard let user else { throw .oauth(.grantEnded("The user is gone.")) }
        guard let session else { throw .oauth(.grantEnded("The sign-in it rests on is gone.")) }
        guard session.endedAt == nil else { throw .oauth(.grantEnded("The session was ended.")) }
        let api = resource.flatMap { Resources(base: installation.base, snapshot: snapshot).application($0) }
        if let resource, api?.isEnabled != true { throw .oauth(.resourceUnknown(resource.description)) }
        let check = AccessCheck(installation: installation, snapshot: snapshot)
        let person = try await check.person(user, at: client.application, api)
        let input = check.input(
            person: person, identity: session.identity, application: client.application, resource: api, scopes: scopes,
            request: http)
        if let refusal = check.decide(input).refusal {
            throw .oauth(.grantEnded("\(refusal.code): the person may not sign in any more."))
        }
        return Standing(
            person: person, identity: session.identity, session: session.id, appRoles: input.user?.appRoles ?? [])
    }
}
