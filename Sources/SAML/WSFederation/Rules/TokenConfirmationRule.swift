internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// A SAML 2.0 token's subject is confirmed by bearing it; a confirmation that ends has not ended, and one that names a
    /// recipient names us. AD FS names none.
    static let tokenConfirmation = AssertionRule(name: "subject_confirmation") { assertion throws(SAMLRejection) in
        let subject = assertion.element.child(.assertion("Subject"))
        let bearers = subject?.children(.assertion("SubjectConfirmation")).filter {
            $0.attribute("Method") == "urn:oasis:names:tc:SAML:2.0:cm:bearer"
        }
        guard let bearers, let confirmation = bearers.first, bearers.count == 1 else {
            throw SAMLRejection(
                .subjectConfirmation, "There is not one bearer confirmation.", at: assertion.element.position)
        }
        assertion.confirmedUntil = .distantPast
        guard let data = try confirmation.single(.assertion("SubjectConfirmationData")) else { return .passed() }
        if let recipient = data.attribute("Recipient"), case .exactly(let url) = assertion.expected.recipient {
            guard recipient.isExactly(url) else {
                throw .mismatch(.recipientMismatch, "Recipient", expected: url, actual: recipient, at: data.position)
            }
        }
        if let end = try data.instant("NotOnOrAfter") {
            guard assertion.now < end.addingTimeInterval(assertion.expected.skew) else {
                throw SAMLRejection(
                    .expired, "The confirmation ended at \(end.shownInstant), now is \(assertion.now.shownInstant).",
                    at: data.position)
            }
            assertion.confirmedUntil = end
        }
        guard data.attribute("InResponseTo") == nil else {
            throw SAMLRejection(
                .inResponseTo, "The token answers a request of another protocol.", at: data.position)
        }
        return .passed()
    }
}
