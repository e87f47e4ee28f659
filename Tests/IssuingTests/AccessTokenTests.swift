import Directory
import FoundationEssentials
import Issuing
import JOSE
import JSON
import Storage
import Testing

@Suite("RFC 9068 access token") struct AccessTokenTests {
    static func terms(audience: String = api.description, proof: ClientProof = .secret) -> AccessTokenTerms {
        AccessTokenTerms(
            client: portal, clientProof: proof, audience: audience, tokenID: [UInt8](repeating: 1, count: 16),
            issuedAt: now, lifetime: 4000)
    }

    static func delegated(_ changes: (inout DelegatedTokenFacts) -> Void = { _ in }) -> DelegatedTokenFacts {
        var facts = DelegatedTokenFacts(
            terms: terms(),
            who: SignedInUser(
                user: sampleUser(), authenticatedAt: now.addingTimeInterval(-60), context: "1", methods: ["otp"],
                session: session, identityProvider: "mail"),
            resource: api, scopes: ["orders.read", "orders.write"], roles: ["Buyer"], grant: grant)
        changes(&facts)
        return facts
    }

    @Test func `a person's token, whole`() throws {
        let issuer = try sampleIssuer()
        let token = try issuer.accessToken(Self.delegated(), algorithm: .es256)
        let expected: JSONObject = [
            "ver": "2.0", "iss": "https://login.example/11111111-1111-4111-8111-111111111111/v2.0",
            "sub": .string(issuer.subject(of: sampleUser().id, at: api)),
            "aud": "44444444-4444-4444-8444-444444444444", "exp": 1_700_004_000, "iat": 1_700_000_000,
            "nbf": 1_700_000_000, "jti": "AQEBAQEBAQEBAQEBAQEBAQ", "uti": "AQEBAQEBAQEBAQEBAQEBAQ",
            "client_id": "33333333-3333-4333-8333-333333333333", "azp": "33333333-3333-4333-8333-333333333333",
            "azpacr": "1", "tid": "11111111-1111-4111-8111-111111111111", "scope": "orders.read orders.write",
            "scp": "orders.read orders.write", "roles": ["Buyer"], "auth_time": 1_699_999_940, "acr": "1",
            "amr": ["otp"], "oid": "88888888-8888-4888-8888-888888888888", "idp": "mail",
            "sid": "55555555-5555-4555-8555-555555555555", "gid": "66666666-6666-4666-8666-666666666666",
        ]
        #expect(try issuer.claims(token, .es256, type: "at+jwt") == expected)
    }

    @Test func `an application's token, whole`() throws {
        let issuer = try sampleIssuer()
        let facts = ApplicationTokenFacts(
            terms: Self.terms(audience: "api://orders", proof: .key), servicePrincipal: principal,
            roles: ["Orders.Read.All"])
        let token = try issuer.accessToken(facts, algorithm: .rs256)
        let expected: JSONObject = [
            "ver": "2.0", "iss": "https://login.example/11111111-1111-4111-8111-111111111111/v2.0",
            "sub": "33333333-3333-4333-8333-333333333333", "aud": "api://orders", "exp": 1_700_004_000,
            "iat": 1_700_000_000, "nbf": 1_700_000_000, "jti": "AQEBAQEBAQEBAQEBAQEBAQ",
            "uti": "AQEBAQEBAQEBAQEBAQEBAQ", "client_id": "33333333-3333-4333-8333-333333333333",
            "azp": "33333333-3333-4333-8333-333333333333", "azpacr": "2",
            "tid": "11111111-1111-4111-8111-111111111111", "roles": ["Orders.Read.All"],
            "oid": "77777777-7777-4777-8777-777777777777", "idtyp": "app",
        ]
        #expect(try issuer.claims(token, .rs256, type: "at+jwt") == expected)
    }

    @Test func `without an API the subject is the client's`() throws {
        let issuer = try sampleIssuer()
        let token = try issuer.accessToken(Self.delegated { $0.resource = nil }, algorithm: .es256)
        let subject = try issuer.claims(token, .es256, type: "at+jwt")["sub"]
        #expect(subject == .string(issuer.subject(of: sampleUser().id, at: portal)))
    }

