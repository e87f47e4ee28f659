import Cryptography
import Directory
import FoundationEssentials
import JOSE
import JSON
import Outbound
import Testing

@testable import Upstream

@Suite("A guest from another tenant") struct TenantSignInTests {
    private static let home = Tenant.ID(bytes: [UInt8](repeating: 0x22, count: 16)) ?? TestSignIn.tenant
    private static let user = "33333333-3333-4333-8333-333333333333"

    @Test func `one in another installation knows us as it registered us`() async throws {
        let issuer = "https://other.example/\(Self.home)/v2.0"
        let provider = try FakeProvider(issuer: issuer, clientID: "registered")
        let signIn = try await TestSignIn(
            provider,
            connection: .tenant(
                home: Self.home, base: "https://other.example",
                registration: Partner.TenantRegistration(clientID: "registered", secretName: "s")))
        #expect(signIn.query["client_id"] == "registered")
        provider.change {
            $0.claims["oid"] = .string(Self.user)
            $0.claims["tid"] = .string(Self.home.description)
        }
        #expect(try await signIn.finish().identity.key == IdentityKey(issuer: issuer, subject: Self.user))
        let request = try #require(provider.requests(to: "/token").first)
        #expect(request.fields.contains { $0.name == "Authorization" })
    }

    private func signIn(hint: SignInHint = SignInHint()) async throws -> TestSignIn {
        let provider = try FakeProvider(
            issuer: "https://gateway.example/\(Self.home)/v2.0", clientID: TestSignIn.tenant.description)
        let signer = try JWSSigner(
            key: try SigningKey.generate(.ec(.p256)), keyID: "r", algorithm: .es256, type: "JWT")
        let signIn = try await TestSignIn(
            provider, connection: .tenant(home: Self.home, base: nil), hint: hint, secret: nil, assertionKey: signer,
            name: Self.home.description)
        provider.change {
            $0.claims["oid"] = .string(Self.user)
            $0.claims["tid"] = .string(Self.home.description)
            $0.claims["acct"] = 0
        }
        return signIn
    }

    @Test func `the home knows us by our tenant's id`() async throws {
        let signIn = try await signIn(hint: SignInHint(domainHint: "fabrikam.example"))
        let query = parameters(signIn.location.split(separator: "?")[1])
        #expect(query["client_id"] == TestSignIn.tenant.description)
        #expect(query["domain_hint"] == "fabrikam.example")
        #expect(
            query["redirect_uri"]
                == "https://gateway.example/\(TestSignIn.tenant)/federation/\(Self.home)/callback")
        _ = try await signIn.finish()
        let request = try #require(signIn.provider.requests(to: "/token").first)
        let form = parameters(String(decoding: request.body, as: UTF8.self))
        #expect(form["client_id"] == TestSignIn.tenant.description)
        #expect(form["client_assertion"] != nil)
        #expect(form["client_secret"] == nil)
    }

    @Test func `the subject is oid, with what the home says of groups, factors and device`() async throws {
        let signIn = try await signIn()
        signIn.provider.change {
            $0.claims["groups"] = ["g1"]
            $0.claims["vst_mfa"] = true
            $0.claims["vst_device_compliant"] = false
            $0.claims["vst_device_joined"] = true
            $0.claims["email"] = "ada@fabrikam.example"
            $0.claims["xms_edov"] = true
        }
        let identity = try await signIn.finish().identity
        #expect(identity.key == IdentityKey(issuer: signIn.provider.issuer, subject: Self.user))
        #expect(identity.kind == .tenant)
        #expect(identity.homeTenant == Self.home.description)
        #expect(identity.homeUser == Self.user)
        #expect(identity.homeGroups == ["g1"])
        #expect(identity.authentication.multiFactor == true)
        #expect(identity.authentication.deviceIsCompliant == false)
        #expect(identity.authentication.deviceIsHybridJoined == true)
        #expect(identity.emailIsVerified)
    }

    @Test func `amr alone is not the home's word on factors`() async throws {
        let signIn = try await signIn()
        signIn.provider.change { $0.claims["amr"] = ["mfa"] }
        #expect(try await signIn.finish().identity.authentication.multiFactor == nil)
    }

    @Test(
        arguments: [
            (["tid": "44444444-4444-4444-8444-444444444444"], "claim.tid"), (["tid": .null], "claim.tid"),
            (["tid": "22222222-2222-2222-2222-22222222222A"], "claim.tid"), (["oid": .null], "claim.oid"),
            (["oid": ""], "claim.oid"), (["oid": "sub-1"], "claim.oid"),
            (["oid": "AAAAAAAA-3333-4333-8333-333333333333"], "claim.oid"), (["acct": 1], "claim.acct"),
            (["acct": "1"], "claim.acct"), (["acct": 2], "claim.acct"), (["vst_mfa": "true"], "claim.vst_mfa"),
            (["vst_device_compliant": 1], "claim.vst_device_compliant"),
            (["iss": "https://gateway.example/44444444-4444-4444-8444-444444444444/v2.0"], "id_token.issuer_mismatch"),
            (["aud": "44444444-4444-4444-8444-444444444444"], "id_token.aud_mismatch"),
        ] as [(JSONObject, String)])
    func `a token that the home did not make for us about its own member`(_ claims: JSONObject, _ rule: String)
        async throws
    {
        let signIn = try await signIn()
        #expect(await signIn.refusal(claims: claims)?.rule == rule)
    }
}

