import Cryptography
import Foundation

@testable import XML

extension XMLName {
    static func saml(_ local: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:2.0:assertion", local) }
    static func samlp(_ local: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:2.0:protocol", local) }
}

func parse(
    _ text: String, limits: XMLLimits = .message, allowsComments: Bool = false, ids: Set<String> = ["ID"]
) throws(XMLError) -> XMLDocument {
    try XMLDocument(parsing: Array(text.utf8), limits: limits, allowsComments: allowsComments, idAttributes: ids)
}

/// Keys that every test of a run shares; making one RSA key takes as long as a thousand tests.
enum Keys {
    static let rsa = make(.rsa(bits: 2048))
    static let otherRSA = make(.rsa(bits: 2048))
    static let p256 = make(.ec(.p256))
    static let p384 = make(.ec(.p384))
    static let p521 = make(.ec(.p521))

    private static func make(_ kind: KeyKind) -> SigningKey {
        guard let key = try? SigningKey.generate(kind) else { fatalError("no key of \(kind)") }
        return key
    }
}

/// An assertion as an identity provider writes it, of about 4 KB.
func assertion(id: String = "_a1", nameID: String = "ada@partner.example", attributes: Int = 12) -> XMLText {
    var writer = XMLWriter()
    writer.element(
        "saml", .saml("Assertion"), [("Version", "2.0"), ("ID", id), ("IssueInstant", "2026-01-31T12:00:00Z")]
    ) { writer in
        writer.element("saml", .saml("Issuer"), text: "https://idp.partner.example/")
        writer.element("saml", .saml("Subject")) { writer in
            writer.element(
                "saml", .saml("NameID"), [("Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")],
                text: nameID)
        }
        writer.element("saml", .saml("AttributeStatement")) { writer in
            for index in 0..<attributes {
                let name = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/attribute\(index)"
                writer.element("saml", .saml("Attribute"), [("Name", name)]) { writer in
                    writer.element("saml", .saml("AttributeValue"), text: "The value of number \(index) & <more>")
                }
            }
        }
    }
    return writer.text
}

func response(around assertion: XMLText, id: String = "_r1") -> XMLText {
    var writer = XMLWriter()
    writer.element("samlp", .samlp("Response"), [("ID", id), ("Version", "2.0")]) { writer in
        writer.element("saml", .saml("Issuer"), text: "https://idp.partner.example/")
        writer.element("samlp", .samlp("Status")) { writer in
            writer.element(
                "samlp", .samlp("StatusCode"), [("Value", "urn:oasis:names:tc:SAML:2.0:status:Success")])
        }
        writer.append(assertion)
    }
    return writer.text
}

extension String {
    func replacing(_ old: String, with new: String) -> String { replacingOccurrences(of: old, with: new) }
}
