internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import SAML

/// An application that speaks SAML 2.0: a service provider as a developer would want to read one.
struct SAMLSample: Sendable {
    let sample: FederatedSample
    /// The application's id at its organisation, for sign-ins that begin there.
    let clientID: String
    let identityProvider: @Sendable () async throws(LabError) -> SAMLMetadata
    private let key: PartnerKeys.Pair
    /// Sign-outs under way: the request, for whom it waits.
    private let logouts = SampleStore<Bool>()

    init(
        sample: FederatedSample, clientID: String,
        identityProvider: @escaping @Sendable () async throws(LabError) -> SAMLMetadata
    ) throws(LabError) {
        (self.sample, self.clientID, self.identityProvider) = (sample, clientID, identityProvider)
        key = try PartnerKeys.pair(sample.name, sample.environment)
    }

    private var entityID: String { "\(sample.origin)\(sample.path)/metadata" }
    private var consumerURL: String { "\(sample.origin)\(sample.path)/acs" }
    private var logoutURL: String { "\(sample.origin)\(sample.path)/slo" }
    private var environment: Environment { sample.environment }
    private var pages: FederatedSamplePages { FederatedSamplePages(sample: sample) }

    var routes: [LabRoute] {
        [
            sample.route([.get], "", home), sample.route([.get], "/metadata", metadata),
            sample.route([.get], "/sign-in", begin), sample.route([.post], "/acs", consume),
            sample.route([.get], "/arrive") { exchange throws(LabError) in try sample.arrive(exchange) },
            sample.route([.post], "/sign-out", signOut), sample.route([.get, .post], "/slo", logout),
        ]
    }

    private func home(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        let path = sample.path
        guard let session = sample.session(exchange) else {
            return pages.welcome([
                ("Sign in", "\(path)/sign-in"), ("Sign in, asking by POST", "\(path)/sign-in?binding=post"),
                ("Begin at \(sample.tenant.name)", startURL),
            ])
        }
        return pages.account(session, ways: [("Prove again who you are", "\(path)/sign-in?force=yes")])
    }

    private var startURL: String { "\(sample.scene.gateway)/\(sample.tenant.id)/saml2/start/\(clientID)" }

    private func metadata(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        var document = SAMLMetadata(entityID: entityID)
        document.cacheDuration = 600
        document.displayNames = ["en": sample.name]
        do {
            let own = try SAMLKey(certificate: key.certificate)
            document.serviceProvider = SAMLServiceProviderRole(
                keys: SAMLKeys(signing: [own], encryption: [own]), signsAuthnRequests: true,
                wantsAssertionsSigned: true,
                assertionConsumers: [SAMLEndpoint(.post, consumerURL, index: 0, isDefault: true)],
                singleLogout: [SAMLEndpoint(.redirect, logoutURL), SAMLEndpoint(.post, logoutURL)],
                nameIDFormats: [SAMLNameIDFormat.persistent])
            let bytes = try document.document(id: SAMLMessageID.make(environment), signer: key.signer)
            return HTTPResponse(status: 200, body: bytes, fields: [("content-type", "application/samlmetadata+xml")])
        } catch {
            throw LabError("the metadata can't be written: \(error)")
        }
    }

    // MARK: In

    private func begin(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        let binding: SAMLBinding = exchange.query?["binding"] == "post" ? .post : .redirect
        guard let endpoint = try await identityProvider().identityProvider?.singleSignOn.first(binding) else {
            throw LabError("\(sample.tenant.name) names no address to ask at")
        }
        var request = SAMLAuthnRequest(
            id: SAMLMessageID.make(environment), issued: environment.now(), destination: endpoint.location,
            issuer: entityID, assertionConsumer: .url(consumerURL, .post))
        request.forcesAuthentication = exchange.query?["force"] == "yes"
        do throws(SAMLSigningError) {
            let message = try request.transmission(by: binding, relayState: nil, signer: key.signer)
            var response = pages.page("Going on").sending(BrowserMessage(message), to: sample.tenant.name)
            sample.begin(request.id, forced: request.forcesAuthentication, exchange, in: &response)
            return response
        } catch {
            throw LabError(error.description)
        }
    }

