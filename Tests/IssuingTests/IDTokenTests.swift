import Cryptography
import Directory
import FoundationEssentials
import Issuing
import JOSE
import JSON
import OAuth
import Testing

@Suite("ID Token") struct IDTokenTests {
    static func facts(_ changes: (inout IDTokenFacts) -> Void = { _ in }) -> IDTokenFacts {
        var facts = IDTokenFacts(
            client: portal,
            who: SignedInUser(
                user: sampleUser(), authenticatedAt: now.addingTimeInterval(-5), context: "1", methods: ["pwd", "mfa"],
                session: session, identityProvider: "\(base)/\(fabrikam)/v2.0"),
            scopes: ["openid", "profile", "email"], nonce: "n-1", tokenID: [UInt8](repeating: 7, count: 16),
            issuedAt: now.addingTimeInterval(0.9))
        facts.emailIsVerified = true
        facts.roles = ["Reader"]
        changes(&facts)
        return facts
    }

    func claims(_ changes: (inout IDTokenFacts) -> Void = { _ in }) throws -> JSONObject {
        let issuer = try sampleIssuer()
        return try issuer.claims(issuer.idToken(Self.facts(changes), algorithm: .es256), .es256)
    }

    @Test func `a guest's claims, whole`() throws {
        let issuer = try sampleIssuer()
        let subject = issuer.subject(of: sampleUser().id, at: portal)
        let expected: JSONObject = [
            "ver": "2.0", "iss": "https://login.example/11111111-1111-4111-8111-111111111111/v2.0",
            "sub": .string(subject), "aud": "33333333-3333-4333-8333-333333333333", "exp": 1_700_003_600,
            "iat": 1_700_000_000, "nbf": 1_700_000_000, "auth_time": 1_699_999_995, "nonce": "n-1", "acr": "1",
            "amr": ["pwd", "mfa"], "sid": "55555555-5555-4555-8555-555555555555",
            "tid": "11111111-1111-4111-8111-111111111111", "uti": "BwcHBwcHBwcHBwcHBwcHBw",
            "oid": "88888888-8888-4888-8888-888888888888", "name": "Ada Lovelace",
            "preferred_username": "ada@fabrikam.example", "email": "ada@fabrikam.example", "xms_edov": true,
            "acct": 1, "idp": "https://login.example/22222222-2222-4222-8222-222222222222/v2.0",
            "roles": ["Reader"],
        ]
        #expect(try claims() == expected)
        #expect(subject.utf8.count == 43)
    }

