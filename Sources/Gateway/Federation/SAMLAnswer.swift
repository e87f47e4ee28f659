internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JSON
internal import SAML
internal import Storage
internal import Upstream

/// A SAML response about one person to one application.
struct SAMLAnswer {
    let answers: FederatedAnswers
    let request: FederatedRequest
    let application: Application
    let provider: SAMLServiceProvider

    func made(_ subject: FederatedAnswers.Subject) throws(Failure) -> FederatedAnswers.Made {
        let installation = answers.installation
        let now = installation.now
        let kind = SAMLServiceProvider.NameIDKind(format: request.nameIDFormat) ?? provider.nameID
        let nameID = answers.nameID(
            kind, of: subject.person.user, at: application, qualifier: provider.entityID)
        let sessionIndex = "_\(subject.session)"
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(installation.environment), issued: now, issuer: answers.entityID, subject: nameID,
            audience: provider.entityID, recipient: request.replyURL, inResponseTo: request.requestID,
            authenticatedAt: subject.identity.authentication.authenticatedAt, contextClass: "")
        assertion.sessionIndex = sessionIndex
        assertion.sessionNotOnOrAfter = subject.sessionEndsAt
        assertion.attributes = answers.attributes(provider.attributes, of: subject, at: application)
        guard request.isAbout(nameID, subject.person.user) else {
            return try status(SAMLStatus(.requester, SAMLStatusCode.unknownPrincipal))
        }
        guard let context = contextClass(of: subject.identity) else {
            return try status(SAMLStatus(.responder, SAMLStatusCode.noAuthnContext))
        }
        assertion.contextClass = context
        let encryption = try encryptionKey()
        do {
            let writer = SAMLResponseWriter(
                issuer: answers.entityID, signer: try answers.signer(),
                signed: SAMLResponseWriter.Signed(provider.signs), encryption: encryption)
            return FederatedAnswers.Made(
                departure: Departure(
                    try writer.answer(
                        assertion, relayState: request.relayState, environment: installation.environment)),
                participant: SessionParticipant(
                    session: subject.session, application: application.appID, language: .saml, nameID: nameID.value,
                    nameIDFormat: nameID.format, sessionIndex: sessionIndex, toldAt: now),
                issued: [
                    "kind": "assertion", "client": .string(application.appID.description),
                    "audience": .string(provider.entityID), "id": .string(assertion.id),
                ])
        } catch {
            throw .ours("a SAML answer: \(error)")
        }
    }

    private func status(_ status: SAMLStatus) throws(Failure) -> FederatedAnswers.Made {
        FederatedAnswers.Made(
            departure: try answers.failure(request, status: status), participant: nil,
            issued: ["kind": "status", "code": .string(status.detail ?? status.top.rawValue)])
    }

    /// Nil where assertions go in clear; never because the certificate can't be used.
    private func encryptionKey() throws(Failure) -> SAMLKey? {
        guard let certificate = provider.encryptionCertificate else { return nil }
        guard let key = SAMLKey(encryptingTo: certificate) else {
            throw .ours("the encryption certificate of \(application.displayName) can't be used")
        }
        return key
    }

    /// The context to state: the one asked for, if the evidence bears it. Nil: it does not (`NoAuthnContext`).
    private func contextClass(of identity: ExternalIdentity) -> String? {
        let borne = FederatedAnswers.contexts(bornBy: identity)
        guard let requested = request.context, !requested.classes.isEmpty else { return borne.first }
        return borne.first { requested.isMet(by: $0, ranking: FederatedAnswers.ranking) }
    }
}

extension FederatedRequest {
    /// Whether this is whom the application asked about, if it asked about anybody: by the name that it is told, or by
    /// their address (SAML Core §3.3.4). Somebody else is never answered in their place.
    fileprivate func isAbout(_ nameID: SAMLNameID, _ user: User) -> Bool {
        guard let subject else { return true }
        let isOpen = subject.format == SAMLNameIDFormat.unspecified
        if isOpen || subject.format == nameID.format, subject.value.utf8.elementsEqual(nameID.value.utf8) {
            return true
        }
        guard isOpen || subject.format == SAMLNameIDFormat.emailAddress, let address = EmailAddress(subject.value)
        else { return false }
        return address == user.mail || address == EmailAddress(user.userPrincipalName)
    }
}

extension SAMLKey {
    /// The key of a certificate, base64 DER, that assertions can be encrypted to: RSA, since they go by RSA-OAEP.
    init?(encryptingTo certificate: String) {
        guard let der = Base64.decode(certificate), let read = try? Certificate(der: der),
            let key = try? SAMLKey(certificate: read), case .rsa = key.key.kind
        else { return nil }
        self = key
    }
}

extension SAMLResponseWriter.Signed {
    init(_ signed: SAMLServiceProvider.SignedElement) {
        self =
            switch signed {
            case .assertion: .assertion
            case .response: .response
            case .both: .both
            }
    }
}
