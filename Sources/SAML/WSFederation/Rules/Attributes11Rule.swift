internal import XML

extension AssertionRule {
    /// Attributes as claims: the type is namespace and name with a slash between, and a type that is there several times
    /// has all those values, as WS-Federation's readers take it.
    static let attributes11 = AssertionRule(name: "attributes") { assertion throws(SAMLRejection) in
        for statement in assertion.element.children(.assertion11("AttributeStatement")) {
            for element in statement.children(.assertion11("Attribute")) {
                let attribute = try SAMLAttribute(reading11: element)
                let place = assertion.attributes.firstIndex { $0.name.isExactly(attribute.name) }
                if let place {
                    assertion.attributes[place].values += attribute.values
                } else {
                    assertion.attributes.append(attribute)
                }
            }
        }
        return .passed(actual: "\(assertion.attributes.count)")
    }
}

extension SAMLAttribute {
    fileprivate init(reading11 element: XMLElement) throws(SAMLRejection) {
        guard let name = element.attribute("AttributeName"), !name.isEmpty,
            let namespace = element.attribute("AttributeNamespace")
        else {
            throw SAMLRejection(
                .attributeInvalid, "An attribute has no AttributeName or AttributeNamespace.", at: element.position)
        }
        self.init(
            ClaimType.joined(namespace, name), nameFormat: SAMLAttributeNameFormat.uri,
            values: element.children(.assertion11("AttributeValue")).compactMap(\.attributeText))
    }
}

/// A claim's type as one URI, and as the two attributes that SAML 1.1 has for it.
enum ClaimType {
    /// Says that the name is a URI by itself.
    private static let whole = "urn:mace:shibboleth:1.0:attributeNamespace:uri"
    /// For a name that is no URI.
    private static let bare = "http://schemas.xmlsoap.org/claims"

    static func joined(_ namespace: String, _ name: String) -> String {
        if namespace == whole || namespace.isEmpty { return name }
        return namespace.utf8.last == UInt8(ascii: "/") ? namespace + name : namespace + "/" + name
    }

    static func split(_ type: String) -> (namespace: String, name: String) {
        guard type.utf8.contains(UInt8(ascii: ":")) else { return (bare, type) }
        guard let slash = type.lastIndex(of: "/"), type.index(after: slash) < type.endIndex, slash > type.startIndex
        else { return (whole, type) }
        return (String(type[..<slash]), String(type[type.index(after: slash)...]))
    }
}
