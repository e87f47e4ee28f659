// Issuing: what leaves under a tenant's signature, and the keys that sign it.
//
// Owns:      `KeyRing` (a tenant's keys in memory, their published documents), `KeyRotation` (when keys change),
//            `TokenIssuer` with the claims of ID Tokens and access tokens, userinfo, refresh tokens, and the check of
//            our own tokens when they come back (`id_token_hint`, bearer tokens).
// Leaves:    whether somebody may have a token to Access and OAuth, keeping keys and grants to Storage, the wire to
//            Gateway. Nothing here waits, reads a clock or draws a random number that was not handed to it.
// Start at:  `TokenIssuer.swift`, then `IDToken.swift` and `AccessToken.swift`; `KeyRotation.swift` for keys.
//
// A token costs its signature and little else: header and names are encoded once, claims are written straight into
// bytes, and no row is written for a token that nobody will ask about.
