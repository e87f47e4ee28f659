/// How users are named in a directory. A guest's name is made from the invited address and never changes afterwards:
/// `<address with "@" as "_">#EXT#@<the tenant's initial domain>` (Entra's rule, case kept).
///
/// Entra does not say what happens where the rule gives one name twice or a name that is too long. Ours:
/// - Taken (`a_b@c.com` and `a@b_c.com` give one name): `_2`, `_3` … before `#EXT#`, the first that is free.
/// - Longer than 113 characters before the last `@`: the beginning, `_` and sixteen hexadecimal digits of a hash of the
///   whole address; then the rule above, within the same length.
package enum UserPrincipalName {
    /// Before the last `@`, `#EXT#` included.
    package static let localLengthLimit = 113

    private static let mark = "#EXT#"

    /// - Parameters:
    ///   - initialDomain: The one the tenant was made with, not today's primary one.
    ///   - isTaken: Whether a user of the tenant has this name, without regard to ASCII case.
    package static func guest(
        for address: EmailAddress, in initialDomain: DomainName, isTaken: (String) -> Bool
    ) -> String {
        let base = address.description.replacing("@", with: "_")
        var number = 1
        while true {
            let suffix = number == 1 ? "" : "_\(number)"
            let name = local(base, suffix, of: address) + mark + "@" + initialDomain.description
            if !isTaken(name) { return name }
            number += 1
        }
    }

    private static func local(_ base: String, _ suffix: String, of address: EmailAddress) -> String {
        let room = localLengthLimit - mark.utf8.count - suffix.utf8.count
        guard base.utf8.count > room else { return base + suffix }
        let digest = "_" + hexadecimal(fingerprint(address.normalized))
        return String(decoding: base.utf8.prefix(room - digest.utf8.count), as: UTF8.self) + digest + suffix
    }

    /// FNV-1a. Keeps long names apart; where two still meet, the suffix does. Nothing relies on it being hard to invert.
    private static func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The form that names are compared in: ASCII lower case, and `#EXT@`, which some documents print, read as `#EXT#@`.
    ///
    /// - Returns: Nil where it is not a local part and a domain, or holds a space, a control or a non-ASCII character.
    package static func normalized(_ raw: String) -> String? {
        let lowered = asciiLowercased(raw)
        guard let at = lowered.utf8.lastIndex(of: UInt8(ascii: "@")),
            DomainName(String(lowered[at...].dropFirst())) != nil
        else { return nil }
        var local = String(lowered[..<at])
        guard !local.isEmpty, local.utf8.count <= 256, local.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        if local.hasSuffix("#ext") { local += "#" }
        return local + lowered[at...]
    }

    /// Whether a member may have this name here: a valid one in one of the tenant's domains, without `#`, which marks
    /// guests.
    package static func isWithinDomain(_ name: String, domains: [DomainName]) -> Bool {
        guard let address = EmailAddress(name) else { return false }
        return domains.contains(address.domain)
    }

    package static func isGuest(_ name: String) -> Bool { normalized(name)?.contains("#ext#@") ?? false }
}

/// Lowers `A` to `Z` and nothing else, so that no look-alike ever becomes an ASCII letter.
func asciiLowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
}
