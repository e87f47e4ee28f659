package import Cryptography
package import FoundationEssentials

/// Time-based one-time passwords (RFC 6238) with the parameters that every authenticator application knows: SHA-1, six
/// digits, thirty seconds.
package struct TOTP: Sendable {
    package static let period = 30
    package static let digits = 6
    /// RFC 4226 §4 R6 recommends 160 bits.
    package static let secretLength = 20

    private let secret: Secret

    package init(secret: Secret) { self.secret = secret }

    /// The code of a time step (RFC 4226 §5.3).
    package func code(step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> Int64(56 - 8 * $0)) }
        let mac = MAC.hmac(.sha1, key: secret, counter)
        let offset = Int(mac[19] & 0x0F)
        let number = mac[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - digits.utf8.count) + digits
    }

    /// The step that a code is of, if it is the one of now, of the step before or of the next (RFC 6238 §6), and later
    /// than the last that was accepted: a code serves once (§5.2). The caller keeps the step with a compare-and-set.
    ///
    /// - Parameters:
    ///   - typed: Six digits; spaces are passed over.
    ///   - lastStep: Nil where none was accepted yet.
    /// - Returns: Nil for a wrong, spent or malformed code; not told apart.
    package func acceptedStep(_ typed: String, at now: Date, lastStep: Int64?) -> Int64? {
        let code = Array(typed.utf8.filter { $0 != UInt8(ascii: " ") })
        guard code.count == Self.digits, code.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let step = Int64((now.timeIntervalSince1970 / Double(Self.period)).rounded(.down))
        var accepted: Int64?
        // Every candidate is compared, so that time says nothing about which one fits.
        for candidate in [step, step - 1, step + 1]
        where constantTimeEqual(Array(self.code(step: candidate).utf8), code) && accepted == nil {
            accepted = candidate
        }
        guard let accepted, accepted > lastStep ?? .min else { return nil }
        return accepted
    }

    /// The Key URI that a QR code carries.
    ///
    /// - Parameters:
    ///   - issuer: The organisation, for the list in the authenticator.
    ///   - account: The name of the account there.
    package func keyURI(issuer: String, account: String) -> String {
        let base32 = secret.withBytes { Base32.encode($0) }
        let label = Self.escaped(issuer) + ":" + Self.escaped(account)
        return "otpauth://totp/\(label)?secret=\(base32)&issuer=\(Self.escaped(issuer))"
    }

    /// For typing by hand: the secret in groups of four.
    package var typedSecret: String {
        let base32 = secret.withBytes { Array(Base32.encode($0)) }
        return stride(from: 0, to: base32.count, by: 4)
            .map { String(base32[$0..<min($0 + 4, base32.count)]) }.joined(separator: " ")
    }

    /// RFC 3986 §2.3: everything but unreserved characters.
    private static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
