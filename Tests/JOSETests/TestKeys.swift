import Cryptography
import JOSE
import JSON

/// A key that tests sign with; made once.
struct TestKey {
    let key: SigningKey
    let jwk: JWK
    let algorithm: SignatureAlgorithm

    init(_ json: String, _ algorithm: SignatureAlgorithm, keyID: String? = nil) throws {
        var (jwk, key) = try JWK.privateKey(JSONReader.read(json))
        if let keyID { jwk.keyID = keyID }
        (self.jwk, self.key, self.algorithm) = (jwk, key, algorithm)
    }

    var keys: JWKSet { JWKSet([jwk]) }

    func sign(_ claims: String, type: String? = "JWT", header: [(String, JSONValue)] = []) throws -> String {
        let token = try JWS.sign(
            payload: Array(claims.utf8), type: type, keyID: jwk.keyID ?? "", key: key, algorithm: algorithm,
            header: header)
        return String(decoding: token, as: UTF8.self)
    }

    static let rsa = published(RFCVectors.rfc7515A2Key, .rs256, keyID: "rsa")
    static let p256 = published(RFCVectors.rfc7515A3Key, .es256, keyID: "p256")

    private static func published(_ json: String, _ algorithm: SignatureAlgorithm, keyID: String) -> TestKey {
        guard let key = try? TestKey(json, algorithm, keyID: keyID) else { fatalError("a published key is refused") }
        return key
    }
}

func encoded(_ text: String) -> String { Base64URL.encode(Array(text.utf8)) }

/// A token of these parts, whatever they are.
func forged(header: String, payload: String, signature: [UInt8] = [1, 2, 3]) -> String {
    encoded(header) + "." + encoded(payload) + "." + Base64URL.encode(signature)
}

extension String {
    func part(_ index: Int) -> String { String(split(separator: ".", omittingEmptySubsequences: false)[index]) }
}

/// The reason code that the body's refusal has; nil if it refused nothing.
func refusal<R>(_ body: () throws -> R) -> String? {
    do {
        _ = try body()
        return nil
    } catch let error as JOSEError {
        return error.reasonCode
    } catch {
        return "another error: \(error)"
    }
}
