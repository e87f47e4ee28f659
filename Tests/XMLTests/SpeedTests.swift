import Cryptography
import Foundation
import Testing

@testable import XML

private let wanted = ProcessInfo.processInfo.environment["VESTIBULE_SPEED"]

/// Figures, not verdicts: printed when asked for with VESTIBULE_SPEED=all, or the name of one, in a release build.
@Suite("Speed", .enabled(if: wanted != nil)) struct SpeedTests {
    private func measure(_ what: String, _ body: () throws -> Void) rethrows {
        guard wanted == "all" || wanted == what else { return }
        let rounds = 20_000
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

    private func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    @Test func `memory while a hundred thousand messages are verified and as many refused`() throws {
        guard wanted == "all" || wanted == "memory" else { return }
        let text = try response(around: XMLSignature.sign(assertion(), id: "_a1", key: Keys.rsa)).string
        let changed = text.replacing("ada@", with: "eve@")
        let broken = text.replacing("<saml:Subject>", with: "<saml:Subject xmlns:x='1'>")
        let keys = [Keys.rsa.publicKey]
        for round in 0..<100_000 {
            if round % 20_000 == 1_000 { print("after \(round): \(try residentKilobytes()) KB") }
            for text in [text, changed, broken] {
                guard let element = try? parse(text).root.child(.saml("Assertion")) else { continue }
                _ = try? XMLSignature.verify(element, keys: keys)
            }
        }
        print("in the end: \(try residentKilobytes()) KB")
    }

    @Test func `the worst that the limits let through`() throws {
        guard wanted == "all" || wanted == "worst" else { return }
        let declarations = (0..<22).map { "xmlns:p\($0)='urn:\($0)'" }.joined(separator: " ")
        let long = (0..<22).map { "xmlns:p\($0)='urn:\(String(repeating: "x", count: 490))\($0)'" }.joined(
            separator: " ")
        for (what, text) in [
            ("wide", "<r \(declarations)>" + String(repeating: "<a/>", count: 19_900) + "</r>"),
            (
                "deep",
                "<r \(declarations)>" + String(repeating: "<a>", count: 62) + String(repeating: "<b/>", count: 19_900)
                    + String(repeating: "</a>", count: 62) + "</r>"
            ),
            ("long names", "<r \(long)>" + String(repeating: "<p1:a/>", count: 19_900) + "</r>"),
        ] {
            let clock = ContinuousClock()
            var document: XMLDocument?
            print("\(what), parsed: \(try clock.measure { document = try parse(text) })")
            for method in [Canonicalization.inclusive, .exclusive] {
                let prefixes = (0..<22).map { "p\($0)" }
                let time = try clock.measure {
                    _ = try document?.root.canonical(method, inclusivePrefixes: prefixes)
                }
                print("\(what), \(method): \(time)")
            }
        }
    }

    @Test func `a signed aggregate of ten thousand entities`() throws {
        guard wanted == "all" || wanted == "aggregate" else { return }
        let certificate = String(repeating: "MIIC8DCCAdigAwIBAgIQfZ7M", count: 80)
        var writer = XMLWriter()
        let md = { XMLName("urn:oasis:names:tc:SAML:2.0:metadata", $0) }
        writer.element("md", md("EntitiesDescriptor"), [("ID", "_m")]) { writer in
            for index in 0..<10_000 {
                writer.element("md", md("EntityDescriptor"), [("entityID", "https://\(index).example/")]) { writer in
                    for use in ["signing", "encryption"] {
                        writer.element("md", md("KeyDescriptor"), [("use", use)]) { writer in
                            writer.element("ds", .x509Certificate, text: certificate)
                        }
                    }
                    writer.element("md", md("SingleSignOnService"), [("Location", "https://\(index).example/sso")])
                }
            }
        }
        let text = try XMLSignature.sign(writer.text, id: "_m", key: Keys.rsa).bytes
        print("\(text.count >> 20) MB, \(try residentKilobytes() >> 10) MB resident before")
        let clock = ContinuousClock()
        let time = try clock.measure {
            let document = try XMLDocument(parsing: text, limits: .aggregate)
            print("parsed: \(try residentKilobytes() >> 10) MB resident")
            let octets = try XMLSignature.verifyOctets(document.root, keys: [Keys.rsa.publicKey]).octets
            print("verified \(octets.count >> 20) MB: \(try residentKilobytes() >> 10) MB resident")
        }
        print("in \(time)")
    }
}
