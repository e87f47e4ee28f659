package import FoundationEssentials

/// A security group, with assigned members or with a rule that says who they are; groups nest.
package struct Group: Sendable, Hashable {
    package typealias ID = Directory.ID<Group>

    package var id: ID
    package var displayName: String
    package var description: String?
    /// Who its members are; nil: those who were assigned.
    package var membershipRule: MembershipRule?
    /// Whether its members are told to administrators and owners alone (Graph's `HiddenMembership`).
    package var isHidden: Bool
    package var createdAt: Date

    package init(
        id: ID, displayName: String, createdAt: Date, description: String? = nil,
        membershipRule: MembershipRule? = nil, isHidden: Bool = false
    ) {
        self.id = id
        self.displayName = displayName
        self.createdAt = createdAt
        self.description = description
        self.membershipRule = membershipRule
        self.isHidden = isHidden
    }
}

/// Roles over the directory itself; Entra's template ids.
package enum DirectoryRole: String, Sendable, Hashable, CaseIterable {
    case globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
    case userAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1"
    case guestInviter = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
    case securityAdministrator = "194ae4cb-b126-40b2-bd5b-6091b380977d"
    case reportsReader = "4a5d8f65-41da-4de4-8968-e035b65339cf"
    case globalReader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
    case directoryReader = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
    case helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
    case groupsAdministrator = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
    case applicationAdministrator = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
    case domainNameAdministrator = "8329153b-31d0-4727-b945-745eb3bc5f31"
    case externalIdentityProviderAdministrator = "be2f45a1-457d-42af-a067-6ec1fa63bc45"
    case userFlowAdministrator = "6e591065-9bad-43ed-90f3-e9424366d2f0"
    case authenticationPolicyAdministrator = "0526716b-113d-4c15-b2c8-68e3c22b9f80"

    package var displayName: String {
        switch self {
        case .globalAdministrator: "Global Administrator"
        case .userAdministrator: "User Administrator"
        case .guestInviter: "Guest Inviter"
        case .securityAdministrator: "Security Administrator"
        case .reportsReader: "Reports Reader"
        case .globalReader: "Global Reader"
        case .directoryReader: "Directory Readers"
        case .helpdeskAdministrator: "Helpdesk Administrator"
        case .groupsAdministrator: "Groups Administrator"
        case .applicationAdministrator: "Application Administrator"
        case .domainNameAdministrator: "Domain Name Administrator"
        case .externalIdentityProviderAdministrator: "External Identity Provider Administrator"
        case .userFlowAdministrator: "External ID User Flow Administrator"
        case .authenticationPolicyAdministrator: "Authentication Policy Administrator"
        }
    }
}

/// A user or group that may use an application, with the role it has there (nil: plain access).
package struct Assignment: Sendable, Hashable {
    package enum Principal: Sendable, Hashable {
        case user(User.ID)
        case group(Group.ID)
    }
    package var principal: Principal
    package var application: Application.AppID
    package var role: Application.Role.ID?

    package init(principal: Principal, application: Application.AppID, role: Application.Role.ID?) {
        self.principal = principal
        self.application = application
        self.role = role
    }
}
