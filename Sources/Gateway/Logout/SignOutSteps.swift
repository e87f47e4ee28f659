internal import Directory
internal import HTTP
internal import Pages

/// Where a sign-out goes on that got stuck: at a party that does not answer, or with an answer that could not be used.
/// Whoever leads a browser here changes nothing but how many confirm.
struct SignOutSteps {
    let installation: Installation

    var routes: [Route] { [Route(.get, "/{tenant}/signout/next", .person, next)] }

    static func path(_ tenant: Tenant.ID) -> String { "/\(tenant)/signout/next" }

    private func next(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let signOut = SignOut(installation: installation, snapshot: try await exchange.tenant())
        guard var walk = signOut.walk(exchange.request) else { throw .noSuchPage }
        guard let awaited = walk.awaited else { return try await signOut.proceed(walk, exchange.request) }
        let query = try exchange.query()
        if (try? query.value("without")) == awaited.requestID {
            walk.giveUpAwaited()
            return try await signOut.proceed(walk, exchange.request)
        }
        if (try? query.value("again")) == awaited.requestID {
            walk.awaited = nil
            walk.remaining.insert(awaited.stop, at: 0)
            return try await signOut.proceed(walk, exchange.request)
        }
        let tenant = signOut.snapshot.tenant
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: tenant, uiLocales: [walk.language])
        let path = Self.path(tenant.id)
        return unansweredSignOutPage(
            UnansweredSignOutPage(
                name: signOut.parties.names([awaited.stop.party]).first ?? frame.text(.theApplication),
                againURL: "\(path)?again=\(awaited.requestID)", withoutURL: "\(path)?without=\(awaited.requestID)"),
            in: frame
        ).response()
    }
}
