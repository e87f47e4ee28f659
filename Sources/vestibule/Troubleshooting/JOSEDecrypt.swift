import Cryptography
import JOSE
import Upstream

extension Question {
    /// The decrypter of compact tokens. That one opens says nothing about who wrote it.
    static let joseDecrypt = Question(
        name: "jose decrypt", summary: "Decrypt a compact JWE.", kind: .jwe, input: .files,
        options: [
            Option(name: "jwk", value: "FILE", summary: "a private JWK, or a set"),
            Option(
                name: "alg", value: "ALG", summary: "accept this key management; else those of the keys",
                isRepeatable: true),
            Option(
                name: "enc", value: "ENC", summary: "accept this content encryption; else all that we have",
                isRepeatable: true),
        ]
    ) { subject, circumstances throws(CommandFailure) in
        let keyFile = try circumstances.file("jwk")
        let managements = try Self.listed(JWEKeyManagement.self, "alg", circumstances)
        let contents = try Self.listed(JWEContentEncryption.self, "enc", circumstances) ?? JWEContentEncryption.allCases
        let compact = subject.token(circumstances)
        var finding = Finding(.jwe, circumstances)
        let keys: JWKFile
        do throws(JOSEError) {
            keys = try JWKFile(bytes: keyFile)
        } catch {
            finding.reject(error, at: "jwk")
            return finding
        }
        do throws(JOSEError) {
            let decrypted = try JWE.decrypt(
                compact, keys: keys.privateKeys.map { JWEDecryptionKey(keyID: $0.jwk.keyID, key: $0.key) },
                keyManagement: managements ?? Self.managements(of: keys), contentEncryption: contents,
                environment: .live)
            finding.header = decrypted.header.raw
            finding.payload = decrypted.plaintext
            finding.checks.append(
                Check(
                    "decryption", .pass,
                    actual: "\(decrypted.keyManagement.rawValue) \(decrypted.contentEncryption.rawValue)"))
        } catch {
            finding.checks.append(Check("decryption", .fail, actual: error.reasonCode))
            finding.reject(error)
        }
        return finding
    }

    private static func listed<Name: RawRepresentable>(
        _ type: Name.Type, _ option: String, _ circumstances: Circumstances
    ) throws(CommandFailure) -> [Name]? where Name.RawValue == String {
        var names: [Name] = []
        for text in circumstances.arguments.values(option) {
            guard let name = Name(rawValue: text) else {
                throw .usage("--\(option) \(text) is no algorithm that we decrypt")
            }
            names.append(name)
        }
        return names.isEmpty ? nil : names
    }

    /// A key that says what it is for serves nothing else.
    private static func managements(of keys: JWKFile) -> [JWEKeyManagement] {
        let named = keys.privateKeys.map(\.jwk.algorithm)
        guard !named.isEmpty, !named.contains(nil) else { return JWEKeyManagement.allCases }
        return JWEKeyManagement.allCases.filter { named.contains($0.rawValue) }
    }
}
