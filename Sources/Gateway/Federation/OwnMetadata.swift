internal import Cryptography
internal import Directory
internal import Issuing
internal import SAML
internal import Storage
internal import Upstream

/// What this tenant publishes of itself in SAML metadata: one document towards each partner, where it is a service
/// provider, and one towards applications, where it is an identity provider. Both name every key that may be in use, the
/// one that signs first, so that peers follow a change of keys by reading again.
struct OwnMetadata {
    /// Seconds that peers are told they may keep a document.
    static let cacheDuration: Double = 86_400

    let snapshot: TenantSnapshot
    let base: String

    /// Towards a partner: its `entityID` is where the document is.
    func serviceProvider(towards context: PartnerContext) throws(IssuingError) -> SAMLMetadata {
        var metadata = SAMLMetadata(entityID: context.entityID)
        metadata.cacheDuration = Self.cacheDuration
        metadata.displayNames = ["en": snapshot.tenant.displayName]
        let signing = try keys(.samlRequests)
        switch context.partner.kind {
        case .wsFederation:
            metadata.federationRoles = [
                WSFederationRole(
                    kind: .applicationService, keys: SAMLKeys(signing: signing),
                    passiveEndpoints: [context.passiveRequestorURL], displayName: snapshot.tenant.displayName,
                    targetScopes: [context.entityID])
            ]
        default:
            let mapping = context.partner.federation?.attributes ?? .standard
            metadata.serviceProvider = SAMLServiceProviderRole(
                keys: SAMLKeys(signing: signing, encryption: try keys(.samlDecryption)),
                signsAuthnRequests: context.partner.federation?.signsRequests ?? true,
                wantsAssertionsSigned: context.partner.federation?.requiredSignature != .response,
                assertionConsumers: [
                    SAMLEndpoint(.post, context.assertionConsumerURL, index: 0, isDefault: true)
                ],
                singleLogout: [
                    SAMLEndpoint(.redirect, context.singleLogoutURL), SAMLEndpoint(.post, context.singleLogoutURL),
                ],
                nameIDFormats: [SAMLNameIDFormat.persistent, SAMLNameIDFormat.emailAddress],
                requestedAttributes: mapping.email.prefix(1).map {
                    SAMLRequestedAttribute($0, nameFormat: SAMLAttributeNameFormat.unspecified, isRequired: true)
                })
        }
        return metadata
    }

    /// Towards applications: the identity provider, and the security token service of WS-Federation.
    func identityProvider() throws(IssuingError) -> SAMLMetadata {
        let tenant = snapshot.tenant.id
        var metadata = SAMLMetadata(entityID: FederatedAnswers.entityID(base, tenant))
        metadata.cacheDuration = Self.cacheDuration
        metadata.displayNames = ["en": snapshot.tenant.displayName]
        let signing = SAMLKeys(signing: try keys(.samlAssertions))
        let signOn = SAMLSignOnEndpoint.location(base, tenant)
        let logout = SAMLLogoutEndpoint.location(base, tenant)
        metadata.identityProvider = SAMLIdentityProviderRole(
            keys: signing, singleSignOn: [SAMLEndpoint(.redirect, signOn), SAMLEndpoint(.post, signOn)],
            singleLogout: [SAMLEndpoint(.redirect, logout), SAMLEndpoint(.post, logout)],
            nameIDFormats: SAMLNameIDFormat.supported)
        metadata.federationRoles = [
            WSFederationRole(
                kind: .securityTokenService, keys: signing, passiveEndpoints: ["\(base)/\(tenant)/wsfed"],
                displayName: snapshot.tenant.displayName, claimTypes: ReleasedAttribute.standard.map(\.name))
        ]
        return metadata
    }

    private func keys(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> [SAMLKey] {
        try snapshot.keys.certifiedKeys(purpose).compactMap { try? SAMLKey(certificate: $0.certificate) }
    }
}
