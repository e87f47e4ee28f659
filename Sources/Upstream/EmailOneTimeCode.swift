package import Cryptography
package import Directory
package import FoundationEssentials

/// The code that proves an address by being mailed to it: eight digits, once, for one sign-in. Rows, counts and mails
/// are Gateway's; these are the rules.
package struct EmailOneTimeCode: Sendable, Hashable, CustomStringConvertible {
    /// Eight ASCII digits.
    private let digits: String

    package static let digitCount = 8
    package static let lifetime: TimeInterval = 30 * 60
    package static let triesPerCode = 5
    package static let sendsPerAddressAndDay = 5
    package static let triesPerAddressAndDay = 20
    /// How long a grant may rest on a code.
    package static let proofLifetime: TimeInterval = 24 * 3600

    /// The issuer of every identity that is proven so.
    package static let issuer = "mail"

    private init(digits: String) { self.digits = digits }

    /// Every code with the same chance: draws that would favour some are thrown away.
    package static func generate(_ environment: Environment) -> EmailOneTimeCode {
        let codes: UInt32 = 100_000_000
        let fair = UInt32.max - UInt32.max % codes
        while true {
            let number = environment.randomBytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard number < fair else { continue }
            let text = String(number % codes)
            return EmailOneTimeCode(digits: String(repeating: "0", count: digitCount - text.utf8.count) + text)
        }
    }

    /// What a person typed or pasted: spaces and hyphens anywhere do not count. Nil unless eight ASCII digits remain.
    package init?(typed: String) {
        guard typed.utf8.count <= 64 else { return nil }
        var digits = ""
        for scalar in typed.unicodeScalars {
            switch scalar.value {
            case 0x30...0x39: digits.unicodeScalars.append(scalar)
            case 0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x2007, 0x202F, 0x2D, 0x2010...0x2014: continue
            default: return nil
            }
        }
        guard digits.utf8.count == Self.digitCount else { return nil }
        self.digits = digits
    }

    /// For the mail, and nothing else: in two groups, as people read numbers.
    package var shown: String { "\(digits.prefix(4)) \(digits.suffix(4))" }

    /// A code does not print.
    package var description: String { "EmailOneTimeCode(hidden)" }

    /// What is kept of a code: good for one tenant, sign-in and address only.
    ///
    /// - Parameter signIn: The sign-in's id.
    package static func mac(
        _ code: EmailOneTimeCode, key: Secret, tenant: Tenant.ID, signIn: [UInt8], address: EmailAddress
    ) -> [UInt8] {
        var input = Array("email code, 1".utf8)
        // Each part with its length, so that no two inputs run together into one.
        for part in [tenant.bytes, signIn, Array(address.normalized.utf8), Array(code.digits.utf8)] {
            input.append(UInt8(truncatingIfNeeded: part.count >> 8))
            input.append(UInt8(truncatingIfNeeded: part.count))
            input.append(contentsOf: part)
        }
        return MAC.hmac(.sha256, key: key, input)
    }

    /// The stable subject is the address as compared, so it is the same person however the case is typed.
    package static func key(of address: EmailAddress) -> IdentityKey {
        IdentityKey(issuer: issuer, subject: address.normalized)
    }

    /// Somebody who entered the right code.
    package static func identity(
        _ address: EmailAddress, partner: Partner.ID?, signIn: [UInt8], at now: Date
    ) -> ExternalIdentity {
        ExternalIdentity(
            key: key(of: address), partner: partner, kind: .emailCode,
            authentication: AuthenticationEvidence(authenticatedAt: now, methods: ["otp"], multiFactor: false),
            evidenceDigest: Hex.encode(Digest.sha256(signIn + Array(address.normalized.utf8))), email: address,
            emailIsVerified: true)
    }
}
