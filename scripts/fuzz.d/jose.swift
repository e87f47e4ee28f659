import Cryptography
import JOSE
import JSON

/// Compact tokens, signed and encrypted. Nothing that is not RFC 7515's own example verifies with that example's keys,
/// however it is spelled, and a token that was cut at its dots is exactly its parts.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    if let token = try? JWS.parse(bytes) {
        let rebuilt = token.signingInput + [UInt8(ascii: ".")] + Array(Base64URL.encode(token.signature).utf8)
        expect(rebuilt == bytes, "a token is not its parts")
        expect(
            token.signingInput.last.map { $0 != UInt8(ascii: ".") } ?? false || token.payload.isEmpty,
            "the payload was lost")
    }
    if let verified = try? JWS.verify(bytes, keys: Example.keys, algorithms: [.es256, .rs256, .ps256, .edDSA]) {
        expect(verified.payload == Example.payload, "a forgery")
        expect(verified.algorithm == .es256, "another algorithm verified")
    }
    _ = try? JWT.verify(bytes, keys: Example.keys, algorithms: [.es256])
    _ = try? JWT.unverifiedClaims(String(decoding: bytes, as: UTF8.self))
    _ = try? JWE.decrypt(
        bytes, keys: Example.decryptionKeys, keyManagement: JWEKeyManagement.allCases,
        contentEncryption: JWEContentEncryption.allCases, environment: .live)
    return 0
}

/// RFC 7515 A.3: a P-256 key and the token that it signed (in `jose.seeds`).
private enum Example {
    static let (keys, decryptionKeys): (JWKSet, [JWEDecryptionKey]) = {
        let text = """
            {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
            """
        do {
            let (jwk, key) = try JWK.privateKey(JSONReader.read(Array(text.utf8)))
            return (JWKSet([jwk]), [JWEDecryptionKey(keyID: nil, key: key)])
        } catch {
            fatalError("the example's key: \(error)")
        }
    }()

    static let payload = Array(
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}".utf8)
}
