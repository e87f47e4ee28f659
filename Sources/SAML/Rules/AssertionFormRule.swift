internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// What was signed is a SAML 2.0 assertion with an ID, issued not later than now (SAML Core §2.3.3).
    static let assertionForm = AssertionRule(name: "assertion") { assertion throws(SAMLRejection) in
        let element = assertion.element
        guard element.isNamed(.assertion("Assertion")) else {
            throw SAMLRejection(.wrongRoot, "What is signed is a \(element.name), no assertion.", at: element.position)
        }
        let version = element.attribute("Version")
        guard version == "2.0" else {
            throw .mismatch(
                .wrongVersion, "The assertion's version", expected: "2.0", actual: version, at: element.position)
        }
        let (id, issued) = try element.identification()
        guard issued <= assertion.now.addingTimeInterval(assertion.expected.skew) else {
            throw SAMLRejection(
                .notYetValid, "IssueInstant is \(issued.shownInstant), now is \(assertion.now.shownInstant).",
                at: element.position)
        }
        assertion.id = id
        return .passed(actual: id)
    }
}
