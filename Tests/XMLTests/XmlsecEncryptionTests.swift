import Cryptography
import Testing

@testable import XML

@Suite("The xmlsec1 command agrees about encryption") struct XmlsecEncryptionTests {
    static let contents: [XMLContentEncryption] = [.aes128GCM, .aes192GCM, .aes256GCM]

    /// xmlsec1 of Debian 12 has no RSA-OAEP of XML Encryption 1.1.
    @Test(arguments: 0..<63) func `what we encrypt it decrypts`(_ seed: Int) throws {
        let command = try OutsideCommand()
        let plaintext = GeneratedDocument.written(seed, id: "_\(seed)")
        let encrypted = try XMLEncryption.encrypt(
            plaintext.bytes, to: Keys.rsa.publicKey, content: Self.contents[seed % 3], environment: .live)
        try command.write(Array("<out>\(encrypted.string)</out>".utf8), to: "encrypted.xml")
        try Keys.rsa.pem().withBytes { try command.write($0, to: "key.pem") }
        try command.run(["xmlsec1", "--decrypt", "--privkey-pem", "key.pem", "--output", "plain.xml", "encrypted.xml"])
        let document = try XMLDocument(parsing: try command.read("plain.xml"))
        let inner = try #require(document.root.children.first)
        #expect(try inner.canonical(.exclusive) == plaintext.bytes)
    }

    static let ciphers: [XMLContentEncryption] = contents + [.aes128CBC, .aes192CBC, .aes256CBC]

    @Test(arguments: 0..<66) func `what it encrypts we decrypt`(_ seed: Int) throws {
        let command = try OutsideCommand()
        let cipher = Self.ciphers[seed % Self.ciphers.count]
        let plaintext = GeneratedDocument.written(seed, id: "_\(seed)").bytes
        try command.write(plaintext, to: "plain.xml")
        try command.write(Keys.rsa.publicKey.pem(), to: "public.pem")
        let digest = seed % 2 == 0 ? "" : "<ds:DigestMethod Algorithm='http://www.w3.org/2000/09/xmldsig#sha1'/>"
        let template = """
            <EncryptedData xmlns='http://www.w3.org/2001/04/xmlenc#' Type='http://www.w3.org/2001/04/xmlenc#Element'>
            <EncryptionMethod Algorithm='\(cipher.rawValue)'/>
            <ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><EncryptedKey>
            <EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'>\(digest)</EncryptionMethod>
            <CipherData><CipherValue/></CipherData></EncryptedKey></ds:KeyInfo>
            <CipherData><CipherValue/></CipherData></EncryptedData>
            """
        try command.write(Array(template.utf8), to: "template.xml")
        try command.run([
            "xmlsec1", "--encrypt", "--pubkey-pem", "public.pem", "--session-key", "aes-\(cipher.keyCount * 8)",
            "--xml-data", "plain.xml", "--output", "encrypted.xml", "template.xml",
        ])
        let data = try XMLDocument(parsing: try command.read("encrypted.xml")).root
        if !Self.contents.contains(cipher) {
            #expect(throws: XMLDecryptionError.unsupportedAlgorithm(cipher.rawValue.shown)) {
                try XMLEncryption.decrypt(data, keys: [Keys.rsa])
            }
        }
        var policy = XMLEncryptionPolicy.saml
        policy.allowsCBC = true
        let decrypted = try XMLEncryption.decrypt(data, keys: [Keys.otherRSA, Keys.rsa], policy: policy)
        #expect(try XMLDocument(parsing: decrypted).root.canonical(.exclusive) == plaintext)
        #expect(throws: XMLDecryptionError.failed) {
            try XMLEncryption.decrypt(data, keys: [Keys.otherRSA], policy: policy)
        }
    }

    @Test(arguments: [16, 24, 32]) func `a shared key, of the content or of its key`(_ count: Int) throws {
        let command = try OutsideCommand()
        let plaintext = assertion(attributes: 1).bytes
        let secret = [UInt8](repeating: 0x5A, count: count)
        try command.write(plaintext, to: "plain.xml")
        try command.write(secret, to: "key.bin")
        let cipher = try #require(Self.contents.first { $0.keyCount == count })
        let method = "<EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#kw-aes\(count * 8)'/>"
        let wrapped = """
            <ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><EncryptedKey>\(method)<ds:KeyInfo/>
            <CipherData><CipherValue/></CipherData></EncryptedKey></ds:KeyInfo>
            """
        for information in ["<ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/>", wrapped] {
            let template = """
                <EncryptedData xmlns='http://www.w3.org/2001/04/xmlenc#'>
                <EncryptionMethod Algorithm='\(cipher.rawValue)'/>\(information)
                <CipherData><CipherValue/></CipherData></EncryptedData>
                """
            try command.write(Array(template.utf8), to: "template.xml")
            let session = information == wrapped ? ["--session-key", "aes-\(count * 8)"] : []
            try command.run(
                ["xmlsec1", "--encrypt", "--aeskey", "key.bin"] + session
                    + ["--binary-data", "plain.xml", "--output", "encrypted.xml", "template.xml"])
            let data = try XMLDocument(parsing: try command.read("encrypted.xml")).root
            #expect(try XMLEncryption.decrypt(data, secret: Secret(secret)) == plaintext)
            #expect(throws: XMLDecryptionError.failed) {
                try XMLEncryption.decrypt(data, secret: Secret([UInt8](repeating: 1, count: count)))
            }
            #expect(throws: XMLDecryptionError.failed) { try XMLEncryption.decrypt(data, secret: Secret([1])) }
        }
    }
}
