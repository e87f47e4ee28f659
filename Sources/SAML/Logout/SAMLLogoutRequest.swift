package import FoundationEssentials
internal import XML

/// A LogoutRequest, SAML Core §3.7.1.
package struct SAMLLogoutRequest: Sendable, Hashable {
    package var id: String
    package var issued: Date
    package var destination: String?
    package var issuer: String
    /// Of a request that arrived without one: ``lifetime`` after it was issued.
    package var notOnOrAfter: Date
    package var nameID: SAMLNameID
    /// Empty: every session of this person.
    package var sessionIndexes: [String]

    /// How long one of ours may be used, in seconds.
    package static let lifetime = 300.0

    package init(
        id: String, issued: Date, destination: String?, issuer: String, nameID: SAMLNameID, sessionIndexes: [String]
    ) {
        self.id = id
        self.issued = issued
        self.destination = destination
        self.issuer = issuer
        self.nameID = nameID
        self.sessionIndexes = sessionIndexes
        notOnOrAfter = issued.addingTimeInterval(Self.lifetime)
    }

    /// - Throws: If the key can't sign, or there is no destination.
    package func transmission(
        by binding: SAMLBinding, relayState: String?, signer: SAMLSigner
    ) throws(SAMLSigningError) -> SAMLTransmission {
        guard let destination else { throw SAMLSigningError(description: "The request has no destination.") }
        return try .sending(
            .request, text, id: id, to: destination, by: binding, relayState: relayState, signer: signer)
    }

    /// Whether the request is about this session: its person by format, value and qualifiers, and its index if it names
    /// any (SAML Profiles §4.4.4.1).
    package func isAbout(_ subject: SAMLNameID, sessionIndex: String?) -> Bool {
        guard nameID.value.isExactly(subject.value), nameID.format == subject.format,
            (nameID.nameQualifier ?? issuer).isExactly(subject.nameQualifier ?? issuer),
            nameID.spNameQualifier == nil || subject.spNameQualifier == nil
                || nameID.spNameQualifier == subject.spNameQualifier
        else { return false }
        guard !sessionIndexes.isEmpty else { return true }
        guard let sessionIndex else { return false }
        return sessionIndexes.contains { $0.isExactly(sessionIndex) }
    }

    private var text: XMLText {
        var writer = XMLWriter()
        writer.element(
            SAMLPrefix.protocol, .protocol("LogoutRequest"),
            [
                ("Destination", destination), ("ID", id), ("IssueInstant", SAMLInstant.write(issued)),
                ("NotOnOrAfter", SAMLInstant.write(notOnOrAfter)), ("Version", "2.0"),
            ]
        ) { writer in
            writer.issuer(issuer)
            writer.nameID(nameID)
            for index in sessionIndexes {
                writer.element(SAMLPrefix.protocol, .protocol("SessionIndex"), text: index)
            }
        }
        return writer.text
    }
}
