package import Directory

/// What of a directory somebody asks to read or do.
package enum DirectoryArea: String, Sendable, Hashable, CaseIterable {
    case ownUser, otherUser, userList
    case ownGroups, group, groupList
    case applications, applicationRegistration
    case organization
    case devices, directoryRoles, subscriptions, policies
    case ownTermsAcceptances
}

/// How much of it they get.
package enum DirectoryView: Int, Sendable, Hashable, Comparable {
    case none
    /// Object ids alone.
    case identifiers
    /// Of users ``DirectoryView/limitedUserProperties``; of the organisation its name and domains.
    case limited
    case whole

    package static func < (left: DirectoryView, right: DirectoryView) -> Bool { left.rawValue < right.rawValue }

    /// What a guest of limited access reads of somebody else, in Graph's names.
    package static let limitedUserProperties: Set<String> = [
        "id", "displayName", "mail", "userPrincipalName", "photo", "userType", "manager", "directReports",
    ]
}

/// What a user sees of an area by default (access-policy §5.2). Directory roles add to it at any level.
///
/// - Parameter level: The tenant's; it says nothing about members.
package func directoryView(
    of area: DirectoryArea, for type: User.UserType, roles: [DirectoryRole], level: GuestAccess
) -> (view: DirectoryView, reason: Reason) {
    let isGuest = type == .guest && level != .asMembers
    let byRole = roles.map { $0.view(of: area) }.max() ?? .none
    let byType = isGuest ? level.view(of: area) : .whole
    let view = max(byRole, byType)
    let detail =
        if byRole > byType {
            "A directory role adds \(area.rawValue)."
        } else if isGuest {
            "Guests of this organisation see \(view) of \(area.rawValue)."
        } else {
            "Members see \(area.rawValue)."
        }
    return (
        view,
        Reason("guest.permission", met: view != .none, detail, setting: ExternalCollaboration.Setting.guestAccess)
    )
}

extension GuestAccess {
    fileprivate func view(of area: DirectoryArea) -> DirectoryView {
        switch area {
        case .ownUser, .ownTermsAcceptances, .applications: .whole
        case .organization: .limited
        case .otherUser: self == .limited ? .limited : .none
        case .ownGroups: self == .limited ? .whole : .identifiers
        case .group: self == .limited ? .whole : .none
        case .userList, .groupList, .applicationRegistration, .devices, .directoryRoles, .subscriptions, .policies:
            .none
        }
    }
}

extension DirectoryRole {
    fileprivate func view(of area: DirectoryArea) -> DirectoryView {
        switch self {
        case .globalAdministrator: return .whole
        case .userAdministrator:
            switch area {
            case .policies, .subscriptions, .applicationRegistration: return .none
            default: return .whole
            }
        case .guestInviter:
            // `microsoft.directory/users/inviteGuest` and the basic reads of users.
            return area == .otherUser || area == .userList ? .whole : .none
        case .securityAdministrator:
            return area == .applicationRegistration ? .none : .whole
        case .globalReader: return .whole
        case .directoryReader:
            switch area {
            case .policies, .subscriptions, .applicationRegistration: return .none
            default: return .whole
            }
        case .helpdeskAdministrator, .groupsAdministrator, .applicationAdministrator:
            switch area {
            case .otherUser, .userList, .group, .groupList, .organization: return .whole
            case .applicationRegistration: return self == .applicationAdministrator ? .whole : .none
            default: return .none
            }
        case .authenticationPolicyAdministrator: return area == .policies || area == .otherUser ? .whole : .none
        case .reportsReader, .domainNameAdministrator, .externalIdentityProviderAdministrator, .userFlowAdministrator:
            return .none
        }
    }
}
