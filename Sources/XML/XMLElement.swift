internal import CLibXML2

/// A handle on one element, which keeps its document alive. Cheap to copy.
package struct XMLElement: Sendable {
    package let document: XMLDocument
    // Safe to share: it points into the document's tree, which never changes and lives as long as `document`.
    nonisolated(unsafe) let node: xmlNodePtr

    init(document: XMLDocument, node: xmlNodePtr) {
        self.document = document
        self.node = node
    }

    package var name: XMLName { XMLName(string(node.pointee.ns?.pointee.href), string(node.pointee.name)) }

    /// As written; empty if there is none.
    package var prefix: String { string(node.pointee.ns?.pointee.prefix) }

    /// Whether its expanded name is this. Makes no strings, so it is the way to compare.
    package func isNamed(_ name: XMLName) -> Bool {
        matches(node.pointee.name, name.local) && matches(node.pointee.ns?.pointee.href, name.namespace)
    }

    package func isSame(as other: XMLElement) -> Bool { node == other.node }

    // MARK: Attributes

    /// The value of an attribute in no namespace: `ID` is never `p:ID`.
    package func attribute(_ local: String) -> String? { attribute(XMLName("", local)) }

    package func attribute(_ name: XMLName) -> String? {
        var next = node.pointee.properties
        while let attribute = next {
            if matches(attribute.pointee.name, name.local), matches(attribute.pointee.ns?.pointee.href, name.namespace)
            {
                return attributeValue(attribute)
            }
            next = attribute.pointee.next
        }
        return nil
    }

    /// In document order, without namespace declarations.
    package var attributes: [(name: XMLName, value: String)] {
        var attributes: [(name: XMLName, value: String)] = []
        var next = node.pointee.properties
        while let attribute = next {
            let name = XMLName(string(attribute.pointee.ns?.pointee.href), string(attribute.pointee.name))
            attributes.append((name, attributeValue(attribute)))
            next = attribute.pointee.next
        }
        return attributes
    }

    /// What a prefix stands for here, for values such as those of `xsi:type`; "" asks for the default namespace.
    package func namespace(forPrefix prefix: String) -> String? {
        if prefix == "xml" { return "http://www.w3.org/XML/1998/namespace" }
        var next: xmlNodePtr? = node
        while let element = next, element.pointee.type == XML_ELEMENT_NODE {
            var declaration = element.pointee.nsDef
            while let found = declaration {
                if matches(found.pointee.prefix, prefix) {
                    let name = string(found.pointee.href)
                    return name.isEmpty ? nil : name
                }
                declaration = found.pointee.next
            }
            next = element.pointee.parent
        }
        return nil
    }

    // MARK: Content

    /// Child elements in document order.
    package var children: [XMLElement] {
        var children: [XMLElement] = []
        var next = firstElement(node.pointee.children)
        while let child = next {
            children.append(XMLElement(document: document, node: child))
            next = firstElement(child.pointee.next)
        }
        return children
    }

    /// The same one by one, without an array.
    package func forEachChild<Failure>(_ body: (XMLElement) throws(Failure) -> Void) throws(Failure) {
        var next = firstElement(node.pointee.children)
        while let child = next {
            try body(XMLElement(document: document, node: child))
            next = firstElement(child.pointee.next)
        }
    }

    package func children(_ name: XMLName) -> [XMLElement] {
        var children: [XMLElement] = []
        var next = child(name, from: node.pointee.children)
        while let child = next {
            children.append(child)
            next = self.child(name, from: child.node.pointee.next)
        }
        return children
    }

    /// The first child of this name.
    package func child(_ name: XMLName) -> XMLElement? { child(name, from: node.pointee.children) }

    /// The one child of this name, `nil` if there is none.
    /// - Throws: ``XMLError/repeatedElement(_:)`` if there are several.
    package func only(_ name: XMLName) throws(XMLError) -> XMLElement? {
        guard let first = child(name, from: node.pointee.children) else { return nil }
        guard child(name, from: first.node.pointee.next) == nil else { throw .repeatedElement(first.position) }
        return first
    }

    private func child(_ name: XMLName, from start: xmlNodePtr?) -> XMLElement? {
        var next = firstElement(start)
        while let node = next {
            let element = XMLElement(document: document, node: node)
            if element.isNamed(name) { return element }
            next = firstElement(node.pointee.next)
        }
        return nil
    }

    /// The whole text: every text node and CDATA section, also around comments. `nil` if it has element children.
    package var text: String? {
        guard firstElement(node.pointee.children) == nil else { return nil }
        return joinedText(node.pointee.children)
    }

    /// The text of an element that holds exactly one text node: not split by a comment, not a CDATA section.
    var onlyTextNode: String? {
        guard let only = node.pointee.children, only.pointee.next == nil, only.pointee.type == XML_TEXT_NODE else {
            return nil
        }
        return string(only.pointee.content)
    }

    /// The first element of this name in document order, itself included.
    func firstDescendant(_ name: XMLName) -> XMLElement? {
        var next: xmlNodePtr? = node
        while let current = next {
            let element = XMLElement(document: document, node: current)
            if element.isNamed(name) { return element }
            next = following(current, within: node)
        }
        return nil
    }

    // MARK: Place

    package var parent: XMLElement? {
        guard let parent = node.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else { return nil }
        return XMLElement(document: document, node: parent)
    }

    /// Where it stands, for people: `/samlp:Response/saml:Assertion[1]`.
    package var position: String {
        let step = prefix.isEmpty ? string(node.pointee.name) : "\(prefix):\(string(node.pointee.name))"
        guard let parent else { return "/" + step }
        let place = parent.children(name).prefix { !$0.isSame(as: self) }.count + 1
        return "\(parent.position)/\(step)[\(place)]"
    }
}
