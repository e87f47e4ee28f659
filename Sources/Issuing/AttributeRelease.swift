package import Directory

/// What an application that speaks SAML or WS-Federation may be told of a person: facts, from which its own list of
/// attributes chooses.
package struct ReleasableFacts: Sendable {
    package var user: User
    package var tenant: Tenant.ID
    /// The issuer of the home; nil for a member with a password of ours.
    package var identityProvider: String?
    package var groups: [Group.ID]
    /// Values of the roles that the person has in the application.
    package var roles: [String]
    package var methods: [String]

    package init(
        user: User, tenant: Tenant.ID, identityProvider: String?, groups: [Group.ID], roles: [String],
        methods: [String]
    ) {
        self.user = user
        self.tenant = tenant
        self.identityProvider = identityProvider
        self.groups = groups
        self.roles = roles
        self.methods = methods
    }

    /// The values of the attributes in the order of the list; one without a value is left out.
    package func values(
        of attributes: [ReleasedAttribute]
    ) -> [(attribute: ReleasedAttribute, values: [String])] {
        attributes.compactMap { attribute in
            let values = self.values(of: attribute.source).filter { !$0.isEmpty }
            return values.isEmpty ? nil : (attribute, values)
        }
    }

    private func values(of source: ReleasedAttribute.Source) -> [String] {
        func one(_ value: String?) -> [String] { value.map { [$0] } ?? [] }
        switch source {
        case .objectID: return [user.id.description]
        case .tenantID: return [tenant.description]
        case .userPrincipalName: return [user.userPrincipalName]
        case .mail: return one(user.mail?.description)
        case .displayName: return [user.displayName]
        case .givenName: return one(user.givenName)
        case .surname: return one(user.surname)
        case .userType: return [user.userType.rawValue]
        case .identityProvider: return one(identityProvider)
        // No application gets a list that no application reads: as in Entra's tokens, too many groups are left out.
        case .groups: return groups.count > Self.mostGroups ? [] : groups.map(\.description)
        case .roles: return roles
        case .methods: return methods
        }
    }

    /// Entra's limit in SAML assertions.
    private static let mostGroups = 150
}
