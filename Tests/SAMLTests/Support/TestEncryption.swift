import Cryptography
import XML

/// Encrypts as a partner would.
enum TestEncryption {
    /// AES-256-GCM under RSA-OAEP, by the product's own hand: xmlsec1 vouches for that elsewhere.
    static func encrypted(_ xml: String, element: String, to key: VerificationKey = TestKeys.own.publicKey) throws
        -> String
    {
        let data = try XMLEncryption.encrypt(Array(xml.utf8), to: key, environment: .live).string
        return #"<saml:\#(element) xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">\#(data)</saml:\#(element)>"#
    }

    static func assertion(_ xml: String) throws -> String { try encrypted(xml, element: "EncryptedAssertion") }

    /// As Okta does it: the key stands beside the data, which refers to it.
    static func assertionWithKeyBeside(_ xml: String) throws -> String {
        let root = try XMLTree(parsing: assertion(xml))
        guard let data = root.first("EncryptedData"), let info = data.first("KeyInfo"),
            let key = data.first("EncryptedKey")
        else { fatalError("it is encrypted otherwise") }
        key["Id"] = "_key"
        let method = XMLTree(
            name: XMLName(info.name.namespace, "RetrievalMethod"),
            attributes: [
                (XMLName("", "Type"), "http://www.w3.org/2001/04/xmlenc#EncryptedKey"), (XMLName("", "URI"), "#_key"),
            ], children: [])
        info.children = [.element(method)]
        root.append(key)
        return root.xml
    }

    /// AES-128-CBC under RSA-OAEP, by hand, or whatever algorithm names are given instead.
    static func cbc(
        _ xml: String, content: String = "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        transport: String = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
    ) throws -> String {
        let secret = Secret(Environment.live.randomBytes(16))
        let wrapped = try RSAOAEP.encrypt(secret, to: TestKeys.own.publicKey, .sha1)
        let iv = Environment.live.randomBytes(16)
        let sealed = iv + AESCBC.encrypt(Array(xml.utf8), key: secret, iv: iv)
        return """
            <saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">\
            <xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" \
            Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="\(content)"/>\
            <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>\
            <xenc:EncryptionMethod Algorithm="\(transport)"/><xenc:CipherData><xenc:CipherValue>\
            \(Base64.encode(wrapped))</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>\
            <xenc:CipherData><xenc:CipherValue>\(Base64.encode(sealed))</xenc:CipherValue></xenc:CipherData>\
            </xenc:EncryptedData></saml:EncryptedAssertion>
            """
    }
}
