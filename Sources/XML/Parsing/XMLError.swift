/// Why bytes are not the XML we accept. Each case has one reason code of the closed list that our troubleshooting
/// commands print; the associated text is for the log.
package enum XMLError: Error, Sendable, Hashable {
    /// More bytes, nodes, attributes or namespaces than the limits allow.
    case tooLarge(String)
    case dtdForbidden
    /// Not UTF-8, or declared to be something else.
    case badCharset(String)
    case depthLimit(Int)
    /// Not well-formed, not well-formed by the rules of namespaces, or a namespace name that is not absolute.
    case malformed(String)
    case duplicateID(String)
    /// A comment or processing instruction where none may be: it splits a text in the eyes of some readers.
    case commentInValue(at: String)
    /// Two elements where the schema has one.
    case repeatedElement(String)
    /// libxml2 has no canonical form for this, or an empty one.
    case notCanonicalizable(String)

    /// The code of the closed list.
    package var reasonCode: String {
        switch self {
        case .tooLarge: "too_large"
        case .dtdForbidden: "dtd_forbidden"
        case .badCharset: "bad_charset"
        case .depthLimit: "depth_limit"
        case .malformed, .repeatedElement, .notCanonicalizable: "bad_xml"
        case .duplicateID: "duplicate_id"
        case .commentInValue: "comment_in_value"
        }
    }
}

extension XMLError: CustomStringConvertible {
    /// One plain sentence for the administrator.
    package var description: String {
        switch self {
        case .tooLarge(let what): "The XML is larger than allowed: \(what)."
        case .dtdForbidden: "The XML has a document type declaration, which is refused."
        case .badCharset(let why): "The XML is not plain UTF-8: \(why)."
        case .depthLimit(let limit): "The XML is nested deeper than \(limit) elements."
        case .malformed(let why): "The XML is malformed: \(why)."
        case .duplicateID(let id): "Two elements have the ID \(id.shown)."
        case .commentInValue(let at): "A comment or processing instruction stands in \(at), where none may be."
        case .repeatedElement(let name): "There is more than one \(name)."
        case .notCanonicalizable(let why): "The XML has no canonical form: \(why)."
        }
    }
}
