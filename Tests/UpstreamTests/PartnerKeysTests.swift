import Cryptography
import FoundationEssentials
import JOSE
import JSON
import Outbound
import Testing

@testable import Upstream

@Suite("Keys of partners") struct PartnerKeysTests {
    private func header(_ keyID: String?) throws -> JWSHeader {
        let kid = keyID.map { #","kid":"\#($0)""# } ?? ""
        let json = #"{"alg":"ES256"\#(kid)}"#
        return try JWS.parse("\(Base64URL.encode(Array(json.utf8))).e30.AAAA").header
    }

    private func keys(_ provider: FakeProvider) -> PartnerKeys {
        PartnerKeys(fetch: provider.fetch, environment: provider.environment)
    }

    private func ask(_ keys: PartnerKeys, _ provider: FakeProvider, _ keyID: String?) async throws -> JWKSet {
        let metadata = try await keys.metadata(ofIssuer: provider.issuer, policy: .publicInternetOnly)
        return try await keys.keys(of: metadata, for: header(keyID), policy: .publicInternetOnly)
    }

    @Test func `kid flood: a thousand invented ids cost one fetch a minute`() async throws {
        let provider = try FakeProvider()
        let keys = keys(provider)
        for number in 0..<1000 { _ = try await ask(keys, provider, "invented-\(number)") }
        #expect(provider.requests(to: "/keys").count == 2)
        provider.advance(59)
        for number in 0..<100 { _ = try await ask(keys, provider, "more-\(number)") }
        #expect(provider.requests(to: "/keys").count == 2)
        provider.advance(2)
        for number in 0..<100 { _ = try await ask(keys, provider, "again-\(number)") }
        #expect(provider.requests(to: "/keys").count == 3)
        #expect(provider.requests(to: "/t/.well-known/openid-configuration").count == 1)
    }

    @Test func `kid flood, all at once`() async throws {
        let provider = try FakeProvider()
        let keys = keys(provider)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { _ = try await ask(keys, provider, "invented-\(number)") } }
            try await group.waitForAll()
        }
        #expect(provider.requests(to: "/keys").count <= 2)
    }

    @Test func `a rotated key is found at once`() async throws {
        let provider = try FakeProvider()
        let keys = keys(provider)
        _ = try await ask(keys, provider, "k1")
        let next = try FakeProvider.jwk(try SigningKey.generate(.ec(.p256)), "k2")
        provider.change { $0.keys.append(next) }
        #expect(try await ask(keys, provider, "k2").keys.count == 2)
        #expect(provider.requests(to: "/keys").count == 2)
    }

    @Test(arguments: [
        ("max-age=1", 300.0), ("max-age=1800", 1800), ("public, Max-Age=999999999", 86_400), ("no-store", 300),
        (nil, 3600),
    ])
    func `keys are kept as the provider says, within bounds`(_ cacheControl: String?, _ seconds: Double) async throws {
        let provider = try FakeProvider()
        provider.change { $0.cacheControl = cacheControl }
        let keys = keys(provider)
        _ = try await ask(keys, provider, "k1")
        provider.advance(seconds - 1)
        _ = try await ask(keys, provider, "k1")
        #expect(provider.requests(to: "/keys").count == 1)
        provider.advance(2)
        _ = try await ask(keys, provider, "k1")
        #expect(provider.requests(to: "/keys").count == 2)
    }

    @Test func `the last good keys serve while the provider is away, for a day`() async throws {
        let provider = try FakeProvider()
        let keys = keys(provider)
        _ = try await ask(keys, provider, "k1")
        provider.change { $0.failure = .timeout(host: "idp.example") }
        provider.advance(2 * 3600)
        #expect(try await ask(keys, provider, "k1").keys.count == 1)
        provider.advance(23 * 3600)
        await #expect(throws: UpstreamError.self) { try await ask(keys, provider, "k1") }
    }

    @Test func `a provider that is away is not asked by everybody`() async throws {
        let provider = try FakeProvider()
        provider.change { $0.failure = .timeout(host: "idp.example") }
        let keys = keys(provider)
        for _ in 0..<50 { await #expect(throws: UpstreamError.self) { try await ask(keys, provider, "k1") } }
        #expect(provider.state.withLock { $0.requests.count } == 1)
        provider.advance(11)
        provider.change { $0.failure = nil }
        _ = try await ask(keys, provider, "k1")
    }

    @Test func `what one policy fetched serves no other`() async throws {
        let provider = try FakeProvider()
        let keys = keys(provider)
        _ = try await keys.metadata(ofIssuer: provider.issuer, policy: .publicInternetOnly)
        _ = try await keys.metadata(ofIssuer: provider.issuer, policy: EgressPolicy(name: "other"))
        #expect(provider.state.withLock { $0.requests.count } == 2)
    }

    @Test func `a key set with a private key is refused`() async throws {
        let provider = try FakeProvider()
        let fetch = PartnerFetch { request, _ throws(FetchError) in
            guard request.url.hasSuffix("/keys") else {
                return try await provider.fetch.send(request, .publicInternetOnly)
            }
            return FetchResult(
                status: 200, body: Array(#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}]}"#.utf8))
        }
        let keys = PartnerKeys(fetch: fetch, environment: provider.environment)
        await #expect(throws: UpstreamError.keysMalformed("\(JOSEError.keyPrivate)")) {
            try await ask(keys, provider, "k1")
        }
    }
}

@Suite("Discovery documents") struct ProviderMetadataTests {
    private let issuer = "https://idp.example/t"

    private func document(_ changes: JSONObject = [:]) throws -> [UInt8] {
        var document = try FakeProvider().state.withLock { $0.discovery }
        for (name, value) in changes.members { document[name] = value.isNull ? nil : value }
        return JSONWriter.write(.object(document))
    }

    private func refusal(
        _ bytes: [UInt8], policy: EgressPolicy = .publicInternetOnly
    ) -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try ProviderMetadata(bytes, issuer: issuer, policy: policy)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            "https://idp.example/t/", "https://IDP.example/t", "http://idp.example/t", "https://idp.example:443/t",
            "https://evil.example", "",
        ]) func `discovery issuer mismatch`(_ other: String) throws
    {
        #expect(
            refusal(try document(["issuer": .string(other)]))
                == .discoveryIssuerMismatch(expected: issuer, actual: other))
    }

    @Test(
        arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"],
        [
            "http://idp.example/x", "https://127.0.0.1/x", "https://169.254.169.254/x", "https://[::1]/x", "/x",
            "javascript:alert(1)", "https://u:p@idp.example/x", "file:///etc/passwd",
        ]) func `an endpoint that must not be asked`(_ name: String, _ address: String) throws
    {
        var changes = JSONObject()
        changes[name] = .string(address)
        #expect(refusal(try document(changes))?.rule == "discovery.\(name)")
    }

    @Test(arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"])
    func `a document without what is needed`(_ name: String) throws {
        var changes = JSONObject()
        changes[name] = .null
        #expect(refusal(try document(changes))?.rule == "discovery")
        changes[name] = 1
        #expect(refusal(try document(changes))?.rule == "discovery")
    }

    @Test func `oversize, depth, duplicates and what is no JSON`() throws {
        let large = try document(["x": .string(String(repeating: "x", count: 128 * 1024))])
        #expect(refusal(large)?.rule == "discovery")
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let text = String(decoding: try document(), as: UTF8.self)
        #expect(refusal(Array("\(text.dropLast()),\"x\":\(deep)}".utf8))?.rule == "discovery")
        #expect(refusal(Array("\(text.dropLast()),\"issuer\":\"\(issuer)\"}".utf8))?.rule == "discovery")
        for other in ["", "[]", "<html>", "null"] { #expect(refusal(Array(other.utf8))?.rule == "discovery") }
    }

    @Test func `loopback is for development`() throws {
        let policy = EgressPolicy.development
        #expect(throws: UpstreamError.self) {
            try ProviderMetadata.address(ofIssuer: "http://127.0.0.1:8080", policy: .publicInternetOnly)
        }
        #expect(
            try ProviderMetadata.address(ofIssuer: "http://127.0.0.1:8080/", policy: policy)
                == "http://127.0.0.1:8080/.well-known/openid-configuration")
        let changes: JSONObject = ["token_endpoint": "http://127.0.0.1:8080/token"]
        #expect(refusal(try document(changes), policy: policy) == nil)
        #expect(refusal(try document(changes)) != nil)
        #expect(refusal(try document(["token_endpoint": "http://idp.example/token"]), policy: policy) != nil)
    }

    @Test(arguments: ["https://idp.example/?x", "https://idp.example/#x", "idp.example", "https://10.0.0.1", ""])
    func `an issuer that is none`(_ issuer: String) {
        #expect(throws: UpstreamError.self) {
            try ProviderMetadata.address(ofIssuer: issuer, policy: .publicInternetOnly)
        }
    }
}

