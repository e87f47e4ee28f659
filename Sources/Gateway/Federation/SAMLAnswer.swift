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
        guard let context = contextClass(of: subject.identity) else {
            let status = SAMLStatus(.responder, SAMLStatusCode.noAuthnContext)
            return FederatedAnswers.Made(
                departure: try answers.failure(request, status: status), participant: nil,
                issued: ["kind": "status", "code": .string(SAMLStatusCode.noAuthnContext)])
        }
        assertion.contextClass = context
        do {
            let writer = SAMLResponseWriter(
                issuer: answers.entityID, signer: try answers.signer(),
                signed: SAMLResponseWriter.Signed(provider.signs), encryption: encryptionKey)
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

    private var encryptionKey: SAMLKey? {
        provider.encryptionCertificate.flatMap { Base64.decode($0) }.flatMap { try? Certificate(der: $0) }
            .flatMap { try? SAMLKey(certificate: $0) }
    }

    /// The context to state: the one asked for, if the evidence bears it. Nil: it does not (`NoAuthnContext`).
    private func contextClass(of identity: ExternalIdentity) -> String? {
        let borne = Self.contexts(bornBy: identity)
        guard let requested = request.context, !requested.classes.isEmpty else { return borne.first }
        return borne.first { requested.isMet(by: $0, ranking: Self.ranking) }
    }

    /// The contexts that the evidence bears, the strongest first. Whoever came through a home of theirs gave a password
    /// over TLS or did something better there; a mailed code is no password, but no weaker.
    static func contexts(bornBy identity: ExternalIdentity) -> [String] {
        let passwords = [
            SAMLContextClass.passwordProtectedTransport, SAMLContextClass.password, SAMLContextClass.unspecified,
        ]
        guard identity.authentication.multiFactor == true else { return passwords }
        return [SAMLContextClass.microsoftMultipleFactors, SAMLContextClass.refedsMultipleFactors] + passwords
    }

    /// Weakest first, for `minimum` and `better`.
    private static let ranking = [
        SAMLContextClass.unspecified, SAMLContextClass.password, SAMLContextClass.passwordProtectedTransport,
        SAMLContextClass.refedsMultipleFactors, SAMLContextClass.microsoftMultipleFactors,
    ]
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
