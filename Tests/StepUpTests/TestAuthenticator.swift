import Cryptography
import Foundation

@testable import StepUp

/// An authenticator in software, which does whatever a test asks of it.
struct TestAuthenticator {
    let algorithm: PasskeyAlgorithm
    let key: SigningKey
    var relyingParty = "gateway.example"
    var origin = "https://gateway.example"
    /// Present, verified.
    var flags: UInt8 = 0x05
    var count: UInt32 = 1
    let id = [UInt8](repeating: 7, count: 32)

    init(_ algorithm: PasskeyAlgorithm) throws {
        self.algorithm = algorithm
        key =
            switch algorithm {
            case .es256: try SigningKey.generate(.ec(.p256))
            case .edDSA: try SigningKey.generate(.ed25519)
            case .rs256: try SigningKey.generate(.rsa(bits: 2048))
            }
    }

    func clientData(_ type: String, _ challenge: [UInt8], extra: String = "") -> [UInt8] {
        Array(
            #"{"type":"\#(type)","challenge":"\#(Base64URL.encode(challenge))","origin":"\#(origin)"\#(extra)}"#.utf8)
    }

    var coseKey: [UInt8] {
        switch key.publicKey.components {
        case .ec(_, let x, let y): [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21] + bytes(x) + [0x22] + bytes(y)
        case .ed25519(let x): [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21] + bytes(x)
        case .rsa(let n, let e): [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20] + bytes(n) + [0x21] + bytes(e)
        }
    }

    func data(withCredential: Bool) -> [UInt8] {
        var data = Digest.sha256(Array(relyingParty.utf8)) + [flags | (withCredential ? 0x40 : 0)]
        data += (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * $0)) }
        if withCredential { data += [UInt8](repeating: 0, count: 16) + [0, UInt8(id.count)] + id + coseKey }
        return data
    }

    func attestation(_ format: String, clientData: [UInt8]) throws -> [UInt8] {
        let data = data(withCredential: true)
        var statement: [UInt8] = [0xA0]
        if format == "packed" {
            let signature = try sign(data + Digest.sha256(clientData))
            let number: [UInt8] =
                switch algorithm {
                case .es256: [0x26]
                case .edDSA: [0x27]
                case .rs256: [0x39, 0x01, 0x00]
                }
            statement = [0xA2] + text("alg") + number + text("sig") + bytes(signature)
        }
        return [0xA3] + text("fmt") + text(format) + text("attStmt") + statement + text("authData") + bytes(data)
    }

    func assertion(clientData: [UInt8]) throws -> (data: [UInt8], signature: [UInt8]) {
        let data = data(withCredential: false)
        return (data, try sign(data + Digest.sha256(clientData)))
    }

    private func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch algorithm {
        case .es256:
            let raw = try key.sign(message, .ecdsa(.sha256))
            let contents = integer(raw[..<32]) + integer(raw[32...])
            return [0x30, UInt8(contents.count)] + contents
        case .edDSA: return try key.sign(message, .ed25519)
        case .rs256: return try key.sign(message, .rsaPKCS1(.sha256))
        }
    }

    private func integer(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(value.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) == true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }

    private func bytes(_ value: [UInt8]) -> [UInt8] {
        let head: [UInt8] =
            switch value.count {
            case ..<24: [0x40 | UInt8(value.count)]
            case ..<256: [0x58, UInt8(value.count)]
            default: [0x59, UInt8(value.count >> 8), UInt8(value.count & 0xFF)]
            }
        return head + value
    }

    private func text(_ value: String) -> [UInt8] { [0x60 | UInt8(value.utf8.count)] + Array(value.utf8) }
}
