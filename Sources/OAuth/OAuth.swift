// OAuth: the shapes and rules of OAuth 2.0 and OpenID Connect on the provider side, as pure functions over parameters
// that somebody else decoded: authorization, token and logout requests, redirect URIs, PKCE, scopes and their resource,
// client authentication, pairwise subjects, what a refresh token may still do, and the answer that goes back.
//
// It leaves to others: HTTP and forms (HTTP, Gateway), signatures (JOSE), what is kept and spent (Storage), which number
// and page an error gets (Gateway/Errors). It knows nothing of tenants or users: Gateway builds `RegisteredClient`, the
// view of an application that these rules need. No clock: dates are arguments.
// Start with `AuthorizationRequest`, then `RedirectURI`, `ProofKey` and `TokenRequest`.

/// A decoded parameter: percent-decoding and UTF-8 are done, order and repetition are kept.
package typealias Parameter = (name: String, value: String)

/// Parameters by name. RFC 6749 §3.1: a parameter without a value counts as absent, an unknown one is ignored, and none
/// may come twice.
struct Parameters {
    private var values: [String: String] = [:]
    /// In the order in which they came a second time.
    private(set) var repeated: [String] = []

    init(_ pairs: [Parameter]) {
        values.reserveCapacity(pairs.count)
        for (name, value) in pairs where values.updateValue(value, forKey: name) != nil {
            if !repeated.contains(name) { repeated.append(name) }
        }
    }

    /// Nil if absent or empty.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    func require(_ name: String) throws(OAuthError) -> String {
        guard let value = self[name] else { throw .parameterMissing(name) }
        return value
    }

    /// A value of at most so many bytes, without control characters. Everything that is kept or sent on passes here.
    func text(_ name: String, atMost limit: Int) throws(OAuthError) -> String? {
        guard let value = self[name] else { return nil }
        guard value.utf8.count <= limit else { throw .parameterMalformed(name, "is longer than \(limit) bytes") }
        guard !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .parameterMalformed(name, "holds control characters")
        }
        return value
    }

    /// A list with single spaces between; each element once, in order.
    func list(_ name: String, atMost limit: Int) throws(OAuthError) -> [String] {
        guard let value = try text(name, atMost: limit) else { return [] }
        var elements: [String] = []
        for part in value.utf8.split(separator: UInt8(ascii: " ")) {
            let element = String(Substring(part))
            if !elements.contains(element) { elements.append(element) }
        }
        return elements
    }
}
