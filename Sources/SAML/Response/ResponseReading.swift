internal import FoundationEssentials
internal import XML

/// A response on its way through the rules, before its assertion is known to be signed.
struct ResponseReading {
    let expected: ExpectedResponse
    let now: Date
    /// As received; once the Response's own signature was verified, the copy re-parsed from the signed bytes, so that the
    /// rest reads nothing else.
    private(set) var root: XMLElement
    private(set) var isSigned = false
    /// The one assertion, or what it was encrypted into; what it decrypted to afterwards.
    var assertion: XMLElement?
    var wasEncrypted = false
    /// The assertion once a signature covers it. Only the signature rules set it.
    private(set) var signed: SignedAssertion?
    private(set) var signatures: [SAMLSignatureEvidence] = []

    init(root: XMLElement, expected: ExpectedResponse, now: Date) {
        (self.root, self.expected, self.now) = (root, expected, now)
    }

    mutating func accept(response: VerifiedElement, _ evidence: SAMLSignatureEvidence) {
        (root, isSigned) = (response.element, true)
        signatures.append(evidence)
    }

    mutating func accept(assertion: SignedAssertion, _ evidence: SAMLSignatureEvidence?) {
        signed = assertion
        if let evidence { signatures.append(evidence) }
    }
}

/// One rule about a response.
struct ResponseRule: Sendable {
    let name: String
    let check: @Sendable (inout ResponseReading) throws(SAMLRejection) -> RuleOutcome

    func run(_ message: inout ResponseReading, _ checks: inout [SAMLCheck]) throws(SAMLRejection) {
        do throws(SAMLRejection) {
            if let check = try check(&message).check(name) { checks.append(check) }
        } catch {
            checks.append(error.failedCheck(name))
            throw error
        }
    }
}

/// What a rule that did not refuse says of itself.
enum RuleOutcome: Sendable {
    case passed(expected: String? = nil, actual: String? = nil)
    case skipped(actual: String? = nil)
    /// There was nothing to compare, nor should there be.
    case silent

    func check(_ name: String) -> SAMLCheck? {
        switch self {
        case .passed(let expected, let actual): SAMLCheck(name, .pass, expected: expected, actual: actual)
        case .skipped(let actual): SAMLCheck(name, .skipped, actual: actual)
        case .silent: nil
        }
    }
}

extension SAMLRejection {
    func failedCheck(_ name: String) -> SAMLCheck {
        SAMLCheck(name, .fail, expected: comparison?.expected, actual: comparison?.actual ?? reason.rawValue)
    }

    /// A refusal because two values differ.
    static func mismatch(
        _ reason: SAMLReason, _ what: String, expected: String, actual: String?, at position: String?
    ) -> SAMLRejection {
        var rejection = SAMLRejection(
            reason, "\(what) is \(actual.shown) where \(expected.shown) was expected.", at: position)
        rejection.comparison = SAMLComparison(expected: expected, actual: actual)
        return rejection
    }
}

/// The two sides of a comparison that failed.
package struct SAMLComparison: Sendable, Hashable {
    package var expected: String
    package var actual: String?
}
