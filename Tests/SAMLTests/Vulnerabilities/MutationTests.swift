import Testing
import XML

@testable import SAML

/// Every single edit of an accepted message is refused, or changes nothing that is read.
@Suite("Mutations of accepted messages") struct MutationTests {
    @Test(arguments: AcceptedMessage.all) func `no edit of one element or attribute changes what is read`(
        message: AcceptedMessage
    ) throws {
        let original = try XMLTree(parsing: message.xml)
        var refused = 0
        var made = 0
        var number = 0
        for place in original.all.indices {
            for edit in Self.edits(of: original.all[place], isRoot: place == 0) {
                number += 1
                guard number % Campaign.step == 0 else { continue }
                let tree = original.copy
                edit(tree, tree.all[place])
                made += 1
                let verdict = message.verdict(on: tree.xml)
                #expect(verdict.isRefusal || verdict == .unchanged, "\(verdict): \(tree.xml)")
                if verdict.isRefusal { refused += 1 }
            }
        }
        #expect(number > 150)
        // The rest is what no signature covers and nobody reads, and what means the same.
        #expect(refused > made / 2, "\(refused) of \(made)")
    }

    /// CVE-2017-11428, CVE-2026-40165, CVE-2026-57580 and their kind: half of a value is never read for the whole.
    @Test(arguments: AcceptedMessage.all) func `VU 475445: a comment, an instruction or a section in any value`(
        message: AcceptedMessage
    ) {
        let ends = message.xml.indices.filter { message.xml[$0] == ">" }
        var number = 0
        for end in ends {
            let rest = message.xml[message.xml.index(after: end)...]
            let value = rest.prefix { $0 != "<" }
            guard !value.isEmpty else { continue }
            let middle = value.index(value.startIndex, offsetBy: value.count / 2)
            for inserted in ["<!-- -->", "<?x y?>", "<![CDATA[]]>", "<![CDATA[x]]>", "<x/>", "&#x200B;"] {
                number += 1
                guard number % Campaign.step == 0 else { continue }
                let verdict = message.verdict(on: message.xml[..<middle] + inserted + message.xml[middle...])
                #expect(verdict.isRefusal || verdict == .unchanged, "\(verdict) \(value) \(inserted)")
            }
        }
        #expect(number >= 15)
        #expect(message.verdict(on: "<!DOCTYPE x>" + message.xml) == .refused(.dtdForbidden))
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
        edits.append { root, target in root.parent(of: target)?.append(target.copy) }
        edits.append { root, target in
            root.removeAnywhere(target)
            root.append(target)
        }
        return edits
    }
}
