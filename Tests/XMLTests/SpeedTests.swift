import Cryptography
import Foundation
import Testing

@testable import XML

/// Figures, not verdicts: printed when asked for with VESTIBULE_SPEED=1, in a release build.
@Suite("Speed", .enabled(if: ProcessInfo.processInfo.environment["VESTIBULE_SPEED"] != nil)) struct SpeedTests {
    private func measure(_ what: String, _ body: () throws -> Void) rethrows {
        let rounds = 3_000
        for _ in 0..<100 { try body() }
        let clock = ContinuousClock()
        let time = try clock.measure { for _ in 0..<rounds { try body() } }
        print("\(what): \(time / rounds)")
    }

    @Test func `reading, canonicalizing and verifying a signed response of 5 KB`() throws {
        let signed = try XMLSignature.sign(assertion(), id: "_a1", key: Keys.rsa)
        let text = response(around: signed).bytes
        print("\(text.count) bytes")
        let document = try XMLDocument(parsing: text)
        let element = try #require(document.root.child(.saml("Assertion")))
        let signature = element.child(.signatureElement)
        try measure("parse") { _ = try XMLDocument(parsing: text) }
        try measure("lexical scan") { try text.withUnsafeBufferPointer { try LexicalScan.check($0, .message) } }
        try measure("exclusive canonical form") { _ = try element.canonical(.exclusive, excluding: signature) }
        let keys = [Keys.rsa.publicKey]
        try measure("verify, with RSA") { _ = try XMLSignature.verify(element, keys: keys) }
        try measure("verify octets, with RSA") { _ = try XMLSignature.verifyOctets(element, keys: keys) }
        let value = try Keys.rsa.sign([1, 2, 3], .rsaPKCS1(.sha256))
        measure("RSA alone") { _ = keys[0].isValid(value, for: [1, 2, 3], .rsaPKCS1(.sha256)) }
        try measure("parse and verify") {
            let document = try XMLDocument(parsing: text)
            guard let element = document.root.child(.saml("Assertion")) else { return }
            _ = try XMLSignature.verify(element, keys: keys)
        }
        let bare = assertion()
        measure("write") { _ = assertion() }
        try measure("sign, with RSA") { _ = try XMLSignature.sign(bare, id: "_a1", key: Keys.rsa) }
        measure("RSA sign alone") { _ = try? Keys.rsa.sign([1, 2, 3], .rsaPKCS1(.sha256)) }
    }
}
