package import FoundationEssentials

/// What an identity provider vouched for, and nothing else of its message: every member was read from the bytes that it
/// signed. Only the verifiers of this module make one.
package struct VerifiedAssertion: Sendable, Hashable {
    /// The identity provider's entity ID.
    package let issuer: String
    /// The assertion's own ID.
    package let id: String
    package let subject: SAMLNameID
    /// In their order; no two have the same name and format.
    package let attributes: [SAMLAttribute]
    package let authenticatedAt: Date
    /// AuthnContextClassRef, in SAML 1.1 AuthenticationMethod.
    package let contextClass: String?
    package let sessionIndex: String?
    /// Our own session must not outlast it.
    package let sessionNotOnOrAfter: Date?
    /// When the assertion itself ends.
    package let notOnOrAfter: Date
    /// Spend this, atomically, before acting on anything here. Already spent: `replay`.
    package let oneTimeUse: OneTimeUse
    package let wasEncrypted: Bool
    package let signatures: [SAMLSignatureEvidence]
    /// SHA-256 of the message as it arrived, for the audit record.
    package let evidenceDigest: [UInt8]
    /// Every comparison that was made.
    package let checks: [SAMLCheck]

    package struct OneTimeUse: Sendable, Hashable {
        package let issuer: String
        package let assertionID: String
        /// From then on the assertion would be refused anyway.
        package let until: Date
    }

    /// The values of the one attribute with this name, see `values(_:nameFormat:)` of an attribute list.
    package func values(_ name: String, nameFormat: String? = nil) -> [String]? {
        attributes.values(name, nameFormat: nameFormat)
    }
}

/// What `explain` and the commands show: how far a message came.
package struct SAMLExamination: Sendable, Hashable {
    package let verdict: Result<VerifiedAssertion, SAMLRejection>
    package let checks: [SAMLCheck]

    /// Whether every rule had something to compare with.
    package var isComplete: Bool { !checks.contains { $0.result == .skipped } }
}
