internal import Cryptography
internal import XML

extension ForgedMessage {
    func requireRecipient() throws(LabError) -> Certificate {
        guard let recipient else { throw LabError("the gateway's metadata names no key to encrypt to") }
        return recipient
    }

    /// Puts an assertion's ciphertext in its place, by AES-256-GCM.
    mutating func encrypt(_ assertion: String, to certificate: Certificate) throws(LabError) {
        do throws(CryptographyError) {
            let data = try XMLEncryption.encrypt(
                Array(assertion.utf8), to: certificate.publicKey(), certificate: certificate.der,
                environment: environment)
            replaceAssertion(Self.encryptedAssertion(data.string))
        } catch {
            throw LabError("nothing can be encrypted to that key: \(error)")
        }
    }

    /// The same by AES-128-CBC, in a signed response: as much as can be done for it.
    mutating func encryptWithCBC() throws(LabError) {
        let secret = Secret(environment.randomBytes(16))
        let iv = environment.randomBytes(AESCBC.ivCount)
        let sealed = iv + AESCBC.encrypt(Array(try assertion.utf8), key: secret, iv: iv)
        let wrapped: [UInt8]
        do throws(CryptographyError) {
            wrapped = try RSAOAEP.encrypt(secret, to: requireKey(), .sha1)
        } catch {
            throw LabError("nothing can be encrypted to that key: \(error)")
        }
        let encryption = "http://www.w3.org/2001/04/xmlenc#"
        let signature = "http://www.w3.org/2000/09/xmldsig#"
        let transport = """
            <xenc:EncryptionMethod Algorithm="\(encryption)rsa-oaep-mgf1p">\
            <ds:DigestMethod Algorithm="\(signature)sha1"></ds:DigestMethod></xenc:EncryptionMethod>
            """
        replaceAssertion(
            Self.encryptedAssertion(
                """
                <xenc:EncryptedData xmlns:xenc="\(encryption)" Type="\(encryption)Element">\
                <xenc:EncryptionMethod Algorithm="\(encryption)aes128-cbc"></xenc:EncryptionMethod>\
                <ds:KeyInfo xmlns:ds="\(signature)"><xenc:EncryptedKey>\(transport)\
                \(Self.cipherData(wrapped))</xenc:EncryptedKey></ds:KeyInfo>\(Self.cipherData(sealed))</xenc:EncryptedData>
                """))
        try signResponse()
    }

    private func requireKey() throws(CryptographyError) -> VerificationKey {
        guard let recipient else { throw .unsupportedKey }
        return try recipient.publicKey()
    }

    private mutating func signResponse() throws(LabError) {
        let signature = HandmadeSignature(.rsa(keys.current.key), certificate: keys.current.certificate)
        let element = try signature.element(over: text, id: text.attribute("ID"))
        guard let issuer = text.element("saml:Issuer") else { throw LabError("the response has no issuer") }
        text.insert(contentsOf: element, at: issuer.upperBound)
    }

    private static func encryptedAssertion(_ data: String) -> String {
        "<saml:EncryptedAssertion xmlns:saml=\"\(assertionNamespace)\">\(data)</saml:EncryptedAssertion>"
    }

    private static func cipherData(_ octets: [UInt8]) -> String {
        "<xenc:CipherData><xenc:CipherValue>\(Base64.encode(octets))</xenc:CipherValue></xenc:CipherData>"
    }
}
