// Upstream: the homes of our guests. Each kind of partner is asked in its own protocol and answers the same thing: a
// `VouchedIdentity`, which is what the home vouched for, which comparisons were made on the way, and which ids must be
// spent before it is used.
//
// Owns:      the relying-party side of OpenID Connect (discovery, keys, the authorization request and its answer, the
//            code exchange, ID Token and userinfo), its profile for another tenant of Vestibule, and the rules of the
//            mailed code. Each kind states which claim is its stable subject.
// Leaves:    cookies, routes and rows to Gateway, which also spends what must be spent; signatures to JOSE; where
//            requests may go to Outbound; whether the person may enter to Access.
// Start at:  `UpstreamProviders.swift` (begin and finish), `OIDCSignIn.swift`, then `IDTokenVerifier.swift`.
//
// Nothing here keeps a transaction. `begin` answers its secrets for the browser's sealed cookie, `finish` gets them
// back; that the answer came from that browser, and only once, is Gateway's to know.
