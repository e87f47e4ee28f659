internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Graph's groups.
enum GroupResource {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/groups", "group.list", "List groups", .listGroups,
            query: [.select, .filter, .expand, .top, .search], answers: .collection(GroupSchema.type)
        ) { call throws(GraphError) in
            call.answer(try await call.groups(), context: "groups")
        },
        GraphOperation(
            .post, "/groups", "group.create", "Create a group", .writeGroups, body: .create(GroupSchema.type),
            answers: .entity(GroupSchema.type, status: 201)
        ) { call throws(GraphError) in
            try await call.createGroup()
        },
        GraphOperation(
            .get, "/groups/{id}", "group.get", "Get a group", .readGroups, query: [.select, .expand],
            answers: .entity(GroupSchema.type)
        ) { call throws(GraphError) in
            let stored = try await call.storedGroup()
            try await call.requireView(of: stored.group, membersToo: false)
            return call.answer(
                try await call.json(stored.group), of: GroupSchema.type, context: "groups/$entity", etag: stored.etag)
        },
        GraphOperation(
            .patch, "/groups/{id}", "group.update", "Update a group", .writeGroups, body: .update(GroupSchema.type),
            answers: .nothing
        ) { call throws(GraphError) in
            try await call.updateGroup()
        },
        GraphOperation(
            .delete, "/groups/{id}", "group.delete", "Delete a group for good", .writeGroups, answers: .nothing
        ) { call throws(GraphError) in
            let stored = try await call.storedGroup()
            try call.requireMatch(stored.etag)
            let steps = Step.deleteGroup(stored.group.id, in: call.tenantID)
            try await call.commit(
                steps + [call.audit("Delete group", category: "GroupManagement", on: [stored.group.party])])
            return .noContent
        },
    ]
}

extension GraphCall {
    fileprivate func createGroup() async throws(GraphError) -> GraphAnswer {
        guard body.flag("mailEnabled") != true else {
            throw .badRequest("Groups here have no mail: mailEnabled is false.")
        }
        guard body.flag("securityEnabled") != false else { throw .badRequest("Groups here are security groups.") }
        let types = body.strings("groupTypes") ?? []
        guard types.allSatisfy({ $0 == GroupSchema.dynamic }) else {
            throw .badRequest("groupTypes can hold \(GroupSchema.dynamic) alone.")
        }
        var group = Group(
            id: .random(installation.environment.randomBytes), displayName: body.string("displayName") ?? "",
            createdAt: now)
        try assign(to: &group)
        guard (group.membershipRule != nil) == !types.isEmpty else {
            throw .badRequest("A membershipRule and the group type \(GroupSchema.dynamic) go together.")
        }
        var steps: [Step] = [.insertGroup(group, in: tenantID)]
        // Who makes a group owns it, as in Entra.
        if let user = caller.user { steps.append(.addOwner(user.id, to: group.id, in: tenantID)) }
        try await commit(steps + [audit("Add group", category: "GroupManagement", on: [group.party])])
        return answer(
            group.json, of: GroupSchema.type, context: "groups/$entity", status: 201,
            etag: StoredGroup(group: group, revision: 0).etag)
    }

    fileprivate func updateGroup() async throws(GraphError) -> GraphAnswer {
        let stored = try await storedGroup()
        try requireMatch(stored.etag)
        guard !body.isEmpty else { return .noContent }
        var group = stored.group
        try assign(to: &group)
        guard (group.membershipRule == nil) == (stored.group.membershipRule == nil) else {
            throw .badRequest("An assigned group can't become a dynamic one, nor the other way round: make another.")
        }
        try await commit([
            .replaceGroup(stored, with: group, in: tenantID),
            audit(
                "Update group", category: "GroupManagement", on: [group.party],
                [("properties", body.names.joined(separator: ","))]),
        ])
        return .noContent
    }

    private func assign(to group: inout Group) throws(GraphError) {
        if let name = body.string("displayName") { group.displayName = name }
        guard !group.displayName.isEmpty else {
            throw .badRequest("Invalid value for property 'displayName': it is empty.")
        }
        body.assign("description", to: &group.description)
        if body.has("visibility") { group.isHidden = body.string("visibility") == "HiddenMembership" }
        guard body.string("membershipRuleProcessingState") != "Paused" else {
            throw .badRequest("A rule counts at once, and can't be paused.")
        }
        guard body.has("membershipRule") else { return }
        var text: String?
        body.assign("membershipRule", to: &text)
        do throws(MembershipRule.Fault) {
            group.membershipRule = try text.map { text throws(MembershipRule.Fault) in try MembershipRule(text) }
        } catch {
            throw .badRequest("Invalid value for property 'membershipRule': \(error)")
        }
    }
}
