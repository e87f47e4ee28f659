package import FoundationEssentials
package import JOSE

/// The checks of an ID Token in their order (protocols-and-threats.md §2.4): shape, algorithm, key, signature, then the
/// claims. The callback and `vestibule oidc verify` run this very function; only what is expected differs.
package struct IDTokenVerifier: Sendable {
    package var algorithms: [SignatureAlgorithm]
    package var rules: ClaimRules

    package init(algorithms: [SignatureAlgorithm], rules: ClaimRules) {
        self.algorithms = algorithms
        self.rules = rules
    }

    /// - Parameters:
    ///   - keys: The issuer's, and nobody else's.
    ///   - checks: Grows by every comparison made, the failed one last.
    /// - Throws: The first rule that failed.
    package func verify(
        _ token: String, keys: JWKSet, now: Date, checks: inout [Check]
    ) throws(JOSEError) -> VerifiedJWT {
        let verified: VerifiedJWT
        do throws(JOSEError) {
            verified = try JWT.verify(token, keys: keys, algorithms: algorithms)
        } catch {
            checks.append(Check("id_token.signature", actual: error.reasonCode, passed: false))
            throw error
        }
        checks.append(
            Check(
                "id_token.signature", expected: algorithms.map(\.name).joined(separator: " "),
                actual: "\(verified.algorithm.name), key \(shown(verified.key.keyID ?? "without id"))"))
        let made = rules.checks(verified, now: now)
        for check in made {
            let result: Check.Result =
                switch check.outcome {
                case .passed: .pass
                case .failed: .fail
                case .skipped: .skipped
                }
            checks.append(
                Check(
                    "id_token.\(check.name)", result, expected: check.expected.map { shown($0) },
                    actual: check.actual.map { shown($0) }))
        }
        if let failure = made.firstFailure { throw failure }
        return verified
    }
}
