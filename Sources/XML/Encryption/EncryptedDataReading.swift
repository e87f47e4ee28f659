internal import Cryptography

/// An `EncryptedData` or `EncryptedKey` whose parts were found.
struct EncryptedDataReading {
    let cipher: XMLContentEncryption
    let octets: [UInt8]
    let keys: [WrappedKey]

    struct WrappedKey {
        let transport: KeyTransportReading
        let octets: [UInt8]
    }

    /// Each costs a private-key operation for each key of ours.
    private static let mostKeys = 8

    init(_ element: XMLElement, _ policy: XMLEncryptionPolicy) throws(XMLDecryptionError) {
        guard element.isNamed(.encryptedData) else { throw .failed }
        cipher = try .named(try Self.method(element).attribute("Algorithm") ?? "", policy)
        octets = try Self.cipherValue(element)
        var keys: [WrappedKey] = []
        for key in try Self.encryptedKeys(of: element) {
            let transport = try KeyTransportReading(try Self.method(key), policy)
            keys.append(WrappedKey(transport: transport, octets: try Self.cipherValue(key)))
        }
        self.keys = keys
    }

    private static func method(_ element: XMLElement) throws(XMLDecryptionError) -> XMLElement {
        try only(.encryptionMethod, of: element)
    }

    private static func cipherValue(_ element: XMLElement) throws(XMLDecryptionError) -> [UInt8] {
        let value = try only(.cipherValue, of: try only(.cipherData, of: element))
        guard let text = value.onlyTextNode, let octets = Base64.decodeLenient(text.utf8) else { throw .failed }
        return octets
    }

    private static func only(_ name: XMLName, of element: XMLElement) throws(XMLDecryptionError) -> XMLElement {
        guard let found = try? element.only(name) else { throw .failed }
        return found
    }

    /// Those in its KeyInfo, and those beside it that a RetrievalMethod of the same document names. Nothing is fetched, and
    /// nothing farther away is looked at.
    private static func encryptedKeys(of element: XMLElement) throws(XMLDecryptionError) -> [XMLElement] {
        guard let information = element.child(.keyInfo) else { return [] }
        guard element.children(.keyInfo).count == 1 else { throw .failed }
        var keys = information.children(.encryptedKey)
        let siblings = element.parent?.children(.encryptedKey) ?? []
        for retrieval in information.children(.retrievalMethod) {
            let uri = retrieval.attribute("URI") ?? ""
            let named = siblings.filter { key in key.attribute("Id").map { "#" + $0 == uri } ?? false }
            guard uri.utf8.count > 1, named.count == 1, retrieval.children.isEmpty,
                retrieval.attribute("Type").map({ $0 == EncryptionURI.encryption + "EncryptedKey" }) ?? true
            else { throw .failed }
            keys += named
        }
        guard keys.count <= mostKeys else { throw .failed }
        return keys
    }
}
