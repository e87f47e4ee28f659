internal import Directory
internal import FoundationEssentials
internal import JSON
internal import SAML
internal import Storage
internal import Upstream

/// A WS-Federation answer about one person to one application.
struct WSFederationAnswer {
    let answers: FederatedAnswers
    let request: FederatedRequest
    let application: Application
    let party: WSFederationRelyingParty

    func made(_ subject: FederatedAnswers.Subject) throws(Failure) -> FederatedAnswers.Made {
        let installation = answers.installation
        let now = installation.now
        let nameID = answers.nameID(
            party.nameID, of: subject.person.user, at: application, qualifier: party.realm)
        // A wish that WS-Federation has no way to refuse: what is said is what was done.
        let contexts = FederatedAnswers.contexts(bornBy: subject.identity)
        let context = request.context.flatMap { wish in contexts.first { wish.isMet(by: $0) } } ?? contexts.first
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(installation.environment), issued: now, issuer: answers.entityID, subject: nameID,
            audience: party.realm, recipient: request.replyURL, inResponseTo: nil,
            authenticatedAt: subject.identity.authentication.authenticatedAt,
            contextClass: context ?? SAMLContextClass.unspecified)
        assertion.attributes = answers.attributes(party.attributes, of: subject, at: application)
        do {
            let writer = WSFederationResponseWriter(
                signer: try answers.signer(), token: party.token == .saml11 ? .saml11 : .saml20)
            return FederatedAnswers.Made(
                departure: Departure(try writer.answer(assertion, context: request.relayState)),
                participant: SessionParticipant(
                    session: subject.session, application: application.appID, language: .wsFederation,
                    nameID: nameID.value, nameIDFormat: nameID.format, sessionIndex: "", toldAt: now),
                issued: [
                    "kind": "assertion", "client": .string(application.appID.description),
                    "audience": .string(party.realm), "id": .string(assertion.id),
                ])
        } catch {
            throw .ours("a WS-Federation answer: \(error)")
        }
    }
}
