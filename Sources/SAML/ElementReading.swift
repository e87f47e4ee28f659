internal import FoundationEssentials
internal import XML

extension XMLDocument {
    /// A protocol message under the hardened parser's rules.
    static func message(_ bytes: [UInt8], idAttributes: Set<String> = ["ID"]) throws(SAMLRejection) -> XMLDocument {
        do throws(XMLError) {
            return try XMLDocument(parsing: bytes, limits: .message, idAttributes: idAttributes)
        } catch {
            throw SAMLRejection(error)
        }
    }
}

extension XMLElement {
    /// The one child of this name; nil if there is none.
    ///
    /// - Throws: `bad_xml` if there are several.
    func single(_ name: XMLName) throws(SAMLRejection) -> XMLElement? {
        do throws(XMLError) {
            return try only(name)
        } catch {
            throw SAMLRejection(error, at: position)
        }
    }

    /// An instant, nil if the attribute is absent.
    ///
    /// - Throws: `bad_xml` if it is no instant.
    func instant(_ attribute: String) throws(SAMLRejection) -> Date? {
        guard let text = self.attribute(attribute) else { return nil }
        guard let date = SAMLInstant.read(text) else {
            throw SAMLRejection(.badXML, "\(attribute) is \(text.shown), which is no instant.", at: position)
        }
        return date
    }

    /// An `xs:boolean`, nil if the attribute is absent.
    ///
    /// - Throws: `bad_xml` if it is none.
    func flag(_ attribute: String) throws(SAMLRejection) -> Bool? {
        switch self.attribute(attribute) {
        case nil: return nil
        case "true", "1": return true
        case "false", "0": return false
        case let other?:
            throw SAMLRejection(.badXML, "\(attribute) is \(other.shown), which is no boolean.", at: position)
        }
    }

    /// An `xs:unsignedShort`, nil if the attribute is absent.
    ///
    /// - Throws: `bad_xml` if it is none.
    func index(_ attribute: String) throws(SAMLRejection) -> Int? {
        guard let text = self.attribute(attribute) else { return nil }
        guard let value = UInt16(text) else {
            throw SAMLRejection(.badXML, "\(attribute) is \(text.shown), which is no index.", at: position)
        }
        return Int(value)
    }

    /// Every element below this one, in document order.
    func forEachDescendant(_ body: (XMLElement) throws(SAMLRejection) -> Void) throws(SAMLRejection) {
        for child in children {
            try body(child)
            try child.forEachDescendant(body)
        }
    }
}
