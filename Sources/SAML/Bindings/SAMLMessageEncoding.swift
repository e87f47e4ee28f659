internal import Cryptography

/// The parameter that a message travels in.
package enum SAMLMessageParameter: String, Sendable, Hashable {
    case request = "SAMLRequest"
    case response = "SAMLResponse"
}

/// How a message becomes a form value or a query parameter, and back.
package enum SAMLMessageEncoding {
    /// A form value of the HTTP-POST binding (SAML Bindings §3.5.4): Base64 of the XML.
    ///
    /// - Throws: `too_large` above 512 KiB of Base64, before decoding; `bad_encoding` unless it is strict Base64. Line
    ///   ends between the characters are allowed, since encoders of MIME's kind write them; nothing else is.
    package static func decode(post value: String) throws(SAMLRejection) -> [UInt8] {
        guard value.utf8.count <= SAMLLimits.encodedMessage else {
            throw SAMLRejection(.tooLarge, "The message is longer than \(SAMLLimits.encodedMessage) octets of Base64.")
        }
        // Most have no line ends, and are valid as they are.
        let decoded = Base64.decode(value) ?? Base64.decode(value.utf8.filter { $0 != 0x0A && $0 != 0x0D })
        guard let decoded, !decoded.isEmpty else { throw SAMLRejection(.badEncoding, "The message is not Base64.") }
        return decoded
    }

    package static func encode(post xml: [UInt8]) -> String { Base64.encode(xml) }

    /// A parameter of the HTTP-Redirect binding, percent-decoded (SAML Bindings §3.4.4.1): Base64 of raw DEFLATE.
    ///
    /// - Throws: `too_large` if it would inflate to more than 1 MiB, found while inflating; `bad_encoding`.
    package static func decode(redirect value: String) throws(SAMLRejection) -> [UInt8] {
        guard value.utf8.count <= SAMLLimits.encodedMessage else {
            throw SAMLRejection(.tooLarge, "The message is longer than \(SAMLLimits.encodedMessage) octets of Base64.")
        }
        guard let deflated = Base64.decode(value) else {
            throw SAMLRejection(.badEncoding, "The message is not Base64.")
        }
        do throws(Deflate.Fault) {
            return try Deflate.inflate(deflated, limit: SAMLLimits.inflatedMessage)
        } catch .tooLarge {
            throw SAMLRejection(.tooLarge, "The message inflates to more than \(SAMLLimits.inflatedMessage) octets.")
        } catch {
            throw SAMLRejection(.badEncoding, "The message is not one whole DEFLATE stream.")
        }
    }

    package static func encode(redirect xml: [UInt8]) -> String { Base64.encode(Deflate.deflate(xml)) }
}
