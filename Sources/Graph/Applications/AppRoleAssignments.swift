internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Assigning people, groups and applications to applications.
extension GraphCall {
    func listAssigned(to resource: Application) async throws(GraphError) -> GraphAnswer {
        var objects: [JSONObject] = []
        for (assignment, name) in try await assigned(to: resource) {
            objects.append(assignment.json(resource, name: name))
        }
        return answer(
            try await page(of: ApplicationSchema.assignment, objects), context: "appRoleAssignments")
    }

    private func assigned(
        to resource: Application
    ) async throws(GraphError) -> [(assignment: AppRoleAssignment, name: String)] {
        let store = store
        var list: [(AppRoleAssignment, String)] = []
        let rows = try await storing { () async throws(StorageError) in
            try await store.assignments(tenantID, toApplication: resource.appID)
        }
        for row in rows {
            switch row.principal {
            case .user(let id):
                let user = try await storing { () async throws(StorageError) in try await store.user(tenantID, id) }
                // Somebody in the bin keeps their place and is not shown in it.
                if let user { list.append((AppRoleAssignment(principal: .user(id), role: row.role), user.displayName)) }
            case .group(let id):
                let group = try await storing { () async throws(StorageError) in try await store.group(tenantID, id) }
                if let group {
                    list.append((AppRoleAssignment(principal: .group(id), role: row.role), group.displayName))
                }
            }
        }
        for client in snapshot.applications {
            for grant in client.roleGrants where grant.resource == resource.appID {
                guard let role = resource.roles.first(where: { $0.value == grant.role }) else { continue }
                list.append(
                    (
                        AppRoleAssignment(principal: .application(client.servicePrincipalID), role: role.id),
                        client.displayName
                    ))
            }
        }
        return list
    }

    func assign(to resource: Application) async throws(GraphError) -> GraphAnswer {
        guard body.string("resourceId").flatMap({ ID<Application.ServicePrincipal>($0) }) == resource.servicePrincipalID
        else {
            throw .badRequest("resourceId must be the id of the service principal in the path.")
        }
        let principal = body.string("principalId") ?? ""
        let role = try role(of: resource)
        if let client = snapshot.applications.first(where: {
            $0.servicePrincipalID.description == principal.lowercased()
        }) {
            return try await grant(role, of: resource, to: client)
        }
        guard resource.appID != ManagementAPI.appID else {
            throw .badRequest("People are given directory roles, not roles of the management API.")
        }
        if let role, !role.allowedMemberTypes.contains(.user) {
            throw .badRequest("The appRole is not for users or groups.")
        }
        let (target, party, name) = try await assignee(principal)
        let assignment = AppRoleAssignment(principal: target, role: role?.id)
        let known = try await assigned(to: resource)
        guard !known.contains(where: { $0.assignment.id == assignment.id }) else {
            throw .badRequest("Permission being assigned already exists on the object")
        }
        guard let row = assignment.row(resource) else { throw .fault("an assignment of nobody") }
        try await commit([
            .insertAssignment(row, in: tenantID),
            audit(
                "Add app role assignment grant to user", category: "ApplicationManagement",
                on: [party, resource.party]),
        ])
        return answer(
            assignment.json(resource, name: name), of: ApplicationSchema.assignment,
            context: "appRoleAssignments/$entity", status: 201)
    }

    private func role(of resource: Application) throws(GraphError) -> Application.Role? {
        let id = body.string("appRoleId")?.lowercased() ?? ""
        if id == AppRoleAssignment.plainAccess { return nil }
        guard let role = resource.roles.first(where: { $0.id.description == id && $0.isEnabled }) else {
            throw .badRequest("Permission being assigned was not found on application '\(resource.appID)'.")
        }
        return role
    }

    private func assignee(
        _ principal: String
    ) async throws(GraphError) -> (AppRoleAssignment.Principal, AuditParty, String) {
        guard let user = User.ID(principal), let group = Group.ID(principal) else { throw .notFound(principal) }
        let store = store
        let found = try await storing {
            () async throws(StorageError) -> (AppRoleAssignment.Principal, AuditParty, String)? in
            if let user = try await store.user(tenantID, user) { return (.user(user.id), user.party, user.displayName) }
            return try await store.group(tenantID, group).map { (.group($0.id), $0.party, $0.displayName) }
        }
        guard let found else { throw .notFound(principal) }
        return found
    }

    /// An application permission. Those of the management API are a Global Administrator's to give: they reach everywhere.
    private func grant(
        _ role: Application.Role?, of resource: Application, to client: Application
    ) async throws(GraphError) -> GraphAnswer {
        guard let role, role.allowedMemberTypes.contains(.application) else {
            throw .badRequest("An application is assigned a role that is for applications.")
        }
        try requireGrantable(resource)
        let grant = Application.RoleGrant(resource: resource.appID, role: role.value)
        guard !client.roleGrants.contains(grant) else {
            throw .badRequest("Permission being assigned already exists on the object")
        }
        var changed = client
        changed.roleGrants.append(grant)
        try await publish(changed, "Add app role assignment to service principal")
        return answer(
            AppRoleAssignment(principal: .application(client.servicePrincipalID), role: role.id)
                .json(resource, name: client.displayName),
            of: ApplicationSchema.assignment, context: "appRoleAssignments/$entity", status: 201)
    }

    private func requireGrantable(_ resource: Application) throws(GraphError) {
        guard case .person(_, _, let roles) = caller.kind, resource.appID == ManagementAPI.appID else { return }
        guard roles.contains(.globalAdministrator) else { throw .denied() }
    }

    func unassign(from resource: Application) async throws(GraphError) -> GraphAnswer {
        let id = parameter("assignment")
        guard let found = try await assigned(to: resource).first(where: { $0.assignment.id == id }) else {
            throw .notFound(id)
        }
        let party = AuditParty(kind: "Principal", id: nil, name: found.name)
        let record = audit(
            "Remove app role assignment from user", category: "ApplicationManagement", on: [resource.party, party])
        if let row = found.assignment.row(resource) {
            try await commit([.removeAssignment(row, in: tenantID), record])
            return .noContent
        }
        try requireGrantable(resource)
        guard case .application(let principal) = found.assignment.principal,
            var client = snapshot.applications.first(where: { $0.servicePrincipalID == principal }),
            let role = resource.roles.first(where: { $0.id == found.assignment.role })
        else { throw .notFound(id) }
        client.roleGrants.removeAll { $0 == Application.RoleGrant(resource: resource.appID, role: role.value) }
        try await publish(client, "Remove app role assignment from service principal")
        return .noContent
    }
}

extension AppRoleAssignment {
    /// Nil for an application, whose roles are settings.
    fileprivate func row(_ resource: Application) -> Assignment? {
        switch principal {
        case .user(let id): Assignment(principal: .user(id), application: resource.appID, role: role)
        case .group(let id): Assignment(principal: .group(id), application: resource.appID, role: role)
        case .application: nil
        }
    }
}
