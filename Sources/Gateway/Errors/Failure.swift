package import Access
package import Directory
package import OAuth
package import SAML
package import Storage
package import Upstream

/// Why a request could not go on: the one error type of Gateway's features. What it looks like on a page, in JSON and in
/// the log is decided in `FailurePresentation`, nowhere else.
package enum Failure: Error, Sendable {
    /// A rule said no. The values fill the table's sentences.
    case refused(Refusal, [String: String] = [:], reasons: [Reason] = [])
    /// The application's request broke a rule of OAuth or OpenID Connect.
    case oauth(OAuthError)
    /// The person's home could not be asked, refused, or answered something that a rule does not accept.
    case upstream(UpstreamError, partner: String)
    /// A message of an application that speaks SAML or WS-Federation broke a rule.
    case federation(SAMLRejection, peer: String)
    case storage(StorageError)
    /// Nothing lives at this address.
    case noSuchPage
    /// Something lives here, for other methods than this one.
    case methodNotAllowed([String])
    /// A form field or parameter is missing or malformed; names it and says what it must be.
    case badField(String, String)
    /// A bearer token is missing, not ours, expired, or what it rests on no longer stands.
    case bearer(BearerProblem)
    /// The installation has no administrator yet.
    case notClaimed
    /// Our own fault; the text is for the log alone.
    case ours(String)

    /// RFC 6750 §3.1.
    package enum BearerProblem: Sendable, Hashable {
        case missing
        case invalid(String)
        case insufficientScope(String)
    }
}

/// Runs storage work and carries its failure over.
func storing<Value>(_ work: () async throws(StorageError) -> Value) async throws(Failure) -> Value {
    do { return try await work() } catch { throw .storage(error) }
}
