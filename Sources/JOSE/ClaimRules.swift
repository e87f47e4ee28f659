package import FoundationEssentials
internal import JSON

/// What the claims of an ID Token must say to be meant for us, now, in answer to our request (OpenID Connect Core
/// §3.1.3.7). A nil member is not compared and reported as skipped, which only a command at a terminal may do: the
/// server fills every one that its request gives it.
package struct ClaimRules: Sendable, Hashable {
    package var issuer: IssuerRule?
    /// Our client id at the issuer.
    package var audience: String?
    /// As sent with the request.
    package var nonce: String?
    /// Off for a provider that never returns one: then one that is there is compared all the same.
    package var requiresNonce = true
    /// An access token that came with the ID Token: then `at_hash` is compared where it is present.
    package var accessToken: String?
    /// Whether `at_hash` must be present: it must when the access token came through the browser.
    package var requiresAccessTokenHash = false
    /// A code that came through the browser together with the ID Token: then `c_hash` must be there and match.
    package var code: String?
    /// Seconds. Then `auth_time` must be there, and not older.
    package var maxAge: Int?
    /// `acr` must be one of these. Empty: any, or none.
    package var contexts: [String] = []
    /// How far the two clocks may be apart, in seconds; more than 300 counts as 300.
    package var skew = 60
    /// How old `iat` may be, in seconds; nil: as old as it likes (a token that was kept).
    package var issuedWithin: Int? = 600

    package init(issuer: IssuerRule?, audience: String?, nonce: String?) {
        self.issuer = issuer
        self.audience = audience
        self.nonce = nonce
    }

    var tolerance: Double { Double(min(max(skew, 0), 300)) }

    /// - Throws: The first rule that failed.
    package func check(_ token: VerifiedJWT, now: Date) throws(JOSEError) {
        if let failure = checks(token, now: now).firstFailure { throw failure }
    }

    /// Every comparison, in order, up to and including the first that failed.
    package func checks(_ token: VerifiedJWT, now: Date) -> [ClaimCheck] {
        var made: [ClaimCheck] = []
        for rule in Self.inOrder {
            let check = rule.check(self, token, now)
            made.append(check)
            if case .failed = check.outcome { break }
        }
        return made
    }

    /// Every rule an ID Token passes, in order. A new rule is one function and one line here.
    private static let inOrder: [ClaimRule] = [
        .issuer, .subject, .audience, .authorizedParty, .expiry, .notBefore, .issuedAt, .nonce, .accessTokenHash,
        .codeHash, .authenticationTime, .context,
    ]
}

/// How the issuer of a token is compared.
package enum IssuerRule: Sendable, Hashable, ExpressibleByStringLiteral {
    /// Byte for byte.
    case exactly(String)
    /// Byte for byte with one of these; Google has two spellings.
    case oneOf([String])
    /// An issuer with `{tenantid}` in it, which the token's own `tid`, a GUID, replaces before comparing: Microsoft's
    /// multi-tenant documents. Which tenants are welcome is for the caller to check.
    case tenantTemplate(String)

    package init(stringLiteral value: String) { self = .exactly(value) }

    /// The issuers that this token may have. A template without a usable `tid` admits none.
    func accepted(for claims: JSONObject) -> [String] {
        switch self {
        case .exactly(let issuer): return [issuer]
        case .oneOf(let issuers): return issuers
        case .tenantTemplate(let template):
            guard let tenant = claims["tid"]?.string, tenant.isLowercaseGUID else { return [] }
            let halves = template.split(
                separator: "{tenantid}", maxSplits: 1, omittingEmptySubsequences: false)
            return halves.count == 2 ? [halves[0] + tenant + halves[1]] : []
        }
    }

    /// Whether a token of this issuer might be accepted, before there is a token: for `iss` of an answer (RFC 9207).
    package func mayBe(_ issuer: String) -> Bool {
        switch self {
        case .exactly(let known): return known.utf8.elementsEqual(issuer.utf8)
        case .oneOf(let known): return known.contains { $0.utf8.elementsEqual(issuer.utf8) }
        case .tenantTemplate(let template):
            let halves = template.split(separator: "{tenantid}", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, issuer.hasPrefix(halves[0]), issuer.hasSuffix(halves[1]) else { return false }
            return String(issuer.dropFirst(halves[0].count).dropLast(halves[1].count)).isLowercaseGUID
        }
    }

    var shown: String {
        switch self {
        case .exactly(let issuer), .tenantTemplate(let issuer): issuer
        case .oneOf(let issuers): issuers.joined(separator: " ")
        }
    }
}

extension String {
    /// Thirty-two hexadecimal digits in groups of 8-4-4-4-12, letters in lower case as Microsoft writes them.
    fileprivate var isLowercaseGUID: Bool {
        utf8.count == 36
            && utf8.enumerated().allSatisfy { position, byte in
                switch position {
                case 8, 13, 18, 23: byte == UInt8(ascii: "-")
                default: (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
                }
            }
    }
}
