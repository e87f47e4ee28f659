internal import XML

extension TokenRule {
    /// There is one RequestedSecurityToken with one token in it, and no assertion anywhere else.
    static let oneToken = TokenRule(name: "one_token") { answer throws(SAMLRejection) in
        let response = try answer.required(answer.response)
        guard let requested = try response.single(XMLName(response.name.namespace, "RequestedSecurityToken")) else {
            throw SAMLRejection(.noAssertion, "There is no RequestedSecurityToken.", at: response.position)
        }
        let tokens = requested.children
        guard let token = tokens.first else {
            throw SAMLRejection(.noAssertion, "There is no token.", at: requested.position)
        }
        guard tokens.count == 1 else {
            throw SAMLRejection(.multipleAssertions, "There are \(tokens.count) tokens.", at: requested.position)
        }
        guard token.isToken || token.isNamed(.encryption("EncryptedData")) else {
            throw SAMLRejection(.noAssertion, "The token is a \(token.name), no assertion.", at: token.position)
        }
        try answer.root.refuseHiddenTokens(besides: token)
        answer.token = token
        return .passed(actual: token.name.local)
    }
}

extension XMLElement {
    fileprivate var isToken: Bool { isAssertionLike || isNamed(.assertion11("Assertion")) }

    func refuseHiddenTokens(besides token: XMLElement?) throws(SAMLRejection) {
        try forEachDescendant { (element) throws(SAMLRejection) in
            guard element.isToken, token.map({ !element.isSame(as: $0) }) ?? true else { return }
            throw SAMLRejection(
                .unexpectedAssertion, "There is a \(element.name.local) where none may be.", at: element.position)
        }
    }
}
