internal import Cryptography
internal import XML

/// How a message leaves through the browser.
package enum SAMLTransmission: Sendable, Hashable {
    /// 302 or 303 to this URL.
    case redirect(String)
    /// A page that posts these fields to `url` by itself.
    case post(url: String, fields: [Field])

    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// By POST.
    static func post(
        _ parameter: SAMLMessageParameter, _ xml: [UInt8], to url: String, relayState: String?
    ) -> SAMLTransmission {
        var fields = [Field(name: parameter.rawValue, value: SAMLMessageEncoding.encode(post: xml))]
        if let relayState { fields.append(Field(name: "RelayState", value: relayState)) }
        return .post(url: url, fields: fields)
    }

    /// By either binding: signed in the query, or by an enveloped signature.
    ///
    /// - Throws: If the signer's key can't sign, or for a binding that carries no messages here.
    static func sending(
        _ parameter: SAMLMessageParameter, _ text: XMLText, id: String, to endpoint: String, by binding: SAMLBinding,
        relayState: String?, signer: SAMLSigner?
    ) throws(SAMLSigningError) -> SAMLTransmission {
        switch binding {
        case .redirect:
            do throws(CryptographyError) {
                return .redirect(
                    try SAMLRedirectQuery.url(
                        endpoint, parameter, xml: text.bytes, relayState: relayState, key: signer?.key))
            } catch {
                throw SAMLSigningError(description: "Our key can't sign a redirect: \(error).")
            }
        case .post:
            let signed = try signer?.sign(text, id: id) ?? text
            return .post(parameter, signed.bytes, to: endpoint, relayState: relayState)
        case .other(let uri):
            throw SAMLSigningError(description: "No message is sent by \(uri).")
        }
    }
}
