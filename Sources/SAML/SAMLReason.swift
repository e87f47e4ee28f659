/// Why a message or metadata was refused: one code of the closed list that `explain` and the troubleshooting commands
/// print, and the first rule that failed.
package enum SAMLReason: String, Sendable, Hashable, CaseIterable {
    // The shape.
    case tooLarge = "too_large"
    case badEncoding = "bad_encoding"
    case badXML = "bad_xml"
    case dtdForbidden = "dtd_forbidden"
    case badCharset = "bad_charset"
    case depthLimit = "depth_limit"
    case duplicateID = "duplicate_id"
    case commentInValue = "comment_in_value"

    // The message.
    case wrongRoot = "wrong_root"
    case wrongVersion = "wrong_version"
    case missingID = "missing_id"
    case statusNotSuccess = "status_not_success"
    case unknownIssuer = "unknown_issuer"
    case issuerMismatch = "issuer_mismatch"
    case destinationMismatch = "destination_mismatch"
    case noAssertion = "no_assertion"
    case multipleAssertions = "multiple_assertions"
    case unexpectedAssertion = "unexpected_assertion"

    // Signature and encryption.
    case noSignature = "no_signature"
    case signaturePlacement = "signature_placement"
    case signatureReference = "signature_reference"
    case signatureTransform = "signature_transform"
    case signatureStructure = "signature_structure"
    case weakAlgorithm = "weak_algorithm"
    case weakKey = "weak_key"
    case unsupportedAlgorithm = "unsupported_algorithm"
    case digestMismatch = "digest_mismatch"
    case signatureInvalid = "signature_invalid"
    case untrustedKey = "untrusted_key"
    case decryptFailed = "decrypt_failed"
    case encryptionRequired = "encryption_required"

    // The assertion.
    case subjectMissing = "subject_missing"
    case subjectConfirmation = "subject_confirmation"
    case recipientMismatch = "recipient_mismatch"
    case inResponseTo = "in_response_to"
    case expired
    case notYetValid = "not_yet_valid"
    case conditionsMissing = "conditions_missing"
    case audienceMismatch = "audience_mismatch"
    case unknownCondition = "unknown_condition"
    case authnStatement = "authn_statement"
    case sessionExpired = "session_expired"
    case authnContext = "authn_context"
    case replay
    case nameIDInvalid = "nameid_invalid"
    case attributeInvalid = "attribute_invalid"

    // Metadata.
    case metadataExpired = "metadata_expired"
    case metadataSignature = "metadata_signature"
    case urlForbidden = "url_forbidden"
    case keyNotFound = "key_not_found"
}
