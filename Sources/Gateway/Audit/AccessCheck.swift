internal import Access
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Storage

/// A user of the tenant with everything that a decision or a token reads about them.
struct Person: Sendable {
    var user: User
    var groups: [Group.ID]
    var directoryRoles: [DirectoryRole]
    var assignments: [Assignment]
}

/// Gathers what the access rules may read, and asks them. The only caller of `accessDecision` at run time, so that what is
/// decided over is always what is recorded.
struct AccessCheck {
    let installation: Installation
    let snapshot: TenantSnapshot

    /// The user with the assignments that reach them at the application and the resource of the request.
    func person(
        _ user: User, at application: Application?, _ resource: Application?
    ) async throws(Failure) -> Person {
        let tenant = snapshot.tenant.id
        let store = installation.store
        return try await storing { () async throws(StorageError) in
            var assignments: [Assignment] = []
            let places = try await store.groups(tenant, of: user)
            for asked in Set([application, resource].compactMap { $0?.appID }) {
                assignments += try await store.assignments(
                    tenant, reaching: user.id, places: places, toApplication: asked)
            }
            return Person(
                user: user, groups: places.all,
                directoryRoles: try await store.directoryRoles(tenant, ofUser: user.id), assignments: assignments)
        }
    }

    func input(
        person: Person?, identity: ExternalIdentity, application: Application?, resource: Application?,
        scopes: [String], request: HTTPRequest
    ) -> SignInInput {
        let roles = application.map { application in
            person.map {
                assignedRoles(of: $0.user.id, groups: $0.groups, assignments: $0.assignments, in: application)
            } ?? []
        }
        let agent = request.field("user-agent")
        return SignInInput(
            at: installation.now, settingsVersion: snapshot.version,
            user: person.map {
                UserFacts(
                    $0.user, groups: $0.groups, directoryRoles: $0.directoryRoles, appRoles: roles ?? [],
                    assignments: $0.assignments)
            },
            home: HomeFacts(identity), application: application?.appID, resource: resource?.appID, scopes: scopes,
            network: NetworkFacts(address: request.peer.remoteAddress),
            client: ClientFacts(userAgent: agent), evidence: identity.authentication)
    }

    func decide(_ input: SignInInput) -> AccessDecision {
        accessDecision(
            for: input,
            settings: AccessSettings(
                tenant: snapshot.tenant, application: input.application.flatMap(snapshot.application),
                partner: input.home?.partner.flatMap { snapshot.partner(vouching: $0) }))
    }
}
