/// A permission over the management API, named as in Microsoft Graph: an application holds it as a role, or uses it for a
/// person as a scope. The ids are Graph's too, so that what was written for Graph asks for the same thing here.
package enum ManagementPermission: String, Sendable, Hashable, CaseIterable {
    case userRead = "User.Read"
    case userReadAll = "User.Read.All"
    case userReadWriteAll = "User.ReadWrite.All"
    case userInviteAll = "User.Invite.All"
    case groupReadAll = "Group.Read.All"
    case groupReadWriteAll = "Group.ReadWrite.All"
    case groupMemberReadAll = "GroupMember.Read.All"
    case groupMemberReadWriteAll = "GroupMember.ReadWrite.All"
    case applicationReadAll = "Application.Read.All"
    case applicationReadWriteAll = "Application.ReadWrite.All"
    case appRoleAssignmentReadWriteAll = "AppRoleAssignment.ReadWrite.All"
    case directoryReadAll = "Directory.Read.All"
    case directoryReadWriteAll = "Directory.ReadWrite.All"
    case domainReadAll = "Domain.Read.All"
    case domainReadWriteAll = "Domain.ReadWrite.All"
    case organizationReadAll = "Organization.Read.All"
    case organizationReadWriteAll = "Organization.ReadWrite.All"
    case identityProviderReadAll = "IdentityProvider.Read.All"
    case identityProviderReadWriteAll = "IdentityProvider.ReadWrite.All"
    case identityUserFlowReadAll = "IdentityUserFlow.Read.All"
    case identityUserFlowReadWriteAll = "IdentityUserFlow.ReadWrite.All"
    case apiConnectorsReadAll = "APIConnectors.Read.All"
    case apiConnectorsReadWriteAll = "APIConnectors.ReadWrite.All"
    case policyReadAll = "Policy.Read.All"
    case policyReadWriteAuthenticationMethod = "Policy.ReadWrite.AuthenticationMethod"
    case policyReadWriteAuthorization = "Policy.ReadWrite.Authorization"
    case policyReadWriteCrossTenantAccess = "Policy.ReadWrite.CrossTenantAccess"
    case auditLogReadAll = "AuditLog.Read.All"

    /// What a person's own profile is read with: no more than the ID Token says, so it needs no consent.
    package static let baseline = ManagementPermission.userRead

    /// The role's id; nil for what only a person can let an application do.
    package var roleID: String? {
        switch self {
        case .userRead: nil
        case .userReadAll: "df021288-bdef-4463-88db-98f22de89214"
        case .userReadWriteAll: "741f803b-c850-494e-b5df-cde7c675a1ca"
        case .userInviteAll: "09850681-111b-4a89-9bed-3f2cae46d706"
        case .groupReadAll: "5b567255-7703-4780-807c-7be8301ae99b"
        case .groupReadWriteAll: "62a82d76-70ea-41e2-9197-370581804d09"
        case .groupMemberReadAll: "98830695-27a2-44f7-8c18-0c3ebc9698f6"
        case .groupMemberReadWriteAll: "dbaae8cf-10b5-4b86-a4a1-f871c94c6695"
        case .applicationReadAll: "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"
        case .applicationReadWriteAll: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"
        case .appRoleAssignmentReadWriteAll: "06b708a9-e830-4db3-a914-8e69da51d44f"
        case .directoryReadAll: "7ab1d382-f21e-4acd-a863-ba3e13f7da61"
        case .directoryReadWriteAll: "19dbc75e-c2e2-444c-a770-ec69d8559fc7"
        case .domainReadAll: "dbb9058a-0e50-45d7-ae91-66909b5d4664"
        case .domainReadWriteAll: "7e05723c-0bb0-42da-be95-ae9f08a6e53c"
        case .organizationReadAll: "498476ce-e0fe-48b0-b801-37ba7e2685c6"
        case .organizationReadWriteAll: "292d869f-3427-49a8-9dab-8c70152b74e9"
        case .identityProviderReadAll: "e321f0bb-e7f7-481e-bb28-e3b0b32d4bd0"
        case .identityProviderReadWriteAll: "90db2b9a-d928-4d33-a4dd-8442ae3d41e4"
        case .identityUserFlowReadAll: "1b0c317f-dd31-4305-9932-259a8b6e8099"
        case .identityUserFlowReadWriteAll: "65319a09-a2be-469d-8782-f6b07debf789"
        case .apiConnectorsReadAll: "b86848a7-d5b1-41eb-a9b4-54a4e6306e97"
        case .apiConnectorsReadWriteAll: "1dfe531a-24a6-4f1b-80f4-7a0dc5a0a171"
        case .policyReadAll: "246dd0d5-5bd0-4def-940b-0421030a5b68"
        case .policyReadWriteAuthenticationMethod: "29c18626-4985-4dcd-85c0-193eef327366"
        case .policyReadWriteAuthorization: "fb221be6-99f2-473f-bd32-01c6a0e9ca3b"
        case .policyReadWriteCrossTenantAccess: "338163d7-f101-4c92-94ba-ca46fe52447c"
        case .auditLogReadAll: "b0afded3-3588-46d8-8b3d-9842eff778da"
        }
    }

    /// Whether an administrator must grant it for everybody: everything but one's own profile.
    package var requiresAdminConsent: Bool { self != Self.baseline }

    /// For the page where somebody consents.
    package var displayName: String {
        switch self {
        case .userRead: "Sign in and read your profile"
        case .userReadAll: "Read all users"
        case .userReadWriteAll: "Read and write all users"
        case .userInviteAll: "Invite guests"
        case .groupReadAll: "Read all groups"
        case .groupReadWriteAll: "Read and write all groups"
        case .groupMemberReadAll: "Read group memberships"
        case .groupMemberReadWriteAll: "Read and write group memberships"
        case .applicationReadAll: "Read applications"
        case .applicationReadWriteAll: "Read and write applications"
        case .appRoleAssignmentReadWriteAll: "Assign people and groups to applications"
        case .directoryReadAll: "Read the directory"
        case .directoryReadWriteAll: "Read and write the directory"
        case .domainReadAll: "Read domains"
        case .domainReadWriteAll: "Read and write domains"
        case .organizationReadAll: "Read the organisation"
        case .organizationReadWriteAll: "Read and write the organisation"
        case .identityProviderReadAll: "Read identity providers"
        case .identityProviderReadWriteAll: "Read and write identity providers"
        case .identityUserFlowReadAll: "Read user flows"
        case .identityUserFlowReadWriteAll: "Read and write user flows"
        case .apiConnectorsReadAll: "Read API connectors"
        case .apiConnectorsReadWriteAll: "Read and write API connectors"
        case .policyReadAll: "Read policies"
        case .policyReadWriteAuthenticationMethod: "Read and write authentication methods"
        case .policyReadWriteAuthorization: "Read and write the rules for guests"
        case .policyReadWriteCrossTenantAccess: "Read and write cross-tenant access"
        case .auditLogReadAll: "Read the audit trail"
        }
    }
}
