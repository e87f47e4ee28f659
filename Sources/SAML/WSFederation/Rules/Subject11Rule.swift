internal import XML

extension AssertionRule {
    /// Every statement is about one and the same subject, confirmed by bearing the token (SAML 1.1 Core §2.4.2). An issuer
    /// that names it by a claim only does so by ImmutableID.
    static let subject11 = AssertionRule(name: "subject") { assertion throws(SAMLRejection) in
        let subjects = assertion.element.statements11.compactMap { $0.child(.assertion11("Subject")) }
        guard !subjects.isEmpty, subjects.count == assertion.element.statements11.count else {
            throw SAMLRejection(.subjectMissing, "A statement has no Subject.", at: assertion.element.position)
        }
        var found: SAMLNameID?
        for subject in subjects {
            try assertion.checkConfirmation11(of: subject)
            guard let element = try subject.single(.assertion11("NameIdentifier")) else { continue }
            let nameID = try SAMLNameID(reading: element)
            guard found == nil || found == nameID else {
                throw SAMLRejection(
                    .nameIDInvalid, "The statements are about different subjects.", at: element.position)
            }
            found = nameID
        }
        if found == nil { found = try assertion.element.immutableID() }
        assertion.subject = found
        guard let subject = found else {
            throw SAMLRejection(.subjectMissing, "There is no NameIdentifier.", at: assertion.element.position)
        }
        return .passed(actual: subject.value)
    }
}

extension AssertionReading {
    fileprivate func checkConfirmation11(of subject: XMLElement) throws(SAMLRejection) {
        guard let confirmation = try subject.single(.assertion11("SubjectConfirmation")) else {
            guard !acceptsUnconfirmedSubject else { return }
            throw SAMLRejection(.subjectConfirmation, "The subject is not confirmed.", at: subject.position)
        }
        let methods = confirmation.children(.assertion11("ConfirmationMethod")).map(\.trimmedText)
        guard methods == ["urn:oasis:names:tc:SAML:1.0:cm:bearer"] else {
            throw SAMLRejection(
                .subjectConfirmation, "The confirmation is not bearer alone.", at: confirmation.position)
        }
    }
}

extension XMLElement {
    /// The statements that are about somebody.
    var statements11: [XMLElement] {
        children.filter {
            $0.isNamed(.assertion11("AuthenticationStatement")) || $0.isNamed(.assertion11("AttributeStatement"))
        }
    }

    /// `http://schemas.microsoft.com/LiveID/Federation/2008/05/ImmutableID`, if it is there with one value.
    fileprivate func immutableID() throws(SAMLRejection) -> SAMLNameID? {
        let attributes = children(.assertion11("AttributeStatement")).flatMap { $0.children(.assertion11("Attribute")) }
            .filter {
                $0.attribute("AttributeName") == "ImmutableID"
                    && $0.attribute("AttributeNamespace") == "http://schemas.microsoft.com/LiveID/Federation/2008/05"
            }
        let values = attributes.flatMap { $0.children(.assertion11("AttributeValue")) }
        guard let value = values.first else { return nil }
        guard values.count == 1 else {
            throw SAMLRejection(.nameIDInvalid, "There is more than one ImmutableID.", at: value.position)
        }
        return try SAMLNameID(reading: value)
    }
}
