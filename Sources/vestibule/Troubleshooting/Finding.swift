import Cryptography
import JOSE
import JSON
import Upstream

/// What a question found out about one input. Its JSON is a contract with scripts.
struct Finding: Sendable {
    enum Kind: String, Sendable {
        case jws, jwe, jwt, jwks, xml, http, url, json, domain
        case samlResponse = "saml.response"
        case samlRequest = "saml.request"
        case samlLogout = "saml.logout"
        case samlMetadata = "saml.metadata"
        case federationResponse = "wsfed.response"
    }

    struct Rejection: Sendable {
        /// Of the closed list.
        let reason: String
        /// One line for a person.
        let detail: String
        /// Where in the input.
        var position: String?
    }

    var kind: Kind
    /// The first rule that failed.
    private(set) var rejection: Rejection?
    /// False where nothing was judged, only decoded: then there is no verdict unless it could not be decoded.
    var isJudged = true
    /// False where the server would have compared more than this command line says.
    var isComplete = true
    let isLab: Bool
    var checks: [Check] = []
    var header: JSONObject?
    /// Who vouched for what; filled in only by an acceptance.
    var signed: [JSONValue] = []
    var identity: JSONObject?
    var claims: JSONObject?
    var payload: [UInt8]?
    /// Members of this kind of question alone.
    var more: [(String, JSONValue)] = []

    init(_ kind: Kind, _ circumstances: Circumstances) {
        self.kind = kind
        isLab = !circumstances.leniencies.isEmpty
    }

    mutating func reject(_ reason: String, _ detail: String, at position: String? = nil) {
        rejection = Rejection(reason: reason, detail: detail, position: position)
    }

    mutating func reject(_ error: JOSEError, at position: String? = nil) {
        reject(error.reasonCode, error.description, at: position)
    }

    func rejected(_ reason: String, _ detail: String) -> Finding {
        var finding = self
        finding.reject(reason, detail)
        return finding
    }

    mutating func accept(_ token: VerifiedJWS) {
        (header, payload) = (token.header.raw, token.payload)
        signed = [Self.signature(token.algorithm, token.key)]
    }

    mutating func accept(_ token: VerifiedJWT) {
        (header, claims) = (token.header.raw, token.claims)
        signed = [Self.signature(token.algorithm, token.key)]
        var identity = JSONObject()
        for (name, claim) in [("issuer", "iss"), ("subject", "sub"), ("acr", "acr"), ("not_on_or_after", "exp")] {
            if let value = token.claims[claim] { identity[name] = value }
        }
        self.identity = identity
    }

    private static func signature(_ algorithm: SignatureAlgorithm, _ key: JWK) -> JSONValue {
        var object = JSONObject()
        object["element"] = "JWS"
        if let id = key.keyID { object["id"] = .string(id) }
        object["alg"] = .string(algorithm.name)
        object["key"] = .string("sha256:" + Hex.encode(Digest.sha256(key.key.spkiDER())))
        if case .rsa(let bits) = key.key.kind { object["bits"] = .integer(Int64(bits)) }
        return .object(object)
    }
}

// MARK: - As text

extension Finding {
    var verdict: String? { rejection != nil ? "reject" : isJudged ? "accept" : nil }

    /// The members behind `file` and `kind`.
    func members() -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = []
        if let verdict { members.append(("verdict", .string(verdict))) }
        if let rejection {
            members += [("reason", .string(rejection.reason)), ("detail", .string(rejection.detail.onOneLine))]
            if let position = rejection.position { members.append(("at", .string(position.onOneLine))) }
        }
        members += [("complete", .bool(isComplete)), ("lab", .bool(isLab)), ("checks", .array(checks.map(\.json)))]
        if !isJudged { members.append(("trusted", false)) }
        if let header { members.append(("header", .object(header))) }
        if rejection == nil {
            if !signed.isEmpty { members.append(("signed", .array(signed))) }
            if let identity { members.append(("identity", .object(identity))) }
            if let claims { members.append(("claims", .object(claims))) }
            if let payload { members.append(("payload_b64", .string(Base64.encode(payload)))) }
        }
        return members + more
    }
}

extension Report {
    var json: JSONObject {
        var members: [(String, JSONValue)] = [("file", .string(file))]
        members.append(("kind", .string((finding?.kind ?? kind).rawValue)))
        if let failure { members.append(("error", .string(failure.onOneLine))) }
        return JSONObject(members + (finding?.members() ?? []))
    }

    var line: String { String(decoding: JSONWriter.write(.object(json)), as: UTF8.self) }

    /// The same for a person.
    var text: String {
        guard let finding else { return failure ?? "" }
        var lines = ["\((finding.verdict ?? "decoded, nothing verified")): \(file.onOneLine)"]
        if let rejection = finding.rejection {
            lines.append("  \(rejection.reason): \(rejection.detail.onOneLine)")
            if let position = rejection.position { lines.append("  at \(position.onOneLine)") }
        }
        for check in finding.checks {
            let values = [("expected", check.expected), ("actual", check.actual)]
                .compactMap { name, value in value.map { "\(name) \($0.onOneLine)" } }
            lines.append("  \(check.result.rawValue.padded(to: 8))\(([check.name] + values).joined(separator: ", "))")
        }
        if finding.isJudged && !finding.isComplete {
            lines.append("  Not everything was compared: the server would ask for more.")
        }
        let shown =
            ["header", "signed", "claims", "payload_b64"] + (finding.isJudged ? [] : ["identity"])
            + finding.more.map(\.0)
        for (name, value) in finding.members() where shown.contains(name) {
            let written = value.string ?? String(decoding: JSONWriter.write(value), as: UTF8.self)
            lines.append("  \(name): \(written.onOneLine)")
        }
        return lines.joined(separator: "\n")
    }
}

extension Check {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["name"] = .string(name)
        object["result"] = .string(result.rawValue)
        if let expected { object["expected"] = .string(expected) }
        if let actual { object["actual"] = .string(actual) }
        return .object(object)
    }
}

extension String {
    /// Nothing in it moves the cursor: controls, line separators and directions are escaped.
    fileprivate var onOneLine: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        return unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.isUnprintable {
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isUnprintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        default: false
        }
    }
}
