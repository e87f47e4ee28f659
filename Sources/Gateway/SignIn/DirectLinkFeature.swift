internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import Storage

/// Links that need no invitation's mail: to one application of an organisation, to its page of applications, and to the
/// page that asks which organisation. Whoever has a pending invitation redeems it on the way.
struct DirectLinkFeature {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.get, "/{tenant}/apps/{app}", .person, application),
            Route(.get, "/{tenant}/apps", .person, applications),
            Route(.get, "/apps", .person, organization),
        ]
    }

    /// `{base}/{tenant}/apps/{appId}`: signs in for the application here, then goes to its home page. The conditions of the
    /// application count, so nobody is sent where they may not go.
    private func application(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        guard let id = Application.AppID(exchange.parameters["app"] ?? ""),
            let application = snapshot.application(id), application.homepageURL != nil
        else { throw .noSuchPage }
        var signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken())
        signIn.landing = id
        let turn = try await installation.turn(signIn, at: snapshot, exchange.request)
        return try await SignInFlow(installation: installation).proceed(turn)
    }

    private func applications(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        return .redirect(to: "/\(snapshot.tenant.id)/account")
    }

    /// `{base}/apps?tenantId={id or domain}`, and without it the question.
    private func organization(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let query = try exchange.query()
        let named: String?
        do { named = try query.value("tenantId")?.trimmedASCII } catch { throw .badField("tenantId", "\(error)") }
        let frame = PageFrames(installation: installation).frame(for: exchange.request, tenant: nil, uiLocales: [])
        guard let named, !named.isEmpty else {
            return organizationPage(OrganizationPage(typed: nil, isUnknown: false), in: frame).response()
        }
        let found = try await storing { () async throws(StorageError) in
            try await installation.settings.snapshot(named: named.lowercased())
        }
        guard let found else {
            return organizationPage(OrganizationPage(typed: named, isUnknown: true), in: frame).response()
        }
        return .redirect(to: "/\(found.tenant.id)/account")
    }
}
