internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import SAML
internal import Storage

/// `wsignout1.0` of an application that speaks WS-Federation (passive requestor profile, §13.2.4). Nothing in it proves
/// who asks, so the person is asked; and only an exactly registered address is gone to afterwards.
struct WSFederationSignOutEndpoint {
    let installation: Installation

    /// Answers what `/{tenant}/wsfed` was asked.
    func answer(_ request: WSFederationSignOut, _ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let own = "/\(snapshot.tenant.id)"
        if exchange.request.method == .post {
            // A POST from the application's site carries no Lax cookie; our own GET does.
            return .redirect(to: request.url(at: "\(own)/wsfed"))
        }
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        let sessions = Sessions(installation: installation, tenant: snapshot.tenant.id)
        guard let session = try await sessions.current(exchange.request) else {
            let signOut = SignOut(installation: installation, snapshot: snapshot)
            return try await signOut.tell(
                of: [], asker: nil, then: Self.ending(request, at: snapshot), exchange.request, in: frame)
        }
        return confirmSignOutPage(
            ConfirmSignOutPage(
                address: session.identity.email?.description,
                target: FormTarget(
                    action: request.url(at: "\(own)/signout"),
                    token: SessionForms(installation: installation).token(session))),
            in: frame
        ).response()
    }

    /// The `wreply`, if an application of the realm, or of the tenant where none is named, has registered it byte for
    /// byte; otherwise a page of ours.
    static func ending(_ request: WSFederationSignOut, at snapshot: TenantSnapshot) -> SignOutWalk.Ending {
        guard let reply = request.reply else { return .page }
        let parties = snapshot.applications.filter(\.isEnabled).compactMap(\.wsFederation)
        let isRegistered = parties.contains { party in
            (request.realm.map { $0.utf8.elementsEqual(party.realm.utf8) } ?? true)
                && party.replyURLs.contains { $0.utf8.elementsEqual(reply.utf8) }
        }
        return isRegistered ? .location(reply) : .page
    }
}
