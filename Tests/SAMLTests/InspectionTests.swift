import Cryptography
import Testing

@testable import SAML

@Suite("Messages that are only looked at") struct InspectionTests {
    private var message: [UInt8] {
        get throws {
            var assertion = SAMLAssertion(
                id: "_assertion", issued: noon, issuer: TestResponse.partner, subject: SAMLNameID("4711"),
                audience: TestResponse.us, recipient: TestResponse.acs, inResponseTo: TestResponse.request,
                authenticatedAt: noon, contextClass: SAMLContextClass.passwordProtectedTransport)
            assertion.attributes = [SAMLAttribute("mail", values: ["ada@example.com"])]
            var writer = SAMLResponseWriter(issuer: TestResponse.partner, signer: TestKeys.partner, signed: .both)
            writer.encryption = SAMLKey(key: TestKeys.own.publicKey)
            let sent = try writer.answer(assertion, relayState: nil, environment: .live)
            guard case .post(_, let fields) = sent, let value = fields.first(where: { $0.name == "SAMLResponse" })
            else {
                return []
            }
            return try SAMLMessageEncoding.decode(post: value.value)
        }
    }

    @Test func `what is encrypted is counted, and shown to whoever holds the key`() throws {
        let closed = try SAMLInspection(message, decryptionKeys: [])
        #expect(closed.kind == .response && closed.sealed == 1 && closed.assertions.isEmpty)
        #expect(closed.signatures.map(\.element) == ["Response"])
        let open = try SAMLInspection(message, decryptionKeys: [TestKeys.own.key])
        #expect(open.sealed == 0 && open.signatures.map(\.element) == ["Response", "Assertion"])
        let assertion = try #require(open.assertions.first)
        #expect(assertion.subject == "4711" && assertion.recipient == TestResponse.acs)
        #expect(assertion.attributes.map(\.values) == [["ada@example.com"]])
        #expect(throws: SAMLRejection.self) {
            try SAMLInspection(message, decryptionKeys: [TestKeys.partner.key])
        }
    }

    @Test func `what would be refused is shown all the same`() throws {
        let text = """
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="3.0"><samlp:Status>\
            <samlp:StatusCode Value="a"><samlp:StatusCode Value="b"/></samlp:StatusCode></samlp:Status></samlp:Response>
            """
        let seen = try SAMLInspection(Array(text.utf8), decryptionKeys: [])
        #expect(seen.statusCodes == ["a", "b"] && seen.assertions.isEmpty && seen.signatures.isEmpty)
        #expect(seen.envelope.map(\.value) == ["_r", "3.0"])
        #expect(throws: SAMLRejection.self) { try SAMLInspection(Array("<a><b></a>".utf8), decryptionKeys: []) }
    }
}
