import FoundationEssentials
import Testing

@testable import SAML

@Suite("SAML responses") struct ResponseVerificationTests {
    @Test(arguments: TestResponse.Signed.allCases.filter { $0 != .nothing })
    func `an honest response tells who signed in`(signed: TestResponse.Signed) throws {
        var response = TestResponse()
        response.signed = signed
        let verified = try response.verify {
            $0.requiredSignature = signed == .assertion ? .assertion : signed == .response ? .response : .both
        }
        #expect(verified.issuer == TestResponse.partner)
        #expect(verified.subject.value == "guest-4711")
        #expect(verified.subject.format == SAMLNameIDFormat.persistent)
        #expect(verified.values("mail") == ["ada@partner.example"])
        #expect(verified.values("groups") == ["staff", "research"])
        #expect(verified.authenticatedAt == noon.addingTimeInterval(-30))
        #expect(verified.contextClass == SAMLContextClass.passwordProtectedTransport)
        #expect(verified.sessionIndex == "_session1")
        #expect(verified.sessionNotOnOrAfter == noon.addingTimeInterval(3600))
        #expect(verified.oneTimeUse.assertionID == "_assertion1")
        #expect(verified.oneTimeUse.until == noon.addingTimeInterval(360))
        #expect(verified.signatures.count == (signed == .both ? 2 : 1))
        #expect(verified.signatures.allSatisfy { $0.algorithm == "rsa-sha256" && $0.bits == 2048 })
        #expect(verified.checks.allSatisfy { $0.result == .pass })
    }

    /// What the partner signs, and what the connection requires.
    @Test func `the required signature is required`() throws {
        let accepted: [(TestResponse.Signed, Set<SAMLRequiredSignature>)] = [
            (.nothing, []), (.assertion, [.assertion, .either]), (.response, [.response, .either]),
            (.both, [.assertion, .response, .both, .either]),
        ]
        for (signed, allowed) in accepted {
            for required in SAMLRequiredSignature.allCases {
                var response = TestResponse()
                response.signed = signed
                let reason = refusal { try response.verify { $0.requiredSignature = required } }
                #expect((reason == nil) == allowed.contains(required), "\(signed) where \(required) is required")
                if let reason { #expect(reason == .noSignature || reason == .signaturePlacement) }
            }
        }
    }

    @Test func `each of several keys may have signed`() throws {
        var response = TestResponse()
        response.signer.signer = TestKeys.partnerNext
        let keys = [TestKeys.partner.publicKey, TestKeys.partnerNext.publicKey]
        #expect(try response.verify { $0.keys = keys }.signatures.first?.keyIndex == 1)
        #expect(
            refusal { try response.verify() } == .untrustedKey || refusal { try response.verify() } == .signatureInvalid
        )
    }

    @Test func `another's key is refused`() {
        var response = TestResponse()
        response.signer.signer = TestKeys.attacker
        response.signer.keyInfo = """
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(TestKeys.attacker.certificateText)</ds:X509Certificate>\
            </ds:X509Data></ds:KeyInfo>
            """
        #expect([.untrustedKey, .signatureInvalid].contains(refusal { try response.verify() }))
        #expect(refusal { try response.verify { $0.keys = [] } } == .keyNotFound)
    }

    @Test func `the unsolicited is refused unless it was expected`() throws {
        var response = TestResponse()
        response.responseAttributes.replace(#" InResponseTo="_request1""#, with: "")
        #expect(refusal { try response.verify() } == .inResponseTo)
        #expect(refusal { try response.verify { $0.answering = .unsolicited } } == .inResponseTo)
        response.assertion.confirmationData.replace(#"InResponseTo="_request1" "#, with: "")
        #expect(refusal { try response.verify { $0.answering = .unsolicited } } == nil)
        #expect(refusal { try response.verify() } == .inResponseTo)
    }

    @Test func `nested status codes are told`() {
        var response = TestResponse()
        response.status = """
            <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode \
            Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>\
            <samlp:StatusMessage>wrong password</samlp:StatusMessage></samlp:Status>
            """
        response.wrap = { _ in "" }
        do {
            _ = try response.verify()
            Issue.record("accepted")
        } catch let rejection as SAMLRejection {
            #expect(rejection.reason == .statusNotSuccess)
            #expect(rejection.statusCodes == [SAMLStatusCode.responder, SAMLStatusCode.authnFailed])
            #expect(rejection.checks.last?.result == .fail)
            #expect(rejection.checks.last?.name == "status")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `a command may leave things out, and says so`() throws {
        var terms = SAMLExaminationTerms()
        terms.keys = [TestKeys.partner.publicKey]
        let received = try SAMLReceivedResponse(xml: Array(TestResponse().xml.utf8))
        let partial = received.examine(on: terms, now: noon)
        #expect((try? partial.verdict.get()) != nil)
        #expect(!partial.isComplete)
        let skipped = partial.checks.filter { $0.result == .skipped }.map(\.name)
        #expect(
            Set(skipped) == [
                "destination", "in_response_to", "response_issuer", "issuer", "subject_confirmation", "audience",
            ])
        terms.audience = TestResponse.us
        terms.acsURL = TestResponse.acs
        terms.answering = .request(TestResponse.request)
        terms.issuer = TestResponse.partner
        #expect(received.examine(on: terms, now: noon).isComplete)
        #expect(received.claimedIssuer == TestResponse.partner)
        #expect(received.claimedInResponseTo == TestResponse.request)
    }

    @Test func `freshness that was asked for is compared`() throws {
        let response = TestResponse()
        #expect(refusal { try response.verify { $0.maxAge = 30 } } == nil)
        #expect(
            refusal { try response.verify({ $0.maxAge = 30 }, now: noon.addingTimeInterval(61)) } == .authnStatement)
        #expect(refusal { try response.verify { $0.authenticatedSince = noon.addingTimeInterval(-10) } } == nil)
        #expect(
            refusal { try response.verify { $0.authenticatedSince = noon.addingTimeInterval(31) } } == .authnStatement)
        #expect(
            refusal { try response.verify { $0.contexts = [SAMLContextClass.refedsMultipleFactors] } } == .authnContext)
        #expect(
            refusal {
                try response.verify {
                    $0.contexts = [
                        SAMLContextClass.refedsMultipleFactors, SAMLContextClass.passwordProtectedTransport,
                    ]
                }
            } == nil)
    }

    @Test func `times are compared to the second, with the tolerance`() {
        let response = TestResponse()
        #expect(refusal { try response.verify(now: noon.addingTimeInterval(359)) } == nil)
        #expect(refusal { try response.verify(now: noon.addingTimeInterval(360)) } == .expired)
        #expect(refusal { try response.verify({ $0.skew = 0 }, now: noon.addingTimeInterval(299)) } == nil)
        #expect(refusal { try response.verify({ $0.skew = 0 }, now: noon.addingTimeInterval(300)) } == .expired)
        // The message claims to be from five seconds before noon.
        #expect(refusal { try response.verify(now: noon.addingTimeInterval(-65)) } == nil)
        #expect(refusal { try response.verify(now: noon.addingTimeInterval(-66)) } == .notYetValid)
    }
}
