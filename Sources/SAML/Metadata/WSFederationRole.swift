/// A RoleDescriptor of WS-Federation (§3.1): what AD FS and Entra publish in `FederationMetadata.xml`.
package struct WSFederationRole: Sendable, Equatable {
    package enum Kind: String, Sendable, Hashable {
        case securityTokenService = "SecurityTokenServiceType"
        case applicationService = "ApplicationServiceType"
    }

    package var kind: Kind
    package var keys: SAMLKeys
    /// PassiveRequestorEndpoint: where `wsignin1.0` goes, or where tokens are posted.
    package var passiveEndpoints: [String]
    package var displayName: String?
    /// Claim types that are offered, or wanted.
    package var claimTypes: [String]
    /// TargetScopes: the realms an application answers to.
    package var targetScopes: [String]

    package init(
        kind: Kind, keys: SAMLKeys, passiveEndpoints: [String], displayName: String? = nil, claimTypes: [String] = [],
        targetScopes: [String] = []
    ) {
        self.kind = kind
        self.keys = keys
        self.passiveEndpoints = passiveEndpoints
        self.displayName = displayName
        self.claimTypes = claimTypes
        self.targetScopes = targetScopes
    }
}