    private func consume(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard let value = exchange.form?["SAMLResponse"] else { throw LabError("there is no SAMLResponse") }
        let metadata = try await identityProvider()
        guard let role = metadata.identityProvider else { throw LabError("the metadata has no identity provider") }
        do throws(SAMLRejection) {
            let received = try SAMLReceivedResponse(postValue: value)
            var begun: FederatedSample.Begun?
            var answering = SAMLAnswering.unsolicited
            if let id = received.claimedInResponseTo {
                begun = try? sample.takeBegun(id)
                answering = .request(begun == nil ? "none" : id)
            }
            var expected = SAMLResponseExpectations(
                audience: entityID, acsURL: consumerURL, answering: answering, issuer: metadata.entityID,
                keys: role.keys.verificationKeys)
            expected.requiredSignature = .either
            expected.decryptionKeys = [key.key]
            expected.authenticatedSince = begun.flatMap { $0.forced ? $0.at : nil }
            let assertion = try received.verify(expecting: expected, now: environment.now())
            let xml = try SAMLMessageEncoding.decode(post: value)
            return setAside(assertion, String(decoding: xml, as: UTF8.self), begun?.browser)
        } catch {
            throw LabError("the answer is refused: \(error)")
        }
    }

    private func setAside(_ assertion: VerifiedAssertion, _ xml: String, _ browser: String?) -> HTTPResponse {
        do throws(LabError) {
            return try sample.setAside(assertion, xml, browser: browser)
        } catch {
            return pages.trouble(error.sentence)
        }
    }

    // MARK: Out

    private func signOut(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard exchange.isFromOurPage(sample.scene) else { throw LabError("this form is not from here") }
        var response = pages.signedOut("\(sample.name) has forgotten this browser.")
        guard let session = sample.endSession(exchange, in: &response),
            let endpoint = try await identityProvider().identityProvider?.singleLogout.first(.redirect)
        else { return response }
        let request = SAMLLogoutRequest(
            id: SAMLMessageID.make(environment), issued: environment.now(), destination: endpoint.location,
            issuer: entityID, nameID: session.assertion.subject,
            sessionIndexes: session.assertion.sessionIndex.map { [$0] } ?? [])
        logouts.keep(true, under: request.id)
        do throws(SAMLSigningError) {
            // The request's ID comes back as RelayState: the answer is verified against it.
            let message = try request.transmission(by: .redirect, relayState: request.id, signer: key.signer)
            var going = pages.page("Going on").sending(BrowserMessage(message), to: sample.tenant.name)
            going.setCookie(SetCookie(name: sample.sessionCookie, value: "", maxAge: 0, secure: false))
            return going
        } catch {
            throw LabError(error.description)
        }
    }

    private func logout(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        let metadata = try await identityProvider()
        guard let role = metadata.identityProvider else { throw LabError("the metadata has no identity provider") }
        do throws(SAMLRejection) {
            let received = try message(exchange)
            var expected = SAMLReceivedLogout.Expectations(
                issuer: metadata.entityID, keys: role.keys.verificationKeys, endpoint: logoutURL)
            if received.parameter == .response {
                let id = received.relayState
                expected.requestID = logouts.value(id) == true ? id : "none"
            }
            let verified = try received.verified(expected, now: environment.now())
            switch verified.message {
            case .request(let request): return answer(request, received.relayState, role)
            case .response(let response):
                _ = logouts.take(response.inResponseTo)
                return pages.signedOut(
                    response.isSuccess
                        ? "\(sample.name) and \(sample.tenant.name) have forgotten this browser."
                        : "\(sample.name) has forgotten this browser; somebody else has not.")
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
        _ request: SAMLLogoutRequest, _ relayState: String?, _ role: SAMLIdentityProviderRole
    ) -> HTTPResponse {
        _ = sample.sessions.forget {
            request.isAbout($0.assertion.subject, sessionIndex: $0.assertion.sessionIndex)
        }
        guard let endpoint = role.singleLogout.first(.redirect) ?? role.singleLogout.first(.post) else {
            return pages.signedOut("\(sample.name) has forgotten this browser.")
        }
        let response = SAMLLogoutResponse(
            id: SAMLMessageID.make(environment), issued: environment.now(),
            destination: endpoint.responseLocation ?? endpoint.location, issuer: entityID, inResponseTo: request.id,
            status: .success)
        do throws(SAMLSigningError) {
            return pages.page("Going back").sending(
                BrowserMessage(
                    try response.transmission(by: endpoint.binding, relayState: relayState, signer: key.signer)),
                to: sample.tenant.name)
        } catch {
            return pages.trouble(error.description)
        }
    }
}
