internal import XML

extension TokenRule {
    /// AppliesTo names our realm (WS-Federation §13.2.2).
    static let appliesTo = TokenRule(name: "applies_to") { answer throws(SAMLRejection) in
        let response = try answer.required(answer.response)
        let scopes = response.children.filter { element in
            policyNamespaces.contains { element.isNamed(XMLName($0, "AppliesTo")) }
        }
        let addresses = scopes.flatMap(\.addresses)
        guard scopes.count == 1, addresses.count == 1, let actual = addresses.first else {
            throw SAMLRejection(
                .audienceMismatch, "There is not one AppliesTo with one address.", at: response.position)
        }
        guard let expected = answer.expected.assertion.audience else { return .skipped(actual: actual) }
        guard actual.isExactly(expected) else {
            throw .mismatch(
                .audienceMismatch, "AppliesTo", expected: expected, actual: actual, at: scopes[0].position)
        }
        return .passed(expected: expected, actual: actual)
    }

    private static let policyNamespaces = [
        WSNamespace.policy, "http://schemas.xmlsoap.org/ws/2002/12/policy", "http://www.w3.org/ns/ws-policy",
    ]
}

extension XMLElement {
    /// The addresses of the endpoint references in it; the older addressing namespace is SimpleSAMLphp's.
    fileprivate var addresses: [String] {
        [WSNamespace.addressing, "http://schemas.xmlsoap.org/ws/2004/08/addressing"].flatMap { namespace in
            children(XMLName(namespace, "EndpointReference")).flatMap {
                $0.children(XMLName(namespace, "Address")).compactMap(\.trimmedText)
            }
        }
    }
}
