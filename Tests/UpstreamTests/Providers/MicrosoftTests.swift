import Directory
import JOSE
import JSON
import Testing

@testable import Upstream

@Suite("Microsoft") struct MicrosoftTests {
    private static let origin = "https://login.microsoftonline.com"
    private static let contoso = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    private static let other = "aaaaaaaa-1111-4111-8111-111111111111"
    private static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    private static let oid = "33333333-3333-4333-8333-333333333333"

    private func member(of tenant: String, at origin: String = Self.origin) -> JSONObject {
        [
            "iss": .string("\(origin)/\(tenant)/v2.0"), "tid": .string(tenant), "oid": .string(Self.oid),
            "sub": "pairwise-for-us", "preferred_username": "ada@contoso.example",
        ]
    }

    private func entra(
        _ tenants: [String] = [], cloud: MicrosoftCloud = .global, claims: JSONObject? = nil,
        hint: SignInHint = SignInHint()
    ) async throws -> TestSignIn {
        let one = tenants.count == 1 ? tenants.first : nil
        return try await Stand.signIn(
            .entra(cloud, tenants: tenants.compactMap { Tenant.ID($0) }), issuer: "unused",
            document: "\(cloud.origin)/\(one ?? "{tenantid}")/v2.0", hint: hint,
            claims: claims ?? member(of: Self.contoso, at: cloud.origin))
    }

    // MARK: Organisations

    @Test func `the person is tid and oid, never the pairwise sub`() async throws {
        let signIn = try await entra(hint: SignInHint(domainHint: "contoso.example"))
        #expect(signIn.query["domain_hint"] == "contoso.example")
        let identity = try await signIn.identity()
        #expect(identity.kind == .entra)
        #expect(identity.key == IdentityKey(issuer: "\(Self.origin)/\(Self.contoso)/v2.0", subject: Self.oid))
        #expect(identity.homeTenant == Self.contoso && identity.homeUser == Self.oid)
        #expect(identity.userPrincipalName?.description == "ada@contoso.example")
        let discovery = signIn.provider.state.withLock { $0.requests }.first
        #expect(discovery?.url == "\(Self.origin)/organizations/v2.0/.well-known/openid-configuration")
    }

    @Test func `one organisation is asked at its own endpoint`() async throws {
        let signIn = try await entra([Self.contoso])
        let discovery = signIn.provider.state.withLock { $0.requests }.first
        #expect(discovery?.url == "\(Self.origin)/\(Self.contoso)/v2.0/.well-known/openid-configuration")
        #expect(try await signIn.identity().homeTenant == Self.contoso)
    }

    @Test(arguments: MicrosoftCloud.allCases) func `each cloud has its own host`(_ cloud: MicrosoftCloud) async throws {
        let identity = try await entra(cloud: cloud).identity()
        #expect(identity.key.issuer == "\(cloud.origin)/\(Self.contoso)/v2.0")
        let elsewhere = MicrosoftCloud.allCases.first { $0 != cloud } ?? cloud
        let forged = try await entra(cloud: cloud, claims: member(of: Self.contoso, at: elsewhere.origin))
        #expect(await forged.rule() == "id_token.issuer_mismatch")
    }

