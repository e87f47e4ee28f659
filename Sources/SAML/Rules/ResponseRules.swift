/// Every rule a response passes until its assertion is known to be signed, in order. A new rule is one new file and one
/// line here.
let responseRules: [ResponseRule] = [
    .root, .version, .identification, .destination, .inResponseTo, .responseIssuer, .status, .oneAssertion,
    .responseSignature, .decryption, .assertionSignature,
]

/// Every rule the signed assertion passes, in order. From here on only the re-parsed copy is in reach.
let assertionRules: [AssertionRule] = [
    .assertionForm, .assertionIssuer, .subject, .confirmation, .conditions, .audience, .authnStatement, .authnContext,
    .attributes,
]
