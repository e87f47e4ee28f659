internal import Cryptography
internal import HTTP
internal import SAML

/// An application that speaks WS-Federation's passive requestor profile.
struct WSFederationSample: Sendable {
    let sample: FederatedSample
    let identityProvider: @Sendable () async throws(LabError) -> SAMLMetadata

    private var realm: String { "\(sample.origin)\(sample.path)" }
    private var replyURL: String { "\(realm)/callback" }
    private var pages: FederatedSamplePages { FederatedSamplePages(sample: sample) }

    var routes: [LabRoute] {
        [
            sample.route([.get], "", home), sample.route([.get], "/sign-in", begin),
            sample.route([.post], "/callback", consume), sample.route([.get], "/callback", cleanUp),
            sample.route([.get], "/arrive") { exchange throws(LabError) in try sample.arrive(exchange) },
            sample.route([.post], "/sign-out", signOut),
            sample.route([.get], "/signed-out") { _ throws(LabError) in
                pages.signedOut("\(sample.name) and \(sample.tenant.name) have forgotten this browser.")
            },
        ]
    }

    private func home(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard let session = sample.session(exchange) else {
            return pages.welcome([("Sign in", "\(sample.path)/sign-in")])
        }
        return pages.account(session, ways: [("Prove again who you are", "\(sample.path)/sign-in?force=yes")])
    }

    private func endpoint() async throws(LabError) -> (address: String, issuer: String, role: WSFederationRole) {
        let metadata = try await identityProvider()
        guard let role = metadata.federationRoles.first(where: { $0.kind == .securityTokenService }),
            let address = role.passiveEndpoints.first
        else { throw LabError("\(sample.tenant.name) names no address to ask at") }
        return (address, metadata.entityID, role)
    }

    // MARK: In

    private func begin(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        var request = WSFederationSignIn(realm: realm)
        let context = sample.token()
        let forced = exchange.query?["force"] == "yes"
        (request.context, request.reply) = (context, replyURL)
        if forced { request.freshness = 0 }
        var response = HTTPResponse.redirect(to: request.url(at: try await endpoint().address))
        sample.begin(context, forced: forced, exchange, in: &response)
        return response
    }

    private func consume(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard let form = exchange.form, form["wa"] == "wsignin1.0", let result = form["wresult"] else {
            throw LabError("there is no wresult")
        }
        // Nothing in the token says what it answers: its context does, and the browser's cookie behind it.
        let begun = try sample.takeBegun(form["wctx"])
        let (_, issuer, role) = try await endpoint()
        let assertion: VerifiedAssertion
        do throws(SAMLRejection) {
            var expected = WSFederationExpectations(
                realm: realm, recipient: replyURL, issuer: issuer, keys: role.keys.verificationKeys)
            expected.authenticatedSince = begun.forced ? begun.at : nil
            assertion = try WSFederationReceivedToken(wresult: result)
                .verify(expecting: expected, now: sample.environment.now())
        } catch {
            throw LabError("the answer is refused: \(error)")
        }
        return try sample.setAside(assertion, result, browser: begun.browser)
    }

    // MARK: Out

    private func signOut(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard exchange.isFromOurPage(sample.scene) else { throw LabError("this form is not from here") }
        let request = WSFederationSignOut(realm: realm, reply: "\(realm)/signed-out")
        var response = HTTPResponse.redirect(to: request.url(at: try await endpoint().address))
        _ = sample.endSession(exchange, in: &response)
        return response
    }

    /// `wsignoutcleanup1.0`: the person signed out elsewhere. It comes without a proof, and can only end a session.
    private func cleanUp(_ exchange: LabExchange) async throws(LabError) -> HTTPResponse {
        guard exchange.query?["wa"] == "wsignoutcleanup1.0" else { throw LabError("there is nothing to do here") }
        var response = pages.signedOut("\(sample.name) has forgotten this browser.")
        _ = sample.endSession(exchange, in: &response)
        return response
    }
}
