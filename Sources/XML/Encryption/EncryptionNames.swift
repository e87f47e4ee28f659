extension XMLName {
    /// A name of XML Encryption.
    static func encryption(_ local: String) -> XMLName { XMLName(EncryptionURI.encryption, local) }

    static let encryptedData = encryption("EncryptedData")
    static let encryptedKey = encryption("EncryptedKey")
    static let encryptionMethod = encryption("EncryptionMethod")
    static let cipherData = encryption("CipherData")
    static let cipherValue = encryption("CipherValue")
    static let keySize = encryption("KeySize")
    static let oaepParameters = encryption("OAEPparams")
    static let maskGeneration = XMLName("http://www.w3.org/2009/xmlenc11#", "MGF")
    static let retrievalMethod = signature("RetrievalMethod")
}

enum EncryptionURI {
    static let encryption = "http://www.w3.org/2001/04/xmlenc#"
    static let encryption11 = "http://www.w3.org/2009/xmlenc11#"
}
