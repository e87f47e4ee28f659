import Cryptography
import FoundationEssentials
import JOSE
import JSON

/// The demo's secrets and passwords: made once for a folder, and kept there.
struct DemoSecrets: Sendable {
    private let values: [String: String]
    /// The private key of the application that proves itself with one.
    let jwk: JSONValue

    static let clients = ["deliveries", "supplier", "stock", "desk"]
    static let people = ["admin", "adele", "ben"]

    /// - Parameter kept: As ``json`` wrote it; what is not there is made.
    init(_ kept: JSONValue?, environment: Environment) {
        var values: [String: String] = [:]
        for name in Self.clients {
            values[name] = kept?[name]?.string ?? Base64URL.encode(environment.randomBytes(32))
        }
        for name in Self.people { values[name] = kept?[name]?.string ?? Self.password(environment) }
        self.values = values
        jwk = kept?["jwk"] ?? Self.makeKey()
    }

    subscript(_ name: String) -> String { values[name] ?? "" }

    var json: JSONValue {
        var object = JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        object["jwk"] = jwk
        return .object(object)
    }

    /// The public half, as the application's key set.
    var publicKeys: JSONValue {
        guard let (jwk, _) = try? JWK.privateKey(jwk) else { return ["keys": []] }
        return ["keys": .array([jwk.json])]
    }

    /// Sixteen letters in four groups: quick to type, and too many to guess.
    private static func password(_ environment: Environment) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let bytes = environment.randomBytes(16).map { letters[Int($0 & 31)] }
        return stride(from: 0, to: 16, by: 4).map { String(decoding: bytes[$0..<($0 + 4)], as: UTF8.self) }
            .joined(separator: "-")
    }

    private static func makeKey() -> JSONValue {
        // RSA, because client libraries exist that know no other key for it.
        guard let key = try? SigningKey.generate(.rsa(bits: 2048)) else { return .null }
        let jwk = JWK(signing: key.publicKey, algorithm: .rs256)
        return jwk.json(withPrivate: key).withBytes { (try? JSONReader.read($0)) ?? .null }
    }
}

/// A development CA and a certificate for localhost, made where there is none.
struct DemoCertificates: Sendable {
    let ca: String
    let certificate: String
    let key: String

    init(folder: String) throws(CommandFailure) {
        (ca, certificate, key) = ("\(folder)/ca.pem", "\(folder)/localhost.pem", "\(folder)/localhost.key")
        do {
            try FileAccess.makeFolder(folder)
            let environment = Environment.live
            let authority = try Self.authority(ca, "\(folder)/ca.key", environment)
            // A new one each time: it is short-lived, and the CA is what people trust.
            let (leaf, leafKey) = try authority.issueServerCertificate(
                names: ["localhost", "127.0.0.1", "::1"], days: 90, environment: environment)
            try leafKey.pem().withBytes { bytes throws(FileAccess.Failure) in try FileAccess.write(bytes, to: key) }
            try FileAccess.write(leaf.pem(), to: certificate, mode: 0o644)
        } catch {
            let words = (error as? FileAccess.Failure)?.words ?? "\(error)"
            throw CommandFailure(.refused, "the development certificates in \(folder) can't be made: \(words)")
        }
    }

    private static func authority(
        _ certificate: String, _ key: String, _ environment: Environment
    ) throws -> CertificateAuthority {
        if FileAccess.exists(certificate), FileAccess.exists(key) {
            let known = try CertificateAuthority(
                certificate: Certificate(pem: FileAccess.read(certificate)),
                key: SigningKey(pem: FileAccess.read(key)))
            if known.certificate.isValid(at: environment.now().addingTimeInterval(100 * 86_400)) { return known }
        }
        let made = try CertificateAuthority.make(
            name: "Vestibule development CA", days: 825, environment: environment)
        try made.key.pem().withBytes { bytes throws(FileAccess.Failure) in try FileAccess.write(bytes, to: key) }
        try FileAccess.write(made.certificate.pem(), to: certificate, mode: 0o644)
        return made
    }
}
