internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import SAML

/// Contoso's SAML 2.0 identity provider: single sign-on by redirect and POST, and by Contoso's own page.
struct IdentityProvider: Sendable {
    let partner: FederationPartner

    var routes: [LabRoute] {
        let logout = IdentityProviderLogout(partner: partner)
        return PartnerHomePage(partner: partner).routes + PartnerControl(partner: partner).routes + logout.routes + [
            partner.serviceRoute([.get], partner.metadataPath, metadata),
            partner.serviceRoute([.get, .post], partner.signInPath, ask),
            partner.serviceRoute([.post], "/saml/sign-in", signIn),
            partner.serviceRoute([.post], "/saml/start", start),
        ]
    }

    private func metadata(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        var document = SAMLMetadata(entityID: partner.entityID)
        document.validUntil = partner.now.addingTimeInterval(7 * 86_400)
        document.cacheDuration = 600
        document.displayNames = ["en": partner.displayName]
        document.identityProvider = SAMLIdentityProviderRole(
            keys: SAMLKeys(
                signing: try partner.keys.published(expired: partner.switches.isOn("expired-certificate"))),
            singleSignOn: [SAMLEndpoint(.redirect, partner.signInURL), SAMLEndpoint(.post, partner.signInURL)],
            singleLogout: [SAMLEndpoint(.redirect, partner.logoutURL), SAMLEndpoint(.post, partner.logoutURL)],
            nameIDFormats: Self.formats)
        return try partner.document(document)
    }

    private static let formats = [
        SAMLNameIDFormat.persistent, SAMLNameIDFormat.emailAddress, SAMLNameIDFormat.transient,
        SAMLNameIDFormat.unspecified,
    ]

    // MARK: Asked

    /// A request as it is carried through the page, to be judged again behind it.
    private struct Asked {
        let request: SAMLValidRequest
        let gateway: SAMLMetadata
        let carried: [(name: String, value: String)]
    }

    private func judge(query: String?, message: String?, relayState: String?) async throws(LabError) -> Asked {
        let gateway = try await partner.gatewayMetadata()
        do {
            let received: SAMLReceivedRequest
            var carried: [(name: String, value: String)]
            if let query {
                received = try SAMLReceivedRequest(redirectQuery: query)
                carried = [("query", query)]
            } else {
                received = try SAMLReceivedRequest(postValue: message ?? "", relayState: relayState)
                carried = [("message", message ?? "")]
                if let relayState { carried.append(("relay", relayState)) }
            }
            let request = try received.validated(
                for: gateway, at: partner.signInURL, now: partner.environment.now())
            return Asked(request: request, gateway: gateway, carried: carried)
        } catch SAMLRequestRefusal.rejected(let rejection) {
            throw LabError("the request is refused: \(rejection)")
        } catch {
            throw LabError("the request is refused: \(error)")
        }
    }

    private func ask(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        let asked: Asked
        if exchange.request.method == .post {
            guard let form = exchange.form else { throw LabError("the form can't be read") }
            asked = try await judge(query: nil, message: form["SAMLRequest"], relayState: form["RelayState"])
        } else {
            asked = try await judge(query: exchange.request.query ?? "", message: nil, relayState: nil)
        }
        let request = asked.request.request
        if let session = partner.session(exchange), !request.forcesAuthentication {
            return try answer(asked, session, try partner.faults(choosing: nil))
        }
        guard !request.isPassive else { return try refuse(asked, SAMLValidRequest.noPassive) }
        return PartnerSignInPage(partner: partner, path: "/saml/sign-in", carried: asked.carried)
            .response(hint: request.subject?.value)
    }

    private func signIn(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard partner.isFromOwnPage(exchange), let form = exchange.form else {
            throw LabError("this form is not from here")
        }
        let choice = try PartnerChoice(form, partner)
        let asked = try await judge(query: form["query"], message: form["message"], relayState: form["relay"])
        guard let person = choice.person else {
            return try refuse(asked, SAMLStatus(.responder, SAMLStatusCode.authnFailed, message: "declined"))
        }
        let session = partner.newSession(person, choice).named(try nameID(asked.request, person))
        var response = try answer(asked, session, choice.faults)
        partner.keep(session, in: &response, for: exchange)
        return response
    }

