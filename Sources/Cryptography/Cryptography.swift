// Cryptography: every key, signature, digest, AEAD, random byte and certificate of the product, over OpenSSL 3.
//
// Owns:      `Secret` (bytes that do not print), `Environment` (clock and randomness as arguments), digests and MACs,
//            strict Base64/Base64URL/hex, `SigningKey` and `VerificationKey`, key transport and agreement, AES, sealed
//            boxes, the master key that wraps secrets at rest, password hashes, certificates.
// Leaves:    JOSE's names and JSON shapes to JOSE, TLS to Server, which keys sign what and when to Issuing.
// Start at:  `Secret.swift` and `Environment.swift`, then `SigningKey.swift`; `ContextPool.swift` says why it is fast.
//
// Two habits run through it. An OpenSSL call that fails leaves a line in the thread's error queue, which the TLS code
// on the same thread would take for its own: whoever calls OpenSSL clears it. And a failure says only what the caller
// may act on: verification answers `false`, decryption answers `nil` or `decryptionFailed`, never how it failed.
