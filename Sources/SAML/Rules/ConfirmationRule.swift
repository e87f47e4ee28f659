internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// One bearer confirmation is for this endpoint, this request and this time (SAML Profiles §4.1.4.3). Others are not
    /// for us; if none passes, the first bearer's fault is told.
    static let confirmation = AssertionRule(name: "subject_confirmation") { assertion throws(SAMLRejection) in
        guard let subject = assertion.element.child(.assertion("Subject")) else {
            throw SAMLRejection(.subjectMissing, "The assertion has no Subject.", at: assertion.element.position)
        }
        var first: SAMLRejection?
        for confirmation in subject.children(.assertion("SubjectConfirmation"))
        where confirmation.attribute("Method") == bearer {
            do throws(SAMLRejection) {
                let outcome = try assertion.confirm(confirmation)
                return outcome
            } catch {
                first = first ?? error
            }
        }
        throw first
            ?? SAMLRejection(.subjectConfirmation, "There is no bearer confirmation.", at: subject.position)
    }

    private static let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
}

extension AssertionReading {
    fileprivate mutating func confirm(_ confirmation: XMLElement) throws(SAMLRejection) -> RuleOutcome {
        guard let data = try confirmation.single(.assertion("SubjectConfirmationData")) else {
            throw SAMLRejection(
                .subjectConfirmation, "The confirmation has no SubjectConfirmationData.", at: confirmation.position)
        }
        let recipient = data.attribute("Recipient")
        switch expected.recipient {
        case .exactly(let url):
            guard let recipient, recipient.isExactly(url) else {
                throw .mismatch(
                    .recipientMismatch, "Recipient", expected: url, actual: recipient, at: data.position)
            }
        case .unknown, .none: break
        }
        guard data.attribute("NotBefore") == nil else {
            throw SAMLRejection(
                .subjectConfirmation, "The confirmation has a NotBefore, which a bearer's may not.", at: data.position)
        }
        guard let end = try data.instant("NotOnOrAfter") else {
            throw SAMLRejection(
                .subjectConfirmation, "The confirmation has no NotOnOrAfter.", at: data.position)
        }
        guard now < end.addingTimeInterval(expected.skew) else {
            throw SAMLRejection(
                .expired, "The confirmation ended at \(end.shownInstant), now is \(now.shownInstant).",
                at: data.position)
        }
        var isSkipped = false
        if case .unknown = expected.recipient { isSkipped = true }
        switch expected.answering {
        case nil: isSkipped = true
        case .some(nil): break
        case .some(let answering?):
            let isLenient = expected.leniencies.contains(.unsolicited)
            _ = try checkAnswer(data.attribute("InResponseTo"), answering, isLenient: isLenient, at: data.position)
        }
        confirmedUntil = end
        guard !isSkipped else { return .skipped(actual: recipient) }
        return .passed(actual: recipient)
    }
}
