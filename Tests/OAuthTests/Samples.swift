import Cryptography
import FoundationEssentials

@testable import OAuth

enum Sample {
    static let now = Date(timeIntervalSince1970: 1_790_000_000)
    static let redirect = "https://app.example.com/callback"
    /// RFC 7636 appendix B.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    static let web = RegisteredClient(
        appID: "web", kind: .web, authentication: .secretPost, redirectURIs: [redirect, redirect + "?tenant=a"],
        postLogoutRedirectURIs: ["https://app.example.com/bye", "https://app.example.com/bye?x=1"],
        secretDigests: [
            .init(keyID: "old", digest: Digest.sha256(Array("first".utf8)), expiresAt: now),
            .init(keyID: "new", digest: Digest.sha256(Array("second".utf8)), expiresAt: nil),
        ])
    static let spa = RegisteredClient(appID: "spa", kind: .spa, authentication: .none, redirectURIs: [redirect])
    static let native = RegisteredClient(
        appID: "native", kind: .native, authentication: .none,
        redirectURIs: ["http://127.0.0.1/cb", "http://[::1]:8000/cb", "com.example.app:/cb"])
    static let daemon = RegisteredClient(
        appID: "daemon", kind: .daemon, authentication: .secretBasic, redirectURIs: [redirect])
    static let disabled = RegisteredClient(
        appID: "disabled", kind: .web, authentication: .secretPost, isEnabled: false, redirectURIs: [redirect])

    static func client(_ id: String) -> RegisteredClient? {
        [web, spa, native, daemon, disabled].first { $0.appID == id }
    }

    static let request: [Parameter] = [
        ("client_id", "web"), ("redirect_uri", redirect), ("response_type", "code"), ("scope", "openid profile"),
        ("state", "s1"), ("nonce", "n1"), ("code_challenge", challenge), ("code_challenge_method", "S256"),
    ]

    /// The request with parameters replaced; nil removes one.
    static func request(_ changes: [String: String?]) -> [Parameter] {
        var pairs = request.filter { changes[$0.name] == nil }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let value { pairs.append((name, value)) }
        }
        return pairs
    }
}

/// A generator with a fixed seed (SplitMix64), so that a property test fails the same way every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
