internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import SAML

/// One sign-in at a SAML identity provider, begun and finished (SAML Profiles §4.1).
struct SAMLSignIn {
    let context: PartnerContext
    let federation: FederationConnection
    let keys: CertificateKeys

    // MARK: Asking

    func begin(
        signIn: [UInt8], hint: SignInHint
    ) throws(UpstreamError) -> (departure: Departure, transaction: UpstreamTransaction) {
        let wish =
            hint.acrValues.isEmpty
            ? SAMLRequestedContext(federation.requestedContexts)
            : SAMLRequestedContext(hint.acrValues, comparison: hint.contextComparison)
        let transaction = UpstreamTransaction(
            signIn: signIn, issuer: federation.issuer, redirectURI: context.assertionConsumerURL,
            partner: context.partner.id, maxAge: hint.maxAge, forcesLogin: hint.forcesLogin, returnsByPost: true,
            requiresContext: hint.acrValues.isEmpty, environment: context.environment)
        var request = SAMLAuthnRequest(
            id: transaction.requestID, issued: transaction.startedAt, destination: federation.signInURL,
            issuer: context.entityID, assertionConsumer: .url(context.assertionConsumerURL, .post))
        request.nameIDPolicy = SAMLAuthnRequest.NameIDPolicy(format: federation.nameIDFormat)
        // SAML can't ask for an age. A partner that answered from an old session would be refused again and again.
        request.forcesAuthentication = hint.forcesLogin || hint.choosesAccount || hint.maxAge != nil
        request.requestedContext = wish.classes.isEmpty ? nil : wish
        return (try departure(request, relayState: transaction.state), transaction)
    }

    private func departure(_ request: SAMLAuthnRequest, relayState: String) throws(UpstreamError) -> Departure {
        do throws(SAMLSigningError) {
            return Departure(
                try request.transmission(
                    by: SAMLBinding(federation.signInBinding), relayState: relayState,
                    signer: federation.signsRequests ? context.saml?.signer : nil))
        } catch {
            throw .misconfigured("the request can't be written: \(error)")
        }
    }

    // MARK: Reading the answer

    /// - Parameter transaction: Nil for a response that nobody asked for.
    func finish(
        _ transaction: UpstreamTransaction?, response: [(name: String, value: String)], checks: inout [Check]
    ) throws(UpstreamError) -> VouchedIdentity {
        let now = context.environment.now()
        try transaction?.requireAnswer(
            state: try response.only("RelayState"), context, issuer: federation.issuer,
            at: context.assertionConsumerURL, &checks)
        let answer = try response.only("SAMLResponse")
        let assertion: VerifiedAssertion
        do throws(SAMLRejection) {
            let response = try SAMLReceivedResponse(postValue: answer)
            assertion = try response.verify(expecting: try expectations(transaction), now: now)
        } catch {
            checks += error.checks.map { Check($0) }
            throw error.reason == .statusNotSuccess ? .statusNotSuccess(error) : .assertion(error)
        }
        checks += assertion.checks.map { Check($0) }
        let identity = try FederatedIdentityMapping(
            partner: context.partner, mapping: federation.attributes
        ).identity(assertion, checks: &checks)
        return VouchedIdentity(
            identity: identity, spends: [SpentEvidence(assertion.oneTimeUse)], checks: checks,
            claims: assertion.attributes.map { ReceivedClaim($0.name, $0.values) })
    }

    private func expectations(
        _ transaction: UpstreamTransaction?
    ) throws(SAMLRejection) -> SAMLResponseExpectations {
        var expected = SAMLResponseExpectations(
            audience: context.entityID, acsURL: context.assertionConsumerURL,
            answering: transaction.map { .request($0.requestID) } ?? .unsolicited, issuer: federation.issuer,
            keys: keys.signingKeys(of: federation))
        expected.requiredSignature = SAMLRequiredSignature(federation.requiredSignature)
        expected.decryptionKeys = context.saml?.decryptionKeys ?? []
        expected.allowsCBC = federation.acceptsCBC
        expected.authenticatedSince = transaction.flatMap { $0.forcesLogin ? $0.startedAt : nil }
        expected.maxAge = transaction?.maxAge
        if transaction?.requiresContext ?? true { expected.contexts = federation.requestedContexts }
        return expected
    }
}

extension SAMLRequiredSignature {
    init(_ required: FederationConnection.RequiredSignature) {
        self =
            switch required {
            case .assertion: .assertion
            case .response: .response
            case .both: .both
            case .either: .either
            }
    }
}

extension SpentEvidence {
    /// The issuer is part of what is spent: two partners may use one assertion id.
    init(_ use: VerifiedAssertion.OneTimeUse) {
        let digest = Digest.sha256(Array("\(use.issuer)\u{0}\(use.assertionID)".utf8))
        self.init(purpose: "assertion", id: Hex.encode(digest), until: use.until)
    }
}

extension Check {
    init(_ check: SAMLCheck) {
        let result: Result =
            switch check.result {
            case .pass: .pass
            case .fail: .fail
            case .skipped: .skipped
            }
        self.init(
            check.name, result, expected: check.expected.map { shown($0) }, actual: check.actual.map { shown($0) })
    }
}

extension SAMLBinding {
    init(_ binding: FederationConnection.Binding) {
        self =
            switch binding {
            case .redirect: .redirect
            case .post: .post
            }
    }
}
