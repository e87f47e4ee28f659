package import Cryptography
package import FoundationEssentials

/// One entity's metadata (SAML Metadata §2.3), read. Whether to believe it was settled before: by the place it came from,
/// or by its pinned signer.
package struct SAMLMetadata: Sendable, Equatable {
    package var entityID: String
    /// After this it is no longer to be used; the nearest of the entity's own and those around it.
    package var validUntil: Date?
    /// In seconds: how long it may be kept before asking again.
    package var cacheDuration: Double?
    package var identityProvider: SAMLIdentityProviderRole?
    package var serviceProvider: SAMLServiceProviderRole?
    /// WS-Federation: a security token service, or an application.
    package var federationRoles: [WSFederationRole]
    /// `shibmd:Scope`: for which domains the entity may assert scoped values.
    package var scopes: [SAMLScope]
    /// By language; from mdui:DisplayName, else from the organization.
    package var displayNames: [String: String]
    /// What was left out, and why: keys that can't be used, endpoints that are no web address.
    package var warnings: [String]
    /// Of a signed document: by which signature it was accepted.
    package var signature: SAMLSignatureEvidence?

    package init(entityID: String) {
        self.entityID = entityID
        federationRoles = []
        scopes = []
        displayNames = [:]
        warnings = []
    }
}

package struct SAMLIdentityProviderRole: Sendable, Equatable {
    package var keys: SAMLKeys
    package var wantsAuthnRequestsSigned: Bool
    package var singleSignOn: [SAMLEndpoint]
    package var singleLogout: [SAMLEndpoint]
    package var nameIDFormats: [String]

    package init(
        keys: SAMLKeys, wantsAuthnRequestsSigned: Bool = false, singleSignOn: [SAMLEndpoint],
        singleLogout: [SAMLEndpoint] = [], nameIDFormats: [String] = []
    ) {
        self.keys = keys
        self.wantsAuthnRequestsSigned = wantsAuthnRequestsSigned
        self.singleSignOn = singleSignOn
        self.singleLogout = singleLogout
        self.nameIDFormats = nameIDFormats
    }
}

package struct SAMLServiceProviderRole: Sendable, Equatable {
    package var keys: SAMLKeys
    package var signsAuthnRequests: Bool
    package var wantsAssertionsSigned: Bool
    package var assertionConsumers: [SAMLEndpoint]
    package var singleLogout: [SAMLEndpoint]
    package var nameIDFormats: [String]
    /// Of the default attribute consuming service.
    package var requestedAttributes: [SAMLRequestedAttribute]

    package init(
        keys: SAMLKeys, signsAuthnRequests: Bool = false, wantsAssertionsSigned: Bool = false,
        assertionConsumers: [SAMLEndpoint], singleLogout: [SAMLEndpoint] = [], nameIDFormats: [String] = [],
        requestedAttributes: [SAMLRequestedAttribute] = []
    ) {
        self.keys = keys
        self.signsAuthnRequests = signsAuthnRequests
        self.wantsAssertionsSigned = wantsAssertionsSigned
        self.assertionConsumers = assertionConsumers
        self.singleLogout = singleLogout
        self.nameIDFormats = nameIDFormats
        self.requestedAttributes = requestedAttributes
    }

    /// The endpoint to answer at if a request names none: the default, else the first that is not said not to be it, else
    /// the first (SAML Metadata §2.2.3).
    package var defaultAssertionConsumer: SAMLEndpoint? {
        let usable = assertionConsumers.filter { $0.binding == .post }
        return usable.first { $0.isDefault == true } ?? usable.first { $0.isDefault == nil } ?? usable.first
    }
}

/// The keys of a role. A KeyDescriptor without `use` is in both lists.
package struct SAMLKeys: Sendable, Equatable {
    package var signing: [SAMLKey]
    package var encryption: [SAMLKey]

    package init(signing: [SAMLKey] = [], encryption: [SAMLKey] = []) {
        self.signing = signing
        self.encryption = encryption
    }

    package var verificationKeys: [VerificationKey] { signing.map(\.key) }
}

package struct SAMLKey: Sendable, Equatable {
    package let key: VerificationKey
    /// Nil where the metadata has the bare key. An expired certificate is worth a warning and no more: it is a container
    /// for the key (SAML Metadata Interoperability §2.6.1).
    package let certificate: Certificate?

    package init(key: VerificationKey, certificate: Certificate? = nil) {
        self.key = key
        self.certificate = certificate
    }

    /// - Throws: `weakKey`, `unsupportedKey`.
    package init(certificate: Certificate) throws(CryptographyError) {
        self.init(key: try certificate.publicKey(), certificate: certificate)
    }

    /// `sha256:` and the digest of the SubjectPublicKeyInfo in hexadecimal.
    package var identity: String { key.shownIdentity }
}

package struct SAMLEndpoint: Sendable, Hashable {
    package var binding: SAMLBinding
    /// An absolute http or https address.
    package var location: String
    /// Where answers go, if not to the same.
    package var responseLocation: String?
    package var index: Int?
    package var isDefault: Bool?

    package init(
        _ binding: SAMLBinding, _ location: String, responseLocation: String? = nil, index: Int? = nil,
        isDefault: Bool? = nil
    ) {
        self.binding = binding
        self.location = location
        self.responseLocation = responseLocation
        self.index = index
        self.isDefault = isDefault
    }
}

package struct SAMLRequestedAttribute: Sendable, Hashable {
    package var name: String
    package var nameFormat: String
    package var friendlyName: String?
    package var isRequired: Bool

    package init(_ name: String, nameFormat: String, friendlyName: String? = nil, isRequired: Bool = false) {
        self.name = name
        self.nameFormat = nameFormat
        self.friendlyName = friendlyName
        self.isRequired = isRequired
    }
}

package struct SAMLScope: Sendable, Hashable {
    package var value: String
    /// Then it is a regular expression, which we show and never run.
    package var isPattern: Bool
}

extension [SAMLEndpoint] {
    /// The first with this binding.
    package func first(_ binding: SAMLBinding) -> SAMLEndpoint? { first { $0.binding == binding } }
}
