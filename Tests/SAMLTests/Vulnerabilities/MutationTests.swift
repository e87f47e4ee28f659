import Testing
import XML

@testable import SAML

/// Every single edit of an accepted message is refused, or changes nothing that is read.
@Suite("Mutations of accepted messages") struct MutationTests {
    /// What a caller goes by.
    private struct Read: Equatable {
        let subject: SAMLNameID
        let attributes: [SAMLAttribute]
        let others: [String?]

        init(_ verified: VerifiedAssertion) {
            (subject, attributes) = (verified.subject, verified.attributes)
            others = [
                verified.issuer, verified.id, verified.contextClass, verified.sessionIndex,
                verified.sessionNotOnOrAfter?.shownInstant, verified.notOnOrAfter.shownInstant,
                verified.authenticatedAt.shownInstant, verified.oneTimeUse.until.shownInstant,
            ]
        }
    }

    @Test(arguments: AcceptedMessage.all) func `no edit of one element or attribute changes what is read`(
        message: AcceptedMessage
    ) throws {
        let original = try XMLTree(parsing: message.xml)
        let expected = Read(try message.verify(message.xml))
        var refused = 0
        var made = 0
        for place in original.all.indices {
            for edit in Self.edits(of: original.all[place], isRoot: place == 0) {
                let tree = original.copy
                edit(tree, tree.all[place])
                made += 1
                if let verified = try? message.verify(tree.xml) {
                    #expect(Read(verified) == expected, "\(tree.xml)")
                } else {
                    refused += 1
                }
            }
        }
        #expect(made > 300)
        #expect(refused > made * 2 / 3)
    }

    typealias Edit = (_ root: XMLTree, _ element: XMLTree) -> Void

    private static func edits(of element: XMLTree, isRoot: Bool) -> [Edit] {
        var edits: [Edit] = [
            { $1.name = XMLName($1.name.namespace, $1.name.local + "X") },
            { $1.name = XMLName("urn:other", $1.name.local) },
            { $1.children = [] },
            { $1.append(XMLTree(name: XMLName("urn:other", "Added"), attributes: [], children: [])) },
            { $1["Added"] = "x" },
            { $1["ID"] = "_added" },
        ]
        if case .text(let text)? = element.children.first {
            edits.append { $1.replaceText("admin") }
            edits.append { $1.replaceText(text + "x") }
            edits.append { $1.replaceText(" " + text) }
        }
        for attribute in element.attributes {
            edits.append { $1.attributes.removeAll { $0.name == attribute.name } }
            edits.append { $1.attributes.append((XMLName("urn:other", attribute.name.local), "x")) }
            edits.append { _, target in
                for at in target.attributes.indices where target.attributes[at].name == attribute.name {
                    target.attributes[at].value += "x"
                }
            }
        }
        guard !isRoot else { return edits }
        edits.append { root, target in root.removeAnywhere(target) }
        edits.append { root, target in
            let parent = root.all.first { $0.elements.contains { $0 === target } }
            parent?.append(target.copy)
        }
        edits.append { root, target in
            root.removeAnywhere(target)
            root.append(target)
        }
        return edits
    }
}
