@testable import SAML

/// Responses that are accepted with their assertion in clear, of every shape.
struct AcceptedResponse: CustomStringConvertible, Sendable {
    let description: String
    let required: SAMLRequiredSignature
    let xml: String

    /// The ID of what carries the outermost signature that counts.
    var signedID: String { required == .assertion ? "_assertion1" : "_response1" }

    func verify(_ xml: String) throws -> VerifiedAssertion {
        try verifyResponse(xml) { expectations in
            expectations.requiredSignature = required
            expectations.decryptionKeys = [TestKeys.own.key]
            expectations.keys = [TestKeys.partner.publicKey, TestKeys.partnerECDSA.publicKey]
        }
    }

    static let all: [AcceptedResponse] = {
        do {
            return try shapes()
        } catch {
            fatalError("a message can't be made: \(error)")
        }
    }()

    private static func shapes() throws -> [AcceptedResponse] {
        var messages: [AcceptedResponse] = []
        for (signed, required) in [
            (TestResponse.Signed.assertion, SAMLRequiredSignature.assertion), (.response, .response), (.both, .both),
            (.both, .assertion),
        ] {
            var response = TestResponse()
            response.signed = signed
            messages.append(
                AcceptedResponse(
                    description: "signed \(signed), \(required) required", required: required, xml: try response.xml))
            response.responseIssuer = signed == .assertion ? "" : response.responseIssuer
            response.assertion.advice =
                "<saml:Advice><saml:AssertionIDRef>_other</saml:AssertionIDRef></saml:Advice>"
            response.assertion.attributeStatement = ""
            response.assertion.nameID = "<saml:NameID>ada@partner.example</saml:NameID>"
            response.signer.keyInfo = """
                <ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(TestKeys.partner.certificateText)\
                </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
                """
            messages.append(
                AcceptedResponse(
                    description: "with KeyInfo and Advice, signed \(signed), \(required) required", required: required,
                    xml: try response.xml))
        }
        var ecdsa = TestResponse()
        ecdsa.signer.signer = TestKeys.partnerECDSA
        ecdsa.signer.algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        ecdsa.signer.scheme = .ecdsa(.sha256)
        messages.append(AcceptedResponse(description: "signed with ECDSA", required: .assertion, xml: try ecdsa.xml))
        return messages
    }
}
