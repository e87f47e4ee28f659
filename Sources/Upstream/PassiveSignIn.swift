internal import Directory
internal import FoundationEssentials
internal import SAML

/// One sign-in at a WS-Federation security token service, begun and finished (passive requestor profile, §13.2). The
/// protocol has no `InResponseTo`: that the answer is to our request is `wctx` and the browser's cookie.
struct PassiveSignIn {
    let context: PartnerContext
    let federation: FederationConnection
    let keys: CertificateKeys

    func begin(
        signIn: [UInt8], hint: SignInHint
    ) -> (departure: Departure, transaction: UpstreamTransaction) {
        let transaction = UpstreamTransaction(
            signIn: signIn, issuer: federation.issuer, redirectURI: context.passiveRequestorURL,
            partner: context.partner.id, maxAge: hint.maxAge, forcesLogin: hint.forcesLogin, returnsByPost: true,
            requiresContext: hint.acrValues.isEmpty, environment: context.environment)
        var request = WSFederationSignIn(realm: context.entityID)
        request.context = transaction.state
        request.reply = context.passiveRequestorURL
        request.time = SAMLInstant.write(transaction.startedAt)
        request.freshness = hint.forcesLogin || hint.choosesAccount ? 0 : hint.maxAge.map { $0 / 60 }
        request.authentication = hint.acrValues.first ?? federation.requestedContexts.first
        return (.redirect(request.url(at: federation.signInURL)), transaction)
    }

    func finish(
        _ transaction: UpstreamTransaction, response: [(name: String, value: String)], checks: inout [Check]
    ) throws(UpstreamError) -> VouchedIdentity {
        try transaction.requireAnswer(
            state: try response.only("wctx"), context, issuer: federation.issuer, at: context.passiveRequestorURL,
            &checks)
        guard try response.only("wa") == "wsignin1.0" else {
            throw .responseMalformed("wa is not wsignin1.0")
        }
        let result = try response.only("wresult")
        var expected = WSFederationExpectations(
            realm: context.entityID, recipient: context.passiveRequestorURL, issuer: federation.issuer,
            keys: keys.signingKeys(of: federation))
        expected.decryptionKeys = context.saml?.decryptionKeys ?? []
        expected.acceptsUnconfirmedSubject = federation.acceptsUnconfirmedSubject
        expected.authenticatedSince = transaction.forcesLogin ? transaction.startedAt : nil
        expected.maxAge = transaction.maxAge
        if transaction.requiresContext { expected.contexts = federation.requestedContexts }
        let assertion: VerifiedAssertion
        do throws(SAMLRejection) {
            assertion = try WSFederationReceivedToken(wresult: result)
                .verify(expecting: expected, now: context.environment.now())
        } catch {
            checks += error.checks.map { Check($0) }
            throw .assertion(error)
        }
        checks += assertion.checks.map { Check($0) }
        let identity = try FederatedIdentityMapping(
            partner: context.partner, mapping: federation.attributes
        ).identity(assertion, checks: &checks)
        return VouchedIdentity(
            identity: identity, spends: [SpentEvidence(assertion.oneTimeUse)], checks: checks,
            claims: assertion.attributes.map { ReceivedClaim($0.name, $0.values) })
    }
}
