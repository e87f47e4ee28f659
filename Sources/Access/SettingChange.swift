package import Directory

/// One change of what an administrator can set. Applied to an input and its settings, it says what the same sign-in would
/// have come to.
package enum SettingChange: Sendable, Hashable {
    case enableAccount
    case enablePartner
    case enableApplication
    case openApplicationToEveryone
    case admitDomain(DomainName)
    case allowInbound(OrganizationIdentifier)
    case allowOutboundAtHome(OrganizationIdentifier)
    case trust(OrganizationIdentifier, HomeProof)
    case disablePolicy(ConditionalAccessPolicy.ID)
    case enforcePolicy(ConditionalAccessPolicy.ID)

    /// Where it is set.
    package func setting(for input: SignInInput) -> String {
        switch self {
        case .enableAccount: "users/\(input.user?.id.description ?? "-")/accountEnabled"
        case .enablePartner: "partners/\(input.home?.partner?.description ?? "-")/isEnabled"
        case .enableApplication: "applications/\(input.application?.description ?? "-")/isEnabled"
        case .openApplicationToEveryone: "applications/\(input.application?.description ?? "-")/requiresAssignment"
        case .admitDomain: ExternalCollaboration.Setting.domains
        case .allowInbound(let name):
            "policies/crossTenantAccessPolicy/partners/\(name.name)/\(input.crossTenantKind.inbound.rawValue)"
        case .allowOutboundAtHome(let name):
            "policies/crossTenantAccessPolicy/partners/\(name.name)/\(input.crossTenantKind.outbound.rawValue)"
        case .trust(let name, _): "policies/crossTenantAccessPolicy/partners/\(name.name)/inboundTrust"
        case .disablePolicy(let id), .enforcePolicy(let id): "identity/conditionalAccess/policies/\(id)/state"
        }
    }

    /// As the middle of "With …, the sign-in would have …".
    package var sentence: String {
        switch self {
        case .enableAccount: "the account enabled"
        case .enablePartner: "the partner enabled"
        case .enableApplication: "the application enabled"
        case .openApplicationToEveryone: "the application open to every user"
        case .admitDomain(let domain): "\(domain) admitted by the list of domains"
        case .allowInbound(let name): "inbound access allowed for \(name.name)"
        case .allowOutboundAtHome: "outbound access to this organisation allowed by the home"
        case .trust(_, .multiFactor), .trust(_, .strength): "the home's second factor trusted"
        case .trust(_, .compliantDevice): "the home's compliant devices trusted"
        case .trust(_, .hybridJoinedDevice): "the home's joined devices trusted"
        case .disablePolicy(let id): "the policy \(id) switched off"
        case .enforcePolicy(let id): "the policy \(id) enforced"
        }
    }

    package func apply(to input: inout SignInInput, _ settings: inout AccessSettings) {
        switch self {
        case .enableAccount: input.user?.accountEnabled = true
        case .enablePartner: settings.partner?.isEnabled = true
        case .enableApplication: settings.application?.isEnabled = true
        case .openApplicationToEveryone: settings.application?.requiresAssignment = false
        case .admitDomain(let domain): settings.collaboration.domains.admit(domain)
        case .allowInbound(let name): settings.crossTenant.allow(input.crossTenantKind.inbound, for: name)
        case .allowOutboundAtHome(let name): settings.home?.access.allow(input.crossTenantKind.outbound, for: name)
        case .trust(let name, let proof): settings.crossTenant.trust(proof, of: name, for: input)
        case .disablePolicy(let id): settings.conditionalAccess.set(.disabled, id)
        case .enforcePolicy(let id): settings.conditionalAccess.set(.enabled, id)
        }
    }
}

extension SignInInput {
    var crossTenantKind: CrossTenantKind { isDirectConnect ? .directConnect : .collaboration }
}

extension InvitationDomains {
    fileprivate mutating func admit(_ domain: DomainName) {
        switch self {
        case .unrestricted: break
        case .allowed(let domains): self = .allowed(domains.union([domain]))
        case .blocked(let domains): self = .blocked(domains.subtracting([domain]))
        }
    }
}

extension CrossTenantAccess {
    fileprivate mutating func allow(_ flow: CrossTenantFlow, for name: OrganizationIdentifier) {
        organizations[name, default: OrganizationAccess()].settings[flow] = AccessSetting(
            people: WholeAccessSetting.allowAll.people, applications: WholeAccessSetting.allowAll.applications)
    }

    /// The other kinds of trust stay as they count now.
    fileprivate mutating func trust(_ proof: HomeProof, of name: OrganizationIdentifier, for input: SignInInput) {
        guard let home = input.home, let organization = HomeOrganization(home) else { return }
        let isDefaultCounting = organization.isTenant || entry(for: organization)?.1.inboundTrust != nil
        var trust = isDefaultCounting ? inboundTrust(for: organization).trust : .none
        switch proof {
        case .multiFactor, .strength: trust.acceptsMultiFactor = true
        case .compliantDevice: trust.acceptsCompliantDevice = true
        case .hybridJoinedDevice: trust.acceptsHybridJoinedDevice = true
        }
        organizations[name, default: OrganizationAccess()].inboundTrust = trust
    }
}

extension ConditionalAccessSettings {
    fileprivate mutating func set(_ state: ConditionalAccessPolicy.State, _ id: ConditionalAccessPolicy.ID) {
        for index in policies.indices where policies[index].id == id { policies[index].state = state }
    }
}
