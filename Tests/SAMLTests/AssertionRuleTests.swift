import Testing

@testable import SAML

/// Each rule of a response and its assertion, by what breaks it and nothing else. The message is signed again each time.
@Suite("Rules of responses and assertions") struct AssertionRuleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reason: SAMLReason?
        let change: @Sendable (inout TestResponse) -> Void

        init(_ name: String, _ reason: SAMLReason?, _ change: @escaping @Sendable (inout TestResponse) -> Void) {
            (testDescription, self.reason, self.change) = (name, reason, change)
        }
    }

    private static let otherAudience =
        "<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction>"
    private static let ourAudience = TestAssertion().conditions
    private static let attribute =
        "<saml:Attribute Name=\"mail\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\"/>"

    static let cases: [Case] = [
        // The message.
        Case("another version", .wrongVersion) { $0.responseAttributes.replace("2.0", with: "1.1") },
        Case("no version", .wrongVersion) { $0.responseAttributes.replace(#"Version="2.0""#, with: "") },
        Case("no ID", .missingID) {
            $0.responseAttributes.replace(#"ID="_response1""#, with: "")
            $0.signed = .assertion
        },
        Case("no IssueInstant", .missingID) {
            $0.responseAttributes.replace(#"IssueInstant="\#(instant(-5))""#, with: "")
        },
        Case("issued in the future", .notYetValid) {
            $0.responseAttributes.replace(instant(-5), with: instant(61))
        },
        Case("another Destination", .destinationMismatch) {
            $0.responseAttributes.replace("/acs\"", with: "/acs/\"")
        },
        Case("no Destination", .destinationMismatch) {
            $0.responseAttributes.replace(#"Destination="\#(TestResponse.acs)""#, with: "")
        },
        Case("another request", .inResponseTo) { $0.responseAttributes.replace("_request1", with: "_request2") },
        Case("another Issuer", .issuerMismatch) {
            $0.responseIssuer = "<saml:Issuer>https://other.example</saml:Issuer>"
        },
        Case("an Issuer that is a person", .issuerMismatch) {
            $0.responseIssuer =
                "<saml:Issuer Format=\"\(SAMLNameIDFormat.emailAddress)\">\(TestResponse.partner)</saml:Issuer>"
        },
        Case("two Issuers", .badXML) { $0.responseIssuer += $0.responseIssuer },
        Case("no Status", .statusNotSuccess) { $0.status = "" },
        Case("an empty Status", .statusNotSuccess) { $0.status = "<samlp:Status/>" },
        Case("two Statuses", .badXML) { $0.status += $0.status },
        Case("no assertion", .noAssertion) { $0.wrap = { _ in "" } },
        // The assertion.
        Case("an assertion of another version", .wrongVersion) { $0.assertion.attributes.replace("2.0", with: "1.1") },
        Case("an assertion without IssueInstant", .missingID) { $0.assertion.attributes = #"Version="2.0""# },
        Case("an assertion of the future", .notYetValid) {
            $0.assertion.attributes.replace(instant(-5), with: instant(61))
        },
        Case("an assertion of another issuer", .issuerMismatch) {
            $0.assertion.issuer = "<saml:Issuer>https://other.example</saml:Issuer>"
        },
        Case("no Subject", .subjectMissing) { $0.assertion.subject = "" },
        Case("no NameID", .subjectMissing) { $0.assertion.nameID = "" },
        Case("an empty NameID", .nameIDInvalid) { $0.assertion.nameID = "<saml:NameID/>" },
        Case("a NameID with space around it", .nameIDInvalid) {
            $0.assertion.nameID = "<saml:NameID>ada </saml:NameID>"
        },
        Case("a NameID with a line end in it", .nameIDInvalid) {
            $0.assertion.nameID = "<saml:NameID>ada\nadmin</saml:NameID>"
        },
        Case("a NameID with an element in it", .nameIDInvalid) {
            $0.assertion.nameID = "<saml:NameID>ada<b/></saml:NameID>"
        },
        Case("a NameID that is too long", .nameIDInvalid) {
            $0.assertion.nameID = "<saml:NameID>\(String(repeating: "x", count: 1025))</saml:NameID>"
        },
        Case("a NameID for another party", .nameIDInvalid) {
            $0.assertion.nameID = "<saml:NameID SPNameQualifier=\"https://other.example\">ada</saml:NameID>"
        },
        Case("a persistent NameID of another party", .nameIDInvalid) {
            $0.assertion.nameID =
                "<saml:NameID Format=\"\(SAMLNameIDFormat.persistent)\" NameQualifier=\"urn:x\">ada</saml:NameID>"
        },
        Case("two NameIDs", .badXML) { $0.assertion.nameID += $0.assertion.nameID },
        Case("another confirmation", .subjectConfirmation) {
            $0.assertion.confirmationMethod = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
        },
        Case("no confirmation data", .subjectConfirmation) { $0.assertion.confirmationData = "" },
        Case("another Recipient", .recipientMismatch) {
            $0.assertion.confirmationData.replace("/acs\"", with: "/ACS\"")
        },
        Case("no Recipient", .recipientMismatch) {
            $0.assertion.confirmationData.replace(#"Recipient="\#(TestResponse.acs)""#, with: "")
        },
        Case("a confirmation without end", .subjectConfirmation) {
            $0.assertion.confirmationData.replace(#"NotOnOrAfter="\#(instant(300))""#, with: "")
        },
        Case("a confirmation that ended", .expired) {
            $0.assertion.confirmationData.replace(instant(300), with: instant(-60))
        },
        Case("a confirmation with a beginning", .subjectConfirmation) {
            $0.assertion.confirmationData.replace("Recipient", with: "NotBefore=\"\(instant(-60))\" Recipient")
        },
        Case("a confirmation of another request", .inResponseTo) {
            $0.assertion.confirmationData.replace("_request1", with: "_request2")
        },
        Case("a confirmation of no request", .inResponseTo) {
            $0.assertion.confirmationData.replace(#"InResponseTo="_request1""#, with: "")
        },
        Case("no Conditions", .conditionsMissing) { $0.assertion.allConditions = "" },
        Case("Conditions without end", .conditionsMissing) { $0.assertion.conditionsAttributes = "" },
        Case("Conditions that ended", .expired) {
            $0.assertion.conditionsAttributes.replace(instant(300), with: instant(-60))
        },
        Case("Conditions of later", .notYetValid) {
            $0.assertion.conditionsAttributes.replace(instant(-60), with: instant(61))
        },
        Case("Conditions that are no instants", .badXML) {
            $0.assertion.conditionsAttributes.replace(instant(300), with: "tomorrow")
        },
        Case("Conditions twice", .badXML) {
            $0.assertion.allConditions = String(
                repeating: "<saml:Conditions NotOnOrAfter=\"\(instant(300))\">\(ourAudience)</saml:Conditions>",
                count: 2)
        },
        Case("no audience", .audienceMismatch) { $0.assertion.conditions = "" },
        Case("another audience", .audienceMismatch) { $0.assertion.conditions = otherAudience },
        Case("a second restriction to others", .audienceMismatch) { $0.assertion.conditions += otherAudience },
        Case("an empty restriction", .audienceMismatch) { $0.assertion.conditions = "<saml:AudienceRestriction/>" },
        Case("an unknown condition", .unknownCondition) { $0.assertion.conditions += "<saml:Condition/>" },
        Case("a condition of another namespace", .unknownCondition) {
            $0.assertion.conditions += "<x:OneTimeUse xmlns:x=\"urn:x\"/>"
        },
        Case("no authentication", .authnStatement) { $0.assertion.statement = "" },
        Case("two authentications", .authnStatement) { $0.assertion.statement += $0.assertion.statement },
        Case("an authentication without time", .authnStatement) {
            $0.assertion.statement.replace(#"AuthnInstant="\#(instant(-30))""#, with: "")
        },
        Case("an authentication in the future", .authnStatement) {
            $0.assertion.statement.replace(instant(-30), with: instant(61))
        },
        Case("a session that ended", .sessionExpired) {
            $0.assertion.statement.replace(instant(3600), with: instant(-60))
        },
        Case("an attribute twice", .attributeInvalid) {
            $0.assertion.attributeStatement.replace(
                "</saml:AttributeStatement>", with: attribute + "</saml:AttributeStatement>")
        },
        Case("an attribute twice, in two statements", .attributeInvalid) {
            $0.assertion.attributeStatement += "<saml:AttributeStatement>\(attribute)</saml:AttributeStatement>"
        },
        Case("an attribute without name", .attributeInvalid) {
            $0.assertion.attributeStatement.replace("Name=\"mail\"", with: "")
        },
        Case("an encrypted attribute", .attributeInvalid) {
            $0.assertion.attributeStatement.replace(
                "</saml:AttributeStatement>", with: "<saml:EncryptedAttribute/></saml:AttributeStatement>")
        },
        // What is allowed to differ.
        Case("no Response Issuer", nil) { if $0.signed == .assertion { $0.responseIssuer = "" } },
        Case("OneTimeUse and ProxyRestriction", nil) {
            $0.assertion.conditions += "<saml:OneTimeUse/><saml:ProxyRestriction/>"
        },
        Case("one audience of several", nil) {
            $0.assertion.conditions = ourAudience.replacing(
                "<saml:Audience>", with: "<saml:Audience>https://other.example</saml:Audience><saml:Audience>")
        },
        Case("no attributes", nil) { $0.assertion.attributeStatement = "" },
        Case("the same name in another format", nil) {
            $0.assertion.attributeStatement.replace(
                "</saml:AttributeStatement>", with: "<saml:Attribute Name=\"mail\"/></saml:AttributeStatement>")
        },
    ]

    @Test(arguments: cases, [TestResponse.Signed.assertion, .response, .both])
    func `each rule refuses what breaks it`(rule: Case, signed: TestResponse.Signed) throws {
        var response = TestResponse()
        response.signed = signed
        rule.change(&response)
        if rule.testDescription == "no ID" && signed != .assertion { return }
        let required: SAMLRequiredSignature =
            signed == .assertion ? .assertion : signed == .response ? .response : .both
        #expect(refusal { try response.verify { $0.requiredSignature = required } } == rule.reason)
    }

    @Test func `a root that is no Response is refused`() throws {
        for text in [
            "<a/>", TestAssertion().xml,
            try TestResponse().xml.replacing("samlp:Response", with: "samlp:ArtifactResponse"),
            try TestResponse().xml.replacing("SAML:2.0:protocol", with: "SAML:1.1:protocol"),
        ] {
            #expect(refusal { try verifyResponse(text) } == .wrongRoot)
        }
    }

    @Test func `a confirmation for somebody else beside ours does no harm`() throws {
        var response = TestResponse()
        let ours = response.assertion
        response.assertion.subject = """
            <saml:Subject>\(ours.nameID)<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>\
            <saml:SubjectConfirmation Method="\(ours.confirmationMethod)"><saml:SubjectConfirmationData \
            Recipient="https://other.example" NotOnOrAfter="\(instant(300))"/></saml:SubjectConfirmation>\
            <saml:SubjectConfirmation Method="\(ours.confirmationMethod)">\(ours.confirmationData)\
            </saml:SubjectConfirmation></saml:Subject>
            """
        #expect(try response.verify().subject.value == "guest-4711")
    }

    @Test func `a nested NameID and an odd value are read as they should be`() throws {
        var response = TestResponse()
        response.assertion.attributeStatement = """
            <saml:AttributeStatement xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><saml:Attribute \
            Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.10"><saml:AttributeValue><saml:NameID>opaque</saml:NameID>\
            </saml:AttributeValue><saml:AttributeValue xsi:nil="true"/><saml:AttributeValue><a/><b/>\
            </saml:AttributeValue><saml:AttributeValue/></saml:Attribute></saml:AttributeStatement>
            """
        #expect(try response.verify().values("urn:oid:1.3.6.1.4.1.5923.1.1.1.10") == ["opaque", ""])
    }
}
