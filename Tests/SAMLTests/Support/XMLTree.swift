import XML

/// A message as a tree that tests may change: elements, attributes and text, nothing else. Written out with every namespace
/// declared where it is used, by the prefix it had.
final class XMLTree {
    enum Node {
        case element(XMLTree)
        case text(String)
    }

    var name: XMLName
    var attributes: [(name: XMLName, value: String)]
    var children: [Node]
    /// Nil: the usual one of the namespace.
    private let prefix: String?
    /// Prefixes that only values use, and a signature names.
    private let declared: [String: String]

    init(name: XMLName, attributes: [(name: XMLName, value: String)], children: [Node]) {
        (self.name, self.attributes, self.children) = (name, attributes, children)
        (prefix, declared) = (nil, [:])
    }

    private init(copying tree: XMLTree) {
        (name, attributes, prefix, declared) = (tree.name, tree.attributes, tree.prefix, tree.declared)
        children = tree.children.map { node in
            switch node {
            case .element(let element): .element(element.copy)
            case .text: node
            }
        }
    }

    /// Mixed content is not kept: no message has any.
    init(_ element: XMLElement) {
        name = element.name
        attributes = element.attributes
        children = element.children.map { .element(XMLTree($0)) }
        if children.isEmpty, let text = element.text, !text.isEmpty { children = [.text(text)] }
        prefix = element.prefix.isEmpty ? nil : element.prefix
        declared = ["xs", "xsi", "fed"].reduce(into: [:]) { $0[$1] = element.namespace(forPrefix: $1) }
    }

    convenience init(parsing text: String) throws {
        self.init(try XMLDocument(parsing: Array(text.utf8), idAttributes: []).root)
    }

    var copy: XMLTree { XMLTree(copying: self) }

    var elements: [XMLTree] {
        children.compactMap { node in
            if case .element(let element) = node { element } else { nil }
        }
    }

    /// This element and all below, in document order.
    var all: [XMLTree] { [self] + elements.flatMap(\.all) }

    func first(_ local: String) -> XMLTree? { all.first { $0.name.local == local } }

    /// Whichever of the two attributes identifies it.
    var id: String? {
        get { self["ID"] ?? self["AssertionID"] }
        set { self[self["AssertionID"] == nil ? "ID" : "AssertionID"] = newValue }
    }

    func parent(of child: XMLTree) -> XMLTree? { all.first { $0.elements.contains { $0 === child } } }

    subscript(attribute: String) -> String? {
        get { attributes.first { $0.name == XMLName("", attribute) }?.value }
        set {
            attributes.removeAll { $0.name == XMLName("", attribute) }
            if let newValue { attributes.append((XMLName("", attribute), newValue)) }
        }
    }

    func append(_ child: XMLTree) { children.append(.element(child)) }

    func insert(_ child: XMLTree, at place: Int) { children.insert(.element(child), at: place) }

    func remove(_ child: XMLTree) {
        children.removeAll { node in
            if case .element(let element) = node { element === child } else { false }
        }
    }

    /// Without the children of this name.
    func removeAll(_ local: String) {
        for child in elements where child.name.local == local { remove(child) }
    }

    /// Takes the element out, wherever below it stands.
    func removeAnywhere(_ target: XMLTree) {
        for element in all { element.remove(target) }
    }

    func replaceText(_ text: String) { children = [.text(text)] }

    var xml: String { written(in: [:]) }

    private static let prefixes = [
        "urn:oasis:names:tc:SAML:2.0:protocol": "samlp", "urn:oasis:names:tc:SAML:2.0:assertion": "saml",
        "http://www.w3.org/2000/09/xmldsig#": "ds", "http://www.w3.org/2001/10/xml-exc-c14n#": "ec",
        "urn:oasis:names:tc:SAML:1.0:assertion": "saml1", "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    ]

    /// The canonical form of these messages has their usual prefixes, so a signature over an unchanged part stays valid.
    private func written(in scope: [String: String]) -> String {
        var scope = scope
        var declarations = ""
        for (prefix, namespace) in declared.sorted(by: { $0.key < $1.key }) where scope[prefix] != namespace {
            scope[prefix] = namespace
            declarations += " xmlns:\(prefix)=\"\(Self.escape(namespace))\""
        }
        func prefix(_ namespace: String, _ known: String? = nil) -> String {
            guard !namespace.isEmpty else { return "" }
            guard namespace != "http://www.w3.org/XML/1998/namespace" else { return "xml:" }
            let prefix =
                known ?? Self.prefixes[namespace] ?? "n\(namespace.utf8.reduce(0) { $0 &* 31 &+ Int($1) }.magnitude)"
            if scope[prefix] != namespace {
                scope[prefix] = namespace
                declarations += " xmlns:\(prefix)=\"\(Self.escape(namespace))\""
            }
            return prefix + ":"
        }
        let tag = prefix(name.namespace, self.prefix) + name.local
        let attributeText = attributes.map {
            " \(prefix($0.name.namespace))\($0.name.local)=\"\(Self.escape($0.value))\""
        }
        let content = children.map { node in
            switch node {
            case .element(let element): element.written(in: scope)
            case .text(let text): Self.escape(text)
            }
        }
        return "<\(tag)\(declarations)\(attributeText.joined())>\(content.joined())</\(tag)>"
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
