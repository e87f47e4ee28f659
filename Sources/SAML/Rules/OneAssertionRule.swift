internal import XML

extension ResponseRule {
    /// There is exactly one assertion, plain or encrypted, a child of the Response; and no other assertion or response
    /// anywhere, where a careless reader might find it.
    static let oneAssertion = ResponseRule(name: "one_assertion") { message throws(SAMLRejection) in
        let root = message.root
        let found = root.children.filter(\.isAssertionLike)
        guard let assertion = found.first else {
            throw SAMLRejection(.noAssertion, "The Response has no assertion.", at: root.position)
        }
        guard found.count == 1 else {
            throw SAMLRejection(
                .multipleAssertions, "The Response has \(found.count) assertions.", at: found[1].position)
        }
        try root.refuseHidden(besides: assertion, advice: message.expected.leniencies.contains(.advice))
        message.assertion = assertion
        return .passed(actual: assertion.name.local)
    }
}

extension XMLElement {
    var isAssertionLike: Bool {
        isNamed(.assertion("Assertion")) || isNamed(.assertion("EncryptedAssertion"))
    }

    /// - Parameter advice: What stands in an Advice is let be; nobody reads it.
    func refuseHidden(besides assertion: XMLElement?, advice: Bool) throws(SAMLRejection) {
        try forEachChild { (child) throws(SAMLRejection) in
            if advice, child.isNamed(.assertion("Advice")) { return }
            if child.isAssertionLike || child.isNamed(.protocol("Response")),
                assertion.map({ !child.isSame(as: $0) }) ?? true
            {
                throw SAMLRejection(
                    .unexpectedAssertion, "There is a \(child.name.local) where none may be.", at: child.position)
            }
            try child.refuseHidden(besides: assertion, advice: advice)
        }
    }
}
