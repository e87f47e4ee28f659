internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// A SAML 1.x assertion with an AssertionID, issued not later than now (SAML 1.1 Core §2.3.2).
    static let form11 = AssertionRule(name: "assertion") { assertion throws(SAMLRejection) in
        let element = assertion.element
        guard element.isNamed(.assertion11("Assertion")) else {
            throw SAMLRejection(.wrongRoot, "What is signed is a \(element.name), no assertion.", at: element.position)
        }
        let minor = element.attribute("MinorVersion")
        guard element.attribute("MajorVersion") == "1", minor == "1" || minor == "0" else {
            throw SAMLRejection(.wrongVersion, "The assertion's version is not 1.1.", at: element.position)
        }
        guard let id = element.attribute("AssertionID"), id.isMessageID,
            let issued = element.attribute("IssueInstant").flatMap({ SAMLInstant.read($0) })
        else {
            throw SAMLRejection(.missingID, "There is no usable AssertionID or IssueInstant.", at: element.position)
        }
        guard issued <= assertion.now.addingTimeInterval(assertion.expected.skew) else {
            throw SAMLRejection(
                .notYetValid, "IssueInstant is \(issued.shownInstant), now is \(assertion.now.shownInstant).",
                at: element.position)
        }
        assertion.id = id
        return .passed(actual: id)
    }

    /// The Issuer attribute is there, and is the issuer we know.
    static let issuer11 = AssertionRule(name: "issuer") { assertion throws(SAMLRejection) in
        let actual = assertion.element.attribute("Issuer")
        guard let actual, !actual.isEmpty else {
            throw SAMLRejection(.issuerMismatch, "The assertion has no Issuer.", at: assertion.element.position)
        }
        assertion.issuer = actual
        guard let expected = assertion.expected.issuer else { return .skipped(actual: actual) }
        guard actual.isExactly(expected) else {
            throw .mismatch(
                .issuerMismatch, "Issuer", expected: expected, actual: actual, at: assertion.element.position)
        }
        return .passed(expected: expected, actual: actual)
    }
}
