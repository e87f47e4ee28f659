internal import XML

/// What an assertion of SAML 2.0 or 1.1 says, as it says it. Nothing is verified.
package struct InspectedAssertion: Sendable {
    package var id: String
    package var issuer: String?
    package var subject: String?
    package var format: String?
    /// In their order; two may have one name.
    package var attributes: [(name: String, values: [String])]
    /// Instants as they are written.
    package var authenticatedAt: String?
    package var contextClass: String?
    package var sessionIndex: String?
    package var notBefore: String?
    package var notOnOrAfter: String?
    package var audiences: [String]
    package var recipient: String?
    package var inResponseTo: String?

    init?(_ element: XMLElement) {
        switch TokenVersion(element) {
        case .saml20?: self.init(saml20: element)
        case .saml11?: self.init(saml11: element)
        case nil: return nil
        }
    }

    private init(saml20 element: XMLElement) {
        let subject = element.child(.assertion("Subject"))
        let nameID = subject?.child(.assertion("NameID"))
        let confirmation = subject?.child(.assertion("SubjectConfirmation"))?
            .child(.assertion("SubjectConfirmationData"))
        let conditions = element.child(.assertion("Conditions"))
        let statement = element.child(.assertion("AuthnStatement"))
        id = element.attribute("ID") ?? ""
        issuer = element.child(.assertion("Issuer"))?.text
        self.subject = nameID?.text
        format = nameID?.attribute("Format")
        attributes = element.children(.assertion("AttributeStatement")).flatMap {
            $0.children(.assertion("Attribute"))
        }.map { ($0.attribute("Name") ?? "", $0.children(.assertion("AttributeValue")).map { $0.text ?? "" }) }
        authenticatedAt = statement?.attribute("AuthnInstant")
        contextClass = statement?.child(.assertion("AuthnContext"))?.child(.assertion("AuthnContextClassRef"))?.text
        sessionIndex = statement?.attribute("SessionIndex")
        notBefore = conditions?.attribute("NotBefore")
        notOnOrAfter = conditions?.attribute("NotOnOrAfter")
        audiences = (conditions?.children(.assertion("AudienceRestriction")) ?? []).flatMap {
            $0.children(.assertion("Audience"))
        }.compactMap(\.text)
        recipient = confirmation?.attribute("Recipient")
        inResponseTo = confirmation?.attribute("InResponseTo")
    }

    private init(saml11 element: XMLElement) {
        let conditions = element.child(.assertion11("Conditions"))
        let statement = element.child(.assertion11("AuthenticationStatement"))
        let statements = element.children(.assertion11("AttributeStatement"))
        let name = (statement ?? statements.first)?.child(.assertion11("Subject"))?
            .child(.assertion11("NameIdentifier"))
        id = element.attribute("AssertionID") ?? ""
        issuer = element.attribute("Issuer")
        subject = name?.text
        format = name?.attribute("Format")
        attributes = statements.flatMap { $0.children(.assertion11("Attribute")) }.map { attribute in
            let parts = [attribute.attribute("AttributeNamespace"), attribute.attribute("AttributeName")]
            return (
                parts.compactMap { $0 }.joined(separator: "/"),
                attribute.children(.assertion11("AttributeValue")).map { $0.text ?? "" }
            )
        }
        authenticatedAt = statement?.attribute("AuthenticationInstant")
        contextClass = statement?.attribute("AuthenticationMethod")
        notBefore = conditions?.attribute("NotBefore")
        notOnOrAfter = conditions?.attribute("NotOnOrAfter")
        audiences = (conditions?.children(.assertion11("AudienceRestrictionCondition")) ?? []).flatMap {
            $0.children(.assertion11("Audience"))
        }.compactMap(\.text)
    }
}
