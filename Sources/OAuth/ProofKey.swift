internal import Cryptography

// Proof Key for Code Exchange, RFC 7636. S256 only: `plain` proves nothing to whoever sees the request.

/// What the client keeps: 43 to 128 characters of `[A-Za-z0-9-._~]` (§4.1).
package struct CodeVerifier: Sendable, Hashable, CustomStringConvertible {
    fileprivate let bytes: [UInt8]

    package init?(_ raw: String) {
        let bytes = Array(raw.utf8)
        guard (43...128).contains(bytes.count), bytes.allSatisfy(isUnreserved) else { return nil }
        self.bytes = bytes
    }

    package var challenge: CodeChallenge { CodeChallenge(digest: Digest.sha256(bytes)) }

    /// A verifier is worth the code it belongs to, so it does not print.
    package var description: String { "CodeVerifier(hidden)" }
}

/// What the client sent ahead: base64url(SHA-256(verifier)) (§4.2).
package struct CodeChallenge: Sendable, Hashable, LosslessStringConvertible {
    package let description: String
    private let digest: [UInt8]

    /// The 43 characters of a SHA-256 digest in base64url without padding; nil for anything else.
    package init?(_ description: String) {
        guard description.utf8.count == 43, let digest = Base64URL.decode(description), digest.count == 32 else {
            return nil
        }
        self.description = description
        self.digest = digest
    }

    fileprivate init(digest: [UInt8]) {
        self.digest = digest
        description = Base64URL.encode(digest)
    }

    /// In constant time.
    package func matches(_ verifier: CodeVerifier) -> Bool {
        constantTimeEqual(Digest.sha256(verifier.bytes), digest)
    }
}

/// The check at the token endpoint (§4.6), with the downgrade in both directions: a code asked for with a challenge
/// needs its verifier, and a verifier for a code without one is refused (CVE-2023-48228, CVE-2024-23647).
package func checkProofKey(verifier: CodeVerifier?, against challenge: CodeChallenge?) throws(OAuthError) {
    switch (verifier, challenge) {
    case (nil, nil): return
    case (nil, _?): throw .verifierMissing
    case (_?, nil): throw .verifierUnexpected
    case (let verifier?, let challenge?):
        guard challenge.matches(verifier) else { throw .verifierMismatch }
    }
}

/// RFC 3986 §2.3.
func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
}
