/// One comparison that was made on a message, kept for the sign-in's record and for the commands that explain a refusal.
package struct SAMLCheck: Sendable, Hashable {
    package enum Result: String, Sendable, Hashable {
        case pass, fail
        /// The caller gave nothing to compare with. The server always does.
        case skipped
    }

    package let name: String
    package let result: Result
    package let expected: String?
    package let actual: String?

    package init(_ name: String, _ result: Result, expected: String? = nil, actual: String? = nil) {
        self.name = name
        self.result = result
        self.expected = expected
        self.actual = actual
    }
}

/// A signature that was verified, and by which of the caller's keys.
package struct SAMLSignatureEvidence: Sendable, Hashable {
    /// The signed element's local name; for a redirect, `query`.
    package let element: String
    package let id: String
    /// As `rsa-sha256`.
    package let algorithm: String
    /// As `sha256`; empty for a redirect, which has no digest of its own.
    package let digest: String
    /// `sha256:` and the digest of the SubjectPublicKeyInfo in hexadecimal.
    package let key: String
    package let bits: Int
    /// Which of the keys that were given.
    package let keyIndex: Int
}
