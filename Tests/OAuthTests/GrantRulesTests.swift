import FoundationEssentials
import Testing

@testable import OAuth

@Suite("Refresh rotation and grants") struct GrantRulesTests {
    func standing(
        number: Int, rotated: Double? = nil, expires: Double = 3600, idle: Double = 1800, revoked: Bool = false
    )
        -> RefreshStanding
    {
        RefreshStanding(
            clientID: "web", number: number, rotatedAt: rotated.map { Sample.now.addingTimeInterval(-$0) },
            expiresAt: Sample.now.addingTimeInterval(expires), idleExpiresAt: Sample.now.addingTimeInterval(idle),
            revokedAt: revoked ? Sample.now : nil)
    }

    func decide(_ presented: Int, _ standing: RefreshStanding, by client: String = "web", window: Double = 10)
        -> RefreshDecision
    {
        RefreshDecision.decide(presented: presented, by: client, standing, now: Sample.now, reuseWindow: window)
    }

    @Test func `the current token rotates`() {
        #expect(decide(1, standing(number: 1)) == .rotate(from: 1))
        #expect(decide(5, standing(number: 5, rotated: 100)) == .rotate(from: 5))
    }

    @Test func `a token spent a moment ago repeats its successor, later it is a theft`() {
        #expect(decide(1, standing(number: 2, rotated: 0)) == .repeatSuccessor(number: 2))
        #expect(decide(1, standing(number: 2, rotated: 9.9)) == .repeatSuccessor(number: 2))
        #expect(decide(1, standing(number: 2, rotated: 10)) == .reuse)
        #expect(decide(1, standing(number: 2, rotated: -1)) == .repeatSuccessor(number: 2))
        #expect(decide(1, standing(number: 3, rotated: 0)) == .reuse)
        #expect(decide(1, standing(number: 2)) == .reuse)
    }

    @Test func `without a window every spent token is a theft`() {
        #expect(decide(1, standing(number: 2, rotated: 0), window: 0) == .reuse)
    }

    @Test func `another client, an ended grant and an impossible number are refused and revoke nothing`() {
        #expect(decide(1, standing(number: 2, rotated: 0), by: "spa") == .refuse(.refreshTokenOfAnotherClient))
        #expect(decide(1, standing(number: 1, expires: 0)) == .refuse(.refreshTokenExpired))
        #expect(decide(1, standing(number: 1, idle: 0)) == .refuse(.refreshTokenExpired))
        #expect(decide(1, standing(number: 1, revoked: true)) == .refuse(.grantEnded("The grant has been revoked.")))
        for number in [0, -1, 3, Int.max, Int.min] {
            #expect(decide(number, standing(number: 2, rotated: 0)) == .refuse(.refreshTokenInvalid))
        }
    }

    @Test func `of all tokens of a grant exactly one rotates, at most one repeats`() {
        for current in 1...6 {
            for rotated in [nil, 0.0, 20] {
                let decisions = (1...current).map { decide($0, standing(number: current, rotated: rotated)) }
                #expect(decisions.filter { $0 == .rotate(from: current) }.count == 1)
                #expect(decisions.filter { $0 == .repeatSuccessor(number: current) }.count <= 1)
                #expect(decisions.dropLast(2).allSatisfy { $0 == .reuse })
            }
        }
    }

    @Test func `a grant ends with the proof it rests on`() {
        func ends(_ proof: Proof, partner: Int? = nil, provenAgo: Double = 0) -> Double {
            GrantLifetime(
                proof: proof, provenAt: Sample.now.addingTimeInterval(-provenAgo), partnerLifetime: partner,
                refreshLifetime: 90 * 86_400, now: Sample.now
            ).expiresAt.timeIntervalSince(Sample.now)
        }
        #expect(ends(.emailCode) == 86_400)
        #expect(ends(.assertion) == 43_200)
        #expect(ends(.session) == 90 * 86_400)
        #expect(ends(.emailCode, partner: 3600) == 3600)
        // A session's proof is older than the code it serves.
        #expect(ends(.emailCode, provenAgo: 80_000) == 6400)
    }

