/// Why a token or a key was refused: the first rule that failed. Each case has one reason code of the closed list that
/// our troubleshooting commands print; the associated text is for the log, never for whoever sent the token.
package enum JOSEError: Error, Hashable, Sendable {
    // The shape.
    case tooLarge(limit: Int)
    /// Not a compact serialization with as many parts as it should have, or its content is no JSON object.
    case notJWT(String)
    /// Padding, whitespace, another alphabet, or bits left over.
    case badBase64(part: String)
    case badJSON(String)
    case badHeader(String)
    /// The header says that we must understand what we do not (RFC 7515 §4.1.11).
    case critUnsupported(String)
    case typMismatch(expected: String, actual: String?)

    // Algorithm and key.
    case algNotAllowed(String)
    case keyNotFound(keyID: String?)
    case keyUnsuitable(String)
    case weakKey(String)
    /// No `kid`, and more keys fit than we are willing to try.
    case keyAmbiguous(candidates: Int)
    /// A private or shared key where only public ones belong.
    case keyPrivate
    case signatureInvalid
    /// Wrong key, wrong tag, wrong padding, wrong length: not told apart, on purpose.
    case decryptFailed
    /// Our own key could not sign or encrypt. Never the sender's fault.
    case keyFailed(String)

    // Claims.
    case issuerMismatch(expected: String, actual: String?)
    case subjectMissing
    case audienceMismatch(expected: String, actual: String?)
    case azpMismatch(expected: String, actual: String?)
    case expired(String)
    case notYetValid(String)
    case iatInvalid(String)
    case nonceMismatch
    case atHashMismatch(claim: String)
    /// `auth_time` is missing or too long ago for the `max_age` that was asked for.
    case authenticationTooOld(String)
    /// `acr` is none of those that were demanded.
    case contextMismatch(expected: String, actual: String?)

    /// The code of the closed list.
    package var reasonCode: String {
        switch self {
        case .tooLarge: "too_large"
        case .notJWT: "not_jwt"
        case .badBase64: "bad_base64"
        case .badJSON: "bad_json"
        case .badHeader: "bad_header"
        case .critUnsupported: "crit_unsupported"
        case .typMismatch: "typ_mismatch"
        case .algNotAllowed: "alg_not_allowed"
        case .keyNotFound: "key_not_found"
        case .keyUnsuitable: "key_unsuitable"
        case .weakKey: "weak_key"
        case .keyAmbiguous: "key_ambiguous"
        case .keyPrivate: "key_private"
        case .signatureInvalid: "signature_invalid"
        case .decryptFailed: "decrypt_failed"
        case .keyFailed: "key_unsuitable"
        case .issuerMismatch: "issuer_mismatch"
        case .subjectMissing: "subject_missing"
        case .audienceMismatch: "aud_mismatch"
        case .azpMismatch: "azp_mismatch"
        case .expired: "expired"
        case .notYetValid: "not_yet_valid"
        case .iatInvalid: "iat_invalid"
        case .nonceMismatch: "nonce_mismatch"
        case .atHashMismatch: "at_hash_mismatch"
        case .authenticationTooOld: "authn_statement"
        case .contextMismatch: "authn_context"
        }
    }
}

extension JOSEError: CustomStringConvertible {
    /// One plain sentence for the administrator.
    package var description: String {
        switch self {
        case .tooLarge(let limit): "The token is longer than the \(limit) bytes allowed."
        case .notJWT(let why): "Not a compact token: \(why)."
        case .badBase64(let part): "The \(part) is not strict base64url."
        case .badJSON(let why): "Not the JSON it should be: \(why)."
        case .badHeader(let why): "The header is refused: \(why)."
        case .critUnsupported(let name): "The header demands the extension \(name.shown), which we do not support."
        case .typMismatch(let expected, let actual):
            "The token's type is \(actual.shown) where \(expected.shown) was expected."
        case .algNotAllowed(let name): "The algorithm \(name.shown) is not allowed here."
        case .keyNotFound(let keyID): "The issuer has no key \(keyID.shown)."
        case .keyUnsuitable(let why): "The key cannot be used: \(why)."
        case .weakKey(let why): "The key is too weak: \(why)."
        case .keyAmbiguous(let candidates): "The token names no key, and \(candidates) keys could be meant."
        case .keyPrivate: "A private or shared key stands where only public keys belong."
        case .signatureInvalid: "The signature is not valid."
        case .decryptFailed: "The content could not be decrypted."
        case .keyFailed(let why): "Our own key failed: \(why)."
        case .issuerMismatch(let expected, let actual):
            "The issuer is \(actual.shown) where \(expected.shown) was expected."
        case .subjectMissing: "There is no usable subject."
        case .audienceMismatch(let expected, let actual):
            "The audience is \(actual.shown) and does not name \(expected.shown)."
        case .azpMismatch(let expected, let actual):
            "The authorized party is \(actual.shown) where \(expected.shown) was expected."
        case .expired(let why): "Expired: \(why)."
        case .notYetValid(let why): "Not yet valid: \(why)."
        case .iatInvalid(let why): "The time of issue is refused: \(why)."
        case .nonceMismatch: "The nonce is not the one that was sent."
        case .atHashMismatch(let claim): "\(claim) does not match what came with the token."
        case .authenticationTooOld(let why): "The authentication is not recent enough: \(why)."
        case .contextMismatch(let expected, let actual):
            "The authentication context is \(actual.shown) where one of \(expected.shown) was demanded."
        }
    }
}
