internal import Directory
internal import SAML

extension SAMLNameIDFormat {
    /// What a person can be called by here.
    static let supported = [persistent, transient, emailAddress, unspecified]
}

extension SAMLServiceProvider.NameIDKind {
    var format: String {
        switch self {
        case .persistent: SAMLNameIDFormat.persistent
        case .email: SAMLNameIDFormat.emailAddress
        case .transient: SAMLNameIDFormat.transient
        case .unspecified: SAMLNameIDFormat.unspecified
        }
    }

    /// The kind that a format asks for; nil where it asks for none.
    init?(format: String?) {
        switch format {
        case SAMLNameIDFormat.persistent: self = .persistent
        case SAMLNameIDFormat.transient: self = .transient
        case SAMLNameIDFormat.emailAddress: self = .email
        default: return nil
        }
    }
}
