internal import XML

/// An assertion that a verified signature covers, re-parsed from the signed bytes.
struct SignedAssertion {
    let element: XMLElement

    /// One that carries the signature itself.
    init(_ verified: VerifiedElement) { element = verified.element }

    /// From a Response whose signature was verified: `assertion` was found in the re-parsed copy, or was decrypted from
    /// what stood there.
    init(_ assertion: XMLElement, within message: ResponseReading) {
        precondition(message.isSigned, "The signature rule asks first.")
        element = assertion
    }
}
