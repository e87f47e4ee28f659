import Testing
import XML

@testable import SAML

/// XML signature wrapping (Somorovsky et al., "On Breaking SAML"): CVE-2016-5697, CVE-2020-5390, CVE-2024-6800,
/// CVE-2025-46572, CVE-2025-47949, CVE-2026-47201. Each attack is made from every accepted message.
@Suite("XML signature wrapping") struct SignatureWrappingTests {
    enum Attack: Int, CaseIterable, Sendable {
        case xsw1 = 1
        case xsw2, xsw3, xsw4, xsw5, xsw6, xsw7, xsw8

        /// The tree with a forged message or assertion in it, and the signed original where a verifier still finds it.
        func apply(to original: XMLTree, _ message: AcceptedMessage) throws -> XMLTree {
            let signed = try #require(original.all.first { $0["ID"] == message.signedID })
            let signature = try #require(signed.elements.first { $0.name.local == "Signature" })
            switch self {
            // A forged Response around or beside the signed one. For a signed assertion: the same one level down.
            case .xsw1, .xsw2:
                let forged = forge(original)
                let kept = original.copy
                for element in kept.all { element.removeAll("Signature") }
                if self == .xsw1 {
                    try #require(forged.first("Signature")).append(kept)
                } else {
                    forged.insert(kept, at: 1)
                }
                return forged
            // A forged assertion beside the signed one, or around it.
            case .xsw3:
                let root = original.copy
                let assertion = try #require(root.first("Assertion"))
                let forged = forge(assertion)
                forged.removeAll("Signature")
                root.insert(forged, at: 1)
                return root
            case .xsw4:
                let root = original.copy
                let assertion = try #require(root.first("Assertion"))
                let forged = forge(assertion)
                forged.removeAll("Signature")
                root.remove(assertion)
                forged.append(assertion)
                root.append(forged)
                return root
            // The signature stays with the forged one, and the original goes elsewhere: to the end, or into the signature.
            case .xsw5:
                let root = forge(original)
                let kept = signed.copy
                kept.remove(try #require(kept.elements.first { $0.name.local == "Signature" }))
                root.append(kept)
                return root
            case .xsw6:
                let root = forge(original)
                let kept = signed.copy
                kept.remove(try #require(kept.elements.first { $0.name.local == "Signature" }))
                try #require(root.first("Signature")).append(kept)
                return root
            // The original in Extensions, or in an Object of the signature.
            case .xsw7:
                let root = forge(original)
                root.insert(
                    XMLTree(
                        name: XMLName(root.name.namespace, "Extensions"), attributes: [],
                        children: [.element(signed.copy)]), at: 1)
                return root
            case .xsw8:
                let root = forge(original)
                let kept = signed.copy
                kept.remove(try #require(kept.elements.first { $0.name.local == "Signature" }))
                try #require(root.first("Signature")).append(
                    XMLTree(
                        name: XMLName(signature.name.namespace, "Object"), attributes: [], children: [.element(kept)]))
                return root
            }
        }

        /// The same for an attacker, under another ID so that none is repeated.
        private func forge(_ tree: XMLTree) -> XMLTree {
            let forged = tree.copy
            forged["ID"] = "_forged"
            for element in forged.all {
                if element !== forged, element["ID"] != nil { element["ID"] = "_forged_" + element.name.local }
                if element.name.local == "NameID" { element.replaceText("admin") }
            }
            return forged
        }
    }

    @Test(arguments: AcceptedMessage.all) func `the message that the attacks begin with is accepted`(
        message: AcceptedMessage
    ) throws {
        #expect(refusal { try message.verify(message.xml) } == nil)
        // Written out as a tree, it still is: what the attacks fail for is not their writing.
        #expect(refusal { try message.verify(XMLTree(parsing: message.xml).xml) } == nil)
    }

    @Test(arguments: AcceptedMessage.all, Attack.allCases) func `a wrapped signature covers nothing`(
        message: AcceptedMessage, attack: Attack
    ) throws {
        let tree = try XMLTree(parsing: message.xml)
        let reason = refusal { try message.verify(attack.apply(to: tree, message).xml) }
        #expect(reason != nil, "accepted")
        #expect(reason != .duplicateID && reason != .badXML, "refused for its form, which proves nothing: \(reason!)")
    }

    /// The same with the original's ID repeated, which some parsers answer with the first and some with the last.
    @Test(arguments: AcceptedMessage.all, Attack.allCases) func `a repeated ID is refused`(
        message: AcceptedMessage, attack: Attack
    ) throws {
        let tree = try attack.apply(to: XMLTree(parsing: message.xml), message)
        for element in tree.all {
            switch element["ID"] {
            case "_forged"?: element["ID"] = element.name.local == "Response" ? "_response1" : "_assertion1"
            case "_forged_Assertion"?: element["ID"] = "_assertion1"
            default: break
            }
        }
        #expect(refusal { try message.verify(tree.xml) } != nil)
    }
}
