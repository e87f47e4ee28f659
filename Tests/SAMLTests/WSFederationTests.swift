import FoundationEssentials
import Testing

@testable import SAML

@Suite("WS-Federation") struct WSFederationTests {
    private static let realm = "https://login.vestibule.example/contoso/"
    private static let issuer = "http://sts.partner.example/adfs/services/trust"
    private static let callback = "https://login.vestibule.example/contoso/wsfed"
    private static let email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"

    private var assertion: SAMLAssertion {
        var assertion = SAMLAssertion(
            id: "_token1", issued: noon, issuer: Self.issuer,
            subject: SAMLNameID("4711", format: SAMLNameIDFormat.persistent), audience: Self.realm,
            recipient: Self.callback, inResponseTo: nil, authenticatedAt: noon.addingTimeInterval(-30),
            contextClass: SAMLContextClass.passwordProtectedTransport)
        assertion.attributes = [
            SAMLAttribute(Self.email, nameFormat: SAMLAttributeNameFormat.uri, values: ["ada@partner.example"]),
            SAMLAttribute("urn:oid:2.5.4.42", nameFormat: SAMLAttributeNameFormat.uri, values: ["Ada", "A & B"]),
        ]
        return assertion
    }

    private var expectations: WSFederationExpectations {
        WSFederationExpectations(
            realm: Self.realm, recipient: Self.callback, issuer: Self.issuer, keys: [TestKeys.partner.publicKey])
    }

    private func verify(
        _ result: String, _ change: (inout WSFederationExpectations) -> Void = { _ in }, now: Date = noon
    ) throws -> VerifiedAssertion {
        var expectations = expectations
        change(&expectations)
        return try WSFederationReceivedToken(wresult: result).verify(expecting: expectations, now: now)
    }

    private func written(
        _ token: WSFederationResponseWriter.Token, _ trust: WSFederationResponseWriter.Trust = .february2005,
        signer: SAMLSigner = TestKeys.partner
    ) throws -> String {
        let writer = WSFederationResponseWriter(signer: signer, token: token, trust: trust)
        guard case .post(Self.callback, let fields) = try writer.answer(assertion, context: "ctx") else { return "" }
        #expect(fields.map(\.name) == ["wa", "wresult", "wctx"])
        return fields[1].value
    }

    @Test(arguments: WSFederationResponseWriter.Token.allCases, WSFederationResponseWriter.Trust.allCases)
    func `what we write is what a strict reader accepts`(
        token: WSFederationResponseWriter.Token, trust: WSFederationResponseWriter.Trust
    ) throws {
        let verified = try verify(written(token, trust))
        #expect(verified.issuer == Self.issuer)
        #expect(verified.subject.value == "4711")
        #expect(verified.values(Self.email) == ["ada@partner.example"])
        #expect(verified.values("urn:oid:2.5.4.42") == ["Ada", "A & B"])
        #expect(verified.contextClass == SAMLContextClass.passwordProtectedTransport)
        #expect(verified.oneTimeUse.assertionID == "_token1")
        #expect(verified.checks.filter { $0.result != .pass } == [])
    }

    @Test(arguments: WSFederationResponseWriter.Token.allCases)
    func `a token for others, by others or of other times is refused`(token: WSFederationResponseWriter.Token) throws {
        let result = try written(token)
        #expect(refusal { try verify(result) { $0.realm = "urn:other" } } == .audienceMismatch)
        #expect(refusal { try verify(result) { $0.issuer = "urn:other" } } == .issuerMismatch)
        #expect(refusal { try verify(result, now: noon.addingTimeInterval(359)) } == nil)
        #expect(refusal { try verify(result, now: noon.addingTimeInterval(360)) } == .expired)
        #expect(refusal { try verify(result, now: noon.addingTimeInterval(-61)) } == .notYetValid)
        #expect(refusal { try verify(result) { $0.maxAge = 10 } } == nil)
        #expect(refusal { try verify(result, { ($0.maxAge, $0.skew) = (10, 0) }) } == .authnStatement)
        #expect(refusal { try verify(result) { $0.contexts = ["urn:mfa"] } } == .authnContext)
        let foreign = refusal { try verify(written(token, signer: TestKeys.attacker)) }
        #expect(foreign == .untrustedKey || foreign == .signatureInvalid)
        // Inside the signature, and outside.
        #expect(refusal { try verify(result.replacing(">4711<", with: ">4712<")) } == .digestMismatch)
        let otherScope = result.replacing("<wsa:Address>\(Self.realm)", with: "<wsa:Address>urn:other")
        #expect(refusal { try verify(otherScope) } == .audienceMismatch)
        let otherLife = result.replacing(
            "<wsu:Expires xmlns:wsu=\"\(WSNamespace.utility)\">\(instant(300))",
            with: "<wsu:Expires xmlns:wsu=\"\(WSNamespace.utility)\">\(instant(-300))")
        #expect(otherLife != result)
        #expect(refusal { try verify(otherLife) } == .expired)
    }

