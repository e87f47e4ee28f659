package import Cryptography
package import FoundationEssentials

/// What a response must answer.
package enum SAMLAnswering: Sendable, Hashable {
    /// The request with this ID, and no other.
    case request(String)
    /// None: the identity provider began. Only where the connection allows it.
    case unsolicited
}

/// Which element must carry a signature. One that is there beyond this must be valid too.
package enum SAMLRequiredSignature: String, Sendable, Hashable, CaseIterable {
    case assertion, response, both, either
}

/// What a response must say to be meant for us, now, in answer to our request (SAML Profiles §4.1.4). Every member that a
/// rule compares has a value: the server can't skip a check.
package struct SAMLResponseExpectations: Sendable {
    /// Our entity ID towards this identity provider.
    package var audience: String
    /// The Assertion Consumer Service at which the response arrived: Destination and Recipient.
    package var acsURL: String
    package var answering: SAMLAnswering
    /// The identity provider's entity ID.
    package var issuer: String
    /// Its signing keys, from its metadata.
    package var keys: [VerificationKey]
    package var requiredSignature: SAMLRequiredSignature = .assertion
    /// An assertion in clear is refused.
    package var requiresEncryption = false
    /// Ours, the current one first.
    package var decryptionKeys: [SigningKey] = []
    /// AES-CBC, for a connection whose partner can't do better; only within a signed Response.
    package var allowsCBC = false
    /// The context class must be one of these. Empty: any.
    package var contexts: [String] = []
    /// With ForceAuthn: when the request was made. The authentication must not be older.
    package var authenticatedSince: Date?
    /// Seconds. The authentication must not be older.
    package var maxAge: Int?
    /// How far the two clocks may be apart, in seconds; more than 300 counts as 300.
    package var skew = 60

    package init(
        audience: String, acsURL: String, answering: SAMLAnswering, issuer: String, keys: [VerificationKey]
    ) {
        self.audience = audience
        self.acsURL = acsURL
        self.answering = answering
        self.issuer = issuer
        self.keys = keys
    }
}

/// The same for a command at a terminal, which may leave out what its user doesn't know, and may be lenient. What is left
/// out is reported as skipped.
package struct SAMLExaminationTerms: Sendable {
    package var audience: String?
    package var acsURL: String?
    package var answering: SAMLAnswering?
    package var issuer: String?
    package var keys: [VerificationKey] = []
    package var requiredSignature: SAMLRequiredSignature = .assertion
    package var decryptionKeys: [SigningKey] = []
    package var contexts: [String] = []
    package var skew = 60
    package var leniencies: Set<SAMLLeniency> = []

    package init() {}
}

/// What only a command may be lenient about.
package enum SAMLLeniency: String, Sendable, Hashable, CaseIterable {
    case sha1, rsa1024, rsa15
    case tripleDES = "3des"
    case cbc
    case emptyURI = "empty-uri"
    case noAudience = "no-audience"
    case advice, unsolicited, comments
}

/// Both of the above as the rules read them. Only this file can make one, and only from the first without a hole in it.
struct ExpectedResponse: Sendable {
    let audience: String?
    let acsURL: String?
    let answering: SAMLAnswering?
    let issuer: String?
    let signature: SignatureTerms
    let requiredSignature: SAMLRequiredSignature
    let requiresEncryption: Bool
    let decryptionKeys: [SigningKey]
    let allowsCBC: Bool
    let contexts: [String]
    let authenticatedSince: Date?
    let maxAge: Int?
    let skew: Double
    let leniencies: Set<SAMLLeniency>

    init(_ expectations: SAMLResponseExpectations) {
        audience = expectations.audience
        acsURL = expectations.acsURL
        answering = expectations.answering
        issuer = expectations.issuer
        signature = SignatureTerms(keys: expectations.keys, leniencies: [])
        requiredSignature = expectations.requiredSignature
        requiresEncryption = expectations.requiresEncryption
        decryptionKeys = expectations.decryptionKeys
        allowsCBC = expectations.allowsCBC
        contexts = expectations.contexts
        authenticatedSince = expectations.authenticatedSince
        maxAge = expectations.maxAge
        skew = clamped(expectations.skew)
        leniencies = []
    }

    init(_ terms: SAMLExaminationTerms) {
        audience = terms.audience
        acsURL = terms.acsURL
        answering = terms.answering
        issuer = terms.issuer
        signature = SignatureTerms(keys: terms.keys, leniencies: terms.leniencies)
        requiredSignature = terms.requiredSignature
        requiresEncryption = false
        decryptionKeys = terms.decryptionKeys
        allowsCBC = terms.leniencies.contains(.cbc)
        contexts = terms.contexts
        authenticatedSince = nil
        maxAge = nil
        skew = clamped(terms.skew)
        leniencies = terms.leniencies
    }
}

/// Seconds between 0 and 300.
func clamped(_ skew: Int) -> Double { Double(min(max(skew, 0), 300)) }
