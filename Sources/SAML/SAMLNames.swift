internal import XML

extension XMLName {
    static func assertion(_ local: String) -> XMLName { XMLName(SAMLNamespace.assertion, local) }
    static func `protocol`(_ local: String) -> XMLName { XMLName(SAMLNamespace.protocol, local) }
    static func metadata(_ local: String) -> XMLName { XMLName(SAMLNamespace.metadata, local) }
    static func signature(_ local: String) -> XMLName { XMLName(SAMLNamespace.signature, local) }
    static func encryption(_ local: String) -> XMLName { XMLName(SAMLNamespace.encryption, local) }
}

enum SAMLNamespace {
    static let assertion = "urn:oasis:names:tc:SAML:2.0:assertion"
    static let `protocol` = "urn:oasis:names:tc:SAML:2.0:protocol"
    static let metadata = "urn:oasis:names:tc:SAML:2.0:metadata"
    static let signature = "http://www.w3.org/2000/09/xmldsig#"
    static let encryption = "http://www.w3.org/2001/04/xmlenc#"
    static let schema = "http://www.w3.org/2001/XMLSchema"
    static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
    static let userInterface = "urn:oasis:names:tc:SAML:metadata:ui"
    static let shibboleth = "urn:mace:shibboleth:metadata:1.0"
    static let xml = "http://www.w3.org/XML/1998/namespace"
}

/// SAML Bindings §3. Only these two carry messages here; others may stand in metadata.
package enum SAMLBinding: Sendable, Hashable {
    case redirect, post
    case other(String)

    package init(uri: String) {
        switch uri {
        case SAMLBinding.redirect.uri: self = .redirect
        case SAMLBinding.post.uri: self = .post
        default: self = .other(uri)
        }
    }

    package var uri: String {
        switch self {
        case .redirect: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        case .post: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        case .other(let uri): uri
        }
    }
}

/// SAML Core §8.3.
package enum SAMLNameIDFormat {
    package static let unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    package static let emailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    package static let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    package static let transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    package static let entity = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
    package static let encrypted = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted"
}

/// SAML Core §8.2.
package enum SAMLAttributeNameFormat {
    package static let unspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
    package static let uri = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
    package static let basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
}

/// Authentication Context classes, and what Entra and AD FS use beside them.
package enum SAMLContextClass {
    package static let unspecified = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    package static let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
    package static let passwordProtectedTransport =
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    package static let timeSyncToken = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken"
    package static let x509 = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
    package static let kerberos = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos"
    /// REFEDS MFA profile.
    package static let refedsMultipleFactors = "https://refeds.org/profile/mfa"
    package static let microsoftMultipleFactors = "http://schemas.microsoft.com/claims/multipleauthn"
}

/// Status codes, SAML Core §3.2.2.2.
package enum SAMLStatusCode {
    package static let success = "urn:oasis:names:tc:SAML:2.0:status:Success"
    package static let requester = "urn:oasis:names:tc:SAML:2.0:status:Requester"
    package static let responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
    package static let versionMismatch = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch"
    package static let authnFailed = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
    package static let invalidNameIDPolicy = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"
    package static let noAuthnContext = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"
    package static let noPassive = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"
    package static let partialLogout = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
    package static let requestDenied = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"
    package static let requestUnsupported = "urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported"
    package static let unknownPrincipal = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"
    package static let unsupportedBinding = "urn:oasis:names:tc:SAML:2.0:status:UnsupportedBinding"
}
