internal import XML

extension TokenRule {
    /// The root is one RequestSecurityTokenResponse, or a collection of exactly one (WS-Trust 1.3 §4.3).
    static let response = TokenRule(name: "root") { answer throws(SAMLRejection) in
        for trust in [WSNamespace.trust2005, WSNamespace.trust13] {
            let response = XMLName(trust, "RequestSecurityTokenResponse")
            if answer.root.isNamed(response) {
                answer.response = answer.root
            } else if answer.root.isNamed(XMLName(trust, "RequestSecurityTokenResponseCollection")) {
                let found = answer.root.children
                guard found.count == 1, found[0].isNamed(response) else {
                    throw SAMLRejection(
                        .multipleAssertions, "The collection must hold one response.", at: answer.root.position)
                }
                answer.response = found[0]
            }
        }
        guard answer.response != nil else {
            throw SAMLRejection(
                .wrongRoot, "The root is \(answer.root.name), not a RequestSecurityTokenResponse.",
                at: answer.root.position)
        }
        return .passed(actual: answer.root.name.local)
    }
}
