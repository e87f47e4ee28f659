/// Why nothing was decrypted. Two cases only, on purpose.
package enum XMLDecryptionError: Error, Sendable, Hashable {
    /// Wrong key, wrong padding, wrong tag, no key, not the elements it should be: not told apart.
    case failed
    /// The message names an algorithm that we do not use. It says so where everybody can read it.
    case unsupportedAlgorithm(String)

    /// The code of the closed list.
    package var reasonCode: String {
        switch self {
        case .failed: "decrypt_failed"
        case .unsupportedAlgorithm: "unsupported_algorithm"
        }
    }
}

extension XMLDecryptionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .failed: "The content could not be decrypted."
        case .unsupportedAlgorithm(let name): "The algorithm \(name) is not accepted."
        }
    }
}
