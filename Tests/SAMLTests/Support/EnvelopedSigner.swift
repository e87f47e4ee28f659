import Cryptography
import XML

@testable import SAML

/// Signs any XML text, however hostile: by its own few lines, so that the product's signer is not what proves the
/// product's verifier.
struct EnvelopedSigner {
    var signer = TestKeys.partner
    var algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    var scheme = SignatureScheme.rsaPKCS1(.sha256)
    var idAttribute = "ID"
    /// Inserted as KeyInfo.
    var keyInfo = ""

    /// The text with a signature over the element of this ID, put behind the first `</saml:Issuer>` after its start tag,
    /// or in front of its end tag if it has no Issuer there.
    func sign(_ xml: String, id: String) throws -> String {
        let signature = try signature(of: xml, id: id)
        guard let start = xml.firstRange(of: "\(idAttribute)=\"\(id)\"") else { return xml }
        let rest = xml[start.upperBound...]
        if idAttribute == "ID", let issuer = rest.firstRange(of: "</saml:Issuer>") {
            return xml[..<issuer.upperBound] + signature + xml[issuer.upperBound...]
        }
        let opened = rest.firstRange(of: ">")?.upperBound ?? rest.startIndex
        if idAttribute == "ID" { return xml[..<opened] + signature + xml[opened...] }
        let end = rest.firstRange(of: "</saml1:Assertion>")?.lowerBound ?? opened
        return xml[..<end] + signature + xml[end...]
    }

    /// A ds:Signature over the element of this ID in the text.
    func signature(of xml: String, id: String) throws -> String {
        let document = try XMLDocument(
            parsing: Array(xml.utf8), limits: .aggregate, allowsComments: true, idAttributes: [idAttribute])
        guard let element = document.element(id: id) else { throw Missing() }
        let digest = Base64.encode(Digest.sha256(try element.canonical(.exclusive)))
        let info = """
            <ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\
            <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>\
            <ds:SignatureMethod Algorithm="\(algorithm)"></ds:SignatureMethod>\
            <ds:Reference URI="#\(id)"><ds:Transforms>\
            <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>\
            <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>\
            <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>\
            <ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference></ds:SignedInfo>
            """
        let value = Base64.encode(try signer.key.sign(Array(info.utf8), scheme))
        return """
            <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\(info)\
            <ds:SignatureValue>\(value)</ds:SignatureValue>\(keyInfo)</ds:Signature>
            """
    }

    struct Missing: Error {}
}
