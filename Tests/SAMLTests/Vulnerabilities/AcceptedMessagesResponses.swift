import Cryptography
import XML

@testable import SAML

extension AcceptedMessage {
    static var responses: [AcceptedMessage] {
        get throws {
            let byHand = try AcceptedResponse.all.map { response in
                try AcceptedMessage("response \(response)", xml: response.xml, signedID: response.signedID) {
                    AssertionContent(try response.verify($0))
                }
            }
            let written = try SAMLResponseWriter.Signed.allCases.map { signed in
                let writer = SAMLResponseWriter(issuer: TestResponse.partner, signer: TestKeys.partner, signed: signed)
                let fields = posted(try writer.answer(assertion, relayState: nil, environment: .live))
                let xml = String(decoding: Base64.decode(fields["SAMLResponse"] ?? "") ?? [], as: UTF8.self)
                let root = try XMLTree(parsing: xml)
                let required: SAMLRequiredSignature = signed == .assertion ? .assertion : .response
                return try AcceptedMessage(
                    "response of our own, signed \(signed)", xml: xml,
                    signedID: signed == .assertion ? assertion.id : root["ID"]
                ) { text in
                    AssertionContent(try verifyResponse(text) { $0.requiredSignature = required })
                }
            }
            return byHand + written
        }
    }

    /// What was encrypted is attacked before it is: anybody can encrypt to us.
    static var encryptedResponses: [AcceptedMessage] {
        get throws {
            let clear = TestResponse()
            let signedWithin = try clear.xml
            var around = TestResponse()
            around.signed = .response
            let sealed = around.sealed { try TestEncryption.assertion($0) }
            let sealedWithCBC = around.sealed { try TestEncryption.cbc($0) }
            var both = sealed
            let signedAssertion = try clear.signer.sign(clear.assertion.xml, id: clear.assertion.id)
            both.wrap = { _ in (try? TestEncryption.assertion(signedAssertion)) ?? "" }
            var identifier = TestResponse()
            identifier.assertion.nameID = try TestEncryption.encrypted(
                #"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">guest-4711</saml:NameID>"#,
                element: "EncryptedID")
            return [
                try encrypted("signed assertion, attacked within", signedWithin, "_assertion1", .assertion) {
                    try $0.encryptingAssertions { try TestEncryption.assertion($0) }
                },
                try encrypted(
                    "signed assertion, attacked around", signedWithin.encryptingAssertions(TestEncryption.assertion),
                    nil, .assertion),
                try encrypted(
                    "signed assertion with the key beside the data",
                    signedWithin.encryptingAssertions(TestEncryption.assertionWithKeyBeside), nil, .assertion),
                try encrypted("signed response", sealed.xml, "_response1", .response),
                try encrypted("signed response with CBC", sealedWithCBC.xml, "_response1", .response),
                try encrypted("both signed", both.xml, "_response1", .both),
                try encrypted("identifier in a signed assertion", identifier.xml, "_assertion1", .assertion),
            ]
        }
    }

    private static func encrypted(
        _ name: String, _ xml: String, _ signedID: String?, _ required: SAMLRequiredSignature,
        seal: @escaping @Sendable (String) throws -> String = { $0 }
    ) throws -> AcceptedMessage {
        try AcceptedMessage("encrypted: \(name)", xml: xml, signedID: signedID, seal: seal) { text in
            AssertionContent(
                try verifyResponse(text) {
                    ($0.requiredSignature, $0.decryptionKeys, $0.allowsCBC) = (required, [TestKeys.own.key], true)
                })
        }
    }

    /// As our own identity provider says it.
    static var assertion: SAMLAssertion {
        var assertion = SAMLAssertion(
            id: "_assertion1", issued: noon, issuer: TestResponse.partner,
            subject: SAMLNameID("guest-4711", format: SAMLNameIDFormat.persistent), audience: TestResponse.us,
            recipient: TestResponse.acs, inResponseTo: TestResponse.request,
            authenticatedAt: noon.addingTimeInterval(-30), contextClass: SAMLContextClass.passwordProtectedTransport)
        assertion.sessionIndex = "_session1"
        assertion.attributes = [
            SAMLAttribute(
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
                nameFormat: SAMLAttributeNameFormat.uri, values: ["ada@partner.example"])
        ]
        return assertion
    }
}

extension TestResponse {
    fileprivate func sealed(_ encrypt: (String) throws -> String) -> TestResponse {
        var response = self
        let encrypted = try? encrypt(assertion.xml)
        response.wrap = { _ in encrypted ?? "" }
        return response
    }
}

extension String {
    /// Every assertion that stands in a response directly is encrypted.
    fileprivate func encryptingAssertions(_ encrypt: (String) throws -> String) throws -> String {
        let root = try XMLTree(parsing: self)
        root.children = try root.children.map { child in
            guard case .element(let element) = child, element.name == .assertion("Assertion") else { return child }
            return .element(try XMLTree(parsing: encrypt(element.xml)))
        }
        return root.xml
    }
}
