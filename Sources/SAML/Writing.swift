package import Cryptography
internal import FoundationEssentials
internal import XML

/// The prefixes that everybody uses, so that people find their way in what we write.
enum SAMLPrefix {
    static let assertion = "saml"
    static let `protocol` = "samlp"
    static let metadata = "md"
    static let signature = "ds"
    static let schemaInstance = "xsi"
}

extension XMLWriter {
    mutating func issuer(_ entityID: String) {
        element(SAMLPrefix.assertion, .assertion("Issuer"), text: entityID)
    }

    mutating func nameID(_ nameID: SAMLNameID) {
        element(
            SAMLPrefix.assertion, .assertion("NameID"),
            [
                ("Format", nameID.format == SAMLNameIDFormat.unspecified ? nil : nameID.format),
                ("NameQualifier", nameID.nameQualifier), ("SPNameQualifier", nameID.spNameQualifier),
                ("SPProvidedID", nameID.spProvidedID),
            ], text: nameID.value)
    }
}

/// A key of ours that signs, and the certificate that our metadata shows for it.
package struct SAMLSigner: Sendable {
    package let key: SigningKey
    /// For KeyInfo; nil: none is named.
    package let certificate: Certificate?

    package init(key: SigningKey, certificate: Certificate?) {
        self.key = key
        self.certificate = certificate
    }

    /// - Parameter id: The root's.
    func sign(_ text: XMLText, id: String, inclusivePrefixes: [String] = []) throws(SAMLSigningError) -> XMLText {
        do throws(XMLSignatureError) {
            return try XMLSignature.sign(
                text, id: id, key: key, certificate: certificate?.der, inclusivePrefixes: inclusivePrefixes)
        } catch {
            throw SAMLSigningError(description: error.description)
        }
    }
}

/// Our own key could not sign or encrypt. Never a partner's fault.
package struct SAMLSigningError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}

/// The ID of a message or assertion: 160 random bits (SAML Core §1.3.4 wants 128 at least).
package enum SAMLMessageID {
    package static func make(_ environment: Environment) -> String { "_" + Hex.encode(environment.randomBytes(20)) }
}
