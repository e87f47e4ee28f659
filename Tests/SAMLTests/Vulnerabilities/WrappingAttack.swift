import Testing
import XML

/// A forged message or assertion, and the signed original where a verifier still finds it.
enum WrappingAttack: Int, CaseIterable, Sendable {
    case xsw1 = 1
    case xsw2, xsw3, xsw4, xsw5, xsw6, xsw7, xsw8

    func apply(to message: AcceptedMessage) throws -> XMLTree {
        let original = try XMLTree(parsing: message.xml)
        let signed = try #require(original.all.first { $0.id != nil && $0.id == message.signedID })
        let signature = try #require(signed.elements.first { $0.name.local == "Signature" })
        switch self {
        // A forged message around or beside the signed one. For a signed assertion: the same one level down.
        case .xsw1, .xsw2:
            let forged = try forge(original)
            let kept = original.copy
            for element in kept.all { element.removeAll("Signature") }
            if self == .xsw1 {
                try #require(forged.first("Signature")).append(kept)
            } else {
                forged.insert(kept, at: 1)
            }
            return forged
        // A forged assertion beside the signed one, or around it. What has no assertion stands for itself.
        case .xsw3:
            let part = original.first("Assertion") ?? original.first("EncryptedAssertion") ?? original
            let forged = try forge(part)
            forged.removeAll("Signature")
            guard let parent = original.parent(of: part) else {
                let around = try forge(original)
                around.id = "_around"
                around.children = [.element(forged), .element(original)]
                return around
            }
            parent.children = parent.elements.flatMap { [$0 === part ? [forged] : [], [$0]] }.joined().map {
                .element($0)
            }
            return original
        case .xsw4:
            let part = original.first("Assertion") ?? original.first("EncryptedAssertion") ?? original
            let forged = try forge(part)
            forged.removeAll("Signature")
            let parent = original.parent(of: part)
            forged.append(part)
            guard let parent else { return forged }
            parent.remove(part)
            parent.append(forged)
            return original
        // The signature stays with the forged one, and the original goes elsewhere: to the end, or into the signature.
        case .xsw5:
            let root = try forge(original)
            root.append(try signed.unsigned)
            return root
        case .xsw6:
            let root = try forge(original)
            try #require(root.first("Signature")).append(try signed.unsigned)
            return root
        // The original in Extensions, or in an Object of the signature.
        case .xsw7:
            let root = try forge(original)
            root.insert(
                XMLTree(
                    name: XMLName(root.name.namespace, "Extensions"), attributes: [],
                    children: [.element(signed.copy)]), at: 1)
            return root
        case .xsw8:
            let root = try forge(original)
            try #require(root.first("Signature")).append(
                XMLTree(
                    name: XMLName(signature.name.namespace, "Object"), attributes: [],
                    children: [.element(try signed.unsigned)]))
            return root
        }
    }

    static let forgedPrefix = "_forged"

    /// The same for an attacker, under other IDs so that none is repeated.
    private func forge(_ tree: XMLTree) throws -> XMLTree {
        let forged = tree.copy
        for element in forged.all {
            if let id = element.id { element.id = Self.forgedPrefix + id }
            switch element.name.local {
            case "NameID", "NameIdentifier", "AttributeValue": element.replaceText("admin")
            case "SingleSignOnService", "AssertionConsumerService": element["Location"] = "https://evil.example/"
            case "AuthnRequest": element["ForceAuthn"] = "false"
            case "StatusCode": element.children = []
            case "EncryptedAssertion":
                var assertion = TestAssertion(id: Self.forgedPrefix)
                assertion.nameID = "<saml:NameID>admin</saml:NameID>"
                element.children = try XMLTree(parsing: TestEncryption.assertion(assertion.xml)).children
            case "EncryptedID":
                let nameID = #"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">admin</saml:NameID>"#
                element.children = try XMLTree(parsing: TestEncryption.encrypted(nameID, element: "EncryptedID"))
                    .children
            default: break
            }
        }
        return forged
    }
}

extension XMLTree {
    /// A copy without its own signature.
    fileprivate var unsigned: XMLTree {
        get throws {
            let copy = copy
            copy.remove(try #require(copy.elements.first { $0.name.local == "Signature" }))
            return copy
        }
    }
}
