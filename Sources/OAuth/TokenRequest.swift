package import Cryptography

/// How a client proves itself: exactly one way per request (RFC 6749 §2.3).
package enum ClientCredential: Sendable, Equatable {
    case secretBasic(id: String, Secret)
    case secretPost(id: String, Secret)
    /// RFC 7523 §2.2. The id, if sent, must be the assertion's subject.
    case assertion(id: String?, jwt: String)
    /// A public client only names itself.
    case none(id: String)

    package var method: RegisteredClient.Authentication {
        switch self {
        case .secretBasic: .secretBasic
        case .secretPost: .secretPost
        case .assertion: .privateKeyJWT
        case .none: .none
        }
    }

    /// As claimed; nil where only the assertion says it.
    package var clientID: String? {
        switch self {
        case .secretBasic(let id, _), .secretPost(let id, _), .none(let id): id
        case .assertion(let id, _): id
        }
    }

    /// Only the registered method counts, so that a stolen weaker credential is worth nothing. The two ways to send a
    /// secret are told apart too: the registration says which.
    package func requireMethod(of client: RegisteredClient) throws(OAuthError) {
        guard method == client.authentication else {
            guard method == .none else { throw .clientAuthenticationNotRegistered(method.rawValue) }
            throw .clientAuthenticationMissing
        }
    }
}

/// A request at the token endpoint, shape checked, nothing believed.
package struct TokenRequest: Sendable, Equatable {
    package enum Grant: Sendable, Equatable {
        /// RFC 6749 §4.1.3; the redirect URI is always required here.
        case authorizationCode(code: String, redirectURI: String, verifier: CodeVerifier?)
        /// RFC 6749 §6. Nil scopes: as granted.
        case refreshToken(token: String, scopes: [String]?)
        /// RFC 6749 §4.4.
        case clientCredentials(scopes: [String])

        package var type: String {
            switch self {
            case .authorizationCode: "authorization_code"
            case .refreshToken: "refresh_token"
            case .clientCredentials: "client_credentials"
            }
        }
    }

    package var grant: Grant
    package var client: ClientCredential
    package var clientInfo: Bool

    package init(grant: Grant, client: ClientCredential, clientInfo: Bool) {
        self.grant = grant
        self.client = client
        self.clientInfo = clientInfo
    }

    /// Reads a form.
    ///
    /// - Parameter authorizationField: The value of the Authorization field. With it, an `invalid_client` answer needs
    ///   a WWW-Authenticate field.
    package static func parse(_ pairs: [Parameter], authorizationField: String?) throws(OAuthError) -> TokenRequest {
        let parameters = Parameters(pairs)
        if let name = parameters.repeated.first { throw .parameterRepeated(name) }
        let type = try parameters.require("grant_type")
        let client = try ClientCredential.parse(parameters, authorizationField)
        let grant: Grant
        switch type {
        case "authorization_code":
            guard let code = try parameters.text("code", atMost: credentialLimit) else {
                throw .parameterMissing("code")
            }
            grant = .authorizationCode(
                code: code, redirectURI: try parameters.require("redirect_uri"), verifier: try verifier(parameters))
        case "refresh_token":
            guard let token = try parameters.text("refresh_token", atMost: credentialLimit) else {
                throw .parameterMissing("refresh_token")
            }
            let scopes = try scopes(parameters)
            grant = .refreshToken(token: token, scopes: scopes.isEmpty ? nil : scopes)
        case "client_credentials":
            let scopes = try scopes(parameters)
            guard !scopes.isEmpty else { throw .scopeMissing }
            grant = .clientCredentials(scopes: scopes)
        default: throw .grantTypeUnsupported(type)
        }
        return TokenRequest(grant: grant, client: client, clientInfo: parameters["client_info"] == "1")
    }

    /// Bytes; ours are shorter than 200.
    private static let credentialLimit = 2048

    /// A verifier that can't be one is a wrong one: invalid_grant, like every other that does not fit.
    private static func verifier(_ parameters: Parameters) throws(OAuthError) -> CodeVerifier? {
        guard let raw = parameters["code_verifier"] else { return nil }
        guard let verifier = CodeVerifier(raw) else { throw .verifierMismatch }
        return verifier
    }

    private static func scopes(_ parameters: Parameters) throws(OAuthError) -> [String] {
        let scopes = try parameters.list("scope", atMost: 2048)
        if let wrong = scopes.first(where: { !isScopeToken($0) }) { throw .scopeInvalid(wrong) }
        return scopes
    }
}

extension ClientCredential {
    /// RFC 7523 §2.2.
    package static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// The credential of a request to any endpoint that authenticates clients.
    package static func parse(_ pairs: [Parameter], authorizationField: String?) throws(OAuthError) -> ClientCredential
    {
        let parameters = Parameters(pairs)
        if let name = parameters.repeated.first { throw .parameterRepeated(name) }
        return try parse(parameters, authorizationField)
    }

    static func parse(_ parameters: Parameters, _ authorizationField: String?) throws(OAuthError) -> ClientCredential {
        let id = parameters["client_id"]
        let secret = parameters["client_secret"]
        let assertion = parameters["client_assertion"]
        let methods = (authorizationField == nil ? 0 : 1) + (secret == nil ? 0 : 1) + (assertion == nil ? 0 : 1)
        guard methods <= 1 else { throw .severalClientAuthentications }
        if let authorizationField {
            guard case .secretBasic(let user, let secret)? = basic(authorizationField) else {
                throw .clientNotProven("the Authorization field is not well-formed Basic authentication")
            }
            // Some libraries repeat the id in the body; a different one is a mix-up.
            guard id == nil || id == user else { throw .severalClientAuthentications }
            return .secretBasic(id: user, secret)
        }
        if let assertion {
            let type = try parameters.require("client_assertion_type")
            guard type == assertionType else {
                throw .parameterMalformed("client_assertion_type", "is not '\(assertionType)'")
            }
            return .assertion(id: id, jwt: assertion)
        }
        guard let id else { throw .clientAuthenticationMissing }
        guard let secret else { return .none(id: id) }
        return .secretPost(id: id, Secret(utf8: secret))
    }

    /// RFC 7617 with RFC 6749 §2.3.1: both halves are form-urlencoded before they are joined. The scheme's name has no
    /// case.
    static func basic(_ field: String) -> ClientCredential? {
        let bytes = Array(field.utf8)
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")),
            String(decoding: bytes[..<space], as: UTF8.self).lowercased() == "basic",
            let decoded = Base64.decode(
                String(decoding: bytes[space...].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)),
            let colon = decoded.firstIndex(of: UInt8(ascii: ":")),
            let idBytes = formDecoded(decoded[..<colon]), !idBytes.isEmpty,
            let id = String(validating: idBytes, as: UTF8.self),
            let secret = formDecoded(decoded[(colon + 1)...])
        else { return nil }
        return .secretBasic(id: id, Secret(secret))
    }

    /// application/x-www-form-urlencoded, one value; nil for a `%` without two hexadecimal digits.
    private static func formDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            switch bytes[position] {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard position + 2 < bytes.endIndex, let high = hexValue(bytes[position + 1]),
                    let low = hexValue(bytes[position + 2])
                else { return nil }
                decoded.append(high << 4 | low)
                position += 2
            case let byte: decoded.append(byte)
            }
            position += 1
        }
        return decoded
    }
}
