internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import SAML

/// Tailspin's security token service: WS-Federation's passive requestor profile, with addresses as AD FS has them.
struct TokenService: Sendable {
    let partner: FederationPartner

    var routes: [LabRoute] {
        PartnerHomePage(partner: partner).routes + PartnerControl(partner: partner).routes + [
            partner.serviceRoute([.get], partner.metadataPath, metadata),
            partner.serviceRoute([.get, .post], partner.signInPath, ask),
            partner.serviceRoute([.post], "/adfs/sign-in", signIn),
            partner.serviceRoute([.post], "/sign-out", signOut),
        ]
    }

    private func metadata(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        var document = SAMLMetadata(entityID: partner.entityID)
        document.validUntil = partner.now.addingTimeInterval(7 * 86_400)
        document.cacheDuration = 600
        document.displayNames = ["en": partner.displayName]
        typealias Name = AnswerDraft.ClaimName
        document.federationRoles = [
            WSFederationRole(
                kind: .securityTokenService,
                keys: SAMLKeys(
                    signing: try partner.keys.published(expired: partner.switches.isOn("expired-certificate"))),
                passiveEndpoints: [partner.signInURL], displayName: partner.displayName,
                claimTypes: [Name.email, Name.name, Name.givenName, Name.surname, Name.groups, Name.methods])
        ]
        return try partner.document(document)
    }

    // MARK: Asked

    private func judge(_ text: String) throws(LabError) -> WSFederationRequest {
        guard let form = try? Form.parse(text) else { throw LabError("the request can't be read") }
        do throws(SAMLRejection) {
            return try WSFederationRequest.parse(form.pairs)
        } catch {
            throw LabError("the request is refused: \(error)")
        }
    }

    /// The one place that answers go to is the gateway's.
    private func require(_ request: WSFederationSignIn) throws(LabError) {
        guard request.realm.utf8.elementsEqual(partner.audience.utf8) else {
            throw LabError("\(request.realm) is no application of \(partner.displayName)")
        }
        guard request.reply?.utf8.elementsEqual(partner.consumerURL.utf8) ?? true else {
            throw LabError("wreply is not the registered address")
        }
    }

    private func ask(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        let text =
            exchange.request.method == .post
            ? String(decoding: exchange.request.body, as: UTF8.self) : exchange.request.query ?? ""
        switch try judge(text) {
        case .signIn(let request):
            try require(request)
            if let session = partner.session(exchange), request.freshness != 0 {
                return try answer(request, session, try partner.faults(choosing: nil))
            }
            return PartnerSignInPage(partner: partner, path: "/adfs/sign-in", carried: [("request", text)])
                .response(hint: nil)
        case .signOut(let request), .cleanUp(let request):
            var response = signedOut(request.reply)
            partner.endSession(exchange, in: &response)
            return response
        }
    }

    private func signIn(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard partner.isFromOwnPage(exchange), let form = exchange.form else {
            throw LabError("this form is not from here")
        }
        let choice = try PartnerChoice(form, partner)
        guard case .signIn(let request) = try judge(form["request"] ?? "") else { throw LabError("nobody asked") }
        try require(request)
        // The protocol has no way to say that somebody declined.
        guard let person = choice.person else { return partner.refusal("You are not signed in.", status: 200) }
        let session = partner.newSession(person, choice).named(name(person))
        var response = try answer(request, session, choice.faults)
        partner.keep(session, in: &response, for: exchange)
        return response
    }

    private func name(_ person: PartnerPerson) -> SAMLNameID {
        SAMLNameID(person.subject, format: SAMLNameIDFormat.persistent)
    }

    private func answer(
        _ request: WSFederationSignIn, _ session: PartnerSessions.Session, _ faults: [PartnerFault]
    ) throws(LabError) -> HTTPResponse {
        let answer = PartnerAnswer(
            partner: partner, session: session, nameID: name(session.person), inResponseTo: nil,
            recipient: partner.consumerURL, relayState: request.context, faults: faults, gateway: nil)
        return partner.page("Going on", isNarrow: true)
            .sending(try answer.message(), to: "the organisation you came from")
    }

    // MARK: Out

    private func signOut(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard partner.isFromOwnPage(exchange) else { throw LabError("this form is not from here") }
        let cleanUp = WSFederationSignOut(realm: partner.audience).url(at: partner.consumerURL, isCleanUp: true)
        var response = partner.page("You are signed out", isNarrow: true).response(
            """
            <section class="card"><p class="lead">\(partner.displayName) has forgotten this browser.</p>
            <div class="actions"><a class="button" href="\(cleanUp)">Sign out where you went, too</a></div></section>
            """)
        partner.endSession(exchange, in: &response)
        return response
    }

    /// - Parameter reply: Followed to the gateway and nowhere else.
    private func signedOut(_ reply: String?) -> HTTPResponse {
        let gateway = HTTPURL(partner.gatewayRoot)?.origin
        if let reply, let url = HTTPURL(reply), url.origin == gateway { return .redirect(to: reply) }
        return partner.page("You are signed out", isNarrow: true).response(
            "<section class=\"card\"><p class=\"lead\">\(partner.displayName) has forgotten this browser.</p></section>"
        )
    }
}
