import Cryptography
import FoundationEssentials
import Testing
import XML

@testable import SAML

/// Attacks on service providers that were published, by the names they have. Each is made for signed responses and signed
/// assertions alike.
@Suite("Published attacks on SAML service providers") struct PublishedAttackTests {
    private static let shapes = AcceptedResponse.all.filter { $0.description.hasPrefix("signed") }.prefix(3)

    private func tree(_ message: AcceptedResponse) throws -> XMLTree { try XMLTree(parsing: message.xml) }

    private func forgedAssertion(_ id: String = "_forged") -> String {
        var assertion = TestAssertion()
        assertion.id = id
        assertion.nameID = "<saml:NameID>admin</saml:NameID>"
        return assertion.xml
    }

    @Test(arguments: shapes) func `CVE-2022-41912, CVE-2026-25922: a second assertion, before or after`(
        message: AcceptedResponse
    ) throws {
        for place in [0, 2, 3] {
            let tree = try tree(message)
            tree.insert(try XMLTree(parsing: forgedAssertion()), at: min(place, tree.children.count))
            #expect(refusal { try message.verify(tree.xml) } == .multipleAssertions)
        }
    }

    @Test(arguments: shapes) func `CVE-2024-45409: values outside SignedInfo have no effect`(
        message: AcceptedResponse
    ) throws {
        let digest = XMLTree(
            name: XMLName("http://www.w3.org/2000/09/xmldsig#", "DigestValue"), attributes: [],
            children: [.text(Base64.encode([UInt8](repeating: 1, count: 32)))])
        for parent in ["Status", "Signature", "KeyInfo", "AuthnContext"] {
            let tree = try tree(message)
            guard let place = tree.first(parent) else { continue }
            place.append(digest)
            // What is read is what was signed, or nothing is.
            if let verified = try? message.verify(tree.xml) { #expect(verified.subject.value == "guest-4711") }
        }
        // The attack itself: another NameID, and its true digest where a careless reader finds it first.
        let tree = try tree(message)
        tree.first("NameID")?.replaceText("admin")
        let signed = try #require(tree.all.first { $0["ID"] == message.signedID })
        let copy = signed.copy
        copy.removeAll("Signature")
        let document = try XMLDocument(parsing: Array(copy.xml.utf8))
        digest.replaceText(Base64.encode(Digest.sha256(try document.root.canonical(.exclusive))))
        for (parent, place) in [("Status", 1), ("Status", 0), ("Response", 1)] {
            let forged = tree.copy
            forged.first(parent)?.insert(digest, at: place)
            let reason = refusal { try message.verify(forged.xml) }
            #expect(reason == .digestMismatch)
        }
    }

    @Test(arguments: shapes) func `CVE-2025-29774: more than one SignedInfo`(message: AcceptedResponse) throws {
        for isFirst in [true, false] {
            let tree = try tree(message)
            let signature = try #require(tree.first("Signature"))
            let second = try #require(signature.first("SignedInfo")).copy
            second.first("DigestValue")?.replaceText(Base64.encode([UInt8](repeating: 1, count: 32)))
            signature.insert(second, at: isFirst ? 0 : 1)
            #expect(refusal { try message.verify(tree.xml) } == .signatureStructure)
        }
    }

    @Test(arguments: shapes, ["<!-- x -->", "<?x y?>"])
    func `CVE-2025-29775, CVE-2017-11428, CVE-2026-40165, CVE-2026-57580: comments within values`(
        message: AcceptedResponse, comment: String
    ) throws {
        for value in [
            "<ds:DigestValue>", ">guest-4711", "<saml:Audience>https://login", "<saml:Issuer>https://idp",
            "<saml:AttributeValue>staff",
        ] {
            guard let found = message.xml.firstRange(of: value) else { continue }
            let text = message.xml[..<found.upperBound] + comment + message.xml[found.upperBound...]
            #expect(refusal { try message.verify(String(text)) } == .commentInValue)
        }
    }

    @Test(arguments: shapes) func `VU 475445: a CDATA section hides nothing of a value`(
        message: AcceptedResponse
    ) throws {
        let text = message.xml.replacing(">guest-4711<", with: "><![CDATA[guest]]>-4711<")
        #expect(text != message.xml)
        if let verified = try? message.verify(text) { #expect(verified.subject.value == "guest-4711") }
        var response = TestResponse()
        response.assertion.nameID = "<saml:NameID>admin@x<![CDATA[.evil]]></saml:NameID>"
        #expect(try response.verify().subject.value == "admin@x.evil")
    }

    /// CVE-2020-26290 and CVE-2020-27847 are Dex's and its library's, of CVE-2020-29509 to -29511.
    @Test(arguments: shapes)
    func
        `CVE-2025-25291, CVE-2025-25292, CVE-2025-66567, CVE-2020-26290, CVE-2020-27847: what two parsers read differently`(
            message: AcceptedResponse
        )
    {
        for (text, reason) in [
            (#"<!DOCTYPE x [<!ENTITY y "<![CDATA[">]>"# + message.xml, SAMLReason.dtdForbidden),
            (message.xml.replacing("<samlp:Status>", with: "<x:samlp:Status>"), .badXML),
            (message.xml.replacing("<samlp:Status>", with: "<samlp:Status a:b:c=\"\">"), .badXML),
            (message.xml.replacing("<samlp:Status>", with: "<samlp:Status xmlns:x=\"\">"), .badXML),
            (message.xml.replacing("<samlp:Status>", with: "<samlp:Status xmlns:xml=\"urn:x\">"), .badXML),
            (message.xml.replacing("<samlp:Status>", with: "<samlp:Status xmlns:x=\"relative\">"), .badXML),
            (message.xml + "<samlp:Response/>", .badXML),
            ("\u{FEFF}" + message.xml, .badCharset),
            (#"<?xml version="1.0" encoding="UTF-16"?>"# + message.xml, .badCharset),
        ] {
            let found = refusal { try message.verify(text) }
            #expect(found == reason, "\(text.prefix(60))")
        }
    }

    @Test(arguments: shapes) func `CVE-2025-23369: an entity in an ID`(message: AcceptedResponse) {
        let text =
            #"<!DOCTYPE x [<!ENTITY x "_response1">]>"#
            + message.xml.replacing(#"ID="_response1""#, with: #"ID="&x;""#)
        #expect(refusal { try message.verify(text) } == .dtdForbidden)
    }

    @Test(arguments: shapes) func `CVE-2025-66568: an empty canonical form`(message: AcceptedResponse) throws {
        let tree = try tree(message)
        let empty = Base64.encode(Digest.sha256([]))
        for digest in tree.all where digest.name.local == "DigestValue" { digest.replaceText(empty) }
        let text = tree.xml.replacing("<saml:Subject>", with: #"<saml:Subject xmlns:x="1">"#)
        #expect(text != tree.xml)
        #expect(refusal { try message.verify(text) } == .badXML)
    }

    @Test(arguments: shapes) func `attribute pollution: a second ID in another namespace`(
        message: AcceptedResponse
    ) throws {
        for (own, other) in [("_forged", message.signedID), (message.signedID, "_forged")] {
            let tree = try tree(message)
            let signed = try #require(tree.all.first { $0["ID"] == message.signedID })
            signed["ID"] = own
            signed.attributes.append((XMLName("urn:p", "ID"), other))
            tree.first("NameID")?.replaceText("admin")
            #expect(refusal { try message.verify(tree.xml) } != nil)
        }
    }

    @Test func `CVE-2025-54419, CVE-2025-54369: what is read is what was signed`() throws {
        // Everything outside the signed assertion says something else; only refusals may come of it.
        var response = TestResponse()
        response.status = response.status.replacing(
            "</samlp:Status>",
            with:
                "<samlp:StatusMessage>admin</samlp:StatusMessage><samlp:StatusDetail>\(TestAssertion().nameID.replacing("guest-4711", with: "admin"))</samlp:StatusDetail></samlp:Status>"
        )
        #expect(try response.verify().subject.value == "guest-4711")
    }

    @Test(arguments: [TestResponse.Signed.assertion, .response])
    func `CVE-2021-21238, CVE-2021-21239: the key that the message brings`(signed: TestResponse.Signed) {
        var response = TestResponse()
        response.signed = signed
        response.signer.signer = TestKeys.attacker
        guard case .rsa(let n, let e) = TestKeys.attacker.publicKey.components else { return }
        for keyInfo in [
            "<ds:X509Data><ds:X509Certificate>\(TestKeys.attacker.certificateText)</ds:X509Certificate></ds:X509Data>",
            """
            <ds:KeyValue><ds:RSAKeyValue><ds:Modulus>\(Base64.encode(n))</ds:Modulus>\
            <ds:Exponent>\(Base64.encode(e))</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>
            """,
            "<ds:X509Data><ds:X509Certificate>\(TestKeys.partner.certificateText)</ds:X509Certificate></ds:X509Data>",
        ] {
            response.signer.keyInfo = "<ds:KeyInfo>\(keyInfo)</ds:KeyInfo>"
            let reason = refusal { try response.verify { $0.requiredSignature = .either } }
            #expect(reason == .untrustedKey || reason == .signatureInvalid)
        }
    }

    @Test(arguments: [TestResponse.Signed.assertion, .response])
    func `weak algorithms, and a MAC whose key everybody has`(signed: TestResponse.Signed) throws {
        for (uri, reason) in [
            ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", SAMLReason.weakAlgorithm),
            ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", .weakAlgorithm),
            ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", .unsupportedAlgorithm),
            ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", .weakAlgorithm),
            ("urn:none", .unsupportedAlgorithm),
        ] {
            var response = TestResponse()
            response.signed = signed
            response.signer.algorithm = uri
            let found = refusal { try response.verify { $0.requiredSignature = .either } }
            #expect(found == reason || found == .unsupportedAlgorithm, "\(uri)")
        }
    }

    /// CVE-2024-8698 (Keycloak): a signature counts by what it covers, never by where it stands.
    @Test func `CVE-2024-8698: a signature on Status, Extensions or Advice covers no assertion`() throws {
        let bogus = try EnvelopedSigner().signature(
            of: "<samlp:Status xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_s\"/>", id: "_s")
        var response = TestResponse()
        response.signed = .nothing
        response.status = response.status.replacing("<samlp:Status>", with: "<samlp:Status ID=\"_s\">" + bogus)
        #expect(refusal { try response.verify { $0.requiredSignature = .either } } == .signaturePlacement)
        var extended = TestResponse()
        extended.signed = .nothing
        extended.status = "<samlp:Extensions>\(bogus)</samlp:Extensions>" + extended.status
        #expect(refusal { try extended.verify { $0.requiredSignature = .either } } == .signaturePlacement)
        // A whole signed assertion of somebody, in the Advice of a forged one.
        let honest = try EnvelopedSigner().sign(TestAssertion().xml, id: "_assertion1")
        var advised = TestResponse()
        advised.signed = .nothing
        advised.assertion.id = "_forged"
        advised.assertion.advice = "<saml:Advice>\(honest)</saml:Advice>"
        for required in SAMLRequiredSignature.allCases {
            #expect(refusal { try advised.verify { $0.requiredSignature = required } } == .unexpectedAssertion)
        }
    }

    @Test(arguments: shapes) func `a signature over the whole document or over something else`(
        message: AcceptedResponse
    ) throws {
        for uri in ["", "#_other", "https://evil.example/x", "#xpointer(/)", "#xpointer(id('\(message.signedID)'))"] {
            let tree = try tree(message)
            let signed = try #require(tree.all.first { $0["ID"] == message.signedID })
            let signature = try #require(signed.elements.first { $0.name.local == "Signature" })
            signature.first("Reference")?["URI"] = uri
            #expect(refusal { try message.verify(tree.xml) } == .signatureReference, "\(uri)")
        }
    }

    /// CVE-2026-41577, CVE-2026-1190, CVE-2026-55669: see the rules' own tests for each condition.
    @Test(arguments: shapes) func `a response of another time, audience or endpoint`(message: AcceptedResponse) throws {
        func reason(_ change: (inout SAMLResponseExpectations) -> Void, later: Double = 0) -> SAMLReason? {
            refusal {
                try verifyResponse(
                    message.xml,
                    { expectations in
                        expectations.requiredSignature = message.required
                        change(&expectations)
                    }, now: noon.addingTimeInterval(later))
            }
        }
        #expect(reason({ _ in }) == nil)
        #expect(reason({ _ in }, later: 7200) == .expired)
        #expect(reason({ _ in }, later: -7200) == .notYetValid)
        #expect(reason({ $0.audience = "https://login.vestibule.example/saml/fabrikam" }) == .audienceMismatch)
        #expect(reason({ $0.acsURL = "https://login.vestibule.example/saml/fabrikam/acs" }) == .destinationMismatch)
        #expect(reason({ $0.answering = .request("_other") }) == .inResponseTo)
        #expect(reason({ $0.issuer = "https://idp.other.example" }) == .issuerMismatch)
    }
}
