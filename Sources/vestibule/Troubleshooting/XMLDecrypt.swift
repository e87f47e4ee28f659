import Cryptography
import Upstream
import XML

extension Question {
    /// The decrypter of XML Encryption. What comes out is believed no more than what went in.
    static let xmlDecrypt = Question(
        name: "xml decrypt", summary: "Decrypt the first EncryptedData of an XML document.", kind: .xml, input: .files,
        options: [
            Option(name: "key", value: "PEM", summary: "an RSA private key", isRepeatable: true),
            Option(name: "secret", value: "FILE", summary: "the bytes of a shared key, instead"),
            Option(name: "out", value: "FILE", summary: "write the plaintext here"),
        ],
        leniencies: [.cbc, .rsa15, .tripleDES]
    ) { subject, circumstances throws(CommandFailure) in
        let keys = try circumstances.decryptionKeys("key")
        let secret = circumstances.arguments.has("secret") ? Secret(try circumstances.file("secret")) : nil
        guard keys.isEmpty == (secret != nil) else { throw .usage("--key or --secret is needed, not both") }
        var policy = XMLEncryptionPolicy.saml
        policy.allowsCBC = circumstances.leniencies.contains(.cbc)
        policy.allowsRSA15 = circumstances.leniencies.contains(.rsa15)
        policy.allowsTripleDES = circumstances.leniencies.contains(.tripleDES)
        var finding = Finding(.xml, circumstances)
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument(
                parsing: subject.markup(circumstances), limits: .metadata, allowsComments: true, idAttributes: [])
        } catch {
            finding.reject(error)
            return finding
        }
        do throws(XMLDecryptionError) {
            guard let data = XMLEncryption.firstEncryptedData(in: document) else { throw .failed }
            let plaintext =
                if let secret {
                    try XMLEncryption.decrypt(data, secret: secret, policy: policy)
                } else {
                    try XMLEncryption.decrypt(data, keys: keys, policy: policy)
                }
            finding.payload = plaintext
            finding.checks.append(Check("decryption", .pass))
        } catch {
            finding.checks.append(Check("decryption", .fail, actual: error.reasonCode))
            finding.reject(error.reasonCode, error.description)
        }
        if let path = circumstances.arguments.value("out"), let plaintext = finding.payload {
            do throws(FileAccess.Failure) { try FileAccess.write(plaintext, to: path) } catch {
                throw CommandFailure(.usage, "\(path) of --out can't be written: \(error.words)")
            }
        }
        return finding
    }
}

extension Circumstances {
    /// The private keys of every file that an option names.
    func decryptionKeys(_ option: String) throws(CommandFailure) -> [SigningKey] {
        var keys: [SigningKey] = []
        for path in arguments.values(option) {
            let pem: [UInt8]
            do throws(FileSource.Failure) { pem = try files.read(path) } catch {
                throw CommandFailure(.unreadable, "\(path) of --\(option) can't be read: \(error.words)")
            }
            do throws(CryptographyError) { keys.append(try SigningKey(pem: pem)) } catch {
                throw .usage("--\(option) \(path) holds no private key that we use: \(error)")
            }
        }
        return keys
    }
}
