internal import Cryptography
internal import Directory
internal import Storage

/// Members, groups and assignments: rows of the directory, not settings.
extension DeclarationPlan {
    mutating func decide(_ declared: DeclaredMember) async throws(DeclarationRefusal) {
        let name = declared.name
        guard tenant.domains.contains(name.domain) else {
            throw .fault(declared.place.fault("is \(name), and \(name.domain) is no domain of the organisation"))
        }
        guard let user = try await storedUser(named: name.description) else {
            return try await make(declared)
        }
        guard user.userType == .member, user.externalUserState == nil else {
            throw .fault(declared.place.fault("is \(name), who is a guest here"))
        }
        var isChanged = false
        if let displayName = declared.displayName, displayName != user.displayName {
            var changed = user
            changed.displayName = displayName
            steps.append(.updateUser(changed, in: tenant.id))
            isChanged = true
        }
        if let password = declared.password {
            let hash = try await reading { store, tenant throws(StorageError) in
                try await store.passwordHash(tenant, user.id)
            }
            if await !PasswordHash.verify(password, against: hash) {
                try await setPassword(password, of: user.id)
                isChanged = true
            }
        }
        if let roles = declared.roles {
            let held = try await reading { store, tenant throws(StorageError) in
                try await store.directoryRoles(tenant, ofUser: user.id)
            }
            for role in roles where !held.contains(role) {
                steps.append(.assignRole(role, to: user.id, in: tenant.id))
                isChanged = true
            }
            for role in held where !roles.contains(role) {
                steps.append(.unassignRole(role, from: user.id, in: tenant.id))
                isChanged = true
            }
        }
        items.append(
            AppliedDeclaration.Item(
                "member", name.description, isChanged ? .updated : .unchanged, [("id", user.id.description)]))
    }

    private mutating func make(_ declared: DeclaredMember) async throws(DeclarationRefusal) {
        guard let password = declared.password else {
            throw .fault(declared.place.fault("is \(declared.name), who is new here and needs a \"password\""))
        }
        let hash = await PasswordHash.make(password, environment: installation.environment)
        let (user, made) = installation.memberSteps(
            tenant.id, name: declared.name, displayName: declared.displayName ?? declared.name.description,
            passwordHash: hash, roles: declared.roles ?? [])
        steps += made
        newUsers[declared.name.normalized] = user.id
        items.append(
            AppliedDeclaration.Item("member", declared.name.description, .created, [("id", user.id.description)]))
    }

    private mutating func setPassword(_ password: Secret, of user: User.ID) async throws(DeclarationRefusal) {
        let hash = await PasswordHash.make(password, environment: installation.environment)
        // A new password ends what the old one began.
        steps.append(.setPassword(hash, of: user, in: tenant.id, at: now))
        steps.append(.endSessions(ofUser: user, in: tenant.id, at: now))
        steps.append(.revokeGrants(ofUser: user, in: tenant.id, because: "passwordChanged", at: now))
    }

    // MARK: Groups

    mutating func decide(_ declared: DeclaredGroup) async throws(DeclarationRefusal) {
        let known = try await storedGroup(named: declared.name)
        let id: Group.ID
        var change: AppliedDeclaration.Change
        if let known {
            id = known
            change = .unchanged
        } else {
            id = .random(installation.environment.randomBytes)
            newGroups[declared.name] = id
            steps.append(
                .insertGroup(Group(id: id, displayName: declared.name, createdAt: now), in: tenant.id))
            change = .created
        }
        var wanted: [GroupMember] = []
        for (address, place) in declared.members ?? [] {
            guard let user = try await user(named: address) else {
                throw .fault(place.fault("is \"\(address)\", and there is no such user"))
            }
            wanted.append(.user(user))
        }
        for (name, place) in declared.groups ?? [] {
            guard let group = try await group(named: name) else {
                throw .fault(place.fault("is \"\(name)\", and there is no such group"))
            }
            wanted.append(.group(group))
        }
        var held: [GroupMember] = []
        if known != nil {
            held = try await reading { store, tenant throws(StorageError) in
                try await store.members(tenant, of: id)
            }
        }
        for member in wanted where !held.contains(member) {
            steps.append(.addMember(member, to: id, in: tenant.id))
            if change == .unchanged { change = .updated }
        }
        for member in held where !wanted.contains(member) {
            switch member {
            case .user where declared.members == nil, .group where declared.groups == nil: continue
            default: steps.append(.removeMember(member, from: id, in: tenant.id))
            }
            if change == .unchanged { change = .updated }
        }
        items.append(AppliedDeclaration.Item("group", declared.name, change, [("id", id.description)]))
    }

    // MARK: Assignments

    mutating func decide(_ declared: DeclaredAssignment) async throws(DeclarationRefusal) {
        let application = applications.first {
            $0.displayName == declared.application || $0.appID.description == declared.application
        }
        guard let application else {
            throw .fault(
                declared.applicationPlace.fault("is \"\(declared.application)\", and there is no such application"))
        }
        var role: Application.Role.ID?
        if let name = declared.role {
            guard let found = application.roles.first(where: { $0.value == name }) else {
                throw .fault(
                    declared.rolePlace.fault("is \"\(name)\", and \(application.displayName) has no such role"))
            }
            role = found.id
        }
        let principal: Assignment.Principal
        let name: String
        switch declared.principal {
        case .user(let address):
            guard let user = try await user(named: address) else {
                throw .fault(declared.principalPlace.fault("is \"\(address)\", and there is no such user"))
            }
            (principal, name) = (.user(user), address)
        case .group(let text):
            guard let group = try await group(named: text) else {
                throw .fault(declared.principalPlace.fault("is \"\(text)\", and there is no such group"))
            }
            (principal, name) = (.group(group), text)
        }
        let assignment = Assignment(principal: principal, application: application.appID, role: role)
        let known = try await reading { store, tenant throws(StorageError) in
            try await store.assignments(tenant, toApplication: application.appID)
        }
        let isKnown = known.contains(assignment)
        if !isKnown { steps.append(.insertAssignment(assignment, in: tenant.id)) }
        items.append(
            AppliedDeclaration.Item(
                "assignment", "\(name) to \(application.displayName)", isKnown ? .unchanged : .created))
    }

    // MARK: Finding

    /// By user principal name, then by mail where one user alone has it; a member of this plan counts.
    private func user(named text: String) async throws(DeclarationRefusal) -> User.ID? {
        if let address = EmailAddress(text), let made = newUsers[address.normalized] { return made }
        if let user = try await storedUser(named: text) { return user.id }
        guard let address = EmailAddress(text) else { return nil }
        let users = try await reading { store, tenant throws(StorageError) in
            try await store.users(tenant, mail: address)
        }
        return users.count == 1 ? users[0].id : nil
    }

    private func group(named name: String) async throws(DeclarationRefusal) -> Group.ID? {
        if let made = newGroups[name] { return made }
        return try await storedGroup(named: name)
    }

    private func storedUser(named name: String) async throws(DeclarationRefusal) -> User? {
        try await reading { store, tenant throws(StorageError) in
            try await store.user(tenant, userPrincipalName: name)
        }
    }

    private func storedGroup(named name: String) async throws(DeclarationRefusal) -> Group.ID? {
        let groups = try await reading { store, tenant throws(StorageError) in try await store.groups(tenant) }
        return groups.first { $0.displayName == name }?.id
    }

    private func reading<Value>(
        _ read: (Store, Tenant.ID) async throws(StorageError) -> Value
    ) async throws(DeclarationRefusal) -> Value {
        do { return try await read(installation.store, tenant.id) } catch { throw .storage(error) }
    }
}