    @Test func `idleness never outlives the proof`() {
        let lifetime = GrantLifetime(
            proof: .emailCode, provenAt: Sample.now, partnerLifetime: nil, refreshLifetime: 3600, now: Sample.now)
        #expect(lifetime.idleExpiresAt == Sample.now.addingTimeInterval(3600))
        let late = lifetime.expiresAt.addingTimeInterval(-60)
        #expect(
            GrantLifetime.idle(now: late, refreshLifetime: 3600, expiresAt: lifetime.expiresAt) == lifetime.expiresAt)
    }

    @Test func `a code is bound to its client, address and challenge, and to a minute`() throws {
        let code = CodeStanding(
            clientID: "web", redirectURI: Sample.redirect, challenge: CodeChallenge(Sample.challenge),
            expiresAt: Sample.now.addingTimeInterval(60))
        let verifier = CodeVerifier(Sample.verifier)
        func check(
            by client: String = "web", at uri: String = Sample.redirect, _ verifier: CodeVerifier?, after: Double = 0
        ) throws(OAuthError) {
            try code.check(by: client, redirectURI: uri, verifier: verifier, at: Sample.now.addingTimeInterval(after))
        }
        try check(verifier)
        #expect(throws: OAuthError.codeOfAnotherClient) { try check(by: "spa", verifier) }
        #expect(throws: OAuthError.codeRedirectMismatch) { try check(at: Sample.redirect + "/", verifier) }
        #expect(throws: OAuthError.verifierMissing) { try check(nil) }
        #expect(throws: OAuthError.codeExpired) { try check(verifier, after: 60) }
    }
}

@Suite("RFC 7523 client assertions") struct ClientAssertionTests {
    static let issuer = "https://gate.example/t/v2.0"
    let rules = ClientAssertionRules(clientID: "app", audiences: [issuer])
    static let time = Int64(Sample.now.timeIntervalSince1970)

    static var good: ClientAssertionClaims {
        ClientAssertionClaims(
            issuer: "app", subject: "app", audiences: [issuer], expiresAt: time + 300, notBefore: time, issuedAt: time,
            id: "j1")
    }

    @Test func `a good one costs its id until it has expired`() throws {
        let use = try rules.check(Self.good, at: Sample.now)
        #expect(use.id == "j1" && use.until == Sample.now.addingTimeInterval(360))
    }

    static let faults: [(@Sendable (inout ClientAssertionClaims) -> Void, ClientAssertionFault)] = [
        ({ $0.issuer = "other" }, .issuerMismatch), ({ $0.issuer = nil }, .issuerMismatch),
        ({ $0.subject = "other" }, .subjectMismatch), ({ $0.audiences = [] }, .audienceMismatch),
        ({ $0.audiences = ["https://other.example"] }, .audienceMismatch),
        ({ $0.audiences.append("https://other.example") }, .audienceMismatch),
        ({ $0.audiences = [issuer + "/"] }, .audienceMismatch), ({ $0.expiresAt = nil }, .expiryMissing),
        ({ $0.expiresAt = time - 60 }, .expired), ({ $0.expiresAt = time + 361 }, .lifetimeTooLong(seconds: 361)),
        ({ $0.notBefore = time + 61 }, .notYetValid), ({ $0.issuedAt = time + 61 }, .issuedInFuture),
        ({ $0.id = nil }, .idMissing), ({ $0.id = "" }, .idMissing),
        ({ $0.id = String(repeating: "x", count: 257) }, .idMissing),
        ({ $0.expiresAt = .max }, .lifetimeTooLong(seconds: .max - time)), ({ $0.expiresAt = .min }, .expired),
    ]

    @Test(arguments: faults.indices)
    func `each rule refuses on its own`(index: Int) {
        let (change, fault) = Self.faults[index]
        var claims = Self.good
        change(&claims)
        #expect(throws: fault) { try rules.check(claims, at: Sample.now) }
        #expect(!fault.reasonCode.isEmpty)
    }

    @Test func `a clock ten seconds ahead is no reason to refuse`() throws {
        var claims = Self.good
        (claims.issuedAt, claims.notBefore, claims.expiresAt) = (Self.time + 10, Self.time + 10, Self.time + 310)
        _ = try rules.check(claims, at: Sample.now)
    }

    @Test func `the token endpoint counts as audience where it is allowed, with MSAL's ten minutes`() throws {
        let endpoint = "https://gate.example/t/oauth2/v2.0/token"
        var claims = Self.good
        claims.audiences = [endpoint]
        claims.expiresAt = Self.time + 600
        let strict = ClientAssertionRules(clientID: "app", issuer: Self.issuer, legacyAudience: nil)
        #expect(strict == rules)
        #expect(throws: ClientAssertionFault.audienceMismatch) { try strict.check(claims, at: Sample.now) }
        let older = ClientAssertionRules(clientID: "app", issuer: Self.issuer, legacyAudience: endpoint)
        _ = try older.check(claims, at: Sample.now)
    }
}
