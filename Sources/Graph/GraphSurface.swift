/// Everything that the API can do. A new resource is one line here.
enum GraphSurface {
    static let operations: [GraphOperation] = [
        UserResource.operations, UserChanging.operations, UserDeletion.operations, UserRelations.operations,
        InvitationResource.operations,
        GroupResource.operations, GroupMembers.operations, ApplicationResource.operations,
        ServicePrincipalResource.operations, OrganizationResource.operations, DomainResource.operations,
        PolicyResource.operations, AuditResource.operations, IdentityProviderResource.operations,
        FederationConfigurationResource.operations,
    ].flatMap(\.self)
}
