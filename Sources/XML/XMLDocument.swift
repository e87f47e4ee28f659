internal import CLibXML2

/// A parsed document: one tree, which never changes.
package final class XMLDocument: Sendable {
    // Safe to share: nothing writes to the tree once it is parsed. What libxml2 makes on first use (the binding of the
    // prefix `xml`) was made by the parser.
    nonisolated(unsafe) let pointer: xmlDocPtr
    nonisolated(unsafe) private let rootNode: xmlNodePtr
    nonisolated(unsafe) private let nodesByID: [String: xmlNodePtr]
    /// What it was parsed under, for what is parsed out of it.
    let rules: XMLParsingRules

    /// Parses under hard rules: UTF-8 only, no document type, no entity but the five, absolute namespace names, no
    /// repeated ID; comments and processing instructions only where allowed (§4 of our threat notes).
    ///
    /// - Parameter idAttributes: Attributes in no namespace that identify an element. A value may occur once.
    package convenience init(
        parsing bytes: [UInt8], limits: XMLLimits = .message, allowsComments: Bool = false,
        idAttributes: Set<String> = ["ID"]
    ) throws(XMLError) {
        try self.init(
            parsing: bytes,
            rules: XMLParsingRules(limits: limits, allowsComments: allowsComments, idAttributes: idAttributes))
    }

    init(parsing bytes: [UInt8], rules: XMLParsingRules) throws(XMLError) {
        guard bytes.count <= rules.limits.bytes else {
            throw .tooLarge("\(bytes.count) bytes, \(rules.limits.bytes) allowed")
        }
        let (pointer, root, ids) = try bytes.withUnsafeBufferPointer { bytes throws(XMLError) in
            try LexicalScan.check(bytes, rules.limits)
            let document = try TreeParser.parse(
                bytes, limits: rules.limits, allowsComments: rules.allowsComments)
            do throws(XMLError) {
                guard let root = shim_xml_root(document) else { throw .malformed("it has no root element") }
                return (document, root, try collectIDs(under: root, named: rules.idAttributes))
            } catch {
                shim_xml_free_doc(document)
                throw error
            }
        }
        (self.pointer, rootNode, nodesByID, self.rules) = (pointer, root, ids, rules)
    }

    deinit { shim_xml_free_doc(pointer) }

    package var root: XMLElement { XMLElement(document: self, node: rootNode) }

    /// The element whose ID attribute has exactly this value.
    package func element(id: String) -> XMLElement? {
        nodesByID[id].map { XMLElement(document: self, node: $0) }
    }
}

/// How a document is to be parsed.
struct XMLParsingRules: Sendable {
    var limits: XMLLimits
    var allowsComments: Bool
    var idAttributes: Set<String>
}

/// libxml2 does not report repeated values, and its own look-up takes `p:ID` for `ID`.
private func collectIDs(
    under root: xmlNodePtr, named names: Set<String>
) throws(XMLError) -> [String: xmlNodePtr] {
    let names = Array(names)
    var ids: [String: xmlNodePtr] = [:]
    var next: xmlNodePtr? = root
    while let node = next {
        var attribute = node.pointee.properties
        while let found = attribute {
            if found.pointee.ns == nil, names.contains(where: { matches(found.pointee.name, $0) }) {
                let value = attributeValue(found)
                guard ids.updateValue(node, forKey: value) == nil else { throw .duplicateID(value) }
            }
            attribute = found.pointee.next
        }
        next = following(node, within: root)
    }
    return ids
}

/// The next element in document order.
func following(_ node: xmlNodePtr, within root: xmlNodePtr) -> xmlNodePtr? {
    if let child = firstElement(node.pointee.children) { return child }
    var node = node
    while node != root {
        if let sibling = firstElement(node.pointee.next) { return sibling }
        guard let parent = node.pointee.parent else { return nil }
        node = parent
    }
    return nil
}

/// This node or the first of its later siblings that is an element.
func firstElement(_ node: xmlNodePtr?) -> xmlNodePtr? {
    var node = node
    while let current = node {
        if current.pointee.type == XML_ELEMENT_NODE { return current }
        node = current.pointee.next
    }
    return nil
}

/// An attribute's value, which is one text node: there are no entities to split it.
func attributeValue(_ attribute: xmlAttrPtr) -> String { joinedText(attribute.pointee.children) }

/// All text and CDATA from this node on.
func joinedText(_ first: xmlNodePtr?) -> String {
    guard let first else { return "" }
    if first.pointee.next == nil, isText(first) { return string(first.pointee.content) }
    var text = ""
    var node: xmlNodePtr? = first
    while let current = node {
        if isText(current) { text += string(current.pointee.content) }
        node = current.pointee.next
    }
    return text
}

private func isText(_ node: xmlNodePtr) -> Bool {
    node.pointee.type == XML_TEXT_NODE || node.pointee.type == XML_CDATA_SECTION_NODE
}