    /// Issuer template confusion: the issuer is made of the token's own tid, so one that is no other tenant's.
    @Test(
        arguments: [
            (["tid": .string(Self.other)], "id_token.issuer_mismatch"), (["tid": .null], "id_token.issuer_mismatch"),
            (
                ["tid": "{tenantid}", "iss": "https://login.microsoftonline.com/{tenantid}/v2.0"],
                "id_token.issuer_mismatch"
            ),
            (["tid": "..", "iss": "https://login.microsoftonline.com/../v2.0"], "id_token.issuer_mismatch"),
            (
                ["tid": "evil.example/x", "iss": "https://login.microsoftonline.com/evil.example/x/v2.0"],
                "id_token.issuer_mismatch"
            ),
            (
                [
                    "tid": "72F988BF-86F1-41AF-91AB-2D7CD011DB47",
                    "iss": "https://login.microsoftonline.com/72F988BF-86F1-41AF-91AB-2D7CD011DB47/v2.0",
                ],
                "id_token.issuer_mismatch"
            ),
            (["iss": "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/"], "id_token.issuer_mismatch"),
            // A person's own account is no organisation's.
            (["tid": .string(Self.consumers), "iss": .string("\(Self.origin)/\(Self.consumers)/v2.0")], "claim.tid"),
            (["oid": .null], "claim.oid"), (["oid": "someone"], "claim.oid"),
            (["acct": 1], "claim.acct"),
            (
                ["idp": "https://sts.windows.net/aaaaaaaa-1111-4111-8111-111111111111/"],
                "claim.acct"
            ),
            (["idp": "live.com"], "claim.acct"), (["idp": 7], "claim.acct"),
            (["hasgroups": true], "claim.groups"), (["_claim_names": ["groups": "src1"]], "claim.groups"),
        ] as [(JSONObject, String)])
    func `issuer template confusion, guests there and half a list of groups`(
        _ claims: JSONObject, _ rule: String
    ) async throws { #expect(try await entra().rule(claims) == rule) }

    @Test func `a tenant outside the list`() async throws {
        let several = [Self.other, "bbbbbbbb-1111-4111-8111-111111111111"]
        #expect(try await entra(several).rule() == "claim.tid")
        #expect(try await entra(several + [Self.contoso]).identity().homeTenant == Self.contoso)
        #expect(try await entra([Self.other]).rule() == "id_token.issuer_mismatch")
    }

    @Test(
        arguments: [
            ("https://login.microsoftonline.com/{tenantid}/v2.0", nil),
            ("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0", nil),
            ("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "id_token.key_issuer"),
            ("https://login.microsoftonline.us/{tenantid}/v2.0", "id_token.key_issuer"),
        ] as [(String, String?)])
    func `a key that names its issuer signs for no other`(_ issuer: String, _ rule: String?) async throws {
        let signIn = try await entra()
        let key = signIn.provider.publicKey
        signIn.provider.change { state in
            state.pages["https://idp.example/keys"] = { _ in
                var object = key.json.object ?? [:]
                object["issuer"] = .string(issuer)
                return Stand.json(["keys": [.object(object)]])
            }
        }
        #expect(await signIn.rule() == rule)
    }

    /// nOAuth: an administrator of any tenant writes any address into `email`.
    @Test(
        arguments: [
            (["email_verified": true], false), ([:], false), (["xms_edov": false], false), (["xms_edov": 0], false),
            (["xms_edov": "1"], false), (["verified_primary_email": ["victim@woodgrove.example"]], false),
            (["xms_edov": true], true), (["xms_edov": 1], true),
        ] as [(JSONObject, Bool)])
    func `nOAuth: an address is proven only where Entra says whose domain it is`(
        _ claims: JSONObject, _ isVerified: Bool
    ) async throws {
        var all = member(of: Self.contoso)
        all["email"] = "victim@woodgrove.example"
        for (name, value) in claims.members { all[name] = value }
        let identity = try await entra(claims: all).identity()
        #expect(identity.email?.description == "victim@woodgrove.example")
        #expect(identity.emailIsVerified == isVerified)
        #expect(identity.key.subject == Self.oid)
    }

    @Test func `factors are in amr, and groups are ids`() async throws {
        var claims = member(of: Self.contoso)
        claims["amr"] = ["pwd", "mfa"]
        claims["groups"] = ["g1", "g2"]
        let identity = try await entra(claims: claims).identity()
        #expect(identity.authentication.multiFactor == true)
        #expect(identity.homeGroups == ["g1", "g2"])
    }

    @Test func `the answer's iss is the token's`() async throws {
        let signIn = try await entra()
        let mine = ("iss", "\(Self.origin)/\(Self.contoso)/v2.0")
        #expect(await signIn.rule([:], signIn.plain + [mine]) == nil)
        for wrong in ["\(Self.origin)/\(Self.other)/v2.0", "https://evil.example/\(Self.contoso)/v2.0", "x"] {
            #expect(await signIn.rule([:], signIn.plain + [("iss", wrong)]) == "iss")
        }
    }

    // MARK: People

    private func people(_ claims: JSONObject = [:]) async throws -> TestSignIn {
        var all = member(of: Self.consumers)
        for (name, value) in claims.members { all[name] = value }
        return try await Stand.signIn(
            .microsoftAccount, issuer: "unused", document: "\(Self.origin)/\(Self.consumers)/v2.0", claims: all)
    }

    @Test func `a Microsoft account is of the consumer tenant`() async throws {
        let signIn = try await people(["idp": "live.com"])
        let identity = try await signIn.identity()
        #expect(identity.kind == .microsoftAccount)
        #expect(identity.key == IdentityKey(issuer: "\(Self.origin)/\(Self.consumers)/v2.0", subject: Self.oid))
        #expect(identity.homeTenant == nil && identity.homeGroups.isEmpty)
        let discovery = signIn.provider.state.withLock { $0.requests }.first
        #expect(discovery?.url == "\(Self.origin)/consumers/v2.0/.well-known/openid-configuration")
    }

    @Test func `an organisation's account is no person's own`() async throws {
        let claims = member(of: Self.contoso)
        #expect(try await people().rule(claims) == "id_token.issuer_mismatch")
    }

    /// Anybody can name an account after an address elsewhere.
    @Test(arguments: [
        ("ada@outlook.com", true), ("ada@hotmail.com", true), ("ada@corp.example", false),
        ("ada@outlook.com.evil.example", false),
    ])
    func `only Microsoft's own addresses are proven`(_ address: String, _ isVerified: Bool) async throws {
        let identity = try await people(["email": .string(address), "email_verified": true]).identity()
        #expect(identity.emailIsVerified == isVerified)
    }
}
