internal import Cryptography
package import FoundationEssentials
internal import XML

/// A Response that arrived by POST: parsed, nothing believed.
package struct SAMLReceivedResponse: Sendable {
    private let document: XMLDocument
    private let digest: [UInt8]

    /// - Parameter value: The form value `SAMLResponse`, percent-decoded.
    /// - Throws: What the encoding and the hardened parser refuse.
    package init(postValue value: String) throws(SAMLRejection) {
        try self.init(xml: SAMLMessageEncoding.decode(post: value))
    }

    /// - Parameter allowsComments: Only for a command's `--lab comments`.
    package init(xml: [UInt8], allowsComments: Bool = false) throws(SAMLRejection) {
        do throws(XMLError) {
            document = try XMLDocument(parsing: xml, limits: .message, allowsComments: allowsComments)
        } catch {
            throw SAMLRejection(error)
        }
        digest = Digest.sha256(xml)
    }

    /// Who it says it is from. To choose among connections that allow unsolicited responses; it proves nothing.
    package var claimedIssuer: String? {
        (document.root.child(.assertion("Issuer"))
            ?? document.root.child(.assertion("Assertion"))?
            .child(.assertion("Issuer")))?.text
    }

    /// Which request it says it answers. To find a transaction; it proves nothing.
    package var claimedInResponseTo: String? { document.root.attribute("InResponseTo") }

    /// Passes the message through every rule, in order (SAML Profiles §4.1.4.3).
    ///
    /// - Throws: The first rule that failed, with all checks until then.
    package func verify(
        expecting expectations: SAMLResponseExpectations, now: Date
    ) throws(SAMLRejection) -> VerifiedAssertion {
        try run(ExpectedResponse(expectations), now).verdict.get()
    }

    /// The same rules for a command at a terminal.
    package func examine(on terms: SAMLExaminationTerms, now: Date) -> SAMLExamination {
        run(ExpectedResponse(terms), now)
    }

    private func run(_ expected: ExpectedResponse, _ now: Date) -> SAMLExamination {
        var message = ResponseReading(root: document.root, expected: expected, now: now)
        var checks: [SAMLCheck] = []
        do throws(SAMLRejection) {
            for rule in responseRules { try rule.run(&message, &checks) }
            guard let signed = message.signed else {
                throw SAMLRejection(.noSignature, "No rule found a signed assertion.")
            }
            var assertion = AssertionReading(signed, ExpectedAssertion(expected), now: now)
            for rule in assertionRules { try rule.run(&assertion, &checks) }
            let verified = try assertion.verified(
                signatures: message.signatures, wasEncrypted: message.wasEncrypted, digest: digest, checks: checks)
            return SAMLExamination(verdict: .success(verified), checks: checks)
        } catch {
            var error = error
            error.checks = checks
            return SAMLExamination(verdict: .failure(error), checks: checks)
        }
    }
}
