internal import Cryptography
package import FoundationEssentials
internal import XML

/// A `wresult` that arrived by POST: parsed, nothing believed.
package struct WSFederationReceivedToken: Sendable {
    private let document: XMLDocument
    private let digest: [UInt8]

    /// - Parameter result: The form value, percent-decoded: XML, not Base64.
    /// - Throws: `too_large` above 512 KiB; what the hardened parser refuses.
    package init(wresult result: String) throws(SAMLRejection) {
        guard result.utf8.count <= SAMLLimits.encodedMessage else {
            throw SAMLRejection(.tooLarge, "The message is longer than \(SAMLLimits.encodedMessage) octets.")
        }
        try self.init(xml: Array(result.utf8))
    }

    /// - Parameter allowsComments: Only for a command's `--lab comments`.
    package init(xml: [UInt8], allowsComments: Bool = false) throws(SAMLRejection) {
        do throws(XMLError) {
            document = try XMLDocument(
                parsing: xml, limits: .message, allowsComments: allowsComments,
                idAttributes: TokenVersion.idAttributes)
        } catch {
            throw SAMLRejection(error)
        }
        digest = Digest.sha256(xml)
    }

    /// Passes the answer through every rule, in order.
    ///
    /// - Throws: The first rule that failed, with all checks until then.
    package func verify(
        expecting expectations: WSFederationExpectations, now: Date
    ) throws(SAMLRejection) -> VerifiedAssertion {
        try run(ExpectedToken(expectations), now).verdict.get()
    }

    /// The same rules for a command at a terminal.
    package func examine(on terms: WSFederationExaminationTerms, now: Date) -> SAMLExamination {
        run(ExpectedToken(terms), now)
    }

    private func run(_ expected: ExpectedToken, _ now: Date) -> SAMLExamination {
        var answer = TokenReading(root: document.root, expected: expected, now: now)
        var checks: [SAMLCheck] = []
        do throws(SAMLRejection) {
            for rule in tokenRules { try rule.run(&answer, &checks) }
            guard let (version, signed) = answer.signed else {
                throw SAMLRejection(.noSignature, "No rule found a signed token.")
            }
            var assertion = AssertionReading(signed, expected.assertion, now: now)
            assertion.acceptsUnconfirmedSubject = expected.acceptsUnconfirmedSubject
            for rule in version == .saml11 ? tokenRulesOfSAML11 : tokenRulesOfSAML20 {
                try rule.run(&assertion, &checks)
            }
            let verified = try assertion.verified(
                signatures: answer.signatures, wasEncrypted: answer.wasEncrypted, digest: digest, checks: checks)
            return SAMLExamination(verdict: .success(verified), checks: checks)
        } catch {
            var error = error
            error.checks = checks
            return SAMLExamination(verdict: .failure(error), checks: checks)
        }
    }
}
