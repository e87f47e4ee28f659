package import Cryptography

/// Codes to keep on paper: each serves once, when nothing else is at hand. Eighty random bits each, so a plain digest is
/// enough to keep them by.
package enum RecoveryCodes {
    package static let count = 10

    /// - Returns: Fresh codes, in groups of four letters and digits.
    package static func make(_ environment: Environment) -> [String] {
        (0..<count).map { _ in
            let text = Array(Base32.encode(environment.randomBytes(10)).lowercased())
            return stride(from: 0, to: text.count, by: 4)
                .map { String(text[$0..<min($0 + 4, text.count)]) }.joined(separator: "-")
        }
    }

    /// What is stored and looked for: SHA-256 of the code without its hyphens and spaces, in lower case.
    ///
    /// - Returns: Nil for what can't be a code.
    package static func digest(_ typed: String) -> [UInt8]? {
        let kept = typed.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
            .map { (65...90).contains($0) ? $0 + 32 : $0 }
        guard kept.count == 16, kept.allSatisfy({ (97...122).contains($0) || (50...55).contains($0) }) else {
            return nil
        }
        return Digest.sha256(Array("recovery:".utf8) + kept)
    }
}
