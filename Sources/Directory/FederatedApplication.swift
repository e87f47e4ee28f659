/// An application that speaks SAML 2.0: what its metadata says, and what it is told.
package struct SAMLServiceProvider: Sendable, Hashable {
    /// Where responses are posted (SAML Metadata §2.4.4).
    package struct AssertionConsumer: Sendable, Hashable {
        package var url: String
        package var index: Int
        package var isDefault: Bool

        package init(url: String, index: Int, isDefault: Bool) {
            self.url = url
            self.index = index
            self.isDefault = isDefault
        }
    }

    /// What the name identifier says of a person (SAML Core §8.3).
    package enum NameIDKind: String, Sendable, Hashable, CaseIterable {
        /// Pairwise: the same for one application for good, and nothing to another.
        case persistent
        case email
        /// Another at every sign-in.
        case transient
        /// The user principal name, which most old applications expect.
        case unspecified
    }

    package enum SignedElement: String, Sendable, Hashable, CaseIterable {
        case assertion, response, both
    }

    package var entityID: String
    package var assertionConsumers: [AssertionConsumer]
    package var logoutURL: String?
    /// Where answers to its logout requests go, if not to `logoutURL`.
    package var logoutResponseURL: String?
    package var logoutBinding: FederationConnection.Binding
    /// Base64 DER: what its requests are verified with.
    package var signingCertificates: [String]
    package var requiresSignedRequests: Bool
    /// Base64 DER; assertions are encrypted to it where there is one.
    package var encryptionCertificate: String?
    package var nameID: NameIDKind
    package var signs: SignedElement
    /// Whether a person may begin here, without a request of the application (IdP-initiated).
    package var allowsUnsolicited: Bool
    package var attributes: [ReleasedAttribute]
    package var metadataURL: String?
    /// What stays as it is when the metadata is read again.
    package var byHand: Set<MetadataProperty>

    package init(
        entityID: String, assertionConsumers: [AssertionConsumer], logoutURL: String? = nil,
        logoutResponseURL: String? = nil, logoutBinding: FederationConnection.Binding = .redirect,
        signingCertificates: [String] = [], requiresSignedRequests: Bool = false, encryptionCertificate: String? = nil,
        nameID: NameIDKind = .persistent, signs: SignedElement = .assertion, allowsUnsolicited: Bool = false,
        attributes: [ReleasedAttribute] = ReleasedAttribute.standard, metadataURL: String? = nil,
        byHand: Set<MetadataProperty> = []
    ) {
        self.byHand = byHand
        self.entityID = entityID
        self.assertionConsumers = assertionConsumers
        self.logoutURL = logoutURL
        self.logoutResponseURL = logoutResponseURL
        self.logoutBinding = logoutBinding
        self.signingCertificates = signingCertificates
        self.requiresSignedRequests = requiresSignedRequests
        self.encryptionCertificate = encryptionCertificate
        self.nameID = nameID
        self.signs = signs
        self.allowsUnsolicited = allowsUnsolicited
        self.attributes = attributes
        self.metadataURL = metadataURL
    }

    /// Where a response goes that names no address.
    package var defaultAssertionConsumer: AssertionConsumer? {
        assertionConsumers.first(where: \.isDefault) ?? assertionConsumers.first
    }
}

/// An application that speaks WS-Federation.
package struct WSFederationRelyingParty: Sendable, Hashable {
    package enum TokenVersion: String, Sendable, Hashable, CaseIterable {
        case saml11, saml20
    }

    /// Its `wtrealm`, and the audience of its tokens.
    package var realm: String
    /// Each `wreply` that is accepted, byte for byte; the first is used where none is named.
    package var replyURLs: [String]
    package var token: TokenVersion
    package var nameID: SAMLServiceProvider.NameIDKind
    package var attributes: [ReleasedAttribute]

    package init(
        realm: String, replyURLs: [String], token: TokenVersion = .saml11,
        nameID: SAMLServiceProvider.NameIDKind = .persistent,
        attributes: [ReleasedAttribute] = ReleasedAttribute.standard
    ) {
        self.realm = realm
        self.replyURLs = replyURLs
        self.token = token
        self.nameID = nameID
        self.attributes = attributes
    }
}

/// An attribute that an application is told, and where it comes from.
package struct ReleasedAttribute: Sendable, Hashable {
    package enum Source: String, Sendable, Hashable, CaseIterable {
        case objectID, tenantID, userPrincipalName, mail, displayName, givenName, surname, userType
        /// The issuer of the home that vouched.
        case identityProvider
        case groups
        /// The application's roles that the person holds.
        case roles
        /// How the person authenticated, as the home said.
        case methods
    }

    package var name: String
    /// Nil: unspecified.
    package var nameFormat: String?
    package var source: Source

    package init(_ name: String, _ source: Source, nameFormat: String? = nil) {
        self.name = name
        self.source = source
        self.nameFormat = nameFormat
    }

    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
    private static let identity = "http://schemas.microsoft.com/identity/claims/"

    /// Entra's SAML token claims.
    package static let standard = [
        ReleasedAttribute(identity + "tenantid", .tenantID),
        ReleasedAttribute(identity + "objectidentifier", .objectID),
        ReleasedAttribute(identity + "displayname", .displayName),
        ReleasedAttribute(identity + "identityprovider", .identityProvider),
        ReleasedAttribute("http://schemas.microsoft.com/claims/authnmethodsreferences", .methods),
        ReleasedAttribute(claims + "givenname", .givenName),
        ReleasedAttribute(claims + "surname", .surname),
        ReleasedAttribute(claims + "emailaddress", .mail),
        ReleasedAttribute(claims + "name", .userPrincipalName),
        ReleasedAttribute("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", .roles),
        ReleasedAttribute("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", .groups),
    ]
}
