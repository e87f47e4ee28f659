import Cryptography
import JOSE
import JSON
import Upstream

extension Question {
    /// What an import makes of a key set.
    static let joseKeySet = Question(
        name: "jose jwks", summary: "Examine a JWK or a key set, key by key.", kind: .jwks, input: .files,
        options: [
            Option(name: "public-only", value: nil, summary: "read it as a partner's or client's published set is read")
        ],
        details: """
            With --public-only it must be a set, and a private or shared key in it is refused, as for every set that comes
            from elsewhere. Keys that can't be used are left out and listed as skipped; with no usable key it is refused.
            """
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.jwks, circumstances)
        do throws(JOSEError) {
            let lint =
                circumstances.arguments.has("public-only")
                ? KeySetLint(try JWKSet(bytes: subject.bytes)) : try KeySetLint(ownFile: subject.bytes)
            finding.more = [("keys", .array(lint.keys)), ("skipped", .array(lint.skipped.map(\.json)))]
            for skipped in lint.skipped {
                finding.checks.append(Check("keys[\(skipped.position)]", .fail, actual: skipped.reason.reasonCode))
            }
            if lint.keys.isEmpty {
                guard let first = lint.skipped.first else { throw .keyNotFound(keyID: nil) }
                finding.reject(first.reason, at: "keys[\(first.position)]")
            }
        } catch {
            finding.reject(error)
        }
        return finding
    }
}

private struct KeySetLint {
    struct Skipped {
        let position: Int
        let keyID: String?
        let reason: JOSEError

        var json: JSONValue {
            var object: JSONObject = ["position": .integer(Int64(position))]
            if let keyID { object["kid"] = .string(keyID) }
            object["reason"] = .string(reason.reasonCode)
            object["detail"] = .string(reason.description)
            return .object(object)
        }
    }

    private(set) var keys: [JSONValue] = []
    private(set) var skipped: [Skipped] = []

    init(_ set: JWKSet) {
        keys = set.keys.map { Self.describe($0, isPrivate: false) }
        skipped = set.skipped.map { Skipped(position: $0.position, keyID: $0.keyID, reason: $0.reason) }
    }

    /// Keys of one's own: private and shared ones may be among them.
    init(ownFile bytes: [UInt8]) throws(JOSEError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(bytes)
        } catch {
            throw .badJSON("key file, \(error)")
        }
        guard case .object = value else { throw .badJSON("it is \(value.kind), not an object") }
        for (position, member) in (value["keys"]?.array ?? [value]).enumerated() {
            do throws(JOSEError) {
                try add(JWKFile(bytes: JSONWriter.write(member)))
            } catch {
                skipped.append(Skipped(position: position, keyID: member["kid"]?.string, reason: error))
            }
        }
    }

    private mutating func add(_ file: JWKFile) {
        keys += file.publicKeys.keys.map { Self.describe($0, isPrivate: !file.privateKeys.isEmpty) }
        for shared in file.shared {
            var object: JSONObject = ["kty": "oct", "bits": .integer(Int64(shared.secret.count * 8))]
            if let keyID = shared.keyID { object["kid"] = .string(keyID) }
            if let algorithm = shared.algorithm { object["alg"] = .string(algorithm) }
            object["private"] = true
            keys.append(.object(object))
        }
    }

    private static func describe(_ key: JWK, isPrivate: Bool) -> JSONValue {
        var object = JSONObject()
        for name in ["kid", "kty", "crv", "use", "alg", "key_ops"] {
            if let value = key.json[name] { object[name] = value }
        }
        if case .rsa(let bits) = key.key.kind { object["bits"] = .integer(Int64(bits)) }
        object["thumbprint"] = .string(key.thumbprint)
        object["private"] = .bool(isPrivate)
        return .object(object)
    }
}
