package import Cryptography

/// How the key of the content is sent to an RSA key.
package enum XMLKeyTransport: Sendable, Hashable, CaseIterable {
    /// `rsa-oaep-mgf1p` with SHA-1: what everybody reads. OAEP needs no collision resistance of its digest.
    case rsaOAEPMGF1P
    /// XML Encryption 1.1's `rsa-oaep`, with SHA-256 and MGF1 over it.
    case rsaOAEPSHA256
}

extension XMLEncryption {
    /// Encrypts to an RSA key, as an `EncryptedData` of Type Element with the `EncryptedKey` inside its KeyInfo.
    ///
    /// - Parameters:
    ///   - content: An authenticated mode.
    ///   - certificate: DER, to tell the recipient which of its keys it is.
    /// - Throws: What the key refuses.
    package static func encrypt(
        _ plaintext: [UInt8], to key: VerificationKey, content: XMLContentEncryption = .aes256GCM,
        transport: XMLKeyTransport = .rsaOAEPMGF1P, certificate: [UInt8]? = nil, environment: Environment
    ) throws(CryptographyError) -> XMLText {
        let secret = Secret(environment.randomBytes(content.keyCount))
        let wrapped = try RSAOAEP.encrypt(secret, to: key, transport == .rsaOAEPMGF1P ? .sha1 : .sha256)
        let sealed = content.seal(plaintext, key: secret, environment: environment)
        var writer = XMLWriter()
        writer.element("xenc", .encryptedData, [("Type", EncryptionURI.encryption + "Element")]) { writer in
            writer.element("xenc", .encryptionMethod, [("Algorithm", content.rawValue)])
            writer.element("ds", .keyInfo) { writer in
                writer.element("xenc", .encryptedKey) { writer in
                    transport.write(to: &writer)
                    if let certificate { writer.keyInfo(certificate: certificate) }
                    writer.cipherData(wrapped)
                }
            }
            writer.cipherData(sealed)
        }
        return writer.text
    }
}

extension XMLKeyTransport {
    fileprivate func write(to writer: inout XMLWriter) {
        switch self {
        case .rsaOAEPMGF1P:
            writer.element("xenc", .encryptionMethod, [("Algorithm", KeyTransportReading.oaepMGF1P)]) { writer in
                writer.element("ds", .digestMethod, [("Algorithm", XMLDigest.uri(.sha1))])
            }
        case .rsaOAEPSHA256:
            writer.element("xenc", .encryptionMethod, [("Algorithm", KeyTransportReading.oaep)]) { writer in
                writer.element("ds", .digestMethod, [("Algorithm", XMLDigest.uri(.sha256))])
                writer.element("xenc11", .maskGeneration, [("Algorithm", KeyTransportReading.maskURI(.sha256))])
            }
        }
    }
}

extension XMLWriter {
    fileprivate mutating func cipherData(_ octets: [UInt8]) {
        element("xenc", .cipherData) { $0.element("xenc", .cipherValue, text: Base64.encode(octets)) }
    }

    /// A KeyInfo that names one certificate.
    mutating func keyInfo(certificate: [UInt8]) {
        element("ds", .keyInfo) { writer in
            writer.element("ds", .x509Data) { writer in
                writer.element("ds", .x509Certificate, text: Base64.encode(certificate))
            }
        }
    }
}
