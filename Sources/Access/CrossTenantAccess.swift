package import Directory

/// How a cross-tenant setting names an organisation. Entra knows tenants only; the others reach homes of other kinds.
package enum OrganizationIdentifier: Sendable, Hashable {
    /// Lower case.
    case tenant(String)
    /// Of a SAML identity provider or a security token service.
    case entityID(String)
    /// Of an OpenID provider.
    case issuer(String)
    /// A domain that the home has proven, or of an address that it vouches for.
    case domain(DomainName)

    /// As it stands in the path of its setting.
    package var name: String {
        switch self {
        case .tenant(let name), .entityID(let name), .issuer(let name): name
        case .domain(let domain): domain.description
        }
    }
}

/// The four settings that an organisation has.
package enum CrossTenantFlow: String, Sendable, Hashable, CaseIterable {
    case b2bCollaborationInbound, b2bCollaborationOutbound, b2bDirectConnectInbound, b2bDirectConnectOutbound
}

/// One value for each of the four.
package struct FlowTable<Value: Sendable & Hashable>: Sendable, Hashable {
    package var collaborationInbound: Value
    package var collaborationOutbound: Value
    package var directConnectInbound: Value
    package var directConnectOutbound: Value

    package init(
        collaborationInbound: Value, collaborationOutbound: Value, directConnectInbound: Value,
        directConnectOutbound: Value
    ) {
        self.collaborationInbound = collaborationInbound
        self.collaborationOutbound = collaborationOutbound
        self.directConnectInbound = directConnectInbound
        self.directConnectOutbound = directConnectOutbound
    }

    package subscript(flow: CrossTenantFlow) -> Value {
        get {
            switch flow {
            case .b2bCollaborationInbound: collaborationInbound
            case .b2bCollaborationOutbound: collaborationOutbound
            case .b2bDirectConnectInbound: directConnectInbound
            case .b2bDirectConnectOutbound: directConnectOutbound
            }
        }
        set {
            switch flow {
            case .b2bCollaborationInbound: collaborationInbound = newValue
            case .b2bCollaborationOutbound: collaborationOutbound = newValue
            case .b2bDirectConnectInbound: directConnectInbound = newValue
            case .b2bDirectConnectOutbound: directConnectOutbound = newValue
            }
        }
    }
}

/// What of a home's word is believed (access-policy §2).
package struct InboundTrust: Sendable, Hashable {
    package var acceptsMultiFactor: Bool
    package var acceptsCompliantDevice: Bool
    package var acceptsHybridJoinedDevice: Bool

    package init(
        acceptsMultiFactor: Bool = false, acceptsCompliantDevice: Bool = false, acceptsHybridJoinedDevice: Bool = false
    ) {
        self.acceptsMultiFactor = acceptsMultiFactor
        self.acceptsCompliantDevice = acceptsCompliantDevice
        self.acceptsHybridJoinedDevice = acceptsHybridJoinedDevice
    }

    package static let none = InboundTrust()
}

/// Whether the consent prompt of a redemption is left out (`automaticUserConsentSettings`); an absent half counts as no.
package struct AutomaticConsent: Sendable, Hashable {
    package var inbound: Bool?
    package var outbound: Bool?

    package init(inbound: Bool? = nil, outbound: Bool? = nil) {
        self.inbound = inbound
        self.outbound = outbound
    }
}

/// What a tenant says of one organisation. Whatever is nil follows the defaults, as they stand at the time of asking.
package struct OrganizationAccess: Sendable, Hashable {
    package var settings: FlowTable<AccessSetting?>
    package var inboundTrust: InboundTrust?
    package var tenantRestrictions: AccessSetting?
    package var automaticConsent: AutomaticConsent
    /// Whether the organisation may put its people here as members (`userSyncInbound.isSyncAllowed`).
    package var allowsSynchronization: Bool
    package var isServiceProvider: Bool
    package var isInMultiTenantOrganization: Bool

    package init(
        settings: FlowTable<AccessSetting?> = FlowTable(
            collaborationInbound: nil, collaborationOutbound: nil, directConnectInbound: nil, directConnectOutbound: nil
        ), inboundTrust: InboundTrust? = nil, tenantRestrictions: AccessSetting? = nil,
        automaticConsent: AutomaticConsent = AutomaticConsent(), allowsSynchronization: Bool = false,
        isServiceProvider: Bool = false, isInMultiTenantOrganization: Bool = false
    ) {
        self.settings = settings
        self.inboundTrust = inboundTrust
        self.tenantRestrictions = tenantRestrictions
        self.automaticConsent = automaticConsent
        self.allowsSynchronization = allowsSynchronization
        self.isServiceProvider = isServiceProvider
        self.isInMultiTenantOrganization = isInMultiTenantOrganization
    }
}

