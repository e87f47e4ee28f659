package import Cryptography
internal import XML

/// The query string of an HTTP-Redirect message (SAML Bindings §3.4), with the octets as they came: a signature is over
/// them and not over what they decode to, since `%2f` and `%2F` are the same text and not the same octets.
package struct SAMLRedirectQuery: Sendable, Hashable {
    package let parameter: SAMLMessageParameter
    /// The message, inflated.
    package let xml: [UInt8]
    package let relayState: String?
    package let signature: Signature?

    package struct Signature: Sendable, Hashable {
        package let algorithm: String
        package let value: [UInt8]
        /// `SAMLRequest=…&RelayState=…&SigAlg=…`, in that order, as received.
        package let signedOctets: [UInt8]
    }

    private static let deflateEncoding = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

    /// - Parameter query: What follows the question mark, not decoded.
    /// - Throws: `too_large`; `bad_encoding` also if a parameter is repeated, if there is no message or two, or if only
    ///   one of SigAlg and Signature is there.
    package init(_ query: String) throws(SAMLRejection) {
        guard query.utf8.count <= SAMLLimits.query else {
            throw SAMLRejection(.tooLarge, "The query is longer than \(SAMLLimits.query) octets.")
        }
        let pairs = try RawPairs(query)
        let messages = [SAMLMessageParameter.request, .response].filter { pairs[$0.rawValue] != nil }
        guard messages.count == 1, let parameter = messages.first, let message = pairs[parameter.rawValue] else {
            throw SAMLRejection(.badEncoding, "The query has \(messages.isEmpty ? "no" : "more than one") message.")
        }
        if let encoding = try pairs.decoded("SAMLEncoding"), !encoding.isExactly(Self.deflateEncoding) {
            throw SAMLRejection(.badEncoding, "\(encoding.shown) is not known.", at: "SAMLEncoding")
        }
        self.parameter = parameter
        xml = try SAMLMessageEncoding.decode(redirect: pairs.decoded(parameter.rawValue) ?? "")
        relayState = try SAMLRelayState.read(pairs.decoded("RelayState"))
        switch (pairs["SigAlg"], pairs["Signature"]) {
        case (nil, nil):
            signature = nil
        case (let rawAlgorithm?, _?):
            guard let algorithm = try pairs.decoded("SigAlg"), let text = try pairs.decoded("Signature"),
                let value = Base64.decode(text.utf8.filter { $0 != 0x0A && $0 != 0x0D }), !value.isEmpty
            else { throw SAMLRejection(.badEncoding, "The signature is not Base64.", at: "Signature") }
            var octets = Array("\(parameter.rawValue)=".utf8) + message
            if let raw = pairs["RelayState"] { octets += Array("&RelayState=".utf8) + raw }
            octets += Array("&SigAlg=".utf8) + rawAlgorithm
            signature = Signature(algorithm: algorithm, value: value, signedOctets: octets)
        default:
            throw SAMLRejection(.signatureStructure, "Only one of SigAlg and Signature is there.")
        }
    }

    /// - Throws: `no_signature`, `weak_algorithm`, `unsupported_algorithm`; `signature_invalid` if none of the keys fits.
    package func verify(keys: [VerificationKey]) throws(SAMLRejection) -> SAMLSignatureEvidence {
        guard let signature else { throw SAMLRejection(.noSignature, "The query is not signed.", at: "Signature") }
        let algorithm = try XMLSignatureAlgorithm.redirect(signature.algorithm)
        guard !keys.isEmpty else { throw SAMLRejection(.keyNotFound, "The sender has no key that can be used.") }
        guard
            let index = keys.firstIndex(where: {
                $0.isValid(signature.value, for: signature.signedOctets, algorithm.scheme)
            })
        else {
            throw SAMLRejection(
                .signatureInvalid, "None of the \(keys.count) keys of the sender fits.", at: "Signature")
        }
        return SAMLSignatureEvidence(
            element: "query", id: "", algorithm: algorithm.name, digest: "", key: keys[index].shownIdentity,
            bits: keys[index].kind.shownBits, keyIndex: index)
    }

    /// A URL that carries the message.
    ///
    /// - Parameters:
    ///   - location: Where it goes; it may have a query of its own.
    ///   - key: Nil: not signed.
    package static func url(
        _ location: String, _ parameter: SAMLMessageParameter, xml: [UInt8], relayState: String?,
        key: SigningKey? = nil
    ) throws(CryptographyError) -> String {
        var query = parameter.rawValue + "=" + SAMLMessageEncoding.encode(redirect: xml).queryEscaped
        if let relayState { query += "&RelayState=" + relayState.queryEscaped }
        if let key {
            guard let algorithm = XMLSignatureAlgorithm.usual(for: key.kind) else { throw .schemeDoesNotFitKey }
            query += "&SigAlg=" + algorithm.uri.queryEscaped
            let signature = try key.sign(Array(query.utf8), algorithm.scheme)
            query += "&Signature=" + Base64.encode(signature).queryEscaped
        }
        return location + (location.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query
    }
}

/// The pairs of a query by their raw names; values stay as they came.
private struct RawPairs {
    private var values: [String: [UInt8]] = [:]

    /// The parameters that mean something here. Others are another protocol's, and not looked at.
    private static let known: Set<String> = [
        "SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding",
    ]

    init(_ query: String) throws(SAMLRejection) {
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            // A name is compared decoded: `%53AMLRequest` must not be a second one that others see.
            guard let name = String(Substring(pair[..<end])).queryUnescaped else {
                throw SAMLRejection(.badEncoding, "An escape in the query is broken.")
            }
            guard Self.known.contains(name) else { continue }
            let value = end == pair.endIndex ? [] : Array(pair[pair.index(after: end)...])
            guard values.updateValue(value, forKey: name) == nil else {
                throw SAMLRejection(.badEncoding, "The parameter is there more than once.", at: name)
            }
        }
    }

    subscript(name: String) -> [UInt8]? { values[name] }

    func decoded(_ name: String) throws(SAMLRejection) -> String? {
        guard let raw = values[name] else { return nil }
        guard let text = String(decoding: raw, as: UTF8.self).queryUnescaped else {
            throw SAMLRejection(.badEncoding, "An escape is broken, or it is not UTF-8.", at: name)
        }
        return text
    }
}