    private func nameID(_ request: SAMLValidRequest, _ person: PartnerPerson) throws(LabError) -> SAMLNameID {
        do throws(SAMLRequestRefusal) {
            let format = try request.nameIDFormat(supported: Self.formats, usual: SAMLNameIDFormat.persistent)
            return Self.name(person, format, partner.environment)
        } catch {
            throw LabError("\(error)")
        }
    }

    private static func name(_ person: PartnerPerson, _ format: String, _ environment: Environment) -> SAMLNameID {
        let value =
            switch format {
            case SAMLNameIDFormat.emailAddress: person.email
            case SAMLNameIDFormat.transient: SAMLMessageID.make(environment)
            default: person.subject
            }
        return SAMLNameID(value, format: format)
    }

    private func answer(
        _ asked: Asked, _ session: PartnerSessions.Session, _ faults: [PartnerFault]
    ) throws(LabError) -> HTTPResponse {
        do throws(SAMLRequestRefusal) {
            try asked.request.requireContext(session.contextClass)
            let format = try asked.request.nameIDFormat(supported: Self.formats, usual: SAMLNameIDFormat.persistent)
            return try send(
                PartnerAnswer(
                    partner: partner, session: session,
                    nameID: session.nameID ?? Self.name(session.person, format, partner.environment),
                    inResponseTo: asked.request.request.id, recipient: asked.request.assertionConsumer.location,
                    relayState: asked.request.relayState, faults: faults, gateway: asked.gateway))
        } catch .answered(let status) {
            return try refuse(asked, status)
        } catch {
            throw LabError("\(error)")
        }
    }

    private func send(_ answer: PartnerAnswer) throws(SAMLRequestRefusal) -> HTTPResponse {
        let page = partner.page("Going on", isNarrow: true)
        do throws(LabError) {
            return page.sending(try answer.message(), to: "the organisation you came from")
        } catch {
            return partner.refusal(error.sentence, status: 500)
        }
    }

    private func refuse(_ asked: Asked, _ status: SAMLStatus) throws(LabError) -> HTTPResponse {
        let writer = SAMLResponseWriter(issuer: partner.entityID, signer: partner.keys.current.signer)
        do throws(SAMLSigningError) {
            let transmission = try writer.answer(
                status, to: asked.request.assertionConsumer.location, inResponseTo: asked.request.request.id,
                relayState: asked.request.relayState, now: partner.now, environment: partner.environment)
            return partner.page("Going back", isNarrow: true)
                .sending(BrowserMessage(transmission), to: "the organisation you came from")
        } catch {
            throw LabError(error.description)
        }
    }

    // MARK: Unasked

    /// A sign-in that begins here (IdP-initiated).
    private func start(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard partner.isFromOwnPage(exchange), let form = exchange.form else {
            throw LabError("this form is not from here")
        }
        let choice = try PartnerChoice(form, partner)
        guard let person = choice.person else { throw LabError("nobody was chosen") }
        let gateway = try await partner.gatewayMetadata()
        let recipient = gateway.serviceProvider?.defaultAssertionConsumer?.location ?? partner.consumerURL
        let nameID = Self.name(person, SAMLNameIDFormat.persistent, partner.environment)
        let session = partner.newSession(person, choice).named(nameID)
        let answer = PartnerAnswer(
            partner: partner, session: session, nameID: nameID, inResponseTo: nil, recipient: recipient,
            relayState: nil, faults: choice.faults, gateway: gateway)
        var response = partner.page("Going on", isNarrow: true)
            .sending(try answer.message(), to: "the organisation you chose")
        partner.keep(session, in: &response, for: exchange)
        return response
    }
}

extension FederationPartner {
    func newSession(_ person: PartnerPerson, _ choice: PartnerChoice) -> PartnerSessions.Session {
        PartnerSessions.Session(
            person: person, authenticatedAt: environment.now(), usedSecondFactor: choice.usedSecondFactor,
            index: SAMLMessageID.make(environment))
    }

    /// Metadata, signed with the key of the day.
    func document(_ metadata: SAMLMetadata) throws(LabError) -> HTTPResponse {
        do throws(SAMLSigningError) {
            let bytes = try metadata.document(id: SAMLMessageID.make(environment), signer: keys.current.signer)
            return HTTPResponse(status: 200, body: bytes, fields: [("content-type", "application/samlmetadata+xml")])
        } catch {
            throw LabError(error.description)
        }
    }
}

extension PartnerSessions.Session {
    func named(_ nameID: SAMLNameID) -> PartnerSessions.Session {
        var session = self
        session.nameID = nameID
        return session
    }
}
