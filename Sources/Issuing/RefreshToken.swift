package import Cryptography
package import Directory
package import OAuth
package import Storage

/// A refresh token: `<grant>.<number>.<MAC>`. It is derived, not drawn, so nothing of it is stored, and the same number
/// of the same grant is always the same token: two tabs that race get one successor and no second branch can exist
/// (protocols-and-threats §1.4).
///
/// Parsing proves the shape only; ``isAuthentic(key:tenant:)`` proves that we made it, and only the grant's row says
/// whether it is still worth anything.
package struct RefreshToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package let grant: SignInID
    /// From 1, one more for each rotation.
    package let number: Int
    private let code: [UInt8]

    /// - Parameters:
    ///   - key: The tenant's, ``KeyRecord/Purpose/refresh``.
    package static func derive(key: Secret, tenant: Tenant.ID, grant: SignInID, number: Int) -> RefreshToken {
        RefreshToken(grant: grant, number: number, code: mac(key, tenant, grant, number))
    }

    private init(grant: SignInID, number: Int, code: [UInt8]) {
        (self.grant, self.number, self.code) = (grant, number, code)
    }

    /// Nil unless it is exactly what ``string`` writes for some grant, number and MAC.
    package init?(_ raw: String) {
        guard raw.utf8.count <= 96 else { return nil }
        let parts = raw.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(parts[0]), let grant = SignInID(bytes: bytes),
            let number = Self.number(parts[1]), let code = Base64URL.decode(parts[2]), code.count == 32
        else { return nil }
        self.init(grant: grant, number: number, code: code)
    }

    /// As it is sent.
    package var string: String {
        "\(Base64URL.encode(grant.bytes)).\(number).\(Base64URL.encode(code))"
    }

    package static func == (a: RefreshToken, b: RefreshToken) -> Bool {
        a.grant == b.grant && a.number == b.number && constantTimeEqual(a.code, b.code)
    }

    /// Whether this tenant issued it, in a time that says nothing about how close a guess came.
    package func isAuthentic(key: Secret, tenant: Tenant.ID) -> Bool {
        constantTimeEqual(code, Self.mac(key, tenant, grant, number))
    }

    private static func mac(_ key: Secret, _ tenant: Tenant.ID, _ grant: SignInID, _ number: Int) -> [UInt8] {
        let big = UInt64(number)
        let digits = (0..<8).map { UInt8(truncatingIfNeeded: big >> (56 - 8 * $0)) }
        return MAC.hmac(.sha256, key: key, Array("refresh token 1".utf8) + tenant.bytes + grant.bytes + digits)
    }

    /// Digits as `String(Int)` writes them: no sign, no zero in front.
    private static func number(_ digits: Substring.UTF8View) -> Int? {
        guard (1...9).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// It is a credential: it does not print.
    package var description: String { "RefreshToken(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension RefreshStanding {
    /// The grant's row, for the rule that decides about a token of it.
    package init(_ grant: Grant) {
        self.init(
            clientID: grant.application.description, number: grant.number, rotatedAt: grant.rotatedAt,
            expiresAt: grant.expiresAt, idleExpiresAt: grant.idleExpiresAt, revokedAt: grant.revokedAt)
    }
}
