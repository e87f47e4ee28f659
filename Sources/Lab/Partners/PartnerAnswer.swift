internal import Cryptography
internal import FoundationEssentials
internal import SAML

/// One answer of a partner, written by the same writers as an honest one's, and then perhaps spoiled.
struct PartnerAnswer: Sendable {
    let partner: FederationPartner
    let session: PartnerSessions.Session
    let nameID: SAMLNameID
    /// Nil: nobody asked, or the protocol does not say.
    let inResponseTo: String?
    let recipient: String
    /// RelayState, or wctx.
    let relayState: String?
    let faults: [PartnerFault]
    /// What the gateway says of itself; nil where nobody needs to know.
    let gateway: SAMLMetadata?

    func message() throws(LabError) -> BrowserMessage {
        var draft = draft()
        for fault in faults {
            if case .draft(let change) = fault.work { change(&draft) }
        }
        partner.switches.remember(assertionID: draft.assertion.id)
        guard case .post(let url, var pairs) = try write(draft),
            let place = pairs.firstIndex(where: { $0.name == parameter })
        else { throw LabError("an answer goes by POST") }
        var message = ForgedMessage(
            text: try plain(pairs[place].value), shape: draft.shape, assertionID: draft.assertion.id,
            name: draft.assertion.subject.value, person: session.person,
            victim: partner.people[partner.people.count - 1], keys: partner.keys,
            recipient: encryptionKey?.certificate, environment: partner.environment)
        for fault in faults {
            if case .text(let change) = fault.work { try change(&message) }
        }
        if message.isBomb { return .redirect(try bomb()) }
        pairs[place].value =
            partner.kind == .saml ? SAMLMessageEncoding.encode(post: Array(message.text.utf8)) : message.text
        return .post(url: url, pairs)
    }

    private var parameter: String { partner.kind == .saml ? "SAMLResponse" : "wresult" }

    private func plain(_ value: String) throws(LabError) -> String {
        guard partner.kind == .saml else { return value }
        guard let bytes = Base64.decode(value) else { throw LabError("the answer is no Base64") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func draft() -> AnswerDraft {
        let now = partner.now
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(partner.environment), issued: now, issuer: partner.entityID, subject: nameID,
            audience: partner.audience, recipient: recipient, inResponseTo: inResponseTo,
            authenticatedAt: session.authenticatedAt.addingTimeInterval(Double(partner.switches.seconds("clock"))),
            contextClass: session.contextClass)
        assertion.sessionIndex = session.index
        assertion.sessionNotOnOrAfter = now.addingTimeInterval(8 * 3600)
        assertion.attributes = session.attributes
        return AnswerDraft(
            assertion: assertion, token: partner.kind == .saml ? .saml20 : .saml11,
            lastAssertionID: partner.switches.lastAssertionID)
    }

    private func write(_ draft: AnswerDraft) throws(LabError) -> BrowserMessage {
        let signer = partner.keys.current.signer
        do throws(SAMLSigningError) {
            guard partner.kind == .saml else {
                let writer = WSFederationResponseWriter(signer: signer, token: draft.token, trust: draft.trust)
                return BrowserMessage(try writer.answer(draft.assertion, context: relayState))
            }
            let writer = SAMLResponseWriter(
                issuer: draft.assertion.issuer, signer: signer,
                encryption: draft.isEncrypted ? encryptionKey : nil)
            guard let status = draft.status else {
                return BrowserMessage(
                    try writer.answer(draft.assertion, relayState: relayState, environment: partner.environment))
            }
            return BrowserMessage(
                try writer.answer(
                    status, to: draft.assertion.recipient, inResponseTo: draft.assertion.inResponseTo,
                    relayState: relayState, now: draft.assertion.issued, environment: partner.environment))
        } catch {
            throw LabError(error.description)
        }
    }

    private var encryptionKey: SAMLKey? { gateway?.serviceProvider?.keys.encryption.first }

    /// A sign-out by redirect with 4 MB of space in it, in 4 KB.
    private func bomb() throws(LabError) -> String {
        guard let endpoint = gateway?.serviceProvider?.singleLogout.first(.redirect) else {
            throw LabError("the gateway takes no sign-out by redirect")
        }
        let xml =
            "<samlp:LogoutRequest xmlns:samlp=\"\(ForgedMessage.protocolNamespace)\" ID=\"_b\">"
            + String(repeating: " ", count: 4 << 20) + "</samlp:LogoutRequest>"
        do throws(CryptographyError) {
            return try SAMLRedirectQuery.url(endpoint.location, .request, xml: Array(xml.utf8), relayState: relayState)
        } catch {
            throw LabError("the message can't be sent: \(error)")
        }
    }
}

extension PartnerSessions.Session {
    var contextClass: String {
        usedSecondFactor ? SAMLContextClass.refedsMultipleFactors : SAMLContextClass.passwordProtectedTransport
    }

    /// Everything that a partner states of its people.
    var attributes: [SAMLAttribute] {
        typealias Name = AnswerDraft.ClaimName
        let methods =
            [SAMLContextClass.password] + (usedSecondFactor ? [SAMLContextClass.microsoftMultipleFactors] : [])
        let stated: [(String, String, [String])] = [
            (Name.email, "email", [person.email]), (Name.name, "name", [person.name]),
            (Name.givenName, "givenName", [person.givenName]), (Name.surname, "surname", [person.surname]),
            (Name.groups, "groups", person.groups), (Name.methods, "methods", methods),
        ]
        return stated.map { name, friendly, values in
            SAMLAttribute(name, nameFormat: SAMLAttributeNameFormat.uri, friendlyName: friendly, values: values)
        }
    }
}
