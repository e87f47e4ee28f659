/// Why a signature does not count: the first rule that failed. The associated text is for the log.
package enum XMLSignatureError: Error, Sendable, Hashable {
    case noSignature
    /// More than one signature on one element, or one that does not stand where it must.
    case placement(String)
    /// What it refers to is not what it stands in.
    case reference(String)
    case transform(String)
    /// Not the elements that XML Signature has, in their order and number, or a value that is not strict Base64.
    case structure(String)
    case weakAlgorithm(String)
    case weakKey(bits: Int)
    case unsupportedAlgorithm(String)
    case digestMismatch(String)
    case signatureInvalid
    /// Made by a key that the caller did not name.
    case untrustedKey(String)
    /// What was signed cannot be canonicalized, or the canonical octets cannot be parsed.
    case content(XMLError)
    /// Our own key could not sign.
    case keyFailed(String)

    /// The code of the closed list.
    package var reasonCode: String {
        switch self {
        case .noSignature: "no_signature"
        case .placement: "signature_placement"
        case .reference: "signature_reference"
        case .transform: "signature_transform"
        case .structure: "signature_structure"
        case .weakAlgorithm: "weak_algorithm"
        case .weakKey: "weak_key"
        case .unsupportedAlgorithm: "unsupported_algorithm"
        case .digestMismatch: "digest_mismatch"
        case .signatureInvalid: "signature_invalid"
        case .untrustedKey: "untrusted_key"
        case .content(let error): error.reasonCode
        case .keyFailed: "key_unsuitable"
        }
    }
}

extension XMLSignatureError: CustomStringConvertible {
    /// One plain sentence for the administrator.
    package var description: String {
        switch self {
        case .noSignature: "The element carries no signature."
        case .placement(let why): "The signature stands in the wrong place: \(why)."
        case .reference(let why): "The signature does not refer to the element it stands in: \(why)."
        case .transform(let why): "A transform of the signature is refused: \(why)."
        case .structure(let why): "The signature is not built as it must be: \(why)."
        case .weakAlgorithm(let name): "The algorithm \(name) is too weak."
        case .weakKey(let bits): "The key that signed has only \(bits) bits."
        case .unsupportedAlgorithm(let name): "The algorithm \(name) is not accepted."
        case .digestMismatch(let what): "The digest of \(what) is not the one that was signed: it was changed."
        case .signatureInvalid: "The signature is not valid."
        case .untrustedKey(let why): "The signature was not made by a key that is trusted here: \(why)."
        case .content(let error): error.description
        case .keyFailed(let why): "Our own key failed: \(why)."
        }
    }
}
