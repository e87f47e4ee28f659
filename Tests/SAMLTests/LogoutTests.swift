import Cryptography
import FoundationEssentials
import Testing

@testable import SAML

@Suite("Single logout") struct LogoutTests {
    private static let endpoint = "https://login.vestibule.example/saml/contoso/slo"
    private static let subject = SAMLNameID("guest-4711", format: SAMLNameIDFormat.persistent)

    private func request(_ change: (inout SAMLLogoutRequest) -> Void = { _ in }) -> SAMLLogoutRequest {
        var request = SAMLLogoutRequest(
            id: "_logout1", issued: noon, destination: Self.endpoint, issuer: TestResponse.partner,
            nameID: Self.subject, sessionIndexes: ["_session1", "_session2"])
        change(&request)
        return request
    }

    private func received(_ transmission: SAMLTransmission) throws -> SAMLReceivedLogout {
        switch transmission {
        case .redirect(let url):
            return try SAMLReceivedLogout(redirectQuery: String(url.split(separator: "?", maxSplits: 1)[1]))
        case .post(_, let fields):
            let parameter = try #require(SAMLMessageParameter(rawValue: fields[0].name))
            return try SAMLReceivedLogout(parameter, postValue: fields[0].value, relayState: fields[1].value)
        }
    }

    private func verify(
        _ transmission: SAMLTransmission, _ change: (inout SAMLReceivedLogout.Expectations) -> Void = { _ in },
        now: Date = noon
    ) throws -> SAMLReceivedLogout.Verified.Message {
        var expectations = SAMLReceivedLogout.Expectations(
            issuer: TestResponse.partner, keys: [TestKeys.partner.publicKey], endpoint: Self.endpoint,
            requestID: "_logout1")
        change(&expectations)
        return try received(transmission).verified(expectations, now: now).message
    }

    @Test(arguments: [SAMLBinding.redirect, .post]) func `a request arrives as it was made`(binding: SAMLBinding) throws
    {
        let made = request()
        let sent = try made.transmission(by: binding, relayState: "relay", signer: TestKeys.partner)
        #expect(try verify(sent) == .request(made))
        #expect(try received(sent).relayState == "relay")
        #expect(try received(sent).issuer == TestResponse.partner)
        #expect(refusal { try verify(sent) { $0.endpoint = "https://other.example" } } == .destinationMismatch)
        #expect(refusal { try verify(sent) { $0.issuer = "https://other.example" } } == .unknownIssuer)
        let foreign = refusal { try verify(sent) { $0.keys = [TestKeys.attacker.publicKey] } }
        #expect(foreign == .untrustedKey || foreign == .signatureInvalid)
        #expect(refusal { try verify(sent, now: noon.addingTimeInterval(360)) } == .expired)
        #expect(refusal { try verify(sent, now: noon.addingTimeInterval(359)) } == nil)
        #expect(refusal { try verify(sent, now: noon.addingTimeInterval(-61)) } == .notYetValid)
    }

    @Test(arguments: [SAMLBinding.redirect, .post]) func `a response arrives as it was made`(binding: SAMLBinding)
        throws
    {
        for status in [SAMLStatus.success, SAMLLogoutResponse.partial, SAMLStatus(.responder)] {
            let made = SAMLLogoutResponse(
                id: "_answer1", issued: noon, destination: Self.endpoint, issuer: TestResponse.partner,
                inResponseTo: "_logout1", status: status)
            let sent = try made.transmission(by: binding, relayState: "r", signer: TestKeys.partner)
            #expect(try verify(sent) == .response(made))
            #expect(made.isSuccess == (status == .success))
            #expect(refusal { try verify(sent) { $0.requestID = "_logout2" } } == .inResponseTo)
        }
    }

    @Test func `an unsigned one ends nobody's session`() throws {
        let url = try SAMLRedirectQuery.url(
            Self.endpoint, .request, xml: Array(unsigned.utf8), relayState: nil, key: nil)
        #expect(refusal { try verify(.redirect(url)) } == .noSignature)
        #expect(refusal { try verify(.post(.request, Array(unsigned.utf8), to: "", relayState: "x")) } == .noSignature)
        let signed = try EnvelopedSigner().sign(unsigned, id: "_l")
        #expect(refusal { try verify(.post(.request, Array(signed.utf8), to: "", relayState: "x")) } == nil)
        // An enveloped signature does not replace that of the query, which alone covers RelayState.
        let enveloped = try SAMLRedirectQuery.url(Self.endpoint, .request, xml: Array(signed.utf8), relayState: nil)
        #expect(refusal { try verify(.redirect(enveloped)) } == .noSignature)
    }

    private let unsigned = """
        <samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
        xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l" Version="2.0" IssueInstant="\(instant(0))" \
        NotOnOrAfter="\(instant(60))" Destination="\(endpoint)"><saml:Issuer>\(TestResponse.partner)</saml:Issuer>\
        <saml:NameID>x</saml:NameID></samlp:LogoutRequest>
        """

    @Test func `what a request lacks is a failure`() throws {
        for (text, replacement, reason) in [
            ("<saml:NameID>x</saml:NameID>", "", SAMLReason.subjectMissing),
            ("<saml:NameID>x</saml:NameID>", "<saml:NameID> x</saml:NameID>", .nameIDInvalid),
            (#"Destination="\#(Self.endpoint)""#, "", .destinationMismatch),
            ("</samlp:LogoutRequest>", "<samlp:SessionIndex/></samlp:LogoutRequest>", .badXML),
        ] {
            let changed = unsigned.replacing(text, with: replacement)
            #expect(changed != unsigned)
            let signed = try EnvelopedSigner().sign(changed, id: "_l")
            #expect(refusal { try verify(.post(.request, Array(signed.utf8), to: "", relayState: "x")) } == reason)
        }
        #expect(
            refusal {
                try SAMLReceivedLogout(.response, postValue: Base64.encode(Array(unsigned.utf8)), relayState: nil)
            } == .wrongRoot)
        #expect(refusal { try SAMLReceivedLogout(xml: Array("<a/>".utf8)) } == .wrongRoot)
    }

    @Test func `without an end of its own a request is good for five minutes`() throws {
        let endless = unsigned.replacing(#"NotOnOrAfter="\#(instant(60))""#, with: "")
        #expect(endless != unsigned)
        let signed = try EnvelopedSigner().sign(endless, id: "_l")
        let sent = SAMLTransmission.post(.request, Array(signed.utf8), to: "", relayState: "x")
        #expect(refusal { try verify(sent, now: noon.addingTimeInterval(359)) } == nil)
        #expect(refusal { try verify(sent, now: noon.addingTimeInterval(360)) } == .expired)
    }

    @Test func `a request is about a session by person and index`() {
        #expect(request().isAbout(Self.subject, sessionIndex: "_session2"))
        #expect(!request().isAbout(Self.subject, sessionIndex: "_session3"))
        #expect(!request().isAbout(Self.subject, sessionIndex: nil))
        #expect(request { $0.sessionIndexes = [] }.isAbout(Self.subject, sessionIndex: nil))
        #expect(!request().isAbout(SAMLNameID("guest-4711"), sessionIndex: "_session1"))
        #expect(
            !request().isAbout(SAMLNameID("guest-4712", format: SAMLNameIDFormat.persistent), sessionIndex: "_session1")
        )
        var qualified = Self.subject
        qualified.nameQualifier = TestResponse.partner
        #expect(request().isAbout(qualified, sessionIndex: "_session1"))
        qualified.nameQualifier = "https://other.example"
        #expect(!request().isAbout(qualified, sessionIndex: "_session1"))
    }
}