/// A tenant's cross-tenant access settings (Entra's `crossTenantAccessPolicy`).
package struct CrossTenantAccess: Sendable, Hashable {
    package struct Defaults: Sendable, Hashable {
        package var settings: FlowTable<WholeAccessSetting>
        package var inboundTrust: InboundTrust
        package var tenantRestrictions: WholeAccessSetting

        package init(
            settings: FlowTable<WholeAccessSetting> = Self.systemSettings, inboundTrust: InboundTrust = .none,
            tenantRestrictions: WholeAccessSetting = .allowAll
        ) {
            self.settings = settings
            self.inboundTrust = inboundTrust
            self.tenantRestrictions = tenantRestrictions
        }

        /// Collaboration both ways, direct connect neither way (access-policy §1.2).
        package static let systemSettings = FlowTable<WholeAccessSetting>(
            collaborationInbound: .allowAll, collaborationOutbound: .allowAll, directConnectInbound: .blockAll,
            directConnectOutbound: .blockAll)

        /// Until somebody customised them (`isServiceDefault`).
        package var isServiceDefault: Bool { self == Defaults() }
    }

    package var defaults: Defaults
    package var organizations: [OrganizationIdentifier: OrganizationAccess]
    /// The cloud that this tenant counts itself to.
    package var cloud: CloudEndpoint
    package var allowedClouds: Set<CloudEndpoint>

    package init(
        defaults: Defaults = Defaults(), organizations: [OrganizationIdentifier: OrganizationAccess] = [:],
        cloud: CloudEndpoint = .global, allowedClouds: Set<CloudEndpoint> = []
    ) {
        self.defaults = defaults
        self.organizations = organizations
        self.cloud = cloud
        self.allowedClouds = allowedClouds
    }

    /// The entry for an organisation that has several names: the most exact one counts, a domain last.
    package func entry(for organization: HomeOrganization) -> (OrganizationIdentifier, OrganizationAccess)? {
        if organizations.isEmpty { return nil }
        for identifier in organization.identifiers {
            if let access = organizations[identifier] { return (identifier, access) }
        }
        return nil
    }

    /// A setting as it counts for an organisation, each half with the place it comes from.
    package func effective(_ flow: CrossTenantFlow, for organization: HomeOrganization) -> EffectiveAccess {
        let defaults = self.defaults.settings[flow]
        guard let (name, access) = entry(for: organization), let own = access.settings[flow] else {
            return EffectiveAccess(setting: defaults, flow: flow, peopleFrom: nil, applicationsFrom: nil)
        }
        return EffectiveAccess(
            setting: WholeAccessSetting(
                people: own.people ?? defaults.people, applications: own.applications ?? defaults.applications),
            flow: flow, peopleFrom: own.people == nil ? nil : name,
            applicationsFrom: own.applications == nil ? nil : name)
    }

    package func inboundTrust(for organization: HomeOrganization) -> (trust: InboundTrust, path: String) {
        if let (identifier, access) = entry(for: organization), let trust = access.inboundTrust {
            return (trust, "policies/crossTenantAccessPolicy/partners/\(identifier.name)/inboundTrust")
        }
        return (defaults.inboundTrust, "policies/crossTenantAccessPolicy/default/inboundTrust")
    }
}

/// A setting that counts, and whose entry each half is from; nil: the defaults'.
package struct EffectiveAccess: Sendable, Hashable {
    package var setting: WholeAccessSetting
    package var flow: CrossTenantFlow
    package var peopleFrom: OrganizationIdentifier?
    package var applicationsFrom: OrganizationIdentifier?

    package var peoplePath: String { path(peopleFrom) + "/usersAndGroups" }

    package var applicationsPath: String { path(applicationsFrom) + "/applications" }

    private func path(_ owner: OrganizationIdentifier?) -> String {
        guard let owner else { return "policies/crossTenantAccessPolicy/default/" + flow.rawValue }
        return "policies/crossTenantAccessPolicy/partners/" + owner.name + "/" + flow.rawValue
    }
}

/// A home as cross-tenant settings see it.
package struct HomeOrganization: Sendable, Hashable {
    /// Its names, the most exact first.
    package var identifiers: [OrganizationIdentifier]
    /// Whether it is a tenant. The defaults are about tenants alone; another home is reached by an entry of its own.
    package var isTenant: Bool

    package init(identifiers: [OrganizationIdentifier], isTenant: Bool) {
        self.identifiers = identifiers
        self.isTenant = isTenant
    }

    /// Another tenant, of which no more than the id is known.
    package init(tenant: String) {
        self.init(identifiers: [.tenant(asciiLowercased(tenant))], isTenant: true)
    }

    /// Nil for members, whose home is the tenant itself.
    package init?(_ home: HomeFacts) {
        var identifiers = home.homeTenant.map { [OrganizationIdentifier.tenant(asciiLowercased($0))] } ?? []
        switch home.kind {
        case .localMember: return nil
        case .tenant, .oidc, .entra, .google, .microsoftAccount, .facebook, .apple, .gitHub, .linkedIn:
            identifiers.append(.issuer(home.issuer))
        case .saml, .wsFederation: identifiers.append(.entityID(home.issuer))
        case .emailCode: break
        }
        if home.emailIsVerified, let domain = home.emailDomain { identifiers.append(.domain(domain)) }
        for domain in home.domains.sorted(by: { $0.description < $1.description }) {
            identifiers.append(.domain(domain))
        }
        self.init(
            identifiers: identifiers,
            isTenant: home.kind == .tenant || (home.homeTenant.map { $0 != Self.personalAccounts } ?? false))
    }

    /// The tenant that every personal Microsoft account is said to be in: no organisation.
    private static let personalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad"
}

/// Lowers `A` to `Z` alone: identifiers are GUIDs.
func asciiLowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
}
