/// Writes one element straight in exclusive canonical form (Exclusive XML Canonicalization 1.0): namespaces declared where
/// they are first used, attributes in order, values escaped as the canonical form has them. What is signed needs no
/// second pass.
///
/// ```swift
/// var writer = XMLWriter()
/// writer.element("samlp", request, [("ID", id), ("Destination", destination)]) { writer in
///     writer.element("saml", issuer, text: entityID)
/// }
/// let text = writer.text
/// ```
package struct XMLWriter: Sendable {
    private var bytes: [UInt8] = []
    /// What the open elements declare, innermost last.
    private var scope: [NamespaceBinding] = []
    private var bindings: Set<NamespaceBinding> = []
    private var depth = 0
    private var startTagEnd = 0
    private var signaturePlace = 0
    private var children = 0

    package init() { bytes.reserveCapacity(4096) }

    /// The element that was written.
    package var text: XMLText {
        precondition(depth == 0 && !bytes.isEmpty, "One element, and it is closed.")
        return XMLText(
            bytes: bytes, signaturePlace: signaturePlace, startTagEnd: startTagEnd, bindings: bindings)
    }

    /// Writes an element with what `content` writes in it.
    ///
    /// - Parameters:
    ///   - prefix: "" for the default namespace.
    ///   - attributes: Those in no namespace; one without a value is left out.
    ///   - qualified: Those in a namespace.
    ///   - declaring: Prefixes that only values use (`xsi:type="xs:string"`). Exclusive canonicalization drops them
    ///     unless the signature names them as inclusive prefixes.
    package mutating func element<E: Error>(
        _ prefix: String, _ name: XMLName, _ attributes: [(String, String?)] = [],
        qualified: [XMLQualifiedAttribute] = [], declaring: [(prefix: String, namespace: String)] = [],
        _ content: (inout XMLWriter) throws(E) -> Void
    ) throws(E) {
        precondition(depth > 0 || bytes.isEmpty, "A document has one root.")
        let outer = scope.count
        bytes.append(UInt8(ascii: "<"))
        tagName(prefix, name)
        declareNamespaces(prefix, name, qualified, declaring)
        writeAttributes(attributes, qualified)
        bytes.append(UInt8(ascii: ">"))
        if depth == 0 { (startTagEnd, signaturePlace) = (bytes.count, bytes.count) }
        if depth == 1 { children += 1 }
        depth += 1
        try content(&self)
        depth -= 1
        bytes += [UInt8(ascii: "<"), UInt8(ascii: "/")]
        tagName(prefix, name)
        bytes.append(UInt8(ascii: ">"))
        scope.removeLast(scope.count - outer)
        if depth == 1, children == 1, name.local == "Issuer" { signaturePlace = bytes.count }
    }

    /// Writes an element that holds this text and nothing else.
    package mutating func element(
        _ prefix: String, _ name: XMLName, _ attributes: [(String, String?)] = [],
        qualified: [XMLQualifiedAttribute] = [], declaring: [(prefix: String, namespace: String)] = [],
        text: String = ""
    ) {
        element(prefix, name, attributes, qualified: qualified, declaring: declaring) { $0.append(text) }
    }

    /// Text. What XML cannot carry at all (most control characters) becomes U+FFFD.
    package mutating func append(_ text: String) { escape(text, in: .text) }

    /// An element that was written, and perhaps signed, before.
    ///
    /// It keeps its own declarations, so none of them may repeat one of the elements around it: the whole would not be
    /// canonical, and a signature over it would not hold.
    package mutating func append(_ element: XMLText) {
        precondition(depth > 0, "A document has one root.")
        precondition(
            scope.allSatisfy { !element.bindings.contains($0) }, "A namespace is declared both outside and inside.")
        bindings.formUnion(element.bindings)
        if depth == 1 { children += 1 }
        bytes += element.bytes
    }

    // MARK: Tags

    private mutating func tagName(_ prefix: String, _ name: XMLName) {
        if !prefix.isEmpty {
            bytes += prefix.utf8
            bytes.append(UInt8(ascii: ":"))
        }
        bytes += name.local.utf8
    }

    private mutating func declareNamespaces(
        _ prefix: String, _ name: XMLName, _ qualified: [XMLQualifiedAttribute],
        _ declaring: [(prefix: String, namespace: String)]
    ) {
        var wanted = [NamespaceBinding(prefix: prefix, namespace: name.namespace)]
        wanted += qualified.map { NamespaceBinding(prefix: $0.prefix, namespace: $0.name.namespace) }
        wanted += declaring.map { NamespaceBinding(prefix: $0.prefix, namespace: $0.namespace) }
        wanted = wanted.filter { $0.prefix != "xml" }
        if wanted.count > 1 { wanted.sort { $0.prefix.utf8.lexicographicallyPrecedes($1.prefix.utf8) } }
        for binding in wanted {
            let current = scope.last { $0.prefix == binding.prefix }?.namespace ?? ""
            guard current != binding.namespace else { continue }
            scope.append(binding)
            bindings.insert(binding)
            bytes += binding.prefix.isEmpty ? " xmlns".utf8 : " xmlns:".utf8
            bytes += binding.prefix.utf8
            value(binding.namespace)
        }
    }

    private mutating func writeAttributes(
        _ attributes: [(String, String?)], _ qualified: [XMLQualifiedAttribute]
    ) {
        for (name, text) in attributes.sorted(by: { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }) {
            guard let text else { continue }
            bytes.append(UInt8(ascii: " "))
            bytes += name.utf8
            value(text)
        }
        for attribute in qualified.sorted(by: { $0.precedes($1) }) {
            bytes.append(UInt8(ascii: " "))
            tagName(attribute.prefix, attribute.name)
            value(attribute.value)
        }
    }

    private mutating func value(_ text: String) {
        bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
        escape(text, in: .attribute)
        bytes.append(UInt8(ascii: "\""))
    }

    // MARK: Escapes

    private enum Place { case text, attribute }

    /// Canonical XML 1.0 §2.3.
    private mutating func escape(_ text: String, in place: Place) {
        var last: (UInt8, UInt8) = (0, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">") where place == .text: bytes += "&gt;".utf8
            case UInt8(ascii: "\"") where place == .attribute: bytes += "&quot;".utf8
            case 0x09 where place == .attribute: bytes += "&#x9;".utf8
            case 0x0A where place == .attribute: bytes += "&#xA;".utf8
            case 0x0D: bytes += "&#xD;".utf8
            case 0x00..<0x09, 0x0B, 0x0C, 0x0E..<0x20: bytes += "\u{FFFD}".utf8
            case 0xBE, 0xBF:
                bytes.append(byte)
                // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
                if last == (0xEF, 0xBF) { bytes.replaceSubrange((bytes.count - 3)..., with: "\u{FFFD}".utf8) }
            default: bytes.append(byte)
            }
            last = (last.1, byte)
        }
    }
}

/// An attribute in a namespace.
package struct XMLQualifiedAttribute: Sendable, Hashable {
    package let prefix: String
    package let name: XMLName
    package let value: String

    package init(_ prefix: String, _ name: XMLName, _ value: String) {
        (self.prefix, self.name, self.value) = (prefix, name, value)
    }

    /// By namespace, then by local name.
    fileprivate func precedes(_ other: XMLQualifiedAttribute) -> Bool {
        guard name.namespace == other.name.namespace else {
            return name.namespace.utf8.lexicographicallyPrecedes(other.name.namespace.utf8)
        }
        return name.local.utf8.lexicographicallyPrecedes(other.name.local.utf8)
    }
}
