import Cryptography
import Testing

@testable import XML

@Suite("XML encryption") struct EncryptionTests {
    private static let plaintext = assertion(attributes: 3).bytes

    static let written: [(XMLContentEncryption, XMLKeyTransport)] =
        [XMLContentEncryption.aes128GCM, .aes192GCM, .aes256GCM].flatMap { content in
            XMLKeyTransport.allCases.map { (content, $0) }
        }

    @Test(arguments: written) func `what is encrypted here is decrypted here`(
        _ content: XMLContentEncryption, _ transport: XMLKeyTransport
    ) throws {
        let text = try XMLEncryption.encrypt(
            Self.plaintext, to: Keys.rsa.publicKey, content: content, transport: transport, environment: .live)
        let data = try parse(text.string).root
        #expect(try XMLEncryption.decrypt(data, keys: [Keys.otherRSA, Keys.p256, Keys.rsa]) == Self.plaintext)
        #expect(throws: XMLDecryptionError.failed) { try XMLEncryption.decrypt(data, keys: [Keys.otherRSA]) }
        #expect(throws: XMLDecryptionError.failed) { try XMLEncryption.decrypt(data, keys: []) }
    }

    @Test func `the key may stand beside the data, by a reference within the document`() throws {
        let text = try XMLEncryption.encrypt(Self.plaintext, to: Keys.rsa.publicKey, environment: .live).string
        let start = try #require(text.range(of: "<xenc:EncryptedKey>"))
        let end = try #require(text.range(of: "</xenc:EncryptedKey>"))
        let key = String(text[start.lowerBound..<end.upperBound])
            .replacing("<xenc:EncryptedKey>", with: "<xenc:EncryptedKey Id='_k'>")
        func moved(_ reference: String, _ keys: String) -> String {
            let data = text[..<start.lowerBound] + reference + text[end.upperBound...]
            return "<e xmlns:xenc='http://www.w3.org/2001/04/xmlenc#' xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>"
                + data + keys + "</e>"
        }
        func decrypt(_ text: String) throws -> [UInt8] {
            try XMLEncryption.decrypt(try #require(parse(text).root.child(.encryptedData)), keys: [Keys.rsa])
        }
        let type = "Type='http://www.w3.org/2001/04/xmlenc#EncryptedKey'"
        #expect(try decrypt(moved("<ds:RetrievalMethod \(type) URI='#_k'/>", key)) == Self.plaintext)
        for (reference, keys) in [
            ("<ds:RetrievalMethod \(type) URI='#_l'/>", key), ("<ds:RetrievalMethod \(type) URI='#_k'/>", key + key),
            ("<ds:RetrievalMethod \(type) URI='https://a.example/#_k'/>", key), ("", key),
            ("<ds:RetrievalMethod Type='urn:other' URI='#_k'/>", key),
            ("<ds:RetrievalMethod \(type) URI='#_k'/>", "<x>\(key)</x>"),
        ] {
            #expect(throws: XMLDecryptionError.failed) { try decrypt(moved(reference, keys)) }
        }
    }

    @Test(arguments: [
        "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "urn:none", "",
    ]) func `other content ciphers are named and refused`(_ uri: String) throws {
        let text = try XMLEncryption.encrypt(Self.plaintext, to: Keys.rsa.publicKey, environment: .live).string
            .replacing(XMLContentEncryption.aes256GCM.rawValue, with: uri)
        #expect(throws: XMLDecryptionError.unsupportedAlgorithm(uri.shown)) {
            try XMLEncryption.decrypt(parse(text).root, keys: [Keys.rsa])
        }
    }

    @Test func `RSA 1.5 is refused by name, with the right key and without`() throws {
        let uri = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
        let text = try XMLEncryption.encrypt(Self.plaintext, to: Keys.rsa.publicKey, environment: .live).string
            .replacing("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", with: uri)
        #expect(throws: XMLDecryptionError.unsupportedAlgorithm(uri.shown)) {
            try XMLEncryption.decrypt(parse(text).root, keys: [Keys.rsa])
        }
    }
}
