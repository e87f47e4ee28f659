/// Every rule an answer passes until its token is known to be signed, in order. A new rule is one new file and one line
/// here.
let tokenRules: [TokenRule] = [.response, .oneToken, .appliesTo, .lifetime, .decryption, .tokenSignature]

/// Every rule a signed SAML 2.0 token passes: those of a response's assertion, but that nothing was asked and nobody named
/// as recipient.
let tokenRulesOfSAML20: [AssertionRule] = [
    .assertionForm, .assertionIssuer, .subject, .tokenConfirmation, .conditions, .audience, .authnStatement,
    .authnContext, .attributes,
]

/// Every rule a signed SAML 1.1 token passes.
let tokenRulesOfSAML11: [AssertionRule] = [
    .form11, .issuer11, .conditions11, .audience11, .subject11, .authentication11, .authnContext, .attributes11,
]