    @Test func `a member without scopes says little`() throws {
        let claims = try claims {
            $0.who = SignedInUser(user: sampleUser(.member), authenticatedAt: now)
            $0.scopes = ["openid"]
            $0.nonce = nil
            $0.roles = []
        }
        #expect(
            claims.names == ["ver", "iss", "sub", "aud", "exp", "iat", "nbf", "auth_time", "tid", "uti", "acct"])
        #expect(claims["acct"] == 0)
    }

    @Test func `profile and email open their claims, each alone`() throws {
        let profile = try claims { $0.scopes = ["openid", "profile"] }
        #expect(profile["oid"] != nil && profile["name"] != nil && profile["email"] == nil)
        let email = try claims {
            $0.scopes = ["openid", "email"]
            $0.emailIsVerified = false
        }
        #expect(email["oid"] == nil && email["name"] == nil && email["xms_edov"] == false)
        let none = try claims { $0.who.user.mail = nil }
        #expect(none["email"] == nil && none["xms_edov"] == nil)
        #expect(none["preferred_username"] == "ada_fabrikam.example#EXT#@woodgrove.example")
        let member = try claims { $0.who.user = sampleUser(.member) }
        #expect(member["preferred_username"] == "ada@woodgrove.example")
    }

    @Test func `the subject differs by application, tenant and user`() throws {
        let here = try sampleIssuer()
        let there = try TokenIssuer(base: base, keys: sampleRing(SampleKeys.fabrikam, fabrikam))
        let user = sampleUser().id
        let subjects: Set<String> = [
            here.subject(of: user, at: portal), here.subject(of: user, at: api), there.subject(of: user, at: portal),
            here.subject(of: sample("99999999-9999-4999-8999-999999999999"), at: portal),
        ]
        #expect(subjects.count == 4)
        #expect(try sampleIssuer().subject(of: user, at: portal) == here.subject(of: user, at: portal))
    }

    static func groups(_ count: Int) -> [Group.ID] {
        (0..<count).map {
            Group.ID(bytes: [UInt8](repeating: 0, count: 14) + [UInt8($0 / 256), UInt8($0 % 256)]) ?? sample("")
        }
    }

    @Test func `two hundred groups fit, one more points to the directory`() throws {
        #expect(try claims()["groups"] == nil)
        #expect(try claims { $0.groups = [] }["groups"] == nil)
        #expect(try claims { $0.groups = Self.groups(200) }["groups"]?.array?.count == 200)
        let over = try claims { $0.groups = Self.groups(201) }
        #expect(over["groups"] == nil)
        #expect(over["_claim_names"] == ["groups": "src1"])
        #expect(
            over["_claim_sources"]?["src1"]?["endpoint"]
                == "https://login.example/graph/v1.0/users/88888888-8888-4888-8888-888888888888/getMemberObjects")
    }

    @Test func `another tenant gets evidence and only the groups that it named`() throws {
        let groups = Self.groups(3)
        let evidence = AuthenticationEvidence(
            authenticatedAt: now, multiFactor: true, deviceIsCompliant: false, deviceIsHybridJoined: nil)
        let claims = try claims {
            $0.scopes = ["openid"]
            $0.groups = Self.groups(201)
            $0.homeEvidence = HomeEvidence(evidence, groups: groups, named: [groups[1]])
        }
        #expect(claims["oid"] == "88888888-8888-4888-8888-888888888888")
        #expect(claims["tid"] == "11111111-1111-4111-8111-111111111111")
        #expect(claims["groups"] == [.string(groups[1].description)])
        #expect(claims["vst_mfa"] == true)
        #expect(claims["vst_device_compliant"] == false)
        #expect(claims["vst_device_joined"] == nil)
        #expect(claims["_claim_names"] == nil)
    }

    @Test("signed as the application chose", arguments: [SignatureAlgorithm.rs256, .es256, .edDSA])
    func algorithms(algorithm: SignatureAlgorithm) throws {
        let issuer = try sampleIssuer()
        let access = Array("an access token".utf8)
        let token = try issuer.idToken(Self.facts { $0.accessToken = access }, algorithm: algorithm)
        let verified = try JWT.verify(token, keys: JWKSet(bytes: issuer.keys.document()), algorithms: [algorithm])
        #expect(verified.header.raw.names == ["typ", "alg", "kid"])
        #expect(verified.header.type == "JWT")
        #expect(verified.header.keyID == verified.key.thumbprint)
        var rules = ClaimRules(issuer: .exactly(issuer.issuer), audience: portal.description, nonce: "n-1")
        rules.accessToken = "an access token"
        rules.requiresAccessTokenHash = true
        rules.maxAge = 60
        #expect(refusal { try rules.check(verified, now: now) } == nil)
    }

    @Test func `an algorithm without a key`() throws {
        #expect(throws: IssuingError.noActiveKey(purpose: "tokens", algorithm: "PS256")) {
            try sampleIssuer().idToken(Self.facts(), algorithm: .ps256)
        }
    }

    @Test func `userinfo answers the client's subject and the granted claims`() throws {
        let issuer = try sampleIssuer()
        func claims(_ scopes: [String]) throws -> JSONObject? {
            try JSONReader.read(
                issuer.userInfo(about: sampleUser(), to: portal, scopes: scopes, emailIsVerified: true)
            ).object
        }
        let subject = JSONValue.string(issuer.subject(of: sampleUser().id, at: portal))
        #expect(try claims(["openid"]) == ["sub": subject])
        #expect(
            try claims(["openid", "email"])
                == ["sub": subject, "email": "ada@fabrikam.example", "email_verified": true])
        #expect(
            try claims(["openid", "profile"]) == [
                "sub": subject, "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace",
                "preferred_username": "ada@fabrikam.example", "locale": "en-GB",
                "oid": "88888888-8888-4888-8888-888888888888", "tid": "11111111-1111-4111-8111-111111111111",
            ])
    }
}
