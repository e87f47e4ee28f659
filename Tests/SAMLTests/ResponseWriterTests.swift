import Cryptography
import FoundationEssentials
import Testing

@testable import SAML

@Suite("Responses that we write") struct ResponseWriterTests {
    private var assertion: SAMLAssertion {
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(.live), issued: noon, issuer: TestResponse.partner,
            subject: SAMLNameID(
                "4711", format: SAMLNameIDFormat.persistent, nameQualifier: TestResponse.partner,
                spNameQualifier: TestResponse.us), audience: TestResponse.us, recipient: TestResponse.acs,
            inResponseTo: TestResponse.request, authenticatedAt: noon.addingTimeInterval(-30),
            contextClass: SAMLContextClass.refedsMultipleFactors)
        assertion.sessionIndex = "_s"
        assertion.sessionNotOnOrAfter = noon.addingTimeInterval(3600)
        assertion.attributes = [
            SAMLAttribute(
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", nameFormat: SAMLAttributeNameFormat.uri,
                values: [#"Ada "<&>" Lovelace"#, "tab\tline\nreturn\r", "ü€𝄞"]),
            SAMLAttribute("empty", values: []),
        ]
        return assertion
    }

    private func form(_ transmission: SAMLTransmission) throws -> [String: String] {
        guard case .post(TestResponse.acs, let fields) = transmission else { return [:] }
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
    }

    @Test(arguments: SAMLResponseWriter.Signed.allCases, [false, true])
    func `what we write is what a strict reader accepts`(signed: SAMLResponseWriter.Signed, encrypts: Bool) throws {
        for signer in [TestKeys.partner, TestKeys.partnerECDSA] {
            var writer = SAMLResponseWriter(issuer: TestResponse.partner, signer: signer, signed: signed)
            if encrypts { writer.encryption = SAMLKey(key: TestKeys.own.publicKey) }
            let form = try form(writer.answer(assertion, relayState: "relay", environment: .live))
            #expect(form["RelayState"] == "relay")
            var expectations = TestResponse.expectations
            expectations.keys = [signer.publicKey]
            expectations.requiredSignature = signed == .assertion ? .assertion : signed == .response ? .response : .both
            expectations.decryptionKeys = [TestKeys.own.key]
            expectations.requiresEncryption = encrypts
            let received = try SAMLReceivedResponse(postValue: #require(form["SAMLResponse"]))
            let verified = try received.verify(expecting: expectations, now: noon)
            #expect(verified.subject == assertion.subject)
            #expect(verified.attributes == assertion.attributes)
            #expect(verified.contextClass == assertion.contextClass)
            #expect(verified.sessionIndex == "_s")
            #expect(verified.sessionNotOnOrAfter == assertion.sessionNotOnOrAfter)
            #expect(verified.authenticatedAt == assertion.authenticatedAt)
            #expect(verified.notOnOrAfter == noon.addingTimeInterval(300))
        }
    }

    @Test func `an unsolicited one answers nothing`() throws {
        var unsolicited = assertion
        unsolicited.inResponseTo = nil
        let writer = SAMLResponseWriter(issuer: TestResponse.partner, signer: TestKeys.partner)
        let form = try form(writer.answer(unsolicited, relayState: nil, environment: .live))
        #expect(form.keys.sorted() == ["SAMLResponse"])
        let received = try SAMLReceivedResponse(postValue: #require(form["SAMLResponse"]))
        var expectations = TestResponse.expectations
        #expect(refusal { try received.verify(expecting: expectations, now: noon) } == .inResponseTo)
        expectations.answering = .unsolicited
        #expect(refusal { try received.verify(expecting: expectations, now: noon) } == nil)
    }

    @Test func `an error is signed and nested`() throws {
        let writer = SAMLResponseWriter(issuer: TestResponse.partner, signer: TestKeys.partner)
        let form = try form(
            writer.answer(
                SAMLStatus(.responder, SAMLStatusCode.noPassive, message: "not now"), to: TestResponse.acs,
                inResponseTo: TestResponse.request, relayState: nil, now: noon, environment: .live))
        let received = try SAMLReceivedResponse(postValue: #require(form["SAMLResponse"]))
        do {
            _ = try received.verify(expecting: TestResponse.expectations, now: noon)
            Issue.record("accepted")
        } catch {
            #expect(error.reason == .statusNotSuccess)
            #expect(error.statusCodes == [SAMLStatusCode.responder, SAMLStatusCode.noPassive])
        }
        #expect(
            String(decoding: try SAMLMessageEncoding.decode(post: form["SAMLResponse"]!), as: UTF8.self).contains(
                "SignatureValue"))
    }
}
