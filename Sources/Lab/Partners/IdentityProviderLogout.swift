internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import SAML

/// Contoso's side of single logout (SAML Profiles §4.4), begun by either.
struct IdentityProviderLogout: Sendable {
    let partner: FederationPartner

    var routes: [LabRoute] {
        [
            partner.serviceRoute([.get, .post], "/saml/logout", receive),
            partner.serviceRoute([.post], "/sign-out", begin),
        ]
    }

    private func receive(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        let gateway = try await partner.gatewayMetadata()
        guard let role = gateway.serviceProvider else { throw LabError("the gateway is no service provider") }
        do throws(SAMLRejection) {
            let received = try message(exchange)
            var expected = SAMLReceivedLogout.Expectations(
                issuer: gateway.entityID, keys: role.keys.verificationKeys, endpoint: partner.logoutURL)
            if received.parameter == .response { expected.requestID = partner.sessions.takeLogout() }
            let verified = try received.verified(expected, now: partner.environment.now())
            switch verified.message {
            case .request(let request):
                return answer(request, received.relayState, role, exchange)
            case .response(let response):
                return signedOut(response.isSuccess)
            }
        } catch {
            throw LabError("the sign-out is refused: \(error)")
        }
    }

    private func message(_ exchange: LabExchange) throws(SAMLRejection) -> SAMLReceivedLogout {
        guard exchange.request.method == .post, let form = exchange.form else {
            return try SAMLReceivedLogout(redirectQuery: exchange.request.query ?? "")
        }
        let parameter: SAMLMessageParameter = form["SAMLRequest"] == nil ? .response : .request
        return try SAMLReceivedLogout(
            parameter, postValue: form[parameter.rawValue] ?? "", relayState: form["RelayState"])
    }

    private func answer(
        _ request: SAMLLogoutRequest, _ relayState: String?, _ role: SAMLServiceProviderRole, _ exchange: LabExchange
    ) -> HTTPResponse {
        let ended = partner.sessions.end { session in
            session.nameID.map { request.isAbout($0, sessionIndex: session.index) } ?? false
        }
        guard let endpoint = role.singleLogout.first(.redirect) ?? role.singleLogout.first(.post) else {
            return signedOut(true)
        }
        let status =
            ended > 0 ? SAMLStatus.success : SAMLStatus(.requester, SAMLStatusCode.unknownPrincipal)
        let response = SAMLLogoutResponse(
            id: SAMLMessageID.make(partner.environment), issued: partner.now,
            destination: endpoint.responseLocation ?? endpoint.location, issuer: partner.entityID,
            inResponseTo: request.id, status: status)
        do throws(SAMLSigningError) {
            return partner.page("Going back", isNarrow: true).sending(
                BrowserMessage(
                    try response.transmission(
                        by: endpoint.binding, relayState: relayState, signer: partner.keys.current.signer)),
                to: "where you signed out")
        } catch {
            return partner.refusal(error.description, status: 500)
        }
    }

    /// Out here, and wherever the person went from here.
    private func begin(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard partner.isFromOwnPage(exchange) else { throw LabError("this form is not from here") }
        guard let session = partner.session(exchange), let nameID = session.nameID else { return signedOut(true) }
        var response = signedOut(true)
        if let endpoint = try await partner.gatewayMetadata().serviceProvider?.singleLogout.first(.redirect) {
            let request = SAMLLogoutRequest(
                id: SAMLMessageID.make(partner.environment), issued: partner.now, destination: endpoint.location,
                issuer: partner.entityID, nameID: nameID, sessionIndexes: [session.index])
            partner.sessions.beganLogout(request.id)
            do throws(SAMLSigningError) {
                response = partner.page("Going on", isNarrow: true).sending(
                    BrowserMessage(
                        try request.transmission(
                            by: .redirect, relayState: nil, signer: partner.keys.current.signer)),
                    to: "the applications you used")
            } catch {
                throw LabError(error.description)
            }
        }
        partner.endSession(exchange, in: &response)
        return response
    }

    private func signedOut(_ everywhere: Bool) -> HTTPResponse {
        partner.page("You are signed out", isNarrow: true).response(
            everywhere
                ? "<section class=\"card\"><p class=\"lead\">\(partner.displayName) has forgotten this browser.</p></section>"
                : """
                <section class="card"><p class="problem" role="alert">\(partner.displayName) has forgotten this browser; some
                application has not.</p></section>
                """)
    }
}
