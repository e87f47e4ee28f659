// JOSE: signed and encrypted JSON: JWS (RFC 7515), JWE (RFC 7516), JWK (RFC 7517), JWA (RFC 7518), JWT (RFC 7519), and
// the rules that the claims of an ID Token or a client's assertion must pass.
//
// Owns:      the compact serialization, strictly; algorithm and key choice; keys in and out of JSON; thumbprints;
//            claim rules as values that say what they compared.
// Leaves:    arithmetic to Cryptography, JSON to JSON, fetching and caching of key sets to Upstream, which of our keys
//            signs what to Issuing, spending of `jti` and `nonce` to Gateway.
// Start at:  `JWS.swift` (parse, verify), `SignatureAlgorithm.swift`, then `JWKSet.swift` and `ClaimRules.swift`.
//
// What a token says about itself is never believed further than needed to find a key among those that the caller
// already trusts for that issuer. The caller fixes the algorithms before a key is looked at; `none` has no name here,
// and a shared secret has a separate door (`SharedSecretJWS`), so no public key can ever be taken for one. `jku`, `x5u`,
// `x5c` and `x5t` are not read at all, as RFC 7515 allows and as issuers in the field require (some send `jku` in every
// token). A token that embeds its own key (`jwk`) is refused: the one honest use, DPoP, is another kind of token.