    @Test func `a token that names a recipient names us`() throws {
        let other = Self.callback + "/"
        #expect(refusal { try verify(written(.saml20)) { $0.recipient = other } } == .recipientMismatch)
        // SAML 1.1 has no such thing, and AD FS names nobody in SAML 2.0 either.
        #expect(refusal { try verify(written(.saml11)) { $0.recipient = other } } == nil)
        var silent = assertion
        silent.recipient = Self.callback
        let text = String(decoding: silent.text.bytes, as: UTF8.self)
            .replacing(" Recipient=\"\(Self.callback)\"", with: "")
        #expect(!text.contains("Recipient"))
        let whole = try written(.saml20)
        let start = try #require(whole.firstRange(of: "<saml:Assertion")).lowerBound
        let end = try #require(whole.firstRange(of: "</saml:Assertion>")).upperBound
        let answer = try whole[..<start] + EnvelopedSigner().sign(text, id: silent.id) + whole[end...]
        #expect(refusal { try verify(String(answer)) { $0.recipient = other } } == nil)
    }

    @Test func `a command may leave things out, and says so`() throws {
        var terms = WSFederationExaminationTerms()
        terms.keys = [TestKeys.partner.publicKey]
        let received = try WSFederationReceivedToken(wresult: written(.saml11))
        let partial = received.examine(on: terms, now: noon)
        #expect((try? partial.verdict.get()) != nil)
        #expect(partial.checks.filter { $0.result == .skipped }.map(\.name) == ["applies_to", "issuer", "audience"])
        (terms.realm, terms.issuer) = (Self.realm, Self.issuer)
        #expect(received.examine(on: terms, now: noon).isComplete)
    }

    /// A SAML 1.1 token by hand: as SimpleSAMLphp's ADFS module writes one, with changes.
    private func answer11(
        subject: String =
            #"<saml1:NameIdentifier Format="http://schemas.xmlsoap.org/claims/UPN">ada</saml1:NameIdentifier>"#,
        confirmation: String =
            "<saml1:SubjectConfirmation><saml1:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:bearer</saml1:ConfirmationMethod></saml1:SubjectConfirmation>",
        otherSubject: String? = nil, attributes: String = "", conditions: String? = nil, version: String = "1",
        wrap: (String) -> String = { $0 }, signs: Bool = true, id: String = "_t1"
    ) throws -> String {
        let whole = "<saml1:Subject>\(subject)\(confirmation)</saml1:Subject>"
        let conditionsText =
            conditions
                ?? """
                <saml1:Conditions NotBefore="\(instant(-30))" NotOnOrAfter="\(instant(300))">\
                <saml1:AudienceRestrictionCondition><saml1:Audience>\(Self.realm)</saml1:Audience>\
                </saml1:AudienceRestrictionCondition></saml1:Conditions>
                """
        let token = """
            <saml1:Assertion xmlns:saml1="urn:oasis:names:tc:SAML:1.0:assertion" Issuer="\(Self.issuer)" \
            IssueInstant="\(instant(0))" AssertionID="\(id)" MinorVersion="1" MajorVersion="\(version)">\
            \(conditionsText)<saml1:AuthenticationStatement AuthenticationMethod="urn:password" \
            AuthenticationInstant="\(instant(0))">\(whole)</saml1:AuthenticationStatement>\
            <saml1:AttributeStatement>\(otherSubject ?? whole)<saml1:Attribute \
            AttributeNamespace="http://schemas.xmlsoap.org/claims" AttributeName="group">\
            <saml1:AttributeValue>staff</saml1:AttributeValue></saml1:Attribute>\(attributes)\
            </saml1:AttributeStatement></saml1:Assertion>
            """
        var signer = EnvelopedSigner()
        signer.idAttribute = "AssertionID"
        let signed = signs ? try signer.sign(token, id: id) : token
        return """
            <wst:RequestSecurityTokenResponse xmlns:wst="http://schemas.xmlsoap.org/ws/2005/02/trust">
            <wst:RequestedSecurityToken>\(wrap(signed))</wst:RequestedSecurityToken>
            <wsp:AppliesTo xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy">
            <wsa:EndpointReference xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing">
            <wsa:Address>\(Self.realm)</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>
            </wst:RequestSecurityTokenResponse>
            """
    }

