/// A statement about the subject (SAML Core §2.7.3.1). Its name is the pair of `name` and `nameFormat`.
package struct SAMLAttribute: Sendable, Hashable {
    package var name: String
    /// A URI; where the message names none it means ``SAMLAttributeNameFormat/unspecified``. Of SAML 1.1: the
    /// AttributeNamespace.
    package var nameFormat: String
    package var friendlyName: String?
    /// The texts of the values in order. A value with structure is left out, but for a NameID in it, whose text counts.
    package var values: [String]

    package init(
        _ name: String, nameFormat: String = SAMLAttributeNameFormat.unspecified, friendlyName: String? = nil,
        values: [String]
    ) {
        self.name = name
        self.nameFormat = nameFormat
        self.friendlyName = friendlyName
        self.values = values
    }
}

extension [SAMLAttribute] {
    /// The values of the attribute with exactly this name, and this format if one is given. Nil where there is none, and
    /// where several formats have the name and none is given: then nobody knows which is meant.
    package func values(_ name: String, nameFormat: String? = nil) -> [String]? {
        let found = filter { $0.name.isExactly(name) && (nameFormat == nil || $0.nameFormat == nameFormat) }
        return found.count == 1 ? found[0].values : nil
    }
}
