package import Cryptography
package import FoundationEssentials
internal import XML

/// Writes and signs what an application is answered (SAML Profiles §4.1.4.2), straight in canonical form.
package struct SAMLResponseWriter: Sendable {
    package enum Signed: String, Sendable, Hashable, CaseIterable { case assertion, response, both }

    /// Our entity ID.
    package var issuer: String
    package var signer: SAMLSigner
    package var signed: Signed
    /// The application's key, if its assertions are encrypted. AES-256-GCM under RSA-OAEP.
    package var encryption: SAMLKey?

    package init(issuer: String, signer: SAMLSigner, signed: Signed = .assertion, encryption: SAMLKey? = nil) {
        self.issuer = issuer
        self.signer = signer
        self.signed = signed
        self.encryption = encryption
    }

    /// The answer that carries an assertion.
    ///
    /// - Throws: If a key can't sign or encrypt.
    package func answer(
        _ assertion: SAMLAssertion, relayState: String?, environment: Environment
    ) throws(SAMLSigningError) -> SAMLTransmission {
        var text = assertion.text
        if signed != .response {
            text = try signer.sign(text, id: assertion.id, inclusivePrefixes: SAMLAssertion.inclusivePrefixes)
        }
        if let encryption { text = try Self.encrypted(text, to: encryption, environment) }
        return try response(
            .success, assertion: text, to: assertion.recipient, inResponseTo: assertion.inResponseTo,
            relayState: relayState, now: assertion.issued, environment: environment)
    }

    /// The answer that says why there is no assertion.
    package func answer(
        _ status: SAMLStatus, to recipient: String, inResponseTo: String?, relayState: String?, now: Date,
        environment: Environment
    ) throws(SAMLSigningError) -> SAMLTransmission {
        try response(
            status, assertion: nil, to: recipient, inResponseTo: inResponseTo, relayState: relayState, now: now,
            environment: environment)
    }

    private func response(
        _ status: SAMLStatus, assertion: XMLText?, to recipient: String, inResponseTo: String?, relayState: String?,
        now: Date, environment: Environment
    ) throws(SAMLSigningError) -> SAMLTransmission {
        let id = SAMLMessageID.make(environment)
        var writer = XMLWriter()
        writer.element(
            SAMLPrefix.protocol, .protocol("Response"),
            [
                ("Destination", recipient), ("ID", id), ("InResponseTo", inResponseTo),
                ("IssueInstant", SAMLInstant.write(now)), ("Version", "2.0"),
            ]
        ) { writer in
            writer.issuer(issuer)
            writer.status(status)
            if let assertion { writer.append(assertion) }
        }
        var text = writer.text
        // An error has no assertion that could carry the signature.
        if signed != .assertion || assertion == nil {
            text = try signer.sign(text, id: id, inclusivePrefixes: SAMLAssertion.inclusivePrefixes)
        }
        return .post(.response, text.bytes, to: recipient, relayState: relayState)
    }

    private static func encrypted(
        _ assertion: XMLText, to recipient: SAMLKey, _ environment: Environment
    ) throws(SAMLSigningError) -> XMLText {
        let data: XMLText
        do throws(CryptographyError) {
            data = try XMLEncryption.encrypt(
                assertion.bytes, to: recipient.key, certificate: recipient.certificate?.der, environment: environment)
        } catch {
            throw SAMLSigningError(description: "Nothing can be encrypted to the application's key: \(error).")
        }
        var writer = XMLWriter()
        writer.element(SAMLPrefix.assertion, .assertion("EncryptedAssertion")) { $0.append(data) }
        return writer.text
    }
}

extension XMLWriter {
    mutating func status(_ status: SAMLStatus) {
        element(SAMLPrefix.protocol, .protocol("Status")) { writer in
            writer.element(SAMLPrefix.protocol, .protocol("StatusCode"), [("Value", status.top.rawValue)]) { writer in
                guard let detail = status.detail else { return }
                writer.element(SAMLPrefix.protocol, .protocol("StatusCode"), [("Value", detail)])
            }
            if let message = status.message {
                writer.element(SAMLPrefix.protocol, .protocol("StatusMessage"), text: message)
            }
        }
    }
}
