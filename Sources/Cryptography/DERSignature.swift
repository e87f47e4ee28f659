extension VerificationKey {
    /// Whether the holder signed exactly these bytes with ECDSA, the signature spelled as `SEQUENCE { r, s }` in strict
    /// DER: WebAuthn's spelling (Level 2 §6.5.5). `false` for a key of another kind.
    package func isValid(derSignature: [UInt8], for bytes: [UInt8]) -> Bool {
        guard case .ec(let curve) = kind,
            let raw = derSignature.withUnsafeBufferPointer({ ECDSASignature.raw(der: $0, curve: curve) })
        else { return false }
        return isValid(raw, for: bytes, .ecdsa(curve.digest))
    }
}
