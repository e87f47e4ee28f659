package import FoundationEssentials
internal import XML

/// An AuthnRequest, SAML Core §3.4.1, as far as the Web Browser SSO profile uses it.
package struct SAMLAuthnRequest: Sendable, Hashable {
    package var id: String
    package var issued: Date
    /// Where it is sent.
    package var destination: String?
    /// The service provider's entity ID.
    package var issuer: String
    package var assertionConsumer: AssertionConsumer
    package var nameIDPolicy: NameIDPolicy?
    package var requestedContext: SAMLRequestedContext?
    package var forcesAuthentication = false
    package var isPassive = false
    package var providerName: String?
    /// Whom the answer must be about; nil: whoever signs in.
    package var subject: SAMLNameID?

    package enum AssertionConsumer: Sendable, Hashable {
        /// The default one of the metadata.
        case unnamed
        /// With the binding to answer by, if one was named.
        case url(String, SAMLBinding?)
        case index(Int)
    }

    package struct NameIDPolicy: Sendable, Hashable {
        /// Nil or unspecified: whichever we like.
        package var format: String?
        package var spNameQualifier: String?
        package var allowsCreation: Bool

        package init(format: String?, spNameQualifier: String? = nil, allowsCreation: Bool = true) {
            self.format = format
            self.spNameQualifier = spNameQualifier
            self.allowsCreation = allowsCreation
        }
    }

    package init(
        id: String, issued: Date, destination: String?, issuer: String, assertionConsumer: AssertionConsumer
    ) {
        self.id = id
        self.issued = issued
        self.destination = destination
        self.issuer = issuer
        self.assertionConsumer = assertionConsumer
    }

    /// Sends the request to the endpoint it names, unsigned without a signer.
    ///
    /// - Throws: If the key can't sign, or the request has no destination.
    package func transmission(
        by binding: SAMLBinding, relayState: String?, signer: SAMLSigner?
    ) throws(SAMLSigningError) -> SAMLTransmission {
        guard let destination else { throw SAMLSigningError(description: "The request has no destination.") }
        return try .sending(
            .request, text, id: id, to: destination, by: binding, relayState: relayState, signer: signer)
    }

    var text: XMLText {
        var writer = XMLWriter()
        var attributes: [(String, String?)] = [
            ("ID", id), ("Version", "2.0"), ("IssueInstant", SAMLInstant.write(issued)), ("Destination", destination),
            ("ForceAuthn", forcesAuthentication ? "true" : nil), ("IsPassive", isPassive ? "true" : nil),
            ("ProviderName", providerName),
        ]
        switch assertionConsumer {
        case .unnamed: break
        case .url(let url, let binding):
            attributes.append(("AssertionConsumerServiceURL", url))
            attributes.append(("ProtocolBinding", binding?.uri))
        case .index(let index): attributes.append(("AssertionConsumerServiceIndex", String(index)))
        }
        writer.element(SAMLPrefix.protocol, .protocol("AuthnRequest"), attributes) { writer in
            writer.issuer(issuer)
            if let subject {
                writer.element(SAMLPrefix.assertion, .assertion("Subject")) { $0.nameID(subject) }
            }
            if let policy = nameIDPolicy {
                writer.element(
                    SAMLPrefix.protocol, .protocol("NameIDPolicy"),
                    [
                        ("AllowCreate", policy.allowsCreation ? "true" : nil), ("Format", policy.format),
                        ("SPNameQualifier", policy.spNameQualifier),
                    ])
            }
            guard let context = requestedContext, !context.classes.isEmpty else { return }
            writer.element(
                SAMLPrefix.protocol, .protocol("RequestedAuthnContext"), [("Comparison", context.comparison.rawValue)]
            ) { writer in
                for name in context.classes {
                    writer.element(SAMLPrefix.assertion, .assertion("AuthnContextClassRef"), text: name)
                }
            }
        }
        return writer.text
    }
}
