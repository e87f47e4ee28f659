import Cryptography
import Foundation
import Testing
import XML

@testable import SAML

private let wanted = ProcessInfo.processInfo.environment["VESTIBULE_SPEED"]

/// Figures, not verdicts: printed when asked for with VESTIBULE_SPEED=all, or the name of one, in a release build.
@Suite("Speed of SAML", .enabled(if: wanted != nil)) struct SpeedTests {
    private func measure(_ what: String, rounds: Int = 20_000, _ body: () throws -> Void) rethrows {
        guard wanted == "all" || wanted == what else { return }
        for _ in 0..<100 { try body() }
        let clock = ContinuousClock()
        let time = try clock.measure { for _ in 0..<rounds { try body() } }
        print("\(what): \(time / rounds)")
    }

    /// As Entra's: a dozen claims, the certificate in KeyInfo.
    private func assertion() -> SAMLAssertion {
        var assertion = SAMLAssertion(
            id: "_assertion1", issued: noon, issuer: TestResponse.partner,
            subject: SAMLNameID("guest-4711", format: SAMLNameIDFormat.persistent), audience: TestResponse.us,
            recipient: TestResponse.acs, inResponseTo: TestResponse.request, authenticatedAt: noon,
            contextClass: SAMLContextClass.passwordProtectedTransport)
        assertion.sessionIndex = "_session1"
        assertion.attributes = (0..<8).map { number in
            SAMLAttribute(
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name\(number)",
                nameFormat: SAMLAttributeNameFormat.uri, values: ["value of claim number \(number)"])
        }
        return assertion
    }

    private func posted(_ signer: SAMLSigner) throws -> String {
        let writer = SAMLResponseWriter(issuer: TestResponse.partner, signer: signer)
        guard case .post(_, let fields) = try writer.answer(assertion(), relayState: nil, environment: .live) else {
            return ""
        }
        return fields[0].value
    }

    @Test func `a response of 5 KB, verified and written`() throws {
        for (name, signer) in [("RSA", TestKeys.partner), ("ECDSA", TestKeys.partnerECDSA)] {
            let value = try posted(signer)
            print("\(value.utf8.count / 4 * 3) bytes")
            var expectations = TestResponse.expectations
            expectations.keys = [signer.publicKey]
            try measure("verify with \(name)") {
                _ = try SAMLReceivedResponse(postValue: value).verify(expecting: expectations, now: noon)
            }
            let scheme = signer.key.kind.usualScheme
            let signature = try signer.key.sign([1, 2, 3], scheme)
            measure("\(name) alone") { _ = signer.publicKey.isValid(signature, for: [1, 2, 3], scheme) }
            try measure("write with \(name)", rounds: 5000) { _ = try posted(signer) }
            try measure("\(name) sign alone", rounds: 5000) { _ = try signer.key.sign([1, 2, 3], scheme) }
        }
    }

    @Test func `the time that a bomb takes`() throws {
        guard wanted == "all" || wanted == "bombs" else { return }
        let clock = ContinuousClock()
        for bomb in Bomb.all {
            var reason: SAMLReason?
            let time = clock.measure { reason = refusal { try bomb.deliver() } }
            print("\(bomb.name): \(reason?.rawValue ?? "accepted") in \(time)")
        }
    }

    /// VESTIBULE_AGGREGATE names a file: made if it is not there, else imported. Two runs, so that the second measures the
    /// import alone.
    @Test func `one entity of ten thousand`() throws {
        guard let path = ProcessInfo.processInfo.environment["VESTIBULE_AGGREGATE"] else { return }
        let pin = path + ".pem"
        guard FileManager.default.fileExists(atPath: path) else {
            let text = try EnvelopedSigner().sign(TestAggregate.text(entities: 10_000), id: "_all")
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try Data(TestKeys.partner.publicKey.pem()).write(to: URL(fileURLWithPath: pin))
            return
        }
        let signer = try VerificationKey(pem: Array(Data(contentsOf: URL(fileURLWithPath: pin))))
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        print("\(bytes.count) bytes, before: \(ResidentMemory.peak) KB")
        let clock = ContinuousClock()
        let time = try clock.measure {
            let found = try SAMLAggregate.entity(TestAggregate.name(7777), in: bytes, signers: [signer], now: noon)
            #expect(found.identityProvider?.keys.signing.count == 2)
        }
        print("\(time), peak \(ResidentMemory.peak) KB")
    }
}
