internal import FoundationEssentials
internal import XML

/// Writes what an application is answered: a RequestSecurityTokenResponse with one signed token (WS-Federation §13.2.2).
package struct WSFederationResponseWriter: Sendable {
    package enum Token: String, Sendable, Hashable, CaseIterable {
        case saml11 = "urn:oasis:names:tc:SAML:1.0:assertion"
        case saml20 = "urn:oasis:names:tc:SAML:2.0:assertion"
    }

    package enum Trust: String, Sendable, Hashable, CaseIterable {
        /// WS-Trust of February 2005: AD FS's and WIF's usual.
        case february2005 = "http://schemas.xmlsoap.org/ws/2005/02/trust"
        /// WS-Trust 1.3, in a collection.
        case trust13 = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
    }

    package var signer: SAMLSigner
    package var token: Token
    package var trust: Trust

    package init(signer: SAMLSigner, token: Token = .saml11, trust: Trust = .february2005) {
        self.signer = signer
        self.token = token
        self.trust = trust
    }

    /// The form that goes to the assertion's recipient, the validated `wreply`.
    ///
    /// - Parameters:
    ///   - assertion: Its audience is the realm. It answers no request.
    ///   - context: wctx, as it came.
    /// - Throws: If the key can't sign.
    package func answer(_ assertion: SAMLAssertion, context: String?) throws(SAMLSigningError) -> SAMLTransmission {
        var assertion = assertion
        assertion.inResponseTo = nil
        let signed =
            switch token {
            case .saml11: try signer.sign(assertion.text11, id: assertion.id)
            case .saml20:
                try signer.sign(
                    assertion.text, id: assertion.id, inclusivePrefixes: SAMLAssertion.inclusivePrefixes)
            }
        var writer = XMLWriter()
        switch trust {
        case .february2005:
            writer.tokenResponse(signed, of: assertion, self)
        case .trust13:
            writer.element("t", XMLName(trust.rawValue, "RequestSecurityTokenResponseCollection")) {
                $0.tokenResponse(signed, of: assertion, self)
            }
        }
        var fields = [
            SAMLTransmission.Field(name: "wa", value: "wsignin1.0"),
            SAMLTransmission.Field(name: "wresult", value: writer.text.string),
        ]
        if let context { fields.append(SAMLTransmission.Field(name: "wctx", value: context)) }
        return .post(url: assertion.recipient, fields: fields)
    }
}

extension XMLWriter {
    fileprivate mutating func tokenResponse(
        _ signed: XMLText, of assertion: SAMLAssertion, _ kind: WSFederationResponseWriter
    ) {
        let trust = { (local: String) in XMLName(kind.trust.rawValue, local) }
        let is2005 = kind.trust == .february2005
        element("t", trust("RequestSecurityTokenResponse")) { writer in
            writer.element("t", trust("Lifetime")) { writer in
                writer.element("wsu", .utility("Created"), text: SAMLInstant.write(assertion.issued))
                writer.element(
                    "wsu", .utility("Expires"),
                    text: SAMLInstant.write(assertion.issued.addingTimeInterval(SAMLAssertion.lifetime)))
            }
            writer.element("wsp", .policy("AppliesTo")) { $0.endpointReference(assertion.audience) }
            writer.element("t", trust("RequestedSecurityToken")) { $0.append(signed) }
            writer.element("t", trust("TokenType"), text: kind.token.rawValue)
            writer.element("t", trust("RequestType"), text: kind.trust.rawValue + "/Issue")
            writer.element(
                "t", trust("KeyType"),
                text: is2005
                    ? "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey" : kind.trust.rawValue + "/Bearer")
        }
    }
}
