internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Pages
internal import SAML
internal import Storage

/// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0). A request that proves nothing asks the person first, so no
/// page elsewhere can sign anybody out; only an exactly registered address is ever redirected to.
struct LogoutFeature {
    /// OpenID Connect RP-Initiated Logout 1.0 §2.
    private static let parameters: Set<String> = [
        "id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales",
    ]

    let installation: Installation

    var routes: [Route] {
        [
            Route([.get, .post], "/{tenant}/oauth2/v2.0/logout", .person, logout),
            Route(.post, "/{tenant}/signout", .person, confirmed),
        ]
    }

    private func logout(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        if exchange.request.method == .post {
            // A POST from the application's site carries no Lax cookie; our own GET does. What else the form held, such
            // as a secret, belongs in no URL.
            let form = try exchange.form()
            let query = Form.encode(form.pairs.filter { Self.parameters.contains($0.name) }.map { ($0.name, $0.value) })
            return .redirect(to: "/\(snapshot.tenant.id)/oauth2/v2.0/logout?\(query)")
        }
        let form = try exchange.query()
        let request: LogoutRequest
        do {
            request = try LogoutRequest.parse(form.pairs.map { (name: $0.name, value: $0.value) })
        } catch {
            throw .oauth(error)
        }
        let own = request.idTokenHint.flatMap { try? snapshot.tokens.hint($0) }
        let hint = own.map {
            LogoutHint(clientID: $0.client.description, subject: $0.subject, session: $0.session)
        }
        let client = hint.flatMap { snapshot.client($0.clientID)?.registered }
        let decision = LogoutDecision.decide(request, hint: hint, client: client)
        let sessions = Sessions(installation: installation, tenant: snapshot.tenant.id)
        let session = try await sessions.current(exchange.request)
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: request.uiLocales)
        if let session, decision.asksFirst || !belongs(hint, session) {
            return confirmSignOutPage(
                ConfirmSignOutPage(
                    address: session.identity.email?.description,
                    target: FormTarget(
                        action: "/\(snapshot.tenant.id)/signout",
                        token: SessionForms(installation: installation).token(session))),
                in: frame
            ).response()
        }
        let signOut = SignOut(installation: installation, snapshot: snapshot)
        var response = try await signOut.end(
            session.map { [$0] } ?? [], then: decision.location.map { .location($0) } ?? .page, exchange.request,
            in: frame)
        sessions.clear(on: &response)
        return response
    }

    /// A hint for another session than this browser's ends nothing without asking.
    private func belongs(_ hint: LogoutHint?, _ session: Session) -> Bool {
        guard let named = hint?.session else { return true }
        return named == session.id.description
    }

    private func confirmed(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let sessions = Sessions(installation: installation, tenant: snapshot.tenant.id)
        let form = try exchange.form()
        let session = try await sessions.current(exchange.request)
        if let session {
            try FormGuard(installation: installation).check(
                form, token: SessionForms(installation: installation).token(session), exchange.request)
        }
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        // Where a WS-Federation application asked, its address is checked again.
        let query = try exchange.query()
        let asked = WSFederationSignOut(realm: try? query.value("wtrealm"), reply: try? query.value("wreply"))
        var response = try await SignOut(installation: installation, snapshot: snapshot).end(
            session.map { [$0] } ?? [], then: WSFederationSignOutEndpoint.ending(asked, at: snapshot),
            exchange.request, in: frame)
        sessions.clear(on: &response)
        return response
    }
}

/// The token of forms that belong to a session rather than to a sign-in.
struct SessionForms {
    let installation: Installation

    func token(_ session: Session) -> String {
        let key = installation.masterKey.derive(purpose: "session-form")
        return Base64URL.encode(MAC.hmac(.sha256, key: key, session.secretDigest + session.id.bytes))
    }
}
