internal import FoundationEssentials
internal import XML

extension SAMLAssertion {
    /// The same as a SAML 1.1 assertion, as AD FS writes one. It knows no recipient, request or session.
    var text11: XMLText {
        var writer = XMLWriter()
        writer.element(
            SAMLPrefix.assertion, .assertion11("Assertion"),
            [
                ("AssertionID", id), ("IssueInstant", SAMLInstant.write(issued)), ("Issuer", issuer),
                ("MajorVersion", "1"), ("MinorVersion", "1"),
            ]
        ) { writer in
            writer.element(
                SAMLPrefix.assertion, .assertion11("Conditions"),
                [
                    ("NotBefore", SAMLInstant.write(issued.addingTimeInterval(-60))),
                    ("NotOnOrAfter", SAMLInstant.write(issued.addingTimeInterval(Self.lifetime))),
                ]
            ) { writer in
                writer.element(SAMLPrefix.assertion, .assertion11("AudienceRestrictionCondition")) { writer in
                    writer.element(SAMLPrefix.assertion, .assertion11("Audience"), text: audience)
                }
            }
            writer.attributes11(self)
            writer.element(
                SAMLPrefix.assertion, .assertion11("AuthenticationStatement"),
                [
                    ("AuthenticationInstant", SAMLInstant.write(authenticatedAt)),
                    ("AuthenticationMethod", contextClass),
                ]
            ) { $0.subject11(subject) }
        }
        return writer.text.signedLast
    }
}

extension XMLWriter {
    fileprivate mutating func attributes11(_ assertion: SAMLAssertion) {
        let attributes = assertion.attributes.filter { !$0.values.isEmpty }
        guard !attributes.isEmpty else { return }
        element(SAMLPrefix.assertion, .assertion11("AttributeStatement")) { writer in
            writer.subject11(assertion.subject)
            for attribute in attributes {
                let (namespace, name) = ClaimType.split(attribute.name)
                writer.element(
                    SAMLPrefix.assertion, .assertion11("Attribute"),
                    [("AttributeName", name), ("AttributeNamespace", namespace)]
                ) { writer in
                    for value in attribute.values {
                        writer.element(SAMLPrefix.assertion, .assertion11("AttributeValue"), text: value)
                    }
                }
            }
        }
    }

    fileprivate mutating func subject11(_ subject: SAMLNameID) {
        element(SAMLPrefix.assertion, .assertion11("Subject")) { writer in
            writer.element(
                SAMLPrefix.assertion, .assertion11("NameIdentifier"),
                [("Format", subject.format), ("NameQualifier", subject.nameQualifier)], text: subject.value)
            writer.element(SAMLPrefix.assertion, .assertion11("SubjectConfirmation")) { writer in
                writer.element(
                    SAMLPrefix.assertion, .assertion11("ConfirmationMethod"),
                    text: "urn:oasis:names:tc:SAML:1.0:cm:bearer")
            }
        }
    }
}
