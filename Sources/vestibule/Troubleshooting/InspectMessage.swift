import Cryptography
import HTTP
import JSON
import SAML

extension Finding {
    /// Shows what a message of SAML or WS-Federation says.
    mutating func inspectMessage(_ xml: [UInt8], _ key: SigningKey?) {
        do throws(SAMLRejection) {
            let message = try SAMLInspection(xml, decryptionKeys: key.map { [$0] } ?? [])
            kind = Kind(message.kind)
            more = [("message", .object(message.json))]
            identity = message.assertions.first?.identity
        } catch {
            kind = .xml
            reject(error)
        }
    }
}

extension Subject {
    /// The XML of a message, if it looks like one: as it is, in a form, in the address or the query of a redirect, in
    /// Base64, or in Base64 of DEFLATE.
    func wrappedMessage(_ circumstances: Circumstances) -> [UInt8]? {
        guard circumstances.encoding == .auto else {
            return (try? message(circumstances)).flatMap { $0.isMarkup ? $0 : nil }
        }
        if bytes.isMarkup { return bytes }
        let text = String(decoding: bytes.withoutLineEnd, as: UTF8.self)
        let value = Self.parameter(of: text) ?? text
        if value.utf8.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") { return Array(value.utf8) }
        for decoded in [
            try? SAMLMessageEncoding.decode(post: value), try? SAMLMessageEncoding.decode(redirect: value),
        ] {
            if let decoded, decoded.isMarkup { return decoded }
        }
        return nil
    }

    /// The value of the parameter that carries the message.
    private static func parameter(of text: String) -> String? {
        let names = ["SAMLResponse", "SAMLRequest", "wresult"]
        let query = text.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        for candidate in [text, query] {
            guard names.contains(where: { candidate.hasPrefix($0 + "=") || candidate.contains("&" + $0 + "=") }),
                let form = try? Form.parse(candidate)
            else { continue }
            for name in names {
                if let value = try? form.value(name) { return value }
            }
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate var isMarkup: Bool { first { $0 > 0x20 } == UInt8(ascii: "<") }
}

extension Finding.Kind {
    fileprivate init(_ kind: SAMLInspection.Kind) {
        self =
            switch kind {
            case .response: .samlResponse
            case .request: .samlRequest
            case .logout: .samlLogout
            case .metadata: .samlMetadata
            case .federationResponse: .federationResponse
            case .other: .xml
            }
    }
}

extension SAMLInspection {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["message": .string(message)]
        for (name, value) in envelope { object[name] = .string(value) }
        if !statusCodes.isEmpty { object["status"] = .array(statusCodes.map { .string($0) }) }
        if !signatures.isEmpty {
            object["signatures"] = .array(
                signatures.map { signature in
                    [
                        "element": .string(signature.element), "id": .string(signature.id),
                        "alg": .string(signature.algorithm), "digest": .string(signature.digest),
                    ]
                })
        }
        if !assertions.isEmpty { object["assertions"] = .array(assertions.map { .object($0.terms) }) }
        if sealed > 0 { object["encrypted"] = .integer(Int64(sealed)) }
        return object
    }
}

extension InspectedAssertion {
    /// Of whom it speaks, with the names that `saml verify` uses.
    fileprivate var identity: JSONObject {
        var object = JSONObject()
        var named = JSONObject()
        for (name, values) in attributes {
            named[name] = .array((named[name]?.array ?? []) + values.map { .string($0) })
        }
        let texts = [
            ("issuer", issuer), ("subject", subject), ("format", format), ("authn_instant", authenticatedAt),
            ("acr", contextClass), ("session_index", sessionIndex), ("not_on_or_after", notOnOrAfter),
        ]
        for (name, text) in texts {
            if let text { object[name] = .string(text) }
        }
        object["attributes"] = .object(named)
        return object
    }

    /// For whom, when and in answer to what.
    fileprivate var terms: JSONObject {
        var object: JSONObject = ["id": .string(id), "audience": .array(audiences.map { .string($0) })]
        let texts = [
            ("recipient", recipient), ("in_response_to", inResponseTo), ("not_before", notBefore),
            ("not_on_or_after", notOnOrAfter),
        ]
        for (name, text) in texts {
            if let text { object[name] = .string(text) }
        }
        return object
    }
}
