package import FoundationEssentials

/// A security group with assigned members; groups nest.
package struct Group: Sendable, Hashable {
    package typealias ID = Directory.ID<Group>

    package var id: ID
    package var displayName: String
    package var createdAt: Date

    package init(id: ID, displayName: String, createdAt: Date) {
        self.id = id
        self.displayName = displayName
        self.createdAt = createdAt
    }
}

/// Roles over the directory itself; Entra's template ids.
package enum DirectoryRole: String, Sendable, Hashable, CaseIterable {
    case globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
    case userAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1"
    case guestInviter = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
    case securityAdministrator = "194ae4cb-b126-40b2-bd5b-6091b380977d"
    case reportsReader = "4a5d8f65-41da-4de4-8968-e035b65339cf"

    package var displayName: String {
        switch self {
        case .globalAdministrator: "Global Administrator"
        case .userAdministrator: "User Administrator"
        case .guestInviter: "Guest Inviter"
        case .securityAdministrator: "Security Administrator"
        case .reportsReader: "Reports Reader"
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
