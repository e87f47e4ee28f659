internal import Directory
internal import HTTP
internal import SAML

/// Sign-in for applications that speak WS-Federation's passive requestor profile (§13.2). Only exactly registered
/// addresses are ever answered.
struct WSFederationSignOnEndpoint {
    let installation: Installation

    var routes: [Route] { [Route([.get, .post], "/{tenant}/wsfed", .person, answer)] }

    private func answer(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try installation.admitMessage(exchange.request)
        let form = exchange.request.method == .post ? try exchange.form() : try exchange.query()
        let request: WSFederationRequest
        do {
            request = try WSFederationRequest.parse(form.pairs.map { (name: $0.name, value: $0.value) })
        } catch {
            throw .federation(error, peer: "the application")
        }
        switch request {
        case .signIn(let signIn): return try await begin(signIn, exchange)
        case .signOut(let signOut), .cleanUp(let signOut):
            return try await WSFederationSignOutEndpoint(installation: installation).answer(signOut, exchange)
        }
    }

    private func begin(_ signIn: WSFederationSignIn, _ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        guard let application = snapshot.application(realm: signIn.realm), let party = application.wsFederation else {
            throw .refused(.applicationUnknown, ["application": signIn.realm])
        }
        guard application.isEnabled else {
            throw .refused(.applicationDisabled, ["application": application.displayName])
        }
        let reply: String
        do {
            reply = try signIn.replyAddress(registered: party.replyURLs)
        } catch {
            throw .federation(error, peer: application.displayName)
        }
        var request = FederatedRequest(language: .wsFederation, application: application.appID, replyURL: reply)
        request.relayState = signIn.context
        request.forcesLogin = signIn.freshness == 0
        request.maxAge = signIn.freshness.map { $0 * 60 }
        request.context = signIn.authentication.map { SAMLRequestedContext([$0]) }
        request.domainHint = signIn.homeRealm
        return try await SignInFlow(installation: installation).begin(request, exchange, at: snapshot)
    }
}
