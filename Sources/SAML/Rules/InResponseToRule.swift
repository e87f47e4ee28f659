internal import XML

extension ResponseRule {
    /// The response answers our request, or, where that is allowed, none (SAML Profiles §4.1.5).
    static let inResponseTo = ResponseRule(name: "in_response_to") { message throws(SAMLRejection) in
        try message.expected.checkAnswer(
            message.root.attribute("InResponseTo"), at: message.root.position)
    }
}

extension ExpectedResponse {
    func checkAnswer(_ actual: String?, at position: @autoclosure () -> String) throws(SAMLRejection) -> RuleOutcome {
        try SAML.checkAnswer(actual, answering, isLenient: leniencies.contains(.unsolicited), at: position())
    }
}

/// - Parameter isLenient: An answer to no request passes for one to ours.
func checkAnswer(
    _ actual: String?, _ answering: SAMLAnswering?, isLenient: Bool, at position: @autoclosure () -> String
) throws(SAMLRejection) -> RuleOutcome {
    switch answering {
    case nil:
        return .skipped(actual: actual)
    case .unsolicited?:
        guard actual == nil else {
            throw SAMLRejection(
                .inResponseTo, "An unsolicited response answers \(actual.shown).", at: position())
        }
        return .passed()
    case .request(let expected)?:
        if actual == nil && isLenient { return .skipped() }
        guard let actual, actual.isExactly(expected) else {
            throw .mismatch(.inResponseTo, "InResponseTo", expected: expected, actual: actual, at: position())
        }
        return .passed(expected: expected, actual: actual)
    }
}
