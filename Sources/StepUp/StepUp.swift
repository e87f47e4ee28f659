// StepUp: second factors that are proven here. One-time passwords (RFC 6238), passkeys (Web Authentication Level 2) and
// recovery codes, and the QR code that an authenticator scans. Pure checks: challenges, time and what is known of a
// credential arrive as arguments; nothing is stored.
//
// It leaves to others: who has which factor and that a challenge is spent once (Storage, Gateway), when a factor is asked
// (Access), the pages (Pages).
// Start with `TOTP`, then `PasskeyRegistration` and `PasskeyAssertion`.
