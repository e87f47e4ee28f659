internal import XML

extension AssertionRule {
    /// The subject has a NameID, plain or encrypted, whole and with qualifiers that are these two parties' (SAML Core
    /// §2.2.2, §8.3.7).
    static let subject = AssertionRule(name: "subject") { assertion throws(SAMLRejection) in
        guard let subject = try assertion.element.single(.assertion("Subject")) else {
            throw SAMLRejection(.subjectMissing, "The assertion has no Subject.", at: assertion.element.position)
        }
        let plain = try subject.single(.assertion("NameID"))
        let encrypted = try subject.single(.assertion("EncryptedID"))
        let nameID: XMLElement
        switch (plain, encrypted) {
        case (let plain?, nil):
            nameID = plain
        case (nil, let encrypted?):
            nameID = try assertion.expected.decryption.decrypt(encrypted, as: [.assertion("NameID")])
        case (nil, nil):
            throw SAMLRejection(.subjectMissing, "The Subject has no NameID.", at: subject.position)
        default:
            throw SAMLRejection(.nameIDInvalid, "The Subject has two identifiers.", at: subject.position)
        }
        let read = try SAMLNameID(reading: nameID)
        try assertion.expected.checkQualifiers(of: read, issuer: assertion.issuer, at: nameID.position)
        assertion.subject = read
        return .passed(actual: read.value)
    }
}

extension ExpectedAssertion {
    fileprivate func checkQualifiers(
        of nameID: SAMLNameID, issuer: String, at position: @autoclosure () -> String
    ) throws(SAMLRejection) {
        if let qualifier = nameID.spNameQualifier, let audience, !qualifier.isExactly(audience) {
            throw .mismatch(
                .nameIDInvalid, "SPNameQualifier", expected: audience, actual: qualifier, at: position())
        }
        // Only these two formats define the qualifier as the identity provider; elsewhere it is free text.
        guard nameID.format == SAMLNameIDFormat.persistent || nameID.format == SAMLNameIDFormat.transient,
            let qualifier = nameID.nameQualifier, !qualifier.isExactly(issuer)
        else { return }
        throw .mismatch(.nameIDInvalid, "NameQualifier", expected: issuer, actual: qualifier, at: position())
    }
}
