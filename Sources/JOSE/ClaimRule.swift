internal import FoundationEssentials
internal import JSON

/// One rule of ``ClaimRules``: what it is called in a report, and the comparison.
struct ClaimRule: Sendable {
    let name: String
    let check: @Sendable (ClaimRules, VerifiedJWT, Date) -> ClaimCheck
}

extension ClaimRule {
    static let issuer = ClaimRule(name: "issuer") { rules, token, _ in
        let actual = token.claims["iss"]?.string
        guard let rule = rules.issuer else { return .skipped("issuer", actual: actual) }
        let accepted = rule.accepted(for: token.claims)
        guard let actual, accepted.contains(where: { $0.utf8.elementsEqual(actual.utf8) }) else {
            let shown = shownClaim(token.claims["iss"])
            return .failed(
                "issuer", .issuerMismatch(expected: rule.shown, actual: shown), expected: rule.shown, actual: shown)
        }
        return .passed("issuer", expected: rule.shown, actual: actual)
    }

    /// At most 255 ASCII characters (OpenID Connect Core §2), and at least one.
    static let subject = ClaimRule(name: "subject") { _, token, _ in
        guard let subject = token.claims["sub"]?.string, (1...255).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            return .failed("subject", .subjectMissing, actual: shownClaim(token.claims["sub"]))
        }
        return .passed("subject", actual: subject)
    }

    static let audience = ClaimRule(name: "audience") { rules, token, _ in
        let actual = shownClaim(token.claims["aud"])
        guard let expected = rules.audience else { return .skipped("audience", actual: actual) }
        guard let named = audienceValues(in: token.claims),
            named.contains(where: { $0.utf8.elementsEqual(expected.utf8) })
        else {
            return .failed(
                "audience", .audienceMismatch(expected: expected, actual: actual), expected: expected, actual: actual)
        }
        return .passed("audience", expected: expected, actual: actual)
    }

    /// Where several audiences are named, `azp` says who asked, and where it is present it must be us (Core §3.1.3.7,
    /// items 4 and 5).
    static let authorizedParty = ClaimRule(name: "azp") { rules, token, _ in
        let actual = shownClaim(token.claims["azp"])
        guard let expected = rules.audience else { return .skipped("azp", actual: actual) }
        let several = (audienceValues(in: token.claims)?.count ?? 0) > 1
        if actual == nil && !several { return .passed("azp", expected: nil, actual: nil) }
        guard let party = token.claims["azp"]?.string, party.utf8.elementsEqual(expected.utf8) else {
            return .failed(
                "azp", .azpMismatch(expected: expected, actual: actual), expected: expected, actual: actual)
        }
        return .passed("azp", expected: expected, actual: actual)
    }

    static let expiry = ClaimRule(name: "expiry") { rules, token, now in
        checkExpiry(token.claims, now: now, tolerance: rules.tolerance)
    }

    static let notBefore = ClaimRule(name: "not_before") { rules, token, now in
        checkNotBefore(token.claims, now: now, tolerance: rules.tolerance)
    }

    static let issuedAt = ClaimRule(name: "issued_at") { rules, token, now in
        let actual = shownClaim(token.claims["iat"])
        guard let issued = NumericDate(token.claims["iat"]) else {
            return .failed("issued_at", .iatInvalid("it is missing or no number"), actual: actual)
        }
        let now = NumericDate(now)
        let expected = rules.issuedWithin.map { "\(now.shown) - \($0)" }
        if issued.seconds > now.seconds + rules.tolerance {
            let why = "\(issued.shown) is in the future, now is \(now.shown)"
            return .failed("issued_at", .iatInvalid(why), expected: expected, actual: actual)
        }
        if let within = rules.issuedWithin, issued.seconds < now.seconds - Double(within) - rules.tolerance {
            let why = "\(issued.shown) is more than \(within) s before now, \(now.shown)"
            return .failed("issued_at", .iatInvalid(why), expected: expected, actual: actual)
        }
        return .passed("issued_at", expected: expected, actual: actual)
    }

    static let nonce = ClaimRule(name: "nonce") { rules, token, _ in
        guard let expected = rules.nonce else { return .skipped("nonce", actual: shownClaim(token.claims["nonce"])) }
        if token.claims["nonce"] == nil, !rules.requiresNonce { return .passed("nonce") }
        // Neither value is printed: an unspent nonce is a secret of its transaction.
        guard let actual = token.claims["nonce"]?.string, actual.utf8.elementsEqual(expected.utf8) else {
            return .failed("nonce", .nonceMismatch)
        }
        return .passed("nonce")
    }

    static let accessTokenHash = ClaimRule(name: "at_hash") { rules, token, _ in
        checkHash(
            "at_hash", of: rules.accessToken, in: token, isRequired: rules.requiresAccessTokenHash)
    }

    static let codeHash = ClaimRule(name: "c_hash") { rules, token, _ in
        checkHash("c_hash", of: rules.code, in: token, isRequired: true)
    }

    static let authenticationTime = ClaimRule(name: "auth_time") { rules, token, now in
        let actual = shownClaim(token.claims["auth_time"])
        guard let maxAge = rules.maxAge else { return .passed("auth_time", actual: actual) }
        guard let time = NumericDate(token.claims["auth_time"]) else {
            return .failed(
                "auth_time", .authenticationTooOld("auth_time is missing or no number"), expected: "\(maxAge) s",
                actual: actual)
        }
        let now = NumericDate(now)
        guard time.seconds + Double(maxAge) + rules.tolerance >= now.seconds,
            time.seconds <= now.seconds + rules.tolerance
        else {
            let why = "auth_time \(time.shown) is not within \(maxAge) s before now, \(now.shown)"
            return .failed("auth_time", .authenticationTooOld(why), expected: "\(maxAge) s", actual: actual)
        }
        return .passed("auth_time", expected: "\(maxAge) s", actual: actual)
    }

    static let context = ClaimRule(name: "acr") { rules, token, _ in
        let actual = token.claims["acr"]?.string
        guard !rules.contexts.isEmpty else { return .passed("acr", actual: actual) }
        let expected = rules.contexts.joined(separator: " ")
        guard let actual, rules.contexts.contains(actual) else {
            return .failed(
                "acr", .contextMismatch(expected: expected, actual: actual), expected: expected, actual: actual)
        }
        return .passed("acr", expected: expected, actual: actual)
    }

    private static func checkHash(
        _ name: String, of value: String?, in token: VerifiedJWT, isRequired: Bool
    ) -> ClaimCheck {
        let actual = shownClaim(token.claims[name])
        guard let value else { return actual == nil ? .passed(name) : .skipped(name, actual: actual) }
        if token.claims[name] == nil && !isRequired { return .passed(name) }
        let expected = token.algorithm.leftHalfHash(of: Array(value.utf8))
        guard let claimed = token.claims[name]?.string, claimed.utf8.elementsEqual(expected.utf8) else {
            return .failed(name, .atHashMismatch(claim: name), expected: expected, actual: actual)
        }
        return .passed(name, expected: expected, actual: actual)
    }
}

