package import FoundationEssentials
internal import XML

/// What we, as the identity provider, say to one application about one person (SAML Core §2.3.3).
package struct SAMLAssertion: Sendable, Hashable {
    package var id: String
    package var issued: Date
    /// Our entity ID.
    package var issuer: String
    package var subject: SAMLNameID
    /// The application's entity ID.
    package var audience: String
    /// The Assertion Consumer Service it is sent to.
    package var recipient: String
    /// The request that it answers; nil: we began.
    package var inResponseTo: String?
    package var authenticatedAt: Date
    package var contextClass: String
    package var sessionIndex: String?
    package var sessionNotOnOrAfter: Date?
    package var attributes: [SAMLAttribute] = []

    /// How long it may be used, in seconds.
    package static let lifetime = 300.0
    /// How far the application's clock may be behind ours, in seconds.
    private static let leeway = 60.0

    package init(
        id: String, issued: Date, issuer: String, subject: SAMLNameID, audience: String, recipient: String,
        inResponseTo: String?, authenticatedAt: Date, contextClass: String
    ) {
        self.id = id
        self.issued = issued
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.recipient = recipient
        self.inResponseTo = inResponseTo
        self.authenticatedAt = authenticatedAt
        self.contextClass = contextClass
    }

    /// Prefixes that only values use, which a signature over it, or around it, has to name.
    static let inclusivePrefixes = ["xs", "xsi"]

    var text: XMLText {
        let end = SAMLInstant.write(issued.addingTimeInterval(Self.lifetime))
        var writer = XMLWriter()
        writer.element(
            SAMLPrefix.assertion, .assertion("Assertion"),
            [("ID", id), ("IssueInstant", SAMLInstant.write(issued)), ("Version", "2.0")],
            declaring: [("xs", SAMLNamespace.schema), ("xsi", SAMLNamespace.schemaInstance)]
        ) { writer in
            writer.issuer(issuer)
            writer.element(SAMLPrefix.assertion, .assertion("Subject")) { writer in
                writer.nameID(subject)
                writer.element(
                    SAMLPrefix.assertion, .assertion("SubjectConfirmation"),
                    [("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")]
                ) { writer in
                    writer.element(
                        SAMLPrefix.assertion, .assertion("SubjectConfirmationData"),
                        [("InResponseTo", inResponseTo), ("NotOnOrAfter", end), ("Recipient", recipient)])
                }
            }
            let start = SAMLInstant.write(issued.addingTimeInterval(-Self.leeway))
            writer.element(
                SAMLPrefix.assertion, .assertion("Conditions"), [("NotBefore", start), ("NotOnOrAfter", end)]
            ) { writer in
                writer.element(SAMLPrefix.assertion, .assertion("AudienceRestriction")) { writer in
                    writer.element(SAMLPrefix.assertion, .assertion("Audience"), text: audience)
                }
            }
            writer.authnStatement(self)
            writer.attributes(attributes)
        }
        return writer.text
    }
}

extension XMLWriter {
    fileprivate mutating func authnStatement(_ assertion: SAMLAssertion) {
        element(
            SAMLPrefix.assertion, .assertion("AuthnStatement"),
            [
                ("AuthnInstant", SAMLInstant.write(assertion.authenticatedAt)),
                ("SessionIndex", assertion.sessionIndex),
                ("SessionNotOnOrAfter", assertion.sessionNotOnOrAfter.map { SAMLInstant.write($0) }),
            ]
        ) { writer in
            writer.element(SAMLPrefix.assertion, .assertion("AuthnContext")) { writer in
                writer.element(
                    SAMLPrefix.assertion, .assertion("AuthnContextClassRef"), text: assertion.contextClass)
            }
        }
    }

    fileprivate mutating func attributes(_ attributes: [SAMLAttribute]) {
        guard !attributes.isEmpty else { return }
        element(SAMLPrefix.assertion, .assertion("AttributeStatement")) { writer in
            for attribute in attributes {
                writer.element(
                    SAMLPrefix.assertion, .assertion("Attribute"),
                    [
                        ("FriendlyName", attribute.friendlyName), ("Name", attribute.name),
                        ("NameFormat", attribute.nameFormat),
                    ]
                ) { writer in
                    for value in attribute.values { writer.stringValue(value) }
                }
            }
        }
    }

    private mutating func stringValue(_ value: String) {
        element(
            SAMLPrefix.assertion, .assertion("AttributeValue"),
            qualified: [
                XMLQualifiedAttribute(
                    SAMLPrefix.schemaInstance, XMLName(SAMLNamespace.schemaInstance, "type"), "xs:string")
            ], text: value)
    }
}
