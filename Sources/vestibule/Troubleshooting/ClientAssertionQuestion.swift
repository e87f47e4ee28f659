import Gateway
import JOSE
import OAuth
import Upstream

extension Question {
    /// Client authentication by a signed assertion, as the token endpoint does it (RFC 7523 §3).
    static let clientAssertion = Question(
        name: "oauth client-assertion", summary: "Check a client's assertion as the token endpoint does.", kind: .jwt,
        input: .files,
        options: [
            Option(name: "client-id", value: "ID", summary: "who must have made it"),
            Option(name: "jwks", value: "FILE", summary: "the client's registered key set"),
            Option(name: "issuer", value: "URL", summary: "our issuer, {base}/{tenant}/v2.0"),
        ],
        details: """
            The audience may be the issuer, or the token endpoint that belongs to it. That an assertion works only once is
            not shown here: that takes the server's memory.
            """
    ) { subject, circumstances throws(CommandFailure) in
        let arguments = circumstances.arguments
        let keyFile = try circumstances.file("jwks")
        let compact = subject.token(circumstances)
        var finding = Finding(.jwt, circumstances)
        do throws(JOSEError) {
            finding.header = try JWS.parse(compact).header.raw
            let token = try verify(clientAssertion: compact, keys: JWKSet(bytes: keyFile))
            finding.checks.append(Check("signature", .pass, actual: token.algorithm.name))
            finding.accept(token)
            finding.compare(ClientAssertionClaims(token.claims), arguments, circumstances)
        } catch {
            finding.checks.append(Check("signature", .fail, actual: error.reasonCode))
            finding.reject(error)
        }
        finding.addSkipped([
            ("client_id", arguments.value("client-id") == nil), ("audience", arguments.value("issuer") == nil),
        ])
        return finding
    }
}

extension Finding {
    /// The rules of the token endpoint, and their outcome as checks. Where the command line does not say who and for whom,
    /// the assertion's own word is taken, and the comparison is listed as skipped.
    fileprivate mutating func compare(
        _ claims: ClientAssertionClaims, _ arguments: Arguments, _ circumstances: Circumstances
    ) {
        let clientID = arguments.value("client-id") ?? claims.subject ?? ""
        var rules: ClientAssertionRules
        if let issuer = arguments.value("issuer") {
            let endpoint = issuer.hasSuffix("/v2.0") ? String(issuer.dropLast(4)) + "oauth2/v2.0/token" : nil
            rules = ClientAssertionRules(clientID: clientID, issuer: issuer, legacyAudience: endpoint)
        } else {
            rules = ClientAssertionRules(clientID: clientID, audiences: Set(claims.audiences), longestLifetime: 600)
        }
        rules.skew = Int64(min(circumstances.skew, 300))
        var fault: ClientAssertionFault?
        do throws(ClientAssertionFault) {
            _ = try rules.check(claims, at: circumstances.now)
        } catch {
            fault = error
        }
        let failed = fault?.checkName
        for name in ClientAssertionFault.checkNames {
            let isGiven = name == "audience" ? arguments.value("issuer") != nil : true
            if name == failed {
                checks.append(Check(name, .fail, actual: fault?.description))
                break
            }
            checks.append(Check(name, isGiven ? .pass : .skipped))
        }
        if let fault { reject(fault.reasonCode, fault.description) }
    }
}

extension ClientAssertionFault {
    /// In the order in which the rules are asked.
    static let checkNames = [
        "issuer", "subject", "audience", "expiry", "not_before", "issued_at", "jti",
    ]

    var checkName: String {
        switch self {
        case .issuerMismatch: "issuer"
        case .subjectMismatch: "subject"
        case .audienceMismatch: "audience"
        case .expiryMissing, .expired, .lifetimeTooLong: "expiry"
        case .notYetValid: "not_before"
        case .issuedInFuture: "issued_at"
        case .idMissing: "jti"
        }
    }
}
