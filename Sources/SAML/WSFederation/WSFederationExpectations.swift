package import Cryptography
package import FoundationEssentials

/// What a token must say to be meant for us and now. There is no InResponseTo: that the answer belongs to a request of this
/// browser is for the caller to check, by `wctx` and its cookie.
package struct WSFederationExpectations: Sendable {
    /// Our realm at this identity provider: AppliesTo and audience.
    package var realm: String
    /// Where the answer arrived: a SAML 2.0 token that names a Recipient names this.
    package var recipient: String
    /// The issuer, from its metadata.
    package var issuer: String
    package var keys: [VerificationKey]
    package var decryptionKeys: [SigningKey] = []
    /// A SAML 1.1 token may say nothing of how its subject is confirmed, as SimpleSAMLphp's does. One that says something
    /// says bearer.
    package var acceptsUnconfirmedSubject = false
    /// The authentication method must be one of these. Empty: any.
    package var contexts: [String] = []
    /// With `wfresh=0`: when the request was made.
    package var authenticatedSince: Date?
    /// Seconds.
    package var maxAge: Int?
    /// In seconds; more than 300 counts as 300.
    package var skew = 60

    package init(realm: String, recipient: String, issuer: String, keys: [VerificationKey]) {
        self.realm = realm
        self.recipient = recipient
        self.issuer = issuer
        self.keys = keys
    }
}

/// The same for a command at a terminal; what is left out is reported as skipped.
package struct WSFederationExaminationTerms: Sendable {
    package var realm: String?
    package var issuer: String?
    package var keys: [VerificationKey] = []
    package var decryptionKeys: [SigningKey] = []
    package var skew = 60
    package var leniencies: Set<SAMLLeniency> = []

    package init() {}
}

/// Both of the above as the rules read them.
struct ExpectedToken: Sendable {
    let acceptsUnconfirmedSubject: Bool
    let signature: SignatureTerms
    let assertion: ExpectedAssertion

    init(_ expectations: WSFederationExpectations) {
        acceptsUnconfirmedSubject = expectations.acceptsUnconfirmedSubject
        signature = SignatureTerms(keys: expectations.keys, leniencies: [])
        assertion = ExpectedAssertion(
            issuer: expectations.issuer, audience: expectations.realm, recipient: .exactly(expectations.recipient),
            contexts: expectations.contexts,
            authenticatedSince: expectations.authenticatedSince, maxAge: expectations.maxAge,
            skew: clamped(expectations.skew), leniencies: [],
            decryption: Decryption(keys: expectations.decryptionKeys, policy: .saml))
    }

    init(_ terms: WSFederationExaminationTerms) {
        acceptsUnconfirmedSubject = false
        signature = SignatureTerms(keys: terms.keys, leniencies: terms.leniencies)
        assertion = ExpectedAssertion(
            issuer: terms.issuer, audience: terms.realm, recipient: .none, contexts: [], authenticatedSince: nil,
            maxAge: nil,
            skew: clamped(terms.skew), leniencies: terms.leniencies,
            decryption: Decryption(
                keys: terms.decryptionKeys, leniencies: terms.leniencies,
                allowsCBC: terms.leniencies.contains(.cbc)))
    }
}
