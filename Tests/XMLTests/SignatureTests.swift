import Cryptography
import Testing

@testable import XML

@Suite("XML signatures") struct SignatureTests {
    private func verify(_ text: String, _ keys: [VerificationKey]) throws -> VerifiedElement {
        try XMLSignature.verify(parse(text).root, keys: keys)
    }

    @Test(arguments: XMLSignatureAlgorithm.all) func `what is signed here is verified here`(
        _ algorithm: XMLSignatureAlgorithm
    ) throws {
        let key = try #require([Keys.rsa, Keys.p256, Keys.p384, Keys.p521].first { algorithm.scheme.fits($0.kind) })
        let signed = try XMLSignature.sign(assertion(), id: "_a1", key: key, algorithm: algorithm)
        let verified = try verify(signed.string, [Keys.otherRSA.publicKey, key.publicKey])
        #expect(verified.algorithm == algorithm.name)
        #expect(verified.keyIndex == 1)
        #expect(verified.id == "_a1")
        #expect(verified.signedName == .saml("Assertion"))
        #expect(verified.element.child(.signatureElement) == nil)
        #expect(verified.element.child(.saml("Subject"))?.child(.saml("NameID"))?.text == "ada@partner.example")
        #expect(try parse(signed.string).root.children[1].isNamed(.signatureElement))
    }

    @Test func `a signed assertion can stand in a signed response`() throws {
        let inner = try XMLSignature.sign(assertion(), id: "_a1", key: Keys.rsa)
        let outer = try XMLSignature.sign(response(around: inner), id: "_r1", key: Keys.p256)
        let document = try parse(outer.string)
        let verified = try XMLSignature.verify(document.root, keys: [Keys.p256.publicKey])
        let assertion = try #require(verified.element.child(.saml("Assertion")))
        #expect(try XMLSignature.verify(assertion, keys: [Keys.rsa.publicKey]).id == "_a1")
        #expect(throws: XMLSignatureError.signatureInvalid) {
            try XMLSignature.verify(assertion, keys: [Keys.otherRSA.publicKey])
        }
    }

    @Test func `the writer's text is its own canonical form`() throws {
        let text = response(around: assertion())
        #expect(try parse(text.string).root.canonical(.exclusive) == text.bytes)
    }
}
