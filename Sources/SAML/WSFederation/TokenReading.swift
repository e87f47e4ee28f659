internal import FoundationEssentials
internal import XML

/// Which assertions a security token may be.
enum TokenVersion: Sendable {
    case saml11, saml20

    init?(_ element: XMLElement) {
        if element.isNamed(.assertion("Assertion")) {
            self = .saml20
        } else if element.isNamed(.assertion11("Assertion")) {
            self = .saml11
        } else {
            return nil
        }
    }

    var idAttribute: String { self == .saml11 ? "AssertionID" : "ID" }

    /// Attributes that identify an element in a message that holds one or the other.
    static let idAttributes: Set<String> = ["ID", "AssertionID"]
}

extension XMLName {
    static func assertion11(_ local: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:1.0:assertion", local) }
    static func policy(_ local: String) -> XMLName { XMLName(WSNamespace.policy, local) }
    static func utility(_ local: String) -> XMLName { XMLName(WSNamespace.utility, local) }
}

/// An answer of a security token service on its way through the rules, before its token is known to be signed.
struct TokenReading {
    let expected: ExpectedToken
    let now: Date
    let root: XMLElement
    /// The one RequestSecurityTokenResponse.
    var response: XMLElement?
    /// What stands in it as the token; what that decrypted to afterwards.
    var token: XMLElement?
    var wasEncrypted = false
    private(set) var signed: (version: TokenVersion, assertion: SignedAssertion)?
    private(set) var signatures: [SAMLSignatureEvidence] = []

    init(root: XMLElement, expected: ExpectedToken, now: Date) {
        (self.root, self.expected, self.now) = (root, expected, now)
    }

    mutating func accept(_ verified: VerifiedElement, _ version: TokenVersion) {
        signed = (version, SignedAssertion(verified))
        signatures.append(SAMLSignatureEvidence(verified))
    }

    /// The part of the answer that a later rule needs.
    func required(_ part: XMLElement?) throws(SAMLRejection) -> XMLElement {
        guard let part else { throw SAMLRejection(.noAssertion, "A rule is missing from the list.", at: root.position) }
        return part
    }
}

/// One rule about an answer that carries a security token.
struct TokenRule: Sendable {
    let name: String
    let check: @Sendable (inout TokenReading) throws(SAMLRejection) -> RuleOutcome

    func run(_ answer: inout TokenReading, _ checks: inout [SAMLCheck]) throws(SAMLRejection) {
        do throws(SAMLRejection) {
            if let check = try check(&answer).check(name) { checks.append(check) }
        } catch {
            checks.append(error.failedCheck(name))
            throw error
        }
    }
}
