import Cryptography
import Testing

@testable import XML

/// Published attacks on XML signatures, each tried on a message that is accepted without it.
@Suite("Attacks on XML signatures") struct SignatureAttacks {
    private static let dsig = "http://www.w3.org/2000/09/xmldsig#"

    private func signed(_ id: String = "_a1", nameID: String = "ada@partner.example") throws -> String {
        try XMLSignature.sign(assertion(id: id, nameID: nameID, attributes: 2), id: id, key: Keys.rsa).string
    }

    private func outcome(
        _ text: String, keys: [VerificationKey] = [Keys.rsa.publicKey], allowsComments: Bool = false
    ) -> String {
        do {
            let document = try parse(text, allowsComments: allowsComments)
            let verified = try XMLSignature.verify(document.root, keys: keys)
            return "accepted " + (verified.element.child(.saml("Subject"))?.child(.saml("NameID"))?.text ?? "nobody")
        } catch let error as XMLError {
            return error.reasonCode
        } catch let error as XMLSignatureError {
            return error.reasonCode
        } catch {
            return "\(error)"
        }
    }

    /// What stands between two marks, marks included.
    private func part(_ text: String, _ start: String, _ end: String) throws -> String {
        let from = try #require(text.range(of: start))
        let to = try #require(text.range(of: end, range: from.lowerBound..<text.endIndex))
        return String(text[from.lowerBound..<to.upperBound])
    }

    private func signature(of text: String) throws -> String { try part(text, "<ds:Signature ", "</ds:Signature>") }

    private func digest(_ text: String) throws -> String {
        let root = try parse(text).root
        return Base64.encode(Digest.sha256(try root.canonical(.exclusive)))
    }

    @Test func `the message is accepted without any attack`() throws {
        #expect(try outcome(signed()) == "accepted ada@partner.example")
    }

    // MARK: Where the signature stands (XML signature wrapping, CVE-2016-5697 and its many descendants)

    @Test func `the original inside a forged element that took its signature`() throws {
        let original = try signed()
        let signature = try signature(of: original)
        let bare = original.replacing(signature, with: "")
        for forged in [
            "<x ID='_evil'>\(signature)\(bare)</x>", "<x ID='_evil'>\(bare)\(signature)</x>",
            "<x>\(signature)\(bare)</x>",
            "<x ID='_evil'><y>\(original)</y>\(signature.replacing("_a1", with: "_b"))</x>",
        ] {
            #expect(outcome(forged) == "signature_reference")
        }
        let twice = "<x ID='_a1'>\(signature)\(bare)</x>"
        #expect(outcome(twice) == "duplicate_id")
    }

    @Test func `the original inside the signature`() throws {
        let original = try signed()
        let signature = try signature(of: original)
        let bare = original.replacing(signature, with: "")
        let inObject = signature.replacing("</ds:Signature>", with: "<ds:Object>\(bare)</ds:Object></ds:Signature>")
        #expect(outcome("<x ID='_evil'>\(inObject)</x>") == "signature_structure")
        let inKeyInfo = signature.replacing("</ds:Signature>", with: "<ds:KeyInfo>\(bare)</ds:KeyInfo></ds:Signature>")
        #expect(outcome("<x ID='_evil'>\(inKeyInfo)</x>") == "signature_reference")
    }

