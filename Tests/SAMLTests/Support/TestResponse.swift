import Cryptography
import FoundationEssentials

@testable import SAML

/// A response as an identity provider of the field would write it, every part open to change. What it says by default is
/// accepted by ``TestResponse/expectations``.
struct TestResponse {
    static let partner = "https://idp.partner.example/saml"
    static let us = "https://login.vestibule.example/saml/contoso"
    static let acs = "https://login.vestibule.example/saml/contoso/acs"
    static let request = "_request1"

    enum Signed: CaseIterable { case assertion, response, both, nothing }

    var signed = Signed.assertion
    var signer = EnvelopedSigner()
    var responseAttributes =
        #"ID="_response1" Version="2.0" IssueInstant="\#(instant(-5))" Destination="\#(acs)" InResponseTo="\#(request)""#
    var responseIssuer = "<saml:Issuer>\(partner)</saml:Issuer>"
    var status = #"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>"#
    var assertion = TestAssertion()
    /// Stands in front of the assertion.
    var before = ""
    /// Stands behind the assertion.
    var after = ""
    /// Wraps or replaces the signed assertion.
    var wrap: (String) -> String = { $0 }

    var xml: String {
        get throws {
            var assertionText = assertion.xml
            if signed == .assertion || signed == .both {
                assertionText = try signer.sign(assertionText, id: assertion.id)
            }
            let response = """
                <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
                xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" \(responseAttributes)>\(responseIssuer)\(status)\
                \(before)\(wrap(assertionText))\(after)</samlp:Response>
                """
            return signed == .response || signed == .both ? try signer.sign(response, id: "_response1") : response
        }
    }

    static var expectations: SAMLResponseExpectations {
        SAMLResponseExpectations(
            audience: us, acsURL: acs, answering: .request(request), issuer: partner,
            keys: [TestKeys.partner.publicKey])
    }

    func verify(
        _ change: (inout SAMLResponseExpectations) -> Void = { _ in }, now: Date = noon
    ) throws -> VerifiedAssertion {
        try verifyResponse(xml, change, now: now)
    }
}

/// By the front door: Base64 and all.
func verifyResponse(
    _ xml: String, _ change: (inout SAMLResponseExpectations) -> Void = { _ in }, now: Date = noon
) throws -> VerifiedAssertion {
    var expectations = TestResponse.expectations
    change(&expectations)
    return try SAMLReceivedResponse(postValue: Base64.encode(Array(xml.utf8))).verify(
        expecting: expectations, now: now)
}

/// The reason a message is refused for; nil if it is not.
func refusal(_ body: () throws -> some Any) -> SAMLReason? {
    do {
        _ = try body()
        return nil
    } catch let rejection as SAMLRejection {
        return rejection.reason
    } catch {
        fatalError("not a refusal: \(error)")
    }
}

struct TestAssertion {
    var id = "_assertion1"
    var attributes = #"Version="2.0" IssueInstant="\#(instant(-5))""#
    var issuer = "<saml:Issuer>\(TestResponse.partner)</saml:Issuer>"
    var nameID =
        #"<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">guest-4711</saml:NameID>"#
    var confirmationMethod = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    var confirmationData =
        #"<saml:SubjectConfirmationData InResponseTo="\#(TestResponse.request)" NotOnOrAfter="\#(instant(300))" Recipient="\#(TestResponse.acs)"/>"#
    /// In place of the whole subject.
    var subject: String?
    var conditionsAttributes = #"NotBefore="\#(instant(-60))" NotOnOrAfter="\#(instant(300))""#
    var conditions =
        "<saml:AudienceRestriction><saml:Audience>\(TestResponse.us)</saml:Audience></saml:AudienceRestriction>"
    /// In place of all Conditions.
    var allConditions: String?
    var advice = ""
    var statement = """
        <saml:AuthnStatement AuthnInstant="\(instant(-30))" SessionIndex="_session1" \
        SessionNotOnOrAfter="\(instant(3600))"><saml:AuthnContext>\
        <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport\
        </saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
        """
    var attributeStatement = """
        <saml:AttributeStatement><saml:Attribute Name="mail" \
        NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue>ada@partner.example\
        </saml:AttributeValue></saml:Attribute><saml:Attribute Name="groups"><saml:AttributeValue>staff\
        </saml:AttributeValue><saml:AttributeValue>research</saml:AttributeValue></saml:Attribute>\
        </saml:AttributeStatement>
        """

    var xml: String {
        let subjectText =
            subject
                ?? """
                <saml:Subject>\(nameID)<saml:SubjectConfirmation Method="\(confirmationMethod)">\(confirmationData)\
                </saml:SubjectConfirmation></saml:Subject>
                """
        let conditionsText =
            allConditions ?? "<saml:Conditions \(conditionsAttributes)>\(conditions)</saml:Conditions>"
        return """
            <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="\(id)" \(attributes)>\(issuer)\
            \(subjectText)\(conditionsText)\(advice)\(statement)\(attributeStatement)</saml:Assertion>
            """
    }
}
