/// The answer of the authorization endpoint (RFC 6749 §4.1.2, RFC 9207): parameters, and the two ways they travel.
package struct RedirectResponse: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package let to: AuthorizationReturn
    package let fields: [Field]

    /// - Parameter issuer: Our own; it goes with every answer, errors too, so that a client which talks to several
    ///   servers can tell whose answer it got (RFC 9207).
    package static func success(code: String, to: AuthorizationReturn, issuer: String) -> RedirectResponse {
        RedirectResponse(to: to, fields: fields([("code", code)], to, issuer))
    }

    package static func failure(_ error: OAuthError, to: AuthorizationReturn, issuer: String) -> RedirectResponse {
        failure(code: error.code, description: "AADSTS\(error.number): \(error.detail)", to: to, issuer: issuer)
    }

    /// - Parameters:
    ///   - code: An `error` value of a specification.
    ///   - description: For the client's developer; characters that RFC 6749 §4.1.2.1 forbids are replaced.
    package static func failure(code: String, description: String, to: AuthorizationReturn, issuer: String)
        -> RedirectResponse
    {
        RedirectResponse(
            to: to, fields: fields([("error", code), ("error_description", errorText(description))], to, issuer))
    }

    private static func fields(_ first: [Parameter], _ to: AuthorizationReturn, _ issuer: String) -> [Field] {
        var all = first
        if let state = to.state { all.append(("state", state)) }
        all.append(("iss", issuer))
        return all.map { Field(name: $0.name, value: $0.value) }
    }

    /// The redirect URI with the parameters added to its query; what was registered stays byte for byte.
    package var location: String {
        var bytes = Array(to.redirectURI.utf8)
        if bytes.last == UInt8(ascii: "?") || bytes.last == UInt8(ascii: "&") { bytes.removeLast() }
        var separator = bytes.contains(UInt8(ascii: "?")) ? UInt8(ascii: "&") : UInt8(ascii: "?")
        for field in fields {
            bytes.append(separator)
            appendPercentEncoded(field.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            appendPercentEncoded(field.value, to: &bytes)
            separator = UInt8(ascii: "&")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// RFC 6749 §4.1.2.1: `%x20-21 / %x23-5B / %x5D-7E`. Quotes become apostrophes, a backslash a slash, others `?`.
package func errorText(_ text: String) -> String {
    String(
        decoding: text.unicodeScalars.map { scalar -> UInt8 in
            switch scalar {
            case "\"": UInt8(ascii: "'")
            case "\\": UInt8(ascii: "/")
            case "\u{20}"..."\u{7E}": UInt8(truncatingIfNeeded: scalar.value)
            default: UInt8(ascii: "?")
            }
        }, as: UTF8.self)
}

/// Everything but RFC 3986's unreserved characters as `%XX`: the same in a query and in a form.
func appendPercentEncoded(_ text: String, to bytes: inout [UInt8]) {
    func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble + 48 : nibble + 55 }
    for byte in text.utf8 {
        if isUnreserved(byte) {
            bytes.append(byte)
        } else {
            bytes.append(UInt8(ascii: "%"))
            bytes.append(digit(byte >> 4))
            bytes.append(digit(byte & 15))
        }
    }
}
