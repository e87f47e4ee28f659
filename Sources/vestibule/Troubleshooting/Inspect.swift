import Cryptography
import HTTP
import JOSE
import JSON

extension Question {
    /// Shows what something is. Decoders only: nothing is verified, and nothing is ever accepted.
    static let inspect = Question(
        name: "inspect", summary: "Show what a token, message, key set or request holds; verifies nothing.",
        kind: .json,
        input: .files,
        options: [
            Option(name: "decrypt-key", value: "PEM", summary: "a private key for an encrypted token or assertion")
        ],
        details: """
            A message of SAML or WS-Federation is read as XML, as a form carries it, from the address or the query of a
            redirect, in Base64, and in Base64 of DEFLATE.
            """,
        isAboutAnything: true
    ) { subject, circumstances throws(CommandFailure) in
        let key = circumstances.arguments.has("decrypt-key") ? try circumstances.file("decrypt-key") : nil
        var finding = Finding(.json, circumstances)
        finding.isJudged = false
        finding.isComplete = false
        let signingKey: SigningKey?
        do throws(CryptographyError) {
            signingKey = try key.map { (pem) throws(CryptographyError) in try SigningKey(pem: pem) }
        } catch {
            throw .usage("--decrypt-key holds no private key that we use: \(error)")
        }
        let bytes = subject.token(circumstances)
        let shape = InputShape(bytes)
        if shape != .request, let xml = subject.wrappedMessage(circumstances) {
            finding.inspectMessage(xml, signingKey)
            return finding
        }
        switch shape {
        case .json: finding.inspectJSON(bytes)
        case .signed: finding.inspectSigned(bytes)
        case .encrypted: finding.inspectEncrypted(bytes, signingKey)
        case .request:
            finding = try Question.httpParse.examine(subject, circumstances)
            finding.isJudged = false
            finding.isComplete = false
        case .unknown: finding.reject("bad_encoding", "It is no token, message, key set, JSON or HTTP request.")
        }
        return finding
    }
}

/// What bytes look like at first sight.
private enum InputShape {
    case json, signed, encrypted, request, unknown

    init(_ bytes: [UInt8]) {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        switch bytes.first(where: { !isSpace($0) }) {
        case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
        default:
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            if line.count < bytes.count, String(decoding: line, as: UTF8.self).contains(" HTTP/") {
                self = .request
                return
            }
            let dots = bytes.count { $0 == UInt8(ascii: ".") }
            self = dots == 2 ? .signed : dots == 4 ? .encrypted : .unknown
        }
    }
}

extension Finding {
    fileprivate mutating func inspectJSON(_ bytes: [UInt8]) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(bytes)
        } catch {
            return reject("bad_json", "\(error.reason)", at: "\(error.position)")
        }
        guard value["keys"]?.array != nil || value["kty"] != nil else {
            more = [("value", value)]
            return
        }
        kind = .jwks
        // Names and numbers that everybody may see; never the private ones.
        let shown = ["kid", "kty", "crv", "use", "alg", "key_ops", "n", "e", "x", "y"]
        let keys = (value["keys"]?.array ?? [value]).map { key in
            JSONValue.object(JSONObject(shown.compactMap { name in key[name].map { (name, $0) } }))
        }
        more = [("keys", .array(keys))]
    }

    fileprivate mutating func inspectSigned(_ bytes: [UInt8]) {
        kind = .jws
        header = Self.firstPart(bytes)
        do throws(JOSEError) {
            let token = try JWS.parse(bytes)
            payload = token.payload
            if case .object(let claims)? = try? JSONReader.read(token.payload) {
                kind = .jwt
                self.claims = claims
            }
        } catch {
            reject(error)
        }
    }

    fileprivate mutating func inspectEncrypted(_ bytes: [UInt8], _ key: SigningKey?) {
        kind = .jwe
        header = Self.firstPart(bytes)
        do throws(JOSEError) {
            // Any id will do: this one key was given for this one token.
            let keyID = header?["kid"]?.string
            let decrypted = try JWE.decrypt(
                bytes, keys: key.map { [JWEDecryptionKey(keyID: keyID, key: $0)] } ?? [],
                keyManagement: JWEKeyManagement.allCases, contentEncryption: JWEContentEncryption.allCases,
                environment: .live)
            payload = decrypted.plaintext
        } catch .keyNotFound where key == nil {
            // Its shape and header are in order; nobody asked for more.
        } catch {
            reject(error)
        }
    }

    /// The header of a token, whatever else is wrong with it.
    private static func firstPart(_ bytes: [UInt8]) -> JSONObject? {
        guard let decoded = Base64URL.decode(bytes.prefix { $0 != UInt8(ascii: ".") }),
            case .object(let header)? = try? JSONReader.read(decoded)
        else { return nil }
        return header
    }
}
