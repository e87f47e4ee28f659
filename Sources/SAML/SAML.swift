// SAML: SAML 2.0 Web Browser SSO, single logout and metadata, and WS-Federation's passive requestor profile, in both
// directions. Bytes in, values out.
//
// Owns:      bindings, metadata, authentication requests, responses, logout messages, and the rules that each passes.
// Leaves:    parsing, signatures and encryption of XML to XML; storage, transactions, one-time use and pages to Gateway;
//            fetching to Outbound; what an attribute means for us to Upstream.
// Start at:  `Response/SAMLReceivedResponse.swift` and the list in `Rules/ResponseRules.swift`: what a partner's answer
//            must pass, one rule in each file beside it. As an identity provider: `Request/SAMLReceivedRequest.swift`,
//            then `Issuing/SAMLResponseWriter.swift`.
//
// A message is read once, into a type that says what has been shown about it. Until a signature was verified nothing but
// refusals come from a message; afterwards only the copy that was re-parsed from the signed bytes is in reach. What a rule
// needs and does not find is a failure. The server's expectations have no optional member for anything that a rule
// compares; only `SAMLExaminationTerms`, for the command line, may leave one out, and its result says so.
