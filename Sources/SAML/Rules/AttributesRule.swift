internal import XML

extension AssertionRule {
    /// Attributes by name and format, none of them twice: two readers could pick different ones.
    static let attributes = AssertionRule(name: "attributes") { assertion throws(SAMLRejection) in
        for statement in assertion.element.children(.assertion("AttributeStatement")) {
            for child in statement.children {
                guard child.isNamed(.assertion("Attribute")) else {
                    throw SAMLRejection(
                        .attributeInvalid, "A \(child.name.local) can't be read here.", at: child.position)
                }
                try assertion.add(SAMLAttribute(reading: child), at: child.position)
            }
        }
        return .passed(actual: "\(assertion.attributes.count)")
    }
}

extension AssertionReading {
    mutating func add(_ attribute: SAMLAttribute, at position: @autoclosure () -> String) throws(SAMLRejection) {
        guard
            !attributes.contains(where: {
                $0.name.isExactly(attribute.name) && $0.nameFormat.isExactly(attribute.nameFormat)
            })
        else {
            throw SAMLRejection(
                .attributeInvalid, "The attribute \(attribute.name.shown) is there twice.", at: position())
        }
        attributes.append(attribute)
    }
}

extension SAMLAttribute {
    fileprivate init(reading element: XMLElement) throws(SAMLRejection) {
        guard let name = element.attribute("Name"), !name.isEmpty else {
            throw SAMLRejection(.attributeInvalid, "An attribute has no Name.", at: element.position)
        }
        self.init(
            name, nameFormat: element.attribute("NameFormat") ?? SAMLAttributeNameFormat.unspecified,
            friendlyName: element.attribute("FriendlyName"),
            values: element.children(.assertion("AttributeValue")).compactMap(\.attributeText))
    }
}

extension XMLElement {
    /// An AttributeValue's text. Of one with structure only a single NameID is read (eduPersonTargetedID); the rest is
    /// left out.
    var attributeText: String? {
        let isNil = attribute(XMLName(SAMLNamespace.schemaInstance, "nil"))
        if isNil == "true" || isNil == "1" { return nil }
        if let text { return text }
        let parts = children
        return parts.count == 1 && parts[0].isNamed(.assertion("NameID")) ? parts[0].text : nil
    }
}
