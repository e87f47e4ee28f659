/// What Graph asks for, resource by resource: a greater permission contains the lesser one, and the least stands first.
extension Allowance {
    static let readSelf = Allowance(
        applications: [],
        delegated: [.userRead, .userReadAll, .userReadWriteAll, .directoryReadAll, .directoryReadWriteAll], .everyone)
    static let readUser = Allowance(
        applications: [.userReadAll, .userReadWriteAll, .directoryReadAll, .directoryReadWriteAll],
        delegated: [.userRead, .userReadAll, .userReadWriteAll, .directoryReadAll, .directoryReadWriteAll], .everyone)
    static let listUsers = Allowance(
        [.userReadAll, .userReadWriteAll, .directoryReadAll, .directoryReadWriteAll], .seeing(.userList))
    static let writeUsers = Allowance(
        [.userReadWriteAll, .directoryReadWriteAll], .holders([.userAdministrator]))
    static let deleteUsers = writeUsers
    static let invite = Allowance([.userInviteAll, .userReadWriteAll, .directoryReadWriteAll], .everyone)
    static let manageInvitations = Allowance(
        [.userInviteAll, .userReadWriteAll, .directoryReadWriteAll], .holders([.userAdministrator, .guestInviter]))

    static let readGroups = Allowance(
        [
            .groupMemberReadAll, .groupReadAll, .groupReadWriteAll, .groupMemberReadWriteAll, .directoryReadAll,
            .directoryReadWriteAll,
        ], .everyone)
    static let listGroups = Allowance(readGroups.delegated, .seeing(.groupList))
    static let writeGroups = Allowance(
        [.groupReadWriteAll, .directoryReadWriteAll], .holders([.groupsAdministrator, .userAdministrator]))
    /// Owners may too, which the operation sees to.
    static let writeMembers = Allowance(
        [.groupMemberReadWriteAll, .groupReadWriteAll, .directoryReadWriteAll], .everyone)

    static let readApplications = Allowance(
        [.applicationReadAll, .applicationReadWriteAll, .directoryReadAll, .directoryReadWriteAll], .everyone)
    static let writeApplications = Allowance(
        [.applicationReadWriteAll, .directoryReadWriteAll], .holders([.applicationAdministrator]))
    static let assign = Allowance(
        [.appRoleAssignmentReadWriteAll], .holders([.applicationAdministrator, .userAdministrator]))

    static let readOrganization = Allowance(
        applications: [.organizationReadAll, .organizationReadWriteAll, .directoryReadAll, .directoryReadWriteAll],
        delegated: [
            .userRead, .organizationReadAll, .organizationReadWriteAll, .directoryReadAll, .directoryReadWriteAll,
        ], .everyone)
    static let writeOrganization = Allowance([.organizationReadWriteAll], .holders([]))
    static let readDomains = Allowance(
        [.domainReadAll, .domainReadWriteAll, .directoryReadAll, .directoryReadWriteAll], .everyone)
    static let writeDomains = Allowance([.domainReadWriteAll], .holders([.domainNameAdministrator]))

    static let readProviders = Allowance(
        [.identityProviderReadAll, .identityProviderReadWriteAll],
        .holders([.externalIdentityProviderAdministrator, .globalReader]))
    static let writeProviders = Allowance(
        [.identityProviderReadWriteAll], .holders([.externalIdentityProviderAdministrator]))

    static let readPolicies = Allowance(
        [
            .policyReadAll, .policyReadWriteAuthenticationMethod, .policyReadWriteAuthorization,
        ], .holders([.globalReader, .securityAdministrator, .authenticationPolicyAdministrator]))
    static let writeAuthenticationMethods = Allowance(
        [.policyReadWriteAuthenticationMethod], .holders([.authenticationPolicyAdministrator]))
    static let writeAuthorization = Allowance([.policyReadWriteAuthorization], .holders([]))
    static let readAudit = Allowance(
        [.auditLogReadAll], .holders([.reportsReader, .globalReader, .securityAdministrator]))
}