@Suite("The mailed code") struct EmailOneTimeCodeTests {
    private let key = Secret(utf8: "key")
    private let tenant = TestSignIn.tenant
    private let address = emailAddress("Ada@Partner.example")

    private func code(_ bytes: [UInt8]...) -> EmailOneTimeCode {
        let draws = Draws(bytes)
        return .generate(Environment(now: { Date() }, randomBytes: { _ in draws.next() }))
    }

    private final class Draws: @unchecked Sendable {
        // Used by one test, on one thread.
        private var rest: [[UInt8]]
        init(_ rest: [[UInt8]]) { self.rest = rest }
        func next() -> [UInt8] { rest.removeFirst() }
    }

    @Test func `eight digits, each code with the same chance`() {
        #expect(code([0, 0, 0, 0]).shown == "0000 0000")
        #expect(code([0, 0, 0, 7]).shown == "0000 0007")
        #expect(code([0x05, 0xF5, 0xE1, 0x00]).shown == "0000 0000")
        #expect(code([0x05, 0xF5, 0xE0, 0xFF]).shown == "9999 9999")
        // 4,200,000,000 and above would favour the first 94,967,296 codes.
        #expect(code([0xFA, 0x56, 0xEA, 0x00], [0, 0, 0, 1]).shown == "0000 0001")
        #expect(code([0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 2]).shown == "0000 0002")
        #expect(code([0xFA, 0x56, 0xE9, 0xFF]).shown == "9999 9999")
    }

    @Test(arguments: [
        "12345678", "1234 5678", "1234-5678", " 1 2 3 4 5 6 7 8 ", "1234\u{A0}5678", "1234\u{2013}5678", "12345678\r\n",
    ])
    func `a code is read however it was typed`(_ typed: String) {
        #expect(EmailOneTimeCode(typed: typed)?.shown == "1234 5678")
    }

    @Test(arguments: [
        "", "1234567", "123456789", "1234567a", "１２３４５６７８", "12345678;", "+12345678", String(repeating: " ", count: 90),
    ])
    func `what is no code is none`(_ typed: String) { #expect(EmailOneTimeCode(typed: typed) == nil) }

    @Test func `a code is good for one tenant, sign-in and address`() throws {
        let code = try #require(EmailOneTimeCode(typed: "12345678"))
        func mac(
            _ code: EmailOneTimeCode, _ tenant: Tenant.ID, _ signIn: [UInt8], _ address: EmailAddress, _ key: Secret
        ) -> [UInt8] { EmailOneTimeCode.mac(code, key: key, tenant: tenant, signIn: signIn, address: address) }
        let good = mac(code, tenant, [1], address, key)
        #expect(good == mac(code, tenant, [1], emailAddress("ada@partner.example"), key))
        #expect(good.count == 32)
        let others = [
            mac(try #require(EmailOneTimeCode(typed: "12345679")), tenant, [1], address, key),
            mac(code, .random(Environment.live.randomBytes), [1], address, key), mac(code, tenant, [2], address, key),
            mac(code, tenant, [1], emailAddress("ada@other.example"), key),
            mac(code, tenant, [1], address, Secret(utf8: "other")),
        ]
        #expect(Set(others + [good]).count == 6)
    }

    @Test func `a code does not print`() throws {
        let code = try #require(EmailOneTimeCode(typed: "12345678"))
        #expect("\(code)" == "EmailOneTimeCode(hidden)")
    }

    @Test func `the identity is the address, verified`() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let identity = EmailOneTimeCode.identity(address, partner: nil, signIn: [1], at: now)
        #expect(identity.key == IdentityKey(issuer: "mail", subject: "ada@partner.example"))
        #expect(identity.emailIsVerified)
        #expect(identity.authentication.multiFactor == false)
        #expect(identity.authentication.authenticatedAt == now)
        #expect(EmailOneTimeCode.key(of: address) == identity.key)
    }
}
