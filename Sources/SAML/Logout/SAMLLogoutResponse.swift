package import FoundationEssentials
internal import XML

/// A LogoutResponse, SAML Core §3.7.2.
package struct SAMLLogoutResponse: Sendable, Hashable {
    package var id: String
    package var issued: Date
    package var destination: String?
    package var issuer: String
    package var inResponseTo: String?
    /// Outermost first.
    package var statusCodes: [String]

    /// Every participant is signed out.
    package var isSuccess: Bool {
        statusCodes.first == SAMLStatusCode.success && !statusCodes.contains(SAMLStatusCode.partialLogout)
    }

    package init(
        id: String, issued: Date, destination: String?, issuer: String, inResponseTo: String?, status: SAMLStatus
    ) {
        self.id = id
        self.issued = issued
        self.destination = destination
        self.issuer = issuer
        self.inResponseTo = inResponseTo
        statusCodes = [status.top.rawValue] + (status.detail.map { [$0] } ?? [])
    }

    init(
        id: String, issued: Date, destination: String?, issuer: String, inResponseTo: String?, statusCodes: [String]
    ) {
        (self.id, self.issued, self.destination, self.issuer) = (id, issued, destination, issuer)
        (self.inResponseTo, self.statusCodes) = (inResponseTo, statusCodes)
    }

    /// What is answered when some participant could not be signed out (SAML Core §3.7.3.2).
    package static let partial = SAMLStatus(.success, SAMLStatusCode.partialLogout)

    /// - Throws: If the key can't sign, or there is no destination.
    package func transmission(
        by binding: SAMLBinding, relayState: String?, signer: SAMLSigner
    ) throws(SAMLSigningError) -> SAMLTransmission {
        guard let destination else { throw SAMLSigningError(description: "The response has no destination.") }
        return try .sending(
            .response, text, id: id, to: destination, by: binding, relayState: relayState, signer: signer)
    }

    private var text: XMLText {
        var writer = XMLWriter()
        writer.element(
            SAMLPrefix.protocol, .protocol("LogoutResponse"),
            [
                ("Destination", destination), ("ID", id), ("InResponseTo", inResponseTo),
                ("IssueInstant", SAMLInstant.write(issued)), ("Version", "2.0"),
            ]
        ) { writer in
            writer.issuer(issuer)
            writer.element(SAMLPrefix.protocol, .protocol("Status")) { $0.statusCode(statusCodes[...]) }
        }
        return writer.text
    }
}

extension XMLWriter {
    fileprivate mutating func statusCode(_ codes: ArraySlice<String>) {
        guard let code = codes.first else { return }
        element(SAMLPrefix.protocol, .protocol("StatusCode"), [("Value", code)]) {
            $0.statusCode(codes.dropFirst())
        }
    }
}
