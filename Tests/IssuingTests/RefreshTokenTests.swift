import Cryptography
import Directory
import FoundationEssentials
import Issuing
import OAuth
import Storage
import Testing

@Suite("Refresh token") struct RefreshTokenTests {
    let key = Secret([UInt8](repeating: 3, count: 32))

    func token(_ number: Int = 1, grant: SignInID = grant) -> RefreshToken {
        RefreshToken.derive(key: key, tenant: woodgrove, grant: grant, number: number)
    }

    @Test func `derived, not drawn: the same number is the same token`() throws {
        #expect(token(7).string == token(7).string)
        #expect(Set((1...5).map { token($0).string }).count == 5)
        let read = try #require(RefreshToken(token(7).string))
        #expect(read == token(7) && read.grant == grant && read.number == 7)
        #expect(read.isAuthentic(key: key, tenant: woodgrove))
        #expect(token().string.utf8.count <= 96)
    }

    @Test func `a token of another tenant, key, grant or number is not authentic`() throws {
        let good = token(7)
        #expect(!good.isAuthentic(key: key, tenant: fabrikam))
        #expect(!good.isAuthentic(key: Secret([UInt8](repeating: 4, count: 32)), tenant: woodgrove))
        let parts = good.string.split(separator: ".")
        let eighth = try #require(RefreshToken("\(parts[0]).8.\(parts[2])"))
        #expect(!eighth.isAuthentic(key: key, tenant: woodgrove))
        let other = token(7, grant: sample("66666666-6666-4666-8666-666666666667")).string.split(separator: ".")
        let moved = try #require(RefreshToken("\(other[0]).7.\(parts[2])"))
        #expect(!moved.isAuthentic(key: key, tenant: woodgrove))
    }

    @Test func `only the exact form is read`() {
        let good = token(12).string
        let parts = good.split(separator: ".").map(String.init)
        let bad = [
            "", ".", "..", good + ".", good + "=", " " + good, good + "\n", good.replacing(".", with: ".."),
            "\(parts[0]).012.\(parts[2])", "\(parts[0]).+12.\(parts[2])", "\(parts[0]).-1.\(parts[2])",
            "\(parts[0]).0.\(parts[2])", "\(parts[0])..\(parts[2])", "\(parts[0]).1234567890.\(parts[2])",
            "\(parts[0]).\u{0661}.\(parts[2])", "\(parts[0].dropLast()).12.\(parts[2])",
            "\(parts[0]).12.\(parts[2].dropLast(2))", "\(parts[0]).12.\(parts[2])AAAA",
            String(repeating: "A", count: 5000),
        ]
        for raw in bad { #expect(RefreshToken(raw) == nil, "\(raw)") }
        #expect(RefreshToken(good) != nil)
    }

    @Test func `it does not print`() {
        #expect("\(token())" == "RefreshToken(hidden)")
        var dumped = ""
        dump(token(), to: &dumped)
        #expect(!dumped.contains(token().string.suffix(20)))
        #expect(String(reflecting: token()) == "RefreshToken(hidden)")
    }

    @Test func `a grant's row decides about its tokens`() {
        let row = Grant(
            tenant: woodgrove, id: grant, user: sampleUser().id, application: portal, session: sample(session),
            partner: nil, scopes: ["openid"], resource: nil, audience: "x", authenticatedAt: now, createdAt: now,
            expiresAt: now.addingTimeInterval(1000), idleExpiresAt: now.addingTimeInterval(900), number: 3,
            rotatedAt: now)
        let standing = RefreshStanding(row)
        func decide(_ number: Int, after seconds: Double) -> RefreshDecision {
            .decide(
                presented: number, by: portal.description, standing, now: now.addingTimeInterval(seconds))
        }
        #expect(decide(3, after: 1) == .rotate(from: 3))
        #expect(decide(2, after: 9) == .repeatSuccessor(number: 3))
        #expect(decide(2, after: 11) == .reuse)
        #expect(decide(1, after: 1) == .reuse)
        #expect(decide(3, after: 900) == .refuse(.refreshTokenExpired))
    }
}