@Suite("Tokens without a key id") struct TokensWithoutKeyIDTests {
    /// A token whose header names no key.
    private func token(_ claims: [UInt8], _ key: SigningKey) throws -> String {
        let header = Base64URL.encode(Array(#"{"alg":"ES256"}"#.utf8))
        let input = "\(header).\(Base64URL.encode(claims))"
        return "\(input).\(Base64URL.encode(try key.sign(Array(input.utf8), .ecdsa(.sha256))))"
    }

    @Test func `a provider that changes its only key is understood at once, and asked once a minute`() async throws {
        let provider = try FakeProvider()
        let signIn = try await TestSignIn(provider)
        _ = try await signIn.finish()
        let next = try SigningKey.generate(.ec(.p256))
        let claims = try JWS.parse(provider.idToken()).payload
        let rotated = try token(claims, next)
        let jwk = try FakeProvider.jwk(next, "k2")
        provider.change {
            $0.keys = [jwk]
            $0.idToken = rotated
        }
        #expect(await signIn.refusal() == nil)
        #expect(provider.requests(to: "/keys").count == 2)
        let forged = try token(claims, try SigningKey.generate(.ec(.p256)))
        provider.change { $0.idToken = forged }
        for _ in 0..<20 { #expect(await signIn.refusal() == .idToken(.signatureInvalid)) }
        #expect(provider.requests(to: "/keys").count == 2)
    }
}
