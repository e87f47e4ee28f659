package import Cryptography
package import JOSE

/// Why something could not be issued. Always our own fault or setting, never the client's.
package enum IssuingError: Error, Sendable, Hashable {
    /// The tenant has no active key for the purpose and algorithm.
    case noActiveKey(purpose: String, algorithm: String)
    case unknownAlgorithm(String)
    /// A key record that does not unwrap, or is not what it says.
    case unusableKey(keyID: String, CryptographyError)
    case malformedKeyRecord(keyID: String)
    case signing(JOSEError)
}

extension IssuingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noActiveKey(let purpose, let algorithm): "The tenant has no active \(purpose) key for \(algorithm)."
        case .unknownAlgorithm(let name): "\(name) is not an algorithm that tokens are signed with."
        case .unusableKey(let keyID, .otherMasterKey): "Key \(keyID) was wrapped under another master key."
        case .unusableKey(let keyID, let cause): "Key \(keyID) cannot be unwrapped: \(cause)."
        case .malformedKeyRecord(let keyID): "The record of key \(keyID) contradicts itself."
        case .signing(let cause): "A token could not be signed. \(cause)"
        }
    }
}
