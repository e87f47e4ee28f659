internal import FoundationEssentials
internal import XML

/// What the rules of an assertion compare with, whichever protocol brought it.
struct ExpectedAssertion: Sendable {
    /// A value to compare with.
    enum Value: Sendable {
        case exactly(String)
        /// Left out at a command line: reported as skipped.
        case unknown
        /// The protocol has none.
        case none
    }

    let issuer: String?
    let audience: String?
    let recipient: Value
    /// Nil: left out at a command line; `.some(nil)`: the protocol knows no answering.
    let answering: SAMLAnswering??
    let contexts: [String]
    let authenticatedSince: Date?
    let maxAge: Int?
    let skew: Double
    let leniencies: Set<SAMLLeniency>
    let decryption: Decryption

    init(_ expected: ExpectedResponse) {
        issuer = expected.issuer
        audience = expected.audience
        recipient = expected.acsURL.map { .exactly($0) } ?? .unknown
        answering = expected.answering.map { .some($0) }
        contexts = expected.contexts
        authenticatedSince = expected.authenticatedSince
        maxAge = expected.maxAge
        skew = expected.skew
        leniencies = expected.leniencies
        // Everything within a signed assertion is covered by its signature, or by the Response's.
        decryption = Decryption(expected, isWithinSignature: true)
    }

    /// Of a protocol whose tokens answer no request.
    init(
        issuer: String?, audience: String?, recipient: Value, contexts: [String], authenticatedSince: Date?,
        maxAge: Int?, skew: Double,
        leniencies: Set<SAMLLeniency>, decryption: Decryption
    ) {
        (self.issuer, self.audience, self.recipient, self.contexts) = (issuer, audience, recipient, contexts)
        (self.authenticatedSince, self.maxAge, self.skew) = (authenticatedSince, maxAge, skew)
        (self.leniencies, self.decryption) = (leniencies, decryption)
        answering = .some(nil)
    }
}

/// A signed assertion on its way through the rules, and what they have read so far.
struct AssertionReading {
    let element: XMLElement
    let expected: ExpectedAssertion
    let now: Date
    /// Of WS-Federation: a SAML 1.1 subject without confirmation passes.
    var acceptsUnconfirmedSubject = false

    var id = ""
    var issuer = ""
    var subject: SAMLNameID?
    /// The end of the conditions.
    var notOnOrAfter: Date?
    /// The end of the confirmation, or the same.
    var confirmedUntil: Date?
    var authenticatedAt: Date?
    var contextClass: String?
    var sessionIndex: String?
    var sessionNotOnOrAfter: Date?
    var attributes: [SAMLAttribute] = []

    init(_ signed: SignedAssertion, _ expected: ExpectedAssertion, now: Date) {
        (element, self.expected, self.now) = (signed.element, expected, now)
    }

    /// What the rules have read, once they all passed.
    func verified(
        signatures: [SAMLSignatureEvidence], wasEncrypted: Bool, digest: [UInt8], checks: [SAMLCheck]
    ) throws(SAMLRejection) -> VerifiedAssertion {
        guard let subject, let notOnOrAfter, let confirmedUntil, let authenticatedAt, !id.isEmpty, !issuer.isEmpty
        else {
            throw SAMLRejection(.noAssertion, "A rule is missing from the list.", at: element.position)
        }
        let until = max(notOnOrAfter, confirmedUntil).addingTimeInterval(expected.skew)
        return VerifiedAssertion(
            issuer: issuer, id: id, subject: subject, attributes: attributes, authenticatedAt: authenticatedAt,
            contextClass: contextClass, sessionIndex: sessionIndex, sessionNotOnOrAfter: sessionNotOnOrAfter,
            notOnOrAfter: notOnOrAfter,
            oneTimeUse: VerifiedAssertion.OneTimeUse(issuer: issuer, assertionID: id, until: until),
            wasEncrypted: wasEncrypted, signatures: signatures, evidenceDigest: digest, checks: checks)
    }
}

/// One rule about a signed assertion.
struct AssertionRule: Sendable {
    let name: String
    let check: @Sendable (inout AssertionReading) throws(SAMLRejection) -> RuleOutcome

    func run(_ assertion: inout AssertionReading, _ checks: inout [SAMLCheck]) throws(SAMLRejection) {
        do throws(SAMLRejection) {
            if let check = try check(&assertion).check(name) { checks.append(check) }
        } catch {
            checks.append(error.failedCheck(name))
            throw error
        }
    }
}