/// `exp` is required, and still ahead, give or take the tolerance (RFC 7519 §4.1.4).
func checkExpiry(_ claims: JSONObject, now: Date, tolerance: Double) -> ClaimCheck {
    let actual = shownClaim(claims["exp"])
    guard let expiry = NumericDate(claims["exp"]) else {
        return .failed("expiry", .expired("exp is missing or no number"), actual: actual)
    }
    let now = NumericDate(now)
    guard now.seconds < expiry.seconds + tolerance else {
        return .failed(
            "expiry", .expired("exp is \(expiry.shown), now is \(now.shown)"), expected: "> \(now.shown)",
            actual: actual)
    }
    return .passed("expiry", expected: "> \(now.shown)", actual: actual)
}

/// `nbf`, where it is present, has passed, give or take the tolerance (RFC 7519 §4.1.5).
func checkNotBefore(_ claims: JSONObject, now: Date, tolerance: Double) -> ClaimCheck {
    guard let value = claims["nbf"] else { return .passed("not_before") }
    let actual = shownClaim(value)
    let now = NumericDate(now)
    guard let start = NumericDate(value), start.seconds <= now.seconds + tolerance else {
        return .failed(
            "not_before", .notYetValid("nbf is \(actual ?? "absent"), now is \(now.shown)"),
            expected: "<= \(now.shown)", actual: actual)
    }
    return .passed("not_before", expected: "<= \(now.shown)", actual: actual)
}