    @Test func `a signature that is not a child of what it signs, or not the only one`() throws {
        let original = try signed()
        let signature = try signature(of: original)
        let bare = original.replacing(signature, with: "")
        let deeper = bare.replacing("<saml:Subject>", with: "<saml:Subject>\(signature)")
        #expect(outcome(deeper) == "no_signature")
        #expect(outcome(original.replacing(signature, with: signature + signature)) == "signature_placement")
        #expect(outcome("<x>\(original)</x>") == "no_signature")
        #expect(
            try outcome(original.replacing(signature, with: signature + self.signature(of: signed("_b"))))
                == "signature_placement")
    }

    @Test func `only what was signed can be read from the result`() throws {
        let inner = try signed()
        let outer = "<r ID='_r'><evil>mallory@partner.example</evil>\(inner)<saml:x xmlns:saml='urn:x'/></r>"
        let element = try #require(try parse(outer).root.child(.saml("Assertion")))
        let verified = try XMLSignature.verify(element, keys: [Keys.rsa.publicKey]).element
        #expect(verified.parent == nil)
        #expect(verified.document.element(id: "_r") == nil)
        #expect(verified.document.root.isSame(as: verified))
        #expect(!verified.isSame(as: element))
    }

    // MARK: The reference

    @Test(arguments: [
        "", "#", "#_other", "_a1", "https://a.example/#_a1", "#xpointer(/)", "#xpointer(id('_a1'))",
        "file:///etc/hostname",
        "# _a1", "#%5Fa1", "cid:_a1",
    ]) func `a reference is to the element by its ID, and nothing else`(_ uri: String) throws {
        #expect(try outcome(signed().replacing("URI=\"#_a1\"", with: "URI=\"\(uri)\"")) == "signature_reference")
        #expect(try outcome(signed().replacing(" URI=\"#_a1\"", with: "")) == "signature_reference")
    }

    @Test func `attribute pollution: an ID in a namespace is none`() throws {
        let original = try signed()
        let polluted = original.replacing(" ID=\"_a1\"", with: " xmlns:p=\"urn:p\" p:ID=\"_a1\" ID=\"_evil\"")
        #expect(outcome(polluted) == "signature_reference")
        #expect(
            outcome(original.replacing(" ID=\"_a1\"", with: " xmlns:p=\"urn:p\" p:ID=\"_a1\"")) == "signature_reference"
        )
        #expect(outcome(original.replacing(" ID=\"_a1\"", with: " Id=\"_a1\"")) == "signature_reference")
    }

    @Test func `an ID attribute that the parser did not watch is not trusted`() throws {
        let text = try signed()
        let document = try parse(text, ids: ["AssertionID"])
        #expect(throws: XMLSignatureError.self) {
            try XMLSignature.verify(document.root, keys: [Keys.rsa.publicKey])
        }
    }

    // MARK: The structure

    @Test func `CVE-2025-29774: several SignedInfo`() throws {
        let original = try signed()
        let info = try part(original, "<ds:SignedInfo>", "</ds:SignedInfo>")
        let other = try info.replacing(
            part(info, "<ds:DigestValue>", "</ds:DigestValue>"), with: "<ds:DigestValue>AAAA</ds:DigestValue>")
        #expect(outcome(original.replacing(info, with: info + other)) == "signature_structure")
        #expect(outcome(original.replacing(info, with: other + info)) == "signature_structure")
        #expect(
            outcome(original.replacing("</ds:SignatureValue>", with: "</ds:SignatureValue>" + info))
                == "signature_structure")
    }

    @Test func `CVE-2025-29775: a comment in DigestValue`() throws {
        let forged = try signed().replacing("ada@", with: "eve@")
        let bare = forged.replacing(try signature(of: forged), with: "")
        let mark = "<ds:DigestValue>"
        for aside in ["<!--\(try digest(bare))-->", "<?p \(try digest(bare))?>"] {
            let attack = forged.replacing(mark, with: mark + aside)
            #expect(outcome(attack) == "comment_in_value")
            #expect(outcome(attack, allowsComments: true) == "signature_structure")
        }
        #expect(
            outcome(forged.replacing(mark, with: mark + "<![CDATA[\(try digest(bare))]]>")) == "signature_structure")
        #expect(outcome(forged.replacing(mark, with: mark + "<x>\(try digest(bare))</x>")) == "signature_structure")
    }

    @Test func `CVE-2024-45409: a digest outside of SignedInfo`() throws {
        let forged = try signed().replacing("ada@", with: "eve@")
        let bare = forged.replacing(try signature(of: forged), with: "")
        let value = "<ds:DigestValue xmlns:ds=\"\(Self.dsig)\">\(try digest(bare))</ds:DigestValue>"
        #expect(outcome(forged.replacing("</saml:Subject>", with: value + "</saml:Subject>")) == "digest_mismatch")
        #expect(outcome(forged.replacing("<ds:SignedInfo>", with: value + "<ds:SignedInfo>")) == "signature_structure")
        #expect(
            outcome(forged.replacing("<ds:DigestValue>", with: value + "<ds:DigestValue>")) == "signature_structure")
    }

    @Test func `several references, objects, manifests and parameters`() throws {
        let original = try signed()
        let reference = try part(original, "<ds:Reference ", "</ds:Reference>")
        for (old, new) in [
            (reference, reference + reference), (reference, ""),
            ("</ds:SignatureValue>", "</ds:SignatureValue><ds:Object/>"),
            (
                "</ds:SignatureValue>",
                "</ds:SignatureValue><ds:Object><ds:Manifest>\(reference)</ds:Manifest></ds:Object>"
            ),
            ("</ds:SignatureValue>", "</ds:SignatureValue><ds:KeyInfo/><ds:KeyInfo/>"),
            ("<ds:SignatureMethod ", "<ds:x/><ds:SignatureMethod "),
            (
                "rsa-sha256\"></ds:SignatureMethod>",
                "rsa-sha256\"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>"
            ),
            ("<ds:SignatureValue>", "<ds:SignatureValue>*"),
        ] {
            let changed = original.replacing(old, with: new)
            #expect(changed != original)
            #expect(outcome(changed) == "signature_structure", "\(new)")
        }
    }

    @Test(arguments: [
        (
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
            "<ds:XPath xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>self::x</ds:XPath>"
        ),
        ("http://www.w3.org/TR/1999/REC-xslt-19991116", ""), ("http://www.w3.org/2000/09/xmldsig#base64", ""),
        ("http://www.w3.org/2002/06/xmldsig-filter2", ""), ("http://www.w3.org/2001/10/xml-exc-c14n#WithComments", ""),
        ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", ""),
        ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", ""),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", ""),
    ]) func `no other transform`(_ uri: String, _ content: String) throws {
        let original = try signed()
        let transforms = try part(original, "<ds:Transforms>", "</ds:Transforms>")
        let more = "<ds:Transform Algorithm=\"\(uri)\">\(content)</ds:Transform>"
        for changed in [
            transforms.replacing("</ds:Transforms>", with: more + "</ds:Transforms>"),
            transforms.replacing("<ds:Transforms>", with: "<ds:Transforms>" + more),
            "<ds:Transforms>\(more)</ds:Transforms>",
        ] {
            #expect(outcome(original.replacing(transforms, with: changed)) == "signature_transform")
        }
        #expect(outcome(original.replacing(transforms, with: "")) == "signature_transform")
    }

    // MARK: Content that readers see differently

    @Test func `CVE-2025-66568: the digest of an empty canonical form`() throws {
        let original = try signed()
        let empty = Base64.encode(Digest.sha256([]))
        let forged = try original.replacing(
            part(original, "<ds:DigestValue>", "</ds:DigestValue>"), with: "<ds:DigestValue>\(empty)</ds:DigestValue>")
        #expect(outcome(forged.replacing("<saml:Subject>", with: "<saml:Subject xmlns:x=\"1\">")) == "bad_xml")
        #expect(outcome(forged) == "digest_mismatch")
    }

    @Test func `CVE-2025-23369: an entity in the ID`() throws {
        let original = try signed()
        let forged = "<!DOCTYPE x [<!ENTITY x \"_a1\">]>" + original.replacing(" ID=\"_a1\"", with: " ID=\"&x;\"")
        #expect(outcome(forged) == "dtd_forbidden")
    }

    @Test func `CVE-2025-25291, CVE-2025-25292: a document type that one of two parsers skips`() throws {
        let original = try signed()
        for prolog in [
            "<!DOCTYPE x [<!ENTITY % a \"<![CDATA[\"> ]>", "<!DOCTYPE x SYSTEM \"x'>\" [ <!-- ]> -->",
            "<?xml version='1.0'?><!DOCTYPE x [ <!NOTATION x PUBLIC '\"><!--'> ]>",
        ] {
            #expect(outcome(prolog + original) == "dtd_forbidden")
        }
    }

    @Test(arguments: [
        "<x:a:b xmlns:x='urn:x'/>", "<:x/>", "<x: xmlns:x='urn:x'/>", "<a :b='1'/>", "<a xmlns:='urn:x'/>",
    ])
    func `CVE-2020-29509, CVE-2020-29510, CVE-2020-29511: names with odd colons`(_ more: String) throws {
        #expect(try outcome(signed().replacing("</saml:Subject>", with: more + "</saml:Subject>")) == "bad_xml")
    }

    // MARK: Keys and algorithms

    @Test func `CVE-2021-21239: a key that the sender brought`() throws {
        let authority = try CertificateAuthority.make(name: "Eve", days: 1, environment: .live)
        let forged = try XMLSignature.sign(
            assertion(nameID: "eve@partner.example"), id: "_a1", key: authority.key,
            certificate: authority.certificate.der)
        let outcome = outcome(forged.string)
        #expect(outcome == "untrusted_key")
        let certificate = try part(forged.string, "<ds:KeyInfo>", "</ds:KeyInfo>")
        let byValue = "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue></ds:KeyInfo>"
        #expect(self.outcome(forged.string.replacing(certificate, with: byValue)) == "signature_invalid")
        #expect(self.outcome(forged.string.replacing(certificate, with: "")) == "signature_invalid")
        #expect(self.outcome(forged.string, keys: []) == "untrusted_key")
    }

    @Test(arguments: [Keys.rsa.publicKey.pem(), Keys.rsa.publicKey.spkiDER()])
    func `CVE-2021-21239: a MAC whose key is the public one`(_ secret: [UInt8]) throws {
        let uri = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
        let template = try signed().replacing(XMLSignatureAlgorithm.rsaSHA256.uri, with: uri)
        let info = try #require(parse(template).root.child(.signatureElement)?.child(.signedInfo))
        let mac = MAC.hmac(.sha256, key: Secret(secret), try info.canonical(.exclusive))
        let forged = try template.replacing(
            part(template, "<ds:SignatureValue>", "</ds:SignatureValue>"),
            with: "<ds:SignatureValue>\(Base64.encode(mac))</ds:SignatureValue>")
        #expect(outcome(forged) == "unsupported_algorithm")
    }

    @Test(arguments: [
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "weak_algorithm"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "weak_algorithm"),
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", "weak_algorithm"),
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "weak_algorithm"),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", "weak_algorithm"),
        ("http://www.w3.org/2009/xmldsig11#dsa-sha256", "unsupported_algorithm"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160", "unsupported_algorithm"),
        ("none", "unsupported_algorithm"), ("", "unsupported_algorithm"),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "signature_invalid"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "signature_invalid"),
    ]) func `another algorithm`(_ uri: String, _ reason: String) throws {
        #expect(try outcome(signed().replacing(XMLSignatureAlgorithm.rsaSHA256.uri, with: uri)) == reason)
    }

    @Test func `weak digests`() throws {
        let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
        #expect(
            try outcome(signed().replacing(sha256, with: "http://www.w3.org/2000/09/xmldsig#sha1")) == "weak_algorithm")
        #expect(
            try outcome(signed().replacing(sha256, with: "http://www.w3.org/2001/04/xmldsig-more#md5"))
                == "weak_algorithm")
        #expect(try outcome(signed().replacing(sha256, with: "urn:none")) == "unsupported_algorithm")
        #expect(
            try outcome(signed().replacing(sha256, with: "http://www.w3.org/2001/04/xmlenc#sha512"))
                == "signature_structure")
    }

    @Test func `CVE-2022-21449: the signature of zeros`() throws {
        let signed = try XMLSignature.sign(assertion(), id: "_a1", key: Keys.p256).string
        let zeros = Base64.encode([UInt8](repeating: 0, count: 64))
        let forged = try signed.replacing(
            part(signed, "<ds:SignatureValue>", "</ds:SignatureValue>"),
            with: "<ds:SignatureValue>\(zeros)</ds:SignatureValue>")
        #expect(outcome(signed, keys: [Keys.p256.publicKey]) == "accepted ada@partner.example")
        #expect(outcome(forged, keys: [Keys.p256.publicKey]) == "signature_invalid")
    }

    // MARK: Everything else

    @Test func `no octet of what is read can be changed`() throws {
        let text = Array(try signed().utf8)
        let keys = [Keys.rsa.publicKey]
        let genuine = try XMLSignature.verify(XMLDocument(parsing: text).root, keys: keys).element.canonical(.exclusive)
        for index in stride(from: 0, to: text.count, by: 3) {
            for other in [UInt8(ascii: "A"), UInt8(ascii: " "), UInt8(ascii: "<")] where text[index] != other {
                var changed = text
                changed[index] = other
                guard let document = try? XMLDocument(parsing: changed),
                    let verified = try? XMLSignature.verify(document.root, keys: keys)
                else { continue }
                #expect(try verified.element.canonical(.exclusive) == genuine, "octet \(index)")
            }
        }
    }
}
