import Cryptography
import FoundationEssentials
import JOSE
import JSON
import Testing

@Suite("OpenID Connect Core §3.1.3.7, ID Token") struct ClaimRulesTests {
    static let now = Date(timeIntervalSince1970: 1_700_000_000)
    static let issuer = "https://issuer.example"

    static func claims(_ changes: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": "248289761001", "aud": "client", "exp": 1_700_000_300,
            "iat": 1_700_000_000, "nonce": "n-0S6_WzA2Mj",
        ]
        changes(&claims)
        return claims
    }

    static func token(_ claims: JSONObject, key: TestKey = .p256) throws -> VerifiedJWT {
        let text = String(decoding: JSONWriter.write(.object(claims)), as: UTF8.self)
        return try JWT.verify(key.sign(text), keys: key.keys, algorithms: [key.algorithm])
    }

    static func rules(_ changes: (inout ClaimRules) -> Void = { _ in }) -> ClaimRules {
        var rules = ClaimRules(issuer: .exactly(issuer), audience: "client", nonce: "n-0S6_WzA2Mj")
        changes(&rules)
        return rules
    }

    func verdict(_ rules: ClaimRules = rules(), _ changes: (inout JSONObject) -> Void) throws -> String? {
        let token = try Self.token(Self.claims(changes))
        return refusal { try rules.check(token, now: Self.now) }
    }

    static let cases: [(name: String, value: JSONValue?, code: String?)] = [
        ("iss", nil, "issuer_mismatch"), ("iss", "https://issuer.example/", "issuer_mismatch"),
        ("iss", "https://Issuer.example", "issuer_mismatch"), ("iss", ["https://issuer.example"], "issuer_mismatch"),
        ("sub", nil, "subject_missing"), ("sub", "", "subject_missing"), ("sub", 17, "subject_missing"),
        ("sub", .string(String(repeating: "x", count: 256)), "subject_missing"), ("sub", "Zoë", "subject_missing"),
        ("sub", .string(String(repeating: "x", count: 255)), nil),
        ("aud", nil, "aud_mismatch"), ("aud", "other", "aud_mismatch"), ("aud", [], "aud_mismatch"),
        ("aud", ["client"], nil), ("aud", ["client", 1], "aud_mismatch"), ("aud", "Client", "aud_mismatch"),
        ("aud", ["client", "other"], "azp_mismatch"), ("azp", "other", "azp_mismatch"), ("azp", "client", nil),
        ("azp", ["client"], "azp_mismatch"),
        ("exp", nil, "expired"), ("exp", 1_699_999_940, "expired"), ("exp", 1_699_999_941, nil),
        ("exp", "1700000300", "expired"), ("exp", 1_700_000_300.5, nil), ("exp", 1e300, nil),
        ("nbf", 1_700_000_060, nil), ("nbf", 1_700_000_061, "not_yet_valid"), ("nbf", "0", "not_yet_valid"),
        ("iat", nil, "iat_invalid"), ("iat", "1700000000", "iat_invalid"), ("iat", 1_700_000_061, "iat_invalid"),
        ("iat", 1_700_000_060, nil), ("iat", 1_699_999_340, nil), ("iat", 1_699_999_339, "iat_invalid"),
        ("nonce", nil, "nonce_mismatch"), ("nonce", "", "nonce_mismatch"), ("nonce", "n-0S6_WzA2MJ", "nonce_mismatch"),
        ("nonce", ["n-0S6_WzA2Mj"], "nonce_mismatch"),
    ]

    @Test("one claim changed", arguments: cases) func changed(name: String, value: JSONValue?, code: String?) throws {
        #expect(try verdict { $0[name] = value } == code)
    }

    @Test func `several audiences need azp`() throws {
        #expect(
            try verdict {
                $0["aud"] = ["other", "client"]
                $0["azp"] = "client"
            } == nil)
        #expect(
            try verdict {
                $0["aud"] = ["other", "client"]
                $0["azp"] = "other"
            } == "azp_mismatch")
    }

    @Test func `the first rule in order is the reason`() throws {
        #expect(
            try verdict {
                $0["nonce"] = "wrong"
                $0["exp"] = 0
                $0["aud"] = "other"
                $0["iss"] = "other"
            } == "issuer_mismatch")
        #expect(
            try verdict {
                $0["nonce"] = "wrong"
                $0["iat"] = 0
                $0["exp"] = 0
            } == "expired")
        let token = try Self.token(Self.claims { $0["aud"] = "other" })
        let made = Self.rules().checks(token, now: Self.now)
        #expect(made.map(\.name) == ["issuer", "subject", "audience"])
        #expect(made.last?.expected == "client")
        #expect(made.last?.actual == "other")
    }

    @Test func `what was not given is skipped and makes the result incomplete`() throws {
        let token = try Self.token(Self.claims())
        let complete = Self.rules().checks(token, now: Self.now)
        #expect(complete.isComplete && complete.firstFailure == nil && complete.count == 12)
        let partial = ClaimRules(issuer: nil, audience: nil, nonce: nil).checks(token, now: Self.now)
        #expect(!partial.isComplete && partial.firstFailure == nil)
        #expect(partial.filter { $0.outcome == .skipped }.map(\.name) == ["issuer", "audience", "azp", "nonce"])
    }

    @Test func `skew is at most five minutes`() throws {
        let wide = Self.rules { $0.skew = 86_400 }
        #expect(try verdict(wide) { $0["exp"] = 1_699_999_701 } == nil)
        #expect(try verdict(wide) { $0["exp"] = 1_699_999_700 } == "expired")
    }

    /// OpenID Connect Core §A.3: at_hash for the access token of the example.
    @Test func `at_hash as published`() throws {
        #expect(
            SignatureAlgorithm.rs256.leftHalfHash(of: Array("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y".utf8))
                == "77QmUPtjPfzWtF2AnpK9RQ")
        #expect(
            SignatureAlgorithm.rs256.leftHalfHash(
                of: Array("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk".utf8))
                == "LDktKdoQak3Pk0cnXxCltA")
        #expect(SignatureAlgorithm.edDSA.leftHalfHash(of: []).utf8.count == 43)
    }

    @Test func `at_hash and c_hash`() throws {
        let token = SignatureAlgorithm.es256.leftHalfHash(of: Array("access".utf8))
        let rules = Self.rules { $0.accessToken = "access" }
        #expect(try verdict(rules) { $0["at_hash"] = .string(token) } == nil)
        #expect(try verdict(rules) { $0["at_hash"] = "wrong" } == "at_hash_mismatch")
        #expect(try verdict(rules) { $0["at_hash"] = nil } == nil)
        let required = Self.rules {
            $0.accessToken = "access"
            $0.requiresAccessTokenHash = true
        }
        #expect(try verdict(required) { $0["at_hash"] = nil } == "at_hash_mismatch")
        let code = Self.rules { $0.code = "access" }
        #expect(try verdict(code) { $0["c_hash"] = .string(token) } == nil)
        #expect(try verdict(code) { $0["c_hash"] = nil } == "at_hash_mismatch")
    }

    @Test func `max_age demands auth_time`() throws {
        let rules = Self.rules { $0.maxAge = 100 }
        #expect(try verdict(rules) { $0["auth_time"] = 1_699_999_950 } == nil)
        #expect(try verdict(rules) { $0["auth_time"] = nil } == "authn_statement")
        #expect(try verdict(rules) { $0["auth_time"] = 1_699_999_839 } == "authn_statement")
        #expect(try verdict(rules) { $0["auth_time"] = 1_700_000_100 } == "authn_statement")
        #expect(try verdict { $0["auth_time"] = 0 } == nil)
    }

    @Test func `acr must be one of those demanded`() throws {
        let rules = Self.rules { $0.contexts = ["mfa", "phr"] }
        #expect(try verdict(rules) { $0["acr"] = "phr" } == nil)
        #expect(try verdict(rules) { $0["acr"] = "pwd" } == "authn_context")
        #expect(try verdict(rules) { $0["acr"] = nil } == "authn_context")
    }

    @Test func `Microsoft's issuer with the token's own tenant`() throws {
        let template = "https://login.microsoftonline.com/{tenantid}/v2.0"
        let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"
        let rules = Self.rules { $0.issuer = .tenantTemplate(template) }
        func verdict(iss: String, tid: JSONValue?) throws -> String? {
            try self.verdict(rules) {
                $0["iss"] = .string(iss)
                $0["tid"] = tid
            }
        }
        let good = "https://login.microsoftonline.com/\(tenant)/v2.0"
        #expect(try verdict(iss: good, tid: .string(tenant)) == nil)
        #expect(try verdict(iss: good, tid: nil) == "issuer_mismatch")
        #expect(try verdict(iss: good, tid: "9188040d-6c67-4c5b-b112-36a304b66dae") == "issuer_mismatch")
        #expect(try verdict(iss: template, tid: "{tenantid}") == "issuer_mismatch")
        #expect(try verdict(iss: "https://login.microsoftonline.com/evil/v2.0", tid: "evil") == "issuer_mismatch")
    }

    @Test func `Google's two spellings`() throws {
        let rules = Self.rules { $0.issuer = .oneOf(["https://accounts.google.com", "accounts.google.com"]) }
        #expect(try verdict(rules) { $0["iss"] = "accounts.google.com" } == nil)
        #expect(try verdict(rules) { $0["iss"] = "https://accounts.google.com" } == nil)
        #expect(try verdict(rules) { $0["iss"] = "http://accounts.google.com" } == "issuer_mismatch")
    }
}
