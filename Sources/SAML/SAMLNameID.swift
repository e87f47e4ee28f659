internal import XML

/// Who an assertion is about (SAML Core §2.2.3), whole and unaltered.
package struct SAMLNameID: Sendable, Hashable {
    package var value: String
    /// A URI; where the message names none it means ``SAMLNameIDFormat/unspecified``.
    package var format: String
    package var nameQualifier: String?
    package var spNameQualifier: String?
    package var spProvidedID: String?

    package init(
        _ value: String, format: String = SAMLNameIDFormat.unspecified, nameQualifier: String? = nil,
        spNameQualifier: String? = nil, spProvidedID: String? = nil
    ) {
        self.value = value
        self.format = format
        self.nameQualifier = nameQualifier
        self.spNameQualifier = spNameQualifier
        self.spProvidedID = spProvidedID
    }

    static let longest = 1024

    /// Whether a text can be what somebody is known by: not empty or too long, no space around it, no control character
    /// in it. Two people must not become one by trimming.
    package static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count <= longest && text.isPlainIdentifier
    }

    /// - Throws: `nameid_invalid` if it is empty, too long, has space around it or a control character in it: two people
    ///   must not become one by trimming.
    init(reading element: XMLElement) throws(SAMLRejection) {
        guard let value = element.text, !value.isEmpty else {
            throw SAMLRejection(.nameIDInvalid, "The NameID has no text.", at: element.position)
        }
        guard value.utf8.count <= Self.longest else {
            throw SAMLRejection(
                .nameIDInvalid, "The NameID is longer than \(Self.longest) octets.", at: element.position)
        }
        guard value.isPlainIdentifier else {
            throw SAMLRejection(
                .nameIDInvalid, "The NameID \(value.shown) has space around it, or a control character.",
                at: element.position)
        }
        self.init(
            value, format: element.attribute("Format") ?? SAMLNameIDFormat.unspecified,
            nameQualifier: element.attribute("NameQualifier"), spNameQualifier: element.attribute("SPNameQualifier"),
            spProvidedID: element.attribute("SPProvidedID"))
    }
}

extension String {
    /// Without control characters, and without white space at either end.
    var isPlainIdentifier: Bool {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return false }
        return !first.properties.isWhitespace && !last.properties.isWhitespace
            && !unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