    @Test func `what we issued we read back`() throws {
        let issuer = try sampleIssuer()
        let token = try text(issuer.accessToken(Self.delegated(), algorithm: .edDSA))
        let read = try issuer.presented(token, now: now)
        #expect(read.client == portal && read.user == sampleUser().id && read.grant == grant)
        #expect(read.scopes == ["orders.read", "orders.write"] && read.roles == ["Buyer"])
        #expect(read.audience == api.description && read.tokenID == "AQEBAQEBAQEBAQEBAQEBAQ")
        #expect(read.issuedAt == now && read.expiresAt == now.addingTimeInterval(4000) && !read.isApplication)
        let application = try text(
            issuer.accessToken(
                ApplicationTokenFacts(terms: Self.terms(), servicePrincipal: principal, roles: []), algorithm: .es256))
        let own = try issuer.presented(application, now: now)
        #expect(own.isApplication && own.user == nil && own.grant == nil && own.scopes.isEmpty)
    }

    @Test func `an expired token, and one from the future`() throws {
        let issuer = try sampleIssuer()
        let token = try text(issuer.accessToken(Self.delegated(), algorithm: .es256))
        #expect(refusal { try issuer.presented(token, now: now.addingTimeInterval(3999)) } == nil)
        #expect(refusal { try issuer.presented(token, now: now.addingTimeInterval(4000)) } == "expired")
        #expect(refusal { try issuer.presented(token, now: now.addingTimeInterval(-61)) } == "not_yet_valid")
    }

    @Test func `an ID Token is no access token, nor the other way round`() throws {
        let issuer = try sampleIssuer()
        let idToken = try text(issuer.idToken(IDTokenTests.facts(), algorithm: .es256))
        let access = try text(issuer.accessToken(Self.delegated(), algorithm: .es256))
        #expect(refusal { try issuer.presented(idToken, now: now) } == "typ_mismatch")
        #expect(refusal { try issuer.hint(access) } == "typ_mismatch")
    }

    @Test func `tenant A's token in tenant B`() throws {
        let here = try sampleIssuer()
        let there = try TokenIssuer(base: base, keys: sampleRing(SampleKeys.fabrikam, fabrikam))
        let access = try text(here.accessToken(Self.delegated(), algorithm: .es256))
        #expect(refusal { try there.presented(access, now: now) } == "key_not_found")
        let idToken = try text(here.idToken(IDTokenTests.facts(), algorithm: .es256))
        #expect(refusal { try there.hint(idToken) } == "key_not_found")
        // Even if both had one key: the issuer's name decides too.
        let elsewhere = try TokenIssuer(base: "https://other.example", keys: sampleRing())
        #expect(refusal { try elsewhere.presented(access, now: now) } == "issuer_mismatch")
    }

    @Test func `keys of another purpose sign no tokens`() throws {
        let issuer = try sampleIssuer()
        let federation = try issuer.keys.activeKey(.federation, .es256)
        let token = try text(
            federation.accessToken.sign(
                JSONWriter.write([
                    "iss": .string(issuer.issuer), "tid": .string(woodgrove.description), "exp": 1_800_000_000,
                ])))
        #expect(refusal { try issuer.presented(token, now: now) } == "key_not_found")
    }

    @Test func `a hint names client, subject and session, whatever its age`() throws {
        let issuer = try sampleIssuer()
        let token = try text(issuer.idToken(IDTokenTests.facts { $0.issuedAt = .distantPast }, algorithm: .rs256))
        let hint = try issuer.hint(token)
        #expect(hint.client == portal && hint.session == session)
        #expect(hint.subject == issuer.subject(of: sampleUser().id, at: portal))
        // OpenID Connect RP-Initiated Logout §2: alg none and changed hints name nobody.
        let unsigned = "eyJhbGciOiJub25lIn0." + token.split(separator: ".")[1] + "."
        #expect(refusal { try issuer.hint(unsigned) } == "alg_not_allowed")
        #expect(refusal { try issuer.hint(String(token.dropLast(4)) + "AAAA") } == "signature_invalid")
    }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
