package import JOSE
package import Outbound
package import SAML

/// The rule that a home's answer broke. Nothing in it is for the visitor: it is the administrator's.
package enum UpstreamError: Error, Sendable, Hashable {
    // The answer in the browser.
    case stateMismatch
    /// The transaction was begun for another partner, issuer or callback than this one.
    case otherTransaction(String)
    case transactionExpired
    case responseMalformed(String)
    case issuerParameterMissing(expected: String)
    /// The answer says it is another provider's (RFC 9207).
    case mixUp(expected: String, actual: String)
    /// The home said no, in a code and words of its own.
    case partnerRefused(error: String, description: String?)

    // What the provider publishes.
    case issuerNotAcceptable(String)
    case discoveryMalformed(String)
    case discoveryIssuerMismatch(expected: String, actual: String)
    case endpointNotAcceptable(name: String, reason: String)
    case keysMalformed(String)

    // The code exchange and what came of it.
    case tokenEndpointRefused(status: Int, error: String, description: String?)
    case tokenResponseMalformed(String)
    case idToken(JOSEError)
    case userInfoMalformed(String)
    case userInfoSubjectMismatch
    case claimMissing(String)
    case claimMalformed(String, reason: String)
    case otherTenant(expected: String, actual: String?)
    /// The key that signed says that it is another issuer's.
    case keyOfAnotherIssuer(expected: String, actual: String)
    /// What the provider's own API says of the person can't be used.
    case accountMalformed(String)
    /// An access token that was made for another application, or for somebody else.
    case foreignToken(String)
    /// The account is itself a guest where it signed in, so that tenant does not speak for it.
    case guestAtHome

    // What a SAML or WS-Federation partner published or sent.
    case metadataMalformed(String)
    case assertion(SAMLRejection)
    /// The partner answered with a status instead of an assertion (SAML Core §3.2.2).
    case statusNotSuccess(SAMLRejection)
    /// The name identifier is another at every sign-in, so it identifies nobody.
    case transientSubject
    /// The address is in a domain that the partner may not speak for.
    case domainNotListed(String)
    /// What the home vouched with was used before.
    case replayed

    // Before anybody is asked.
    /// The application wants to know when the person authenticated, which this provider never says.
    case cannotProveAuthenticationTime
    case misconfigured(String)
    case unreachable(FetchError, asking: String)

    /// A short name for the rule, the same over releases.
    package var rule: String {
        switch self {
        case .stateMismatch: "state"
        case .otherTransaction: "transaction"
        case .transactionExpired: "transaction.age"
        case .responseMalformed: "response"
        case .issuerParameterMissing, .mixUp: "iss"
        case .partnerRefused: "refused"
        case .issuerNotAcceptable: "issuer"
        case .discoveryMalformed: "discovery"
        case .discoveryIssuerMismatch: "discovery.issuer"
        case .endpointNotAcceptable(let name, _): "discovery.\(name)"
        case .keysMalformed: "keys"
        case .tokenEndpointRefused: "token_endpoint.refused"
        case .tokenResponseMalformed: "token_endpoint"
        case .idToken(let error): "id_token.\(error.reasonCode)"
        case .userInfoMalformed: "userinfo"
        case .userInfoSubjectMismatch: "userinfo.sub"
        case .claimMissing(let name), .claimMalformed(let name, _): "claim.\(name)"
        case .otherTenant: "claim.tid"
        case .guestAtHome: "claim.acct"
        case .keyOfAnotherIssuer: "id_token.key_issuer"
        case .accountMalformed: "account"
        case .foreignToken: "token"
        case .cannotProveAuthenticationTime: "auth_time"
        case .metadataMalformed: "metadata"
        case .assertion(let rejection), .statusNotSuccess(let rejection): rejection.reason.rawValue
        case .replayed: SAMLReason.replay.rawValue
        case .transientSubject: "nameid_invalid"
        case .domainNotListed: "email.domain"
        case .misconfigured: "configuration"
        case .unreachable: "reachable"
        }
    }

    /// Whether a signature by a key that we do not know would look like this: then it is worth a look at what the home
    /// publishes now.
    package var mayBeUnknownKey: Bool {
        guard case .assertion(let rejection) = self else { return false }
        return [.signatureInvalid, .untrustedKey, .keyNotFound].contains(rejection.reason)
    }

    /// The whole cause in one sentence.
    package var cause: String {
        switch self {
        case .stateMismatch: "The answer's state is not the one that was sent."
        case .otherTransaction(let what): "The answer belongs to another transaction: \(what)."
        case .transactionExpired: "The transaction was begun too long ago."
        case .responseMalformed(let what): "The answer is malformed: \(what)."
        case .issuerParameterMissing(let expected):
            "The answer has no iss, although \(expected) announces that it sends one."
        case .mixUp(let expected, let actual): "The answer is from \(actual), but \(expected) was asked."
        case .partnerRefused(let error, let description):
            "The home answered \(error)\(description.map { ": \($0.withoutPeriod)" } ?? "")."
        case .issuerNotAcceptable(let what): "The configured issuer can't be used: \(what)."
        case .discoveryMalformed(let what): "The discovery document can't be used: \(what)."
        case .discoveryIssuerMismatch(let expected, let actual):
            "The discovery document's issuer is \(actual) where \(expected) is configured."
        case .endpointNotAcceptable(let name, let reason): "The provider's \(name) can't be used: \(reason)."
        case .keysMalformed(let what): "The provider's keys can't be used: \(what)."
        case .tokenEndpointRefused(let status, let error, let description):
            "The token endpoint answered \(status) \(error)\(description.map { ": \($0.withoutPeriod)" } ?? "")."
        case .tokenResponseMalformed(let what): "The token endpoint's answer is malformed: \(what)."
        case .idToken(let error): "The ID Token is refused. \(error)"
        case .userInfoMalformed(let what): "The userinfo answer is malformed: \(what)."
        case .userInfoSubjectMismatch: "Userinfo speaks of another subject than the ID Token."
        case .claimMissing(let name): "The claim \(name) is missing."
        case .claimMalformed(let name, let reason): "The claim \(name) can't be used: \(reason)."
        case .otherTenant(let expected, let actual):
            "The token is of the tenant \(actual ?? "(none)") where \(expected) was asked."
        case .keyOfAnotherIssuer(let expected, let actual):
            "The key that signed the token is for \(expected), and the token is of \(actual)."
        case .accountMalformed(let what): "What the provider says of the account can't be used: \(what)."
        case .foreignToken(let what): "The access token is not for this sign-in: \(what)."
        case .cannotProveAuthenticationTime:
            "The application asks for a fresh authentication, and this provider never says when a person authenticated."
        case .guestAtHome: "The account is a guest in the tenant that it signed in to."
        case .metadataMalformed(let what): "The partner's metadata can't be used: \(what)."
        case .assertion(let rejection): "\(rejection)"
        case .statusNotSuccess(let rejection): rejection.detail
        case .replayed: "What the home vouched with was used before, and counts once."
        case .transientSubject: "The name identifier is transient, and the mapping names no attribute as the subject."
        case .domainNotListed(let domain): "The address is in \(domain), which is no domain of this partner."
        case .misconfigured(let what): "The connection can't be used as configured: \(what)."
        case .unreachable(let error, let asking): "The \(asking) could not be asked. \(error)"
        }
    }
}

