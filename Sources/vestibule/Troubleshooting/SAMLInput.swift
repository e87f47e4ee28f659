import HTTP
import SAML

extension Finding.Kind {
    /// Whether it travels in the encodings of SAML's bindings.
    var isMessage: Bool {
        switch self {
        case .samlResponse, .samlRequest, .samlLogout, .samlMetadata, .federationResponse: true
        case .jws, .jwe, .jwt, .jwks, .xml, .http, .url, .json, .domain: false
        }
    }
}

extension Subject {
    /// The XML of a message, however the administrator got hold of it: as it is, as a form posts it, in Base64, or in
    /// Base64 of DEFLATE. Decoded by what decodes it in the server.
    func message(_ circumstances: Circumstances) throws(SAMLRejection) -> [UInt8] {
        switch circumstances.encoding {
        case .raw, .base64, .base64url: return bytes
        case .deflate: return try SAMLMessageEncoding.decode(redirect: encoded)
        case .form: return try formValue()
        case .auto:
            if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") { return bytes }
            if Self.fields.contains(where: { encoded.hasPrefix($0 + "=") || encoded.contains("&" + $0 + "=") }) {
                return try formValue()
            }
            let decoded = try SAMLMessageEncoding.decode(post: encoded)
            guard decoded.first(where: { $0 > 0x20 }) != UInt8(ascii: "<") else { return decoded }
            return try SAMLMessageEncoding.decode(redirect: encoded)
        }
    }

    private static let fields = ["SAMLResponse", "SAMLRequest", "wresult"]

    /// Without the line end that an editor or a shell has put behind it.
    private var encoded: String { String(decoding: bytes.withoutLineEnd, as: UTF8.self) }

    private func formValue() throws(SAMLRejection) -> [UInt8] {
        var posted: String?
        do throws(FormError) {
            let form = try Form.parse(encoded)
            if let result = try form.value("wresult") { return Array(result.utf8) }
            posted = try form.value("SAMLResponse")
            if posted == nil { posted = try form.value("SAMLRequest") }
        } catch {
            throw SAMLRejection(.badEncoding, "The form is broken: \(error).")
        }
        guard let posted else {
            throw SAMLRejection(.badEncoding, "The form has no SAMLResponse, SAMLRequest or wresult.")
        }
        return try SAMLMessageEncoding.decode(post: posted)
    }
}