    @Test func `a SAML 1 1 token by another hand is read`() throws {
        let more = """
            <saml1:Attribute AttributeNamespace="http://schemas.xmlsoap.org/claims" AttributeName="group">\
            <saml1:AttributeValue>research</saml1:AttributeValue></saml1:Attribute>
            """
        let verified = try verify(answer11(attributes: more))
        #expect(verified.subject == SAMLNameID("ada", format: "http://schemas.xmlsoap.org/claims/UPN"))
        #expect(verified.values("http://schemas.xmlsoap.org/claims/group") == ["staff", "research"])
        #expect(refusal { try verify(answer11(signs: false)) } == .noSignature)
    }

    @Test func `a subject is confirmed, unless the connection waives it`() throws {
        let holder = """
            <saml1:SubjectConfirmation><saml1:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:holder-of-key\
            </saml1:ConfirmationMethod></saml1:SubjectConfirmation>
            """
        #expect(refusal { try verify(answer11(confirmation: "")) } == .subjectConfirmation)
        #expect(refusal { try verify(answer11(confirmation: "")) { $0.acceptsUnconfirmedSubject = true } } == nil)
        #expect(
            refusal { try verify(answer11(confirmation: holder)) { $0.acceptsUnconfirmedSubject = true } }
                == .subjectConfirmation)
    }

    @Test func `statements about two people are refused`() throws {
        let other = """
            <saml1:Subject><saml1:NameIdentifier Format="http://schemas.xmlsoap.org/claims/UPN">eve\
            </saml1:NameIdentifier><saml1:SubjectConfirmation><saml1:ConfirmationMethod>\
            urn:oasis:names:tc:SAML:1.0:cm:bearer</saml1:ConfirmationMethod></saml1:SubjectConfirmation></saml1:Subject>
            """
        #expect(refusal { try verify(answer11(otherSubject: other)) } == .nameIDInvalid)
        #expect(refusal { try verify(answer11(otherSubject: "")) } == .subjectMissing)
        #expect(refusal { try verify(answer11(subject: "")) } == .subjectMissing)
        let immutable = """
            <saml1:Attribute AttributeNamespace="http://schemas.microsoft.com/LiveID/Federation/2008/05" \
            AttributeName="ImmutableID"><saml1:AttributeValue>abc==</saml1:AttributeValue></saml1:Attribute>
            """
        #expect(try verify(answer11(subject: "", attributes: immutable)).subject.value == "abc==")
        #expect(refusal { try verify(answer11(subject: "", attributes: immutable + immutable)) } == .nameIDInvalid)
    }

    @Test func `conditions of a SAML 1 1 token are kept to`() throws {
        let audience = """
            <saml1:AudienceRestrictionCondition><saml1:Audience>\(Self.realm)</saml1:Audience>\
            </saml1:AudienceRestrictionCondition>
            """
        let time = #"NotOnOrAfter="\#(instant(300))""#
        for (conditions, reason) in [
            ("", SAMLReason.conditionsMissing),
            ("<saml1:Conditions>\(audience)</saml1:Conditions>", .conditionsMissing),
            ("<saml1:Conditions \(time)/>", .audienceMismatch),
            ("<saml1:Conditions \(time)>\(audience)<saml1:Unheard/></saml1:Conditions>", .unknownCondition),
            (
                "<saml1:Conditions \(time)>\(audience)\(audience.replacing("contoso", with: "fabrikam"))</saml1:Conditions>",
                .audienceMismatch
            ),
            ("<saml1:Conditions \(time)>\(audience)<saml1:DoNotCacheCondition/></saml1:Conditions>", nil),
        ] as [(String, SAMLReason?)] {
            #expect(refusal { try verify(answer11(conditions: conditions)) } == reason, "\(conditions)")
        }
        #expect(refusal { try verify(answer11(version: "2")) } == .wrongVersion)
    }

    @Test func `tokens beside, around and within the signed one are refused`() throws {
        let forged = "<saml1:Assertion xmlns:saml1=\"urn:oasis:names:tc:SAML:1.0:assertion\" AssertionID=\"_f\"/>"
        #expect(refusal { try verify(answer11(wrap: { $0 + forged })) } == .multipleAssertions)
        #expect(refusal { try verify(answer11(wrap: { forged + $0 })) } == .multipleAssertions)
        #expect(refusal { try verify(answer11(wrap: { _ in "" })) } == .noAssertion)
        #expect(refusal { try verify(answer11(wrap: { _ in "<a/>" })) } == .noAssertion)
        let around = try answer11(wrap: { forged.replacing("/>", with: ">" + $0 + "</saml1:Assertion>") })
        #expect(refusal { try verify(around) } == .unexpectedAssertion)
        let elsewhere = try answer11().replacing(
            "</wst:RequestSecurityTokenResponse>", with: forged + "</wst:RequestSecurityTokenResponse>")
        #expect(refusal { try verify(elsewhere) } == .unexpectedAssertion)
        // Two ID attributes of the two versions on one element: the signature refers to one of them.
        let twoIDs = try answer11().replacing("MajorVersion", with: "ID=\"_t2\" MajorVersion")
        #expect(refusal { try verify(twoIDs) } == .digestMismatch)
    }

    @Test func `an encrypted token is read, and proves nothing unsigned`() throws {
        func encrypted(signs: Bool) throws -> String {
            let plain = try answer11(signs: signs)
            let start = try #require(plain.firstRange(of: "<saml1:Assertion"))
            let end = try #require(plain.firstRange(of: "</saml1:Assertion>"))
            let token = String(plain[start.lowerBound..<end.upperBound])
            let holder = try TestEncryption.encrypted(token, element: "X")
            let data = holder[
                holder.firstRange(of: "<xenc:")!.lowerBound..<holder.firstRange(of: "</saml:X>")!.lowerBound]
            return String(plain[..<start.lowerBound]) + data + plain[end.upperBound...]
        }
        #expect(try verify(encrypted(signs: true)) { $0.decryptionKeys = [TestKeys.own.key] }.wasEncrypted)
        #expect(refusal { try verify(encrypted(signs: true)) } == .decryptFailed)
        #expect(
            refusal { try verify(encrypted(signs: false)) { $0.decryptionKeys = [TestKeys.own.key] } } == .noSignature)
    }

    @Test func `requests are read and made`() throws {
        var signIn = WSFederationSignIn(realm: "urn:app")
        (signIn.context, signIn.reply, signIn.freshness) = ("c=1&d", "https://app.example/back", 0)
        (signIn.homeRealm, signIn.authentication) = ("partner.example", "urn:mfa")
        let url = signIn.url(at: "https://sts.example/adfs/ls/")
        #expect(
            url
                == "https://sts.example/adfs/ls/?wa=wsignin1.0&wtrealm=urn%3Aapp&wctx=c%3D1%26d&wreply=https%3A%2F%2Fapp.example%2Fback&wfresh=0&whr=partner.example&wauth=urn%3Amfa"
        )
        let parameters = url.split(separator: "?")[1].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return (name: String(parts[0]), value: String(parts[1]).queryUnescaped ?? "")
        }
        #expect(try WSFederationRequest.parse(parameters) == .signIn(signIn))
        #expect(refusal { try WSFederationRequest.parse(parameters + [(name: "wctx", value: "x")]) } == .badEncoding)
        #expect(refusal { try WSFederationRequest.parse([("wa", "wsignin1.0")]) } == .unknownIssuer)
        #expect(refusal { try WSFederationRequest.parse([("wa", "wattr1.0")]) } == .badEncoding)
        #expect(
            refusal { try WSFederationRequest.parse([("wa", "wsignin1.0"), ("wtrealm", "x"), ("wfresh", "-1")]) }
                == .badEncoding)
        #expect(
            try WSFederationRequest.parse([("wa", "wsignoutcleanup1.0"), ("wreply", "r")])
                == .cleanUp(WSFederationSignOut(reply: "r")))
        #expect(
            WSFederationSignOut(realm: "urn:app").url(at: "https://x?y=z")
                == "https://x?y=z&wa=wsignout1.0&wtrealm=urn%3Aapp")
        #expect(try signIn.replyAddress(registered: ["https://app.example/back"]) == "https://app.example/back")
        for evil in [
            "https://app.example/back/", "https://app.example.evil/back", "//app.example/back", "javascript:x",
        ] {
            signIn.reply = evil
            #expect(refusal { try signIn.replyAddress(registered: ["https://app.example/back"]) } == .urlForbidden)
        }
    }
}
