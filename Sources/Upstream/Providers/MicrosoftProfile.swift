internal import Directory
internal import JOSE

/// Whose tokens of Microsoft's a connection takes.
struct MicrosoftTenants: Sendable, Hashable {
    /// Of the cloud.
    let origin: String
    /// Empty: any but consumers.
    let allowed: [Tenant.ID]
    let isConsumers: Bool

    /// The tenant of Microsoft accounts of people, in the global cloud.
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

    func admits(_ tenant: String) -> Bool {
        if isConsumers { return tenant == Self.consumers }
        guard tenant != Self.consumers else { return false }
        return allowed.isEmpty || allowed.contains { $0.description == tenant }
    }

    var described: String {
        if isConsumers { return Self.consumers }
        return allowed.isEmpty ? "any organisation" : allowed.map(\.description).joined(separator: " ")
    }
}

extension OIDCConnectionProfile {
    /// Microsoft accounts of people. The document of `consumers` names the issuer of the consumer tenant. No
    /// `email_verified` is sent, and people may use any address as the name of an account, so Microsoft's word holds only
    /// for addresses in its own domains.
    init(microsoftAccount connection: ProviderConnection) {
        let origin = connection.origin ?? MicrosoftCloud.global.origin
        let issuer = "\(origin)/\(MicrosoftTenants.consumers)/v2.0"
        self.init(
            .microsoftAccount, at: .document(address: "\(origin)/consumers/v2.0", issuer: issuer),
            issuer: .exactly(issuer), clientID: connection.clientID, authentication: .clientSecretPost,
            scopes: ["openid", "profile", "email"], algorithms: [.rs256],
            subject: .microsoftMember(MicrosoftTenants(origin: origin, allowed: [], isConsumers: true)),
            emailEvidence: connection.trustsVerifiedEmail ? .ownDomains(connection.provider.ownDomains) : .none)
        provesAuthenticationTime = false
    }

    /// Organisations at Entra. The document of `organizations` names an issuer with `{tenantid}` in it, which each token's
    /// own `tid` replaces before comparing; then the list of tenants is asked. An administrator there writes what they
    /// like into `email` (nOAuth), so only `xms_edov` makes it evidence.
    init(entra connection: ProviderConnection, _ cloud: MicrosoftCloud, _ tenants: [Tenant.ID]) {
        let origin = connection.origin ?? cloud.origin
        let location: ProviderLocation
        let rule: IssuerRule
        if let only = connection.provider.onlyTenant {
            // Also serves an application that is registered for one organisation alone.
            location = .issuer("\(origin)/\(only)/v2.0")
            rule = .exactly(location.issuer)
        } else {
            let template = "\(origin)/{tenantid}/v2.0"
            location = .document(address: "\(origin)/organizations/v2.0", issuer: template)
            rule = .tenantTemplate(template)
        }
        self.init(
            .entra, at: location, issuer: rule, clientID: connection.clientID, authentication: .clientSecretPost,
            scopes: ["openid", "profile", "email"], algorithms: [.rs256],
            subject: .microsoftMember(MicrosoftTenants(origin: origin, allowed: tenants, isConsumers: false)),
            emailEvidence: connection.trustsVerifiedEmail ? .domainOwner(alsoVerified: false) : .none)
        factorEvidence = .methods
        takesDomainHint = true
    }
}
