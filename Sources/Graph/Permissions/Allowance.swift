internal import Access
internal import Directory
internal import Gateway

/// Who may do something: an application with one of these roles, or one that acts for a person with one of these scopes,
/// where that person may do it too. Absence of either is a refusal.
struct Allowance: Sendable {
    /// Any one of them, in a token of the application itself; empty: no application by itself.
    var applications: [ManagementPermission]
    /// Any one of them, in a token for a person.
    var delegated: [ManagementPermission]
    /// What the person must be.
    var people: PeopleRule

    init(_ permissions: [ManagementPermission], _ people: PeopleRule) {
        self.init(applications: permissions.filter { $0.roleID != nil }, delegated: permissions, people)
    }

    init(applications: [ManagementPermission], delegated: [ManagementPermission], _ people: PeopleRule) {
        self.applications = applications
        self.delegated = delegated
        self.people = people
    }

    func admits(_ caller: ManagementCaller) -> Bool {
        switch caller.kind {
        case .application(let roles): !roles.isDisjoint(with: applications)
        case .person(let user, let scopes, let roles):
            !scopes.isDisjoint(with: delegated) && people.admits(user, roles: roles, in: caller.snapshot.tenant)
        }
    }
}

/// What a person must be to do something by themselves, whatever application they use.
enum PeopleRule: Sendable {
    /// Anybody with an account; the operation shows guests what their level lets them see.
    case everyone
    /// Whoever sees anything of this part of the directory: guests by the tenant's level, others by default.
    case seeing(DirectoryArea)
    /// Who holds one of these roles. A Global Administrator always may.
    case holders([DirectoryRole])

    func admits(_ user: User, roles: [DirectoryRole], in tenant: Tenant) -> Bool {
        switch self {
        case .everyone: true
        case .seeing(let area):
            directoryView(of: area, for: user.userType, roles: roles, level: tenant.guestAccess).view > .none
        case .holders(let accepted): roles.contains { $0 == .globalAdministrator || accepted.contains($0) }
        }
    }

    /// For the description: who the person must be.
    var sentence: String {
        switch self {
        case .everyone: "anybody"
        case .seeing(let area): "who sees \(area.rawValue)"
        case .holders(let roles): (["Global Administrator"] + roles.map(\.displayName)).joined(separator: ", ")
        }
    }
}
