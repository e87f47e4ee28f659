internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import SAML
internal import Storage

/// Single logout (SAML Profiles §4.4), where applications and partners send their requests and answers, by redirect or
/// POST. Only what its sender signed counts, once, and only for what that sender was told or told us itself.
struct SAMLLogoutEndpoint {
    let installation: Installation

    var routes: [Route] {
        [
            Route([.get, .post], "/{tenant}/saml2/logout", .person, fromApplication),
            Route([.get, .post], "/{tenant}/federation/{partner}/slo", .person, fromPartner),
        ]
    }

    static func location(_ base: String, _ tenant: Tenant.ID) -> String {
        "\(SAMLSignOnEndpoint.location(base, tenant))/logout"
    }

    private func fromApplication(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let signOut = SignOut(installation: installation, snapshot: try await exchange.tenant())
        let message = try received(exchange, from: "an application")
        guard let application = signOut.snapshot.application(entityID: message.issuer) else {
            throw .refused(.applicationUnknown, ["application": message.issuer])
        }
        guard let peer = try await signOut.parties.peer(.application(application.appID)) else {
            throw .refused(.applicationDisabled, ["application": application.displayName])
        }
        return try await answer(message, of: peer, exchange.request, signOut)
    }

    private func fromPartner(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let signOut = SignOut(installation: installation, snapshot: try await exchange.tenant())
        guard let partner = signOut.snapshot.partner(named: exchange.parameters["partner"] ?? ""),
            partner.kind == .saml
        else { throw .noSuchPage }
        let message = try received(exchange, from: partner.displayName)
        guard let peer = try await signOut.parties.peer(.partner(partner.id)) else {
            throw .refused(.partnerUnavailable, ["home": partner.displayName])
        }
        return try await answer(message, of: peer, exchange.request, signOut)
    }

    private func received(_ exchange: Exchange, from peer: String) throws(Failure) -> SAMLReceivedLogout {
        try installation.admitMessage(exchange.request)
        let form = exchange.request.method == .post ? try exchange.form() : nil
        do throws(SAMLRejection) {
            guard let form else { return try SAMLReceivedLogout(redirectQuery: exchange.request.query ?? "") }
            let names: [SAMLMessageParameter] = [.request, .response]
            let present = names.filter { name in form.pairs.contains { $0.name == name.rawValue } }
            guard present.count == 1, let name = present.first, let value = try? form.value(name.rawValue) else {
                throw SAMLRejection(.badEncoding, "The form has no message, or more than one.")
            }
            return try SAMLReceivedLogout(name, postValue: value, relayState: try? form.value("RelayState"))
        } catch {
            throw .federation(error, peer: peer)
        }
    }

    private func answer(
        _ message: SAMLReceivedLogout, of peer: LogoutPeer, _ http: HTTPRequest, _ signOut: SignOut
    ) async throws(Failure) -> HTTPResponse {
        let walk = signOut.walk(http)
        let awaited = walk?.awaited.flatMap { $0.stop.party == peer.party ? $0 : nil }
        if message.parameter == .response, awaited == nil {
            let rejection = SAMLRejection(.inResponseTo, "No sign-out of this browser waits for it.")
            throw .federation(rejection, peer: peer.displayName)
        }
        let verified: SAMLReceivedLogout.Verified.Message
        do throws(SAMLRejection) {
            verified = try peer.verified(message, requestID: awaited?.requestID, now: installation.now)
        } catch {
            throw .federation(error, peer: peer.displayName)
        }
        switch verified {
        case .request(let request):
            return try await end(request, relayState: message.relayState, of: peer, http, signOut, walk)
        case .response(let response):
            guard var walk else { throw .ours("an answer without a walk passed") }
            if response.isSuccess { walk.awaited = nil } else { walk.giveUpAwaited() }
            return try await signOut.proceed(walk, http)
        }
    }

    private func end(
        _ request: SAMLLogoutRequest, relayState: String?, of peer: LogoutPeer, _ http: HTTPRequest,
        _ signOut: SignOut, _ walk: SignOutWalk?
    ) async throws(Failure) -> HTTPResponse {
        let tenant = signOut.snapshot.tenant
        let named = try await NamedSessions(signOut: signOut, peer: peer).sessions(request)
        // Spent with the sessions that it ends, so that of two that come at once one counts. No request is accepted
        // later than twice its usual life after it was issued, whatever end it names.
        let until = min(request.notOnOrAfter, request.issued.addingTimeInterval(2 * SAMLLogoutRequest.lifetime))
        let spend = Step.spendID(
            "\(peer.entityID)\u{0}\(request.id)", purpose: "logout", in: tenant.id, until: until.addingTimeInterval(600)
        )
        let isFirst = try await storing { () async throws(StorageError) in
            try await installation.store.applies([spend] + signOut.steps(ending: named.alive, asker: peer.party))
        }
        guard isFirst else {
            if walk != nil { return .redirect(to: SignOutSteps.path(tenant.id)) }
            let rejection = SAMLRejection(.replay, "The request \(request.id) came before.")
            throw .federation(rejection, peer: peer.displayName)
        }
        let ending = SignOutWalk.Ending.answer(to: peer.party, requestID: request.id, relayState: relayState)
        let frame = PageFrames(installation: installation).frame(for: http, tenant: tenant, uiLocales: [])
        if var walk, named.alive.isEmpty, case .answer(peer.party, _, _) = walk.ending {
            // It asks again because its first sign-out got stuck at somebody: that one goes on without them.
            walk.ending = ending
            walk.giveUpAwaited()
            return try await signOut.proceed(walk, http)
        }
        if !named.isKnown {
            let status = SAMLStatus(.requester, SAMLStatusCode.unknownPrincipal)
            if let departure = try peer.answer(request.id, status, relayState: relayState, installation) {
                return departure.response(in: frame, afterPost: http.method == .post, label: peer.displayName)
            }
        }
        return try await signOut.tell(of: named.alive, asker: peer.party, then: ending, http, in: frame)
    }
}
