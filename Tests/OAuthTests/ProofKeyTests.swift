import Cryptography
import Testing

@testable import OAuth

@Suite("RFC 7636 PKCE") struct ProofKeyTests {
    @Test func `the vector of appendix B`() throws {
        let verifier = try #require(CodeVerifier(Sample.verifier))
        let challenge = try #require(CodeChallenge(Sample.challenge))
        #expect(verifier.challenge == challenge && challenge.matches(verifier))
        #expect(challenge.description == Sample.challenge)
    }

    static let verifiers: [(String, Bool)] = [
        (String(repeating: "a", count: 42), false), (String(repeating: "a", count: 43), true),
        (String(repeating: "~", count: 128), true), (String(repeating: "a", count: 129), false), ("", false),
        (String(repeating: "a", count: 42) + "+", false), (String(repeating: "a", count: 42) + "=", false),
        (String(repeating: "a", count: 42) + " ", false), (String(repeating: "a", count: 42) + "é", false),
    ]

    @Test(arguments: verifiers)
    func `a verifier is 43 to 128 unreserved characters`(raw: String, accepted: Bool) {
        #expect((CodeVerifier(raw) != nil) == accepted)
    }

    @Test(arguments: [
        "", "short", Sample.challenge + "=", Sample.challenge + "A", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
    ])
    func `a challenge is a SHA-256 digest in strict base64url`(raw: String) { #expect(CodeChallenge(raw) == nil) }

    @Test func `a code issued with a challenge needs its verifier, and the other way round`() throws {
        let verifier = try #require(CodeVerifier(Sample.verifier))
        let other = try #require(CodeVerifier(String(repeating: "b", count: 43)))
        try checkProofKey(verifier: nil, against: nil)
        try checkProofKey(verifier: verifier, against: verifier.challenge)
        #expect(throws: OAuthError.verifierMissing) { try checkProofKey(verifier: nil, against: verifier.challenge) }
        #expect(throws: OAuthError.verifierUnexpected) { try checkProofKey(verifier: verifier, against: nil) }
        #expect(throws: OAuthError.verifierMismatch) { try checkProofKey(verifier: other, against: verifier.challenge) }
        for error in [OAuthError.verifierMissing, .verifierUnexpected, .verifierMismatch] {
            #expect(error.code == "invalid_grant")
        }
    }

    @Test func `a verifier does not print`() {
        #expect(!"\(CodeVerifier(Sample.verifier)!)".contains("dBjft"))
    }
}

@Suite("Subjects and client_info") struct PairwiseSubjectTests {
    let key = Secret(Array(0..<32))

    @Test func `a subject depends on the key, the application and the user, and on nothing else`() {
        let user = [UInt8](repeating: 7, count: 16)
        let subject = pairwiseSubject(key: key, sector: "app", user: user)
        #expect(subject == pairwiseSubject(key: key, sector: "app", user: user))
        #expect(subject.utf8.count == 43)
        #expect(subject != pairwiseSubject(key: key, sector: "app2", user: user))
        #expect(subject != pairwiseSubject(key: key, sector: "app", user: [UInt8](repeating: 8, count: 16)))
        #expect(subject != pairwiseSubject(key: Secret([1]), sector: "app", user: user))
        // No sector and user run into another pair.
        #expect(
            pairwiseSubject(key: key, sector: "ab", user: Array("c".utf8))
                != pairwiseSubject(key: key, sector: "a", user: Array("bc".utf8)))
    }

    @Test func `client_info is what MSAL decodes`() throws {
        let info = clientInfo(
            user: "00000000-0000-0000-0000-000000000014", tenant: "00000000-0000-0000-0000-000000000001")
        #expect(
            Base64URL.decode(info).map { String(decoding: $0, as: UTF8.self) }
                == #"{"uid":"00000000-0000-0000-0000-000000000014","utid":"00000000-0000-0000-0000-000000000001"}"#)
    }
}
