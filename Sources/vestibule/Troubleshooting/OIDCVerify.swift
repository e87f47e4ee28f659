import Directory
import JOSE
import JSON
import Upstream

extension Question {
    /// The ID Token check of the callback.
    static let oidcVerify = Question(
        name: "oidc verify", summary: "Check an ID Token as the callback does.", kind: .jwt, input: .files,
        options: [
            Option(name: "issuer", value: "URL", summary: "who must have issued it"),
            Option(name: "client-id", value: "ID", summary: "for whom it must be"),
            Option(name: "nonce", value: "TEXT", summary: "as sent with the request"),
            Option(name: "jwks", value: "FILE", summary: "the issuer's key set"),
            Option(
                name: "alg", value: "ALG", summary: "accept this algorithm; else a new connection's", isRepeatable: true
            ),
            Option(name: "access-token", value: "TEXT", summary: "what came with it; at_hash is compared"),
            Option(name: "code", value: "TEXT", summary: "the code that came with it through the browser; c_hash"),
            Option(name: "max-age", value: "SECONDS", summary: "as sent with the request; auth_time is compared"),
            Option(name: "acr", value: "URI", summary: "the context must be one of these", isRepeatable: true),
            Option(name: "profile", value: "NAME", summary: "generic, google, microsoft or apple: fills in the issuer"),
            Option(name: "tenant", value: "GUID", summary: "the one tenant that the profile microsoft admits"),
        ],
        leniencies: [.sharedSecret]
    ) { subject, circumstances throws(CommandFailure) in
        let arguments = circumstances.arguments
        let keyFile = try circumstances.file("jwks")
        let listed = try AcceptedAlgorithms(arguments.values("alg"))
        var rules = ClaimRules(
            issuer: try Self.issuer(arguments), audience: arguments.value("client-id"), nonce: arguments.value("nonce"))
        rules.accessToken = arguments.value("access-token")
        rules.code = arguments.value("code")
        rules.maxAge = try arguments.count("max-age")
        rules.contexts = arguments.values("acr")
        rules.skew = circumstances.skew

        var finding = Finding(.jwt, circumstances)
        let compact = subject.token(circumstances)
        var made: [Check] = []
        do throws(JOSEError) {
            let sealed = try SealedIDToken(
                compact, keyFile, listed, isLenient: circumstances.leniencies.contains(.sharedSecret))
            finding.header = try JWS.parse(compact).header.raw
            let verifier = IDTokenVerifier(algorithms: sealed.algorithms, rules: rules)
            let verified = try verifier.verify(sealed.token, keys: sealed.keys, now: circumstances.now, checks: &made)
            let header = finding.header
            finding.accept(verified)
            // Of a token under a shared secret the header and signature are not those that were verified last.
            finding.header = header
            if sealed.isShared { finding.signed = [] }
        } catch {
            if made.isEmpty { made.append(Check("signature", .fail, actual: error.reasonCode)) }
            finding.reject(error)
        }
        finding.checks = made.map { check in
            let name = check.name.hasPrefix("id_token.") ? String(check.name.dropFirst("id_token.".count)) : check.name
            return Check(name, check.result, expected: check.expected, actual: check.actual)
        }
        finding.addSkipped([
            ("issuer", rules.issuer == nil), ("audience", rules.audience == nil), ("nonce", rules.nonce == nil),
        ])
        return finding
    }

    private static func issuer(_ arguments: Arguments) throws(CommandFailure) -> IssuerRule? {
        let profile = arguments.value("profile") ?? "generic"
        let tenant = arguments.value("tenant")
        guard tenant == nil || profile == "microsoft" else { throw .usage("--tenant is for --profile microsoft") }
        let named = arguments.value("issuer").map { IssuerRule.exactly($0) }
        switch profile {
        case "generic": return named
        case "google": return named ?? .oneOf(["https://accounts.google.com", "accounts.google.com"])
        case "apple": return named ?? "https://appleid.apple.com"
        case "microsoft":
            let template = arguments.value("issuer") ?? "https://login.microsoftonline.com/{tenantid}/v2.0"
            guard let tenant else { return .tenantTemplate(template) }
            return .exactly(template.replacing("{tenantid}", with: tenant))
        default: throw .usage("--profile must be generic, google, microsoft or apple, not \"\(profile)\"")
        }
    }
}

extension Finding {
    /// Notes what the command line gave no value for, where no comparison has said so yet.
    mutating func addSkipped(_ missing: [(name: String, isMissing: Bool)]) {
        for (name, isMissing) in missing where isMissing && !checks.contains(where: { $0.name == name }) {
            checks.append(Check(name, .skipped))
        }
        isComplete = !checks.contains { $0.result == .skipped }
    }
}

/// An ID Token with the keys and algorithms that its verifier is given.
private struct SealedIDToken {
    let token: String
    let keys: JWKSet
    let algorithms: [SignatureAlgorithm]
    let isShared: Bool

    /// - Parameter isLenient: A shared secret may have made it, and the key file is one's own.
    init(_ compact: [UInt8], _ keyFile: [UInt8], _ listed: AcceptedAlgorithms?, isLenient: Bool) throws(JOSEError) {
        if isLenient {
            let file = try JWKFile(bytes: keyFile)
            let accepted = listed ?? AcceptedAlgorithms(of: file)
            let header = try JWS.parse(compact).header
            if let shared = try SharedSecretToken(compact, header, file, accepted.shared) {
                token = String(decoding: shared.resealed, as: UTF8.self)
                (keys, algorithms, isShared) = (shared.keys, [shared.algorithm], true)
                return
            }
            (keys, algorithms) = (file.publicKeys, listed?.asymmetric ?? Self.standardAlgorithms)
        } else {
            (keys, algorithms) = (try JWKSet(bytes: keyFile), listed?.asymmetric ?? Self.standardAlgorithms)
        }
        token = String(decoding: compact, as: UTF8.self)
        isShared = false
    }

    /// Those of a connection that names none.
    private static let standardAlgorithms = Partner.OIDCConnection(
        issuer: "", clientID: "", clientAuthentication: .privateKeyJWT, secretName: nil
    ).algorithms.compactMap { SignatureAlgorithm.named($0) }
}
