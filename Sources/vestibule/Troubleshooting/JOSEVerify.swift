import JOSE
import JSON
import Upstream

extension Question {
    /// The verifier of compact tokens: no opinion about claims.
    static let joseVerify = Question(
        name: "jose verify", summary: "Verify the signature of a compact JWS.", kind: .jws, input: .files,
        options: [
            Option(name: "jwk", value: "FILE", summary: "a JWK or a set: public, private or shared (oct)"),
            Option(
                name: "alg", value: "ALG", summary: "accept this algorithm; else those of the keys", isRepeatable: true),
            Option(name: "typ", value: "TYPE", summary: "the typ that the token must have"),
        ],
        details: "One line end behind the token is ignored, unless --encoding says raw."
    ) { subject, circumstances throws(CommandFailure) in
        let keyFile = try circumstances.file("jwk")
        let listed = try AcceptedAlgorithms(circumstances.arguments.values("alg"))
        let type = circumstances.arguments.value("typ")
        var finding = Finding(.jws, circumstances)
        let keys: JWKFile
        do throws(JOSEError) {
            keys = try JWKFile(bytes: keyFile)
        } catch {
            finding.reject(error, at: "jwk")
            return finding
        }
        let algorithms = listed ?? AcceptedAlgorithms(of: keys)
        let compact = subject.token(circumstances)
        do throws(JOSEError) {
            let token = try JWS.parse(compact)
            finding.header = token.header.raw
            if let shared = try SharedSecretToken(compact, token.header, keys, algorithms.shared) {
                _ = try JWS.verify(shared.resealed, keys: shared.keys, algorithms: [shared.algorithm], type: type)
                finding.payload = shared.payload
                finding.signed = [.object(["element": "JWS", "alg": .string(token.header.algorithm)])]
            } else {
                finding.accept(
                    try JWS.verify(compact, keys: keys.publicKeys, algorithms: algorithms.asymmetric, type: type))
            }
            finding.checks.append(Check("signature", .pass, actual: token.header.algorithm))
        } catch {
            finding.checks.append(
                Check("signature", .fail, expected: algorithms.names, actual: error.reasonCode))
            finding.reject(error)
        }
        return finding
    }
}

/// The algorithms that a command line, or else its keys, admit.
struct AcceptedAlgorithms {
    private(set) var asymmetric: [SignatureAlgorithm] = []
    private(set) var shared: [SharedSecretAlgorithm] = []

    /// Nil where none is named.
    init?(_ names: [String]) throws(CommandFailure) {
        guard !names.isEmpty else { return nil }
        for name in names {
            if let algorithm = SignatureAlgorithm.named(name) {
                asymmetric.append(algorithm)
            } else if let algorithm = SharedSecretAlgorithm(rawValue: name) {
                shared.append(algorithm)
            } else {
                throw .usage("--alg \(name) is no signature algorithm that we verify")
            }
        }
    }

    /// The one that a key is said to be for, or else whatever its kind can do.
    init(of keys: JWKFile) {
        for key in keys.publicKeys.keys {
            let fitting = SignatureAlgorithm.all.filter {
                key.algorithm == nil ? $0.fits(key.key.kind) : $0.name == key.algorithm
            }
            asymmetric += fitting.filter { !asymmetric.contains($0) }
        }
        for key in keys.shared {
            let fitting = SharedSecretAlgorithm.allCases.filter { key.algorithm == nil || $0.rawValue == key.algorithm }
            shared += fitting.filter { !shared.contains($0) }
        }
    }

    var names: String { (asymmetric.map(\.name) + shared.map(\.rawValue)).joined(separator: " ") }
}
