internal import XML

extension ResponseRule {
    /// Destination names the endpoint at which the message arrived, exactly (SAML Bindings §3.5.5.2).
    static let destination = ResponseRule(name: "destination") { message throws(SAMLRejection) in
        let actual = message.root.attribute("Destination")
        guard let expected = message.expected.acsURL else { return .skipped(actual: actual) }
        guard let actual, actual.isExactly(expected) else {
            throw .mismatch(
                .destinationMismatch, "Destination", expected: expected, actual: actual, at: message.root.position)
        }
        return .passed(expected: expected, actual: actual)
    }
}
