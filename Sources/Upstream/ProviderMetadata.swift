internal import JSON
package import Outbound

/// What an OpenID Provider says of itself (OpenID Connect Discovery §3): the parts that we act on, each checked.
package struct ProviderMetadata: Sendable, Hashable {
    package var issuer: String
    package var authorizationEndpoint: String
    package var tokenEndpoint: String
    package var jwksURI: String
    package var userInfoEndpoint: String?
    /// Whether every answer carries `iss` (RFC 9207 §3).
    package var sendsIssuerParameter: Bool
    /// Empty: not said.
    package var idTokenAlgorithms: [String]

    package static let maximumBytes = 128 * 1024

    /// Of a provider that publishes no document to read.
    init(issuer: String, authorizationEndpoint: String, tokenEndpoint: String, jwksURI: String) {
        self.issuer = issuer
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.jwksURI = jwksURI
        sendsIssuerParameter = false
        idTokenAlgorithms = []
    }

    /// Where the document of an issuer is: appended, with no doubled slash (Discovery §4).
    package static func address(ofIssuer issuer: String, policy: EgressPolicy) throws(UpstreamError) -> String {
        guard !issuer.contains("?"), let url = OutboundURL(issuer) else {
            throw .issuerNotAcceptable("\(shown(issuer)) is no https address without query and fragment")
        }
        if case .refused(let reason) = policy.verdict(on: url) { throw .issuerNotAcceptable(reason) }
        return (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - issuer: As configured; the document's must be the same bytes.
    ///   - policy: Where we may go. An endpoint that we could not ask later is refused now, with its name.
    package init(_ bytes: [UInt8], issuer: String, policy: EgressPolicy) throws(UpstreamError) {
        let document = try Self.object(bytes)
        guard let actual = document["issuer"]?.string else { throw .discoveryMalformed("it has no issuer") }
        guard actual.isExactly(issuer) else {
            throw .discoveryIssuerMismatch(expected: issuer, actual: shown(actual))
        }
        self.issuer = issuer
        authorizationEndpoint = try Self.endpoint("authorization_endpoint", document, policy)
        tokenEndpoint = try Self.endpoint("token_endpoint", document, policy)
        jwksURI = try Self.endpoint("jwks_uri", document, policy)
        userInfoEndpoint =
            document["userinfo_endpoint"] == nil ? nil : try Self.endpoint("userinfo_endpoint", document, policy)
        sendsIssuerParameter = document["authorization_response_iss_parameter_supported"]?.bool ?? false
        idTokenAlgorithms = document["id_token_signing_alg_values_supported"]?.strings ?? []
        if let types = document["response_types_supported"]?.strings, !types.contains("code") {
            throw .discoveryMalformed("the provider does not support the response type code")
        }
    }

    private static func object(_ bytes: [UInt8]) throws(UpstreamError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(bytes, limits: JSONLimits(bytes: maximumBytes, depth: 32))
        } catch {
            throw .discoveryMalformed("\(error)")
        }
        guard case .object(let object) = value else { throw .discoveryMalformed("it is \(value.kind), not an object") }
        return object
    }

    private static func endpoint(
        _ name: String, _ document: JSONObject, _ policy: EgressPolicy
    ) throws(UpstreamError) -> String {
        guard let text = document[name]?.string else { throw .discoveryMalformed("it has no \(name)") }
        guard let url = OutboundURL(text) else {
            throw .endpointNotAcceptable(name: name, reason: "\(shown(text)) is no absolute https address")
        }
        if case .refused(let reason) = policy.verdict(on: url) {
            throw .endpointNotAcceptable(name: name, reason: reason)
        }
        return text
    }
}
