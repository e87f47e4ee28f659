import Cryptography
import Testing

@testable import SAML

@Suite("The redirect binding") struct RedirectQueryTests {
    private let xml = Array(#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>"#.utf8)

    private func query(_ relayState: String? = "state/1 +ü", signer: SAMLSigner? = TestKeys.partner) throws -> String {
        let url = try SAMLRedirectQuery.url(
            "https://idp.example/sso", .request, xml: xml, relayState: relayState, key: signer?.key)
        #expect(url.hasPrefix("https://idp.example/sso?SAMLRequest="))
        return String(url.dropFirst("https://idp.example/sso?".count))
    }

    @Test func `what is sent is received`() throws {
        let received = try SAMLRedirectQuery(query())
        #expect(received.xml == xml)
        #expect(received.relayState == "state/1 +ü")
        #expect(received.parameter == .request)
        let evidence = try received.verify(keys: [TestKeys.attacker.publicKey, TestKeys.partner.publicKey])
        #expect(evidence.keyIndex == 1)
        #expect(evidence.algorithm == "rsa-sha256")
    }

    @Test func `an ECDSA key signs too`() throws {
        let received = try SAMLRedirectQuery(query(signer: TestKeys.partnerECDSA))
        #expect(try received.verify(keys: [TestKeys.partnerECDSA.publicKey]).algorithm == "ecdsa-sha256")
    }

    @Test func `an address with a query of its own keeps it`() throws {
        let url = try SAMLRedirectQuery.url("https://idp.example/sso?a=b", .response, xml: xml, relayState: nil)
        #expect(url.hasPrefix("https://idp.example/sso?a=b&SAMLResponse="))
    }

    @Test func `the octets are signed as they came`() throws {
        // AD FS and others escape in lower case: the same text in other octets, under their own signature.
        let parts = try query().split(separator: "&").map { part -> String in
            guard !part.hasPrefix("Signature=") else { return String(part) }
            var text = ""
            var rest = part[...]
            while let at = rest.firstIndex(of: "%") {
                text += rest[..<at] + rest[at...].prefix(3).lowercased()
                rest = rest[at...].dropFirst(3)
            }
            return text + rest
        }
        let octets = parts.filter { !$0.hasPrefix("Signature=") }.joined(separator: "&")
        #expect(try octets != query().split(separator: "&").dropLast().joined(separator: "&"))
        let signature = try TestKeys.partner.key.sign(Array(octets.utf8), .rsaPKCS1(.sha256))
        // Their order in the query does not matter, and strangers are not looked at.
        let shuffled =
            "client=1&Signature=\(Base64.encode(signature).queryEscaped)&" + parts[2] + "&" + parts[1] + "&" + parts[0]
        #expect(try SAMLRedirectQuery(shuffled).verify(keys: [TestKeys.partner.publicKey]).keyIndex == 0)
    }

    @Test func `a change of any signed part is found`() throws {
        let whole = try query("state")
        for changed in [
            whole.replacing("RelayState=state", with: "RelayState=stat"),
            whole.replacing("&RelayState=state", with: ""),
            whole.replacing("rsa-sha256", with: "rsa-sha384"),
            whole.replacing("RelayState=state", with: "RelayState=%73tate"),
        ] {
            #expect(changed != whole)
            let reason = refusal { try SAMLRedirectQuery(changed).verify(keys: [TestKeys.partner.publicKey]) }
            #expect(reason == .signatureInvalid, "\(changed)")
        }
        let otherMessage = try SAMLRedirectQuery.url("x", .request, xml: xml + [0x20], relayState: "state")
        let spliced = otherMessage.dropFirst(2) + whole[whole.firstRange(of: "&SigAlg")!.lowerBound...]
        #expect(
            refusal { try SAMLRedirectQuery(String(spliced)).verify(keys: [TestKeys.partner.publicKey]) }
                == .signatureInvalid)
    }

    @Test func `weak and unknown algorithms are refused by name`() throws {
        let whole = try query()
        let sigAlg = XMLSignatureAlgorithmURI.escaped
        for (uri, reason) in [
            ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", SAMLReason.weakAlgorithm),
            ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", .weakAlgorithm),
            ("urn:example:none", .unsupportedAlgorithm), ("", .unsupportedAlgorithm),
        ] {
            let changed = whole.replacing(sigAlg, with: uri.queryEscaped)
            #expect(changed != whole)
            #expect(refusal { try SAMLRedirectQuery(changed).verify(keys: [TestKeys.partner.publicKey]) } == reason)
        }
        #expect(
            refusal { try SAMLRedirectQuery(query(signer: nil)).verify(keys: [TestKeys.partner.publicKey]) }
                == .noSignature)
    }

    @Test func `what is ambiguous is refused`() throws {
        let whole = try query("state")
        for broken in [
            whole + "&RelayState=other", whole + "&" + whole, whole + "&SAMLResponse=x", whole + "&%53AMLRequest=x",
            "RelayState=state", "", "SAMLRequest=%zz", "SAMLRequest=",
            "SAMLRequest=" + String(repeating: "A", count: 8),
            whole + "&SAMLEncoding=urn%3Aexample", whole.replacing("Signature=", with: "Signature=!"),
        ] {
            #expect(refusal { try SAMLRedirectQuery(broken) } == .badEncoding, "\(broken.prefix(60))")
        }
        let onlyAlgorithm = String(whole[..<whole.firstRange(of: "&Signature=")!.lowerBound])
        #expect(refusal { try SAMLRedirectQuery(onlyAlgorithm) } == .signatureStructure)
        #expect(refusal { try SAMLRedirectQuery(query(String(repeating: "x", count: 81))) } == .tooLarge)
        #expect(try SAMLRedirectQuery(query(String(repeating: "x", count: 80))).relayState?.count == 80)
    }

    /// CVE-2025-25293, CVE-2023-28119: a small message that inflates to a large one.
    @Test func `a bomb is refused`() {
        let bomb = Base64.encode(Deflate.deflate([UInt8](repeating: 0x20, count: 30 << 20))).queryEscaped
        #expect(bomb.utf8.count < SAMLLimits.query)
        #expect(refusal { try SAMLRedirectQuery("SAMLRequest=" + bomb) } == .tooLarge)
    }

    @Test func `a posted message is strict Base64 of at most 512 KiB`() throws {
        #expect(try SAMLMessageEncoding.decode(post: "PGEvPg==") == Array("<a/>".utf8))
        #expect(try SAMLMessageEncoding.decode(post: "PGEv\r\nPg==\r\n") == Array("<a/>".utf8))
        for broken in ["", "PGEvPg", "PGEvPg=", "PGEv Pg==", "PGEvPg==x", "PGEv-g==", "<a/>", "PGEvPh=="] {
            #expect(refusal { try SAMLMessageEncoding.decode(post: broken) } == .badEncoding, "\(broken)")
        }
        let largest = String(repeating: "A", count: SAMLLimits.encodedMessage)
        #expect(try SAMLMessageEncoding.decode(post: largest).count == SAMLLimits.encodedMessage / 4 * 3)
        #expect(refusal { try SAMLMessageEncoding.decode(post: largest + "AAAA") } == .tooLarge)
    }
}

private enum XMLSignatureAlgorithmURI {
    static let escaped = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256".queryEscaped
}