/// One comparison that was made, for the sign-in's record.
package struct Check: Sendable, Hashable {
    package enum Result: String, Sendable, Hashable {
        case pass
        case fail
        /// There was nothing to compare with: at a terminal only, never in a sign-in.
        case skipped
    }

    package var name: String
    package var result: Result
    package var expected: String?
    package var actual: String?

    package init(_ name: String, _ result: Result, expected: String? = nil, actual: String? = nil) {
        self.name = name
        self.result = result
        self.expected = expected
        self.actual = actual
    }

    init(_ name: String, expected: String? = nil, actual: String? = nil, passed: Bool = true) {
        self.init(name, passed ? .pass : .fail, expected: expected, actual: actual)
    }

    package var passed: Bool { result == .pass }
}

extension String {
    /// For the end of a sentence that has a period of its own.
    fileprivate var withoutPeriod: Substring { hasSuffix(".") ? dropLast() : self[...] }
}

/// Something from a partner, fit for a log or a record: short, printable ASCII (CWE-117).
func shown(_ text: String, limit: Int = 300) -> String {
    let bytes = text.utf8.prefix(limit).map { $0 < 0x20 || $0 > 0x7E ? UInt8(ascii: "?") : $0 }
    return String(decoding: bytes, as: UTF8.self)
}
