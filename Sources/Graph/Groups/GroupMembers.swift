internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Who is in a group and who looks after it.
enum GroupMembers {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/groups/{id}/members", "group.members.list", "List a group's direct members", .readGroups,
            query: [.select, .top], answers: .collection(GroupSchema.object)
        ) { call throws(GraphError) in
            let group = try await call.storedGroup().group
            try await call.requireView(of: group, membersToo: true)
            return call.answer(try await call.members(of: group), context: "directoryObjects")
        },
        GraphOperation(
            .post, "/groups/{id}/members/$ref", "group.members.add", "Add a member to a group", .writeMembers,
            body: References.shape, answers: .nothing
        ) { call throws(GraphError) in
            let group = try await call.changeableGroup()
            let member = try await call.member(call.reference(of: GraphType.self))
            guard try await !call.isMember(member.member, of: group.id) else {
                throw .badRequest(
                    "One or more added object references already exist for the following modified properties: 'members'."
                )
            }
            try await call.commit([
                .addMember(member.member, to: group.id, in: call.tenantID),
                call.audit("Add member to group", category: "GroupManagement", on: [member.party, group.party]),
            ])
            return .noContent
        },
        GraphOperation(
            .delete, "/groups/{id}/members/{member}/$ref", "group.members.remove", "Remove a member from a group",
            .writeMembers, answers: .nothing
        ) { call throws(GraphError) in
            let group = try await call.changeableGroup()
            let member = try await call.member(call.id("member", of: GraphType.self))
            guard try await call.isMember(member.member, of: group.id) else {
                throw .notFound(call.parameter("member"))
            }
            try await call.commit([
                .removeMember(member.member, from: group.id, in: call.tenantID),
                call.audit("Remove member from group", category: "GroupManagement", on: [member.party, group.party]),
            ])
            return .noContent
        },
        GraphOperation(
            .get, "/groups/{id}/owners", "group.owners.list", "List a group's owners", .readGroups,
            query: .entity, answers: .collection(GroupSchema.object)
        ) { call throws(GraphError) in
            let group = try await call.storedGroup().group
            try await call.requireView(of: group, membersToo: true)
            let owners = try await call.owners(of: group.id).map { call.defaults($0.user) }
            return call.answer(try await call.page(of: GroupSchema.object, owners), context: "directoryObjects")
        },
        GraphOperation(
            .post, "/groups/{id}/owners/$ref", "group.owners.add", "Add an owner to a group", .writeGroups,
            body: References.shape, answers: .nothing
        ) { call throws(GraphError) in
            let group = try await call.storedGroup().group
            let owner = try await call.known(call.reference(of: User.self)).user
            guard try await !call.owners(of: group.id).contains(where: { $0.user.id == owner.id }) else {
                throw .badRequest(
                    "One or more added object references already exist for the following modified properties: 'owners'."
                )
            }
            try await call.commit([
                .addOwner(owner.id, to: group.id, in: call.tenantID),
                call.audit("Add owner to group", category: "GroupManagement", on: [owner.party, group.party]),
            ])
            return .noContent
        },
        GraphOperation(
            .delete, "/groups/{id}/owners/{owner}/$ref", "group.owners.remove", "Remove an owner from a group",
            .writeGroups, answers: .nothing
        ) { call throws(GraphError) in
            let group = try await call.storedGroup().group
            let id = try call.id("owner", of: User.self)
            guard let owner = try await call.owners(of: group.id).first(where: { $0.user.id == id })?.user else {
                throw .notFound(id.description)
            }
            try await call.commit([
                .removeOwner(id, from: group.id, in: call.tenantID),
                call.audit("Remove owner from group", category: "GroupManagement", on: [owner.party, group.party]),
            ])
            return .noContent
        },
        GraphOperation(
            .get, "/users/{id}/memberOf", "user.memberOf.list", "List the groups a user is directly in", .readUser,
            query: .entity, answers: .collection(GroupSchema.object)
        ) { call throws(GraphError) in
            let user = try await call.storedUser().user
            _ = try call.visibleMembers(of: user)
            return try await call.memberships(of: user, isTransitive: false)
        },
        GraphOperation(
            .get, "/users/{id}/transitiveMemberOf", "user.transitiveMemberOf.list",
            "List the groups a user is in, through other groups too", .readUser,
            query: .entity, answers: .collection(GroupSchema.object)
        ) { call throws(GraphError) in
            let user = try await call.storedUser().user
            _ = try call.visibleMembers(of: user)
            return try await call.memberships(of: user, isTransitive: true)
        },
        GraphOperation(
            .get, "/me/memberOf", "me.memberOf.list", "List the groups the signed-in user is directly in", .readSelf,
            query: .entity, answers: .collection(GroupSchema.object)
        ) { call throws(GraphError) in
            try await call.memberships(of: call.ownUser().user, isTransitive: false)
        },
    ]
}

extension GraphCall {
    /// The group in the path, if the caller may change who is in it: an application by its permission, a person as an
    /// administrator or as the group's owner. A rule's members are the rule's to choose.
    fileprivate func changeableGroup() async throws(GraphError) -> Group {
        let group = try await storedGroup().group
        if case .person(let user, _, let roles) = caller.kind {
            let administrators = PeopleRule.holders([.groupsAdministrator, .userAdministrator])
            if !administrators.admits(user, roles: roles, in: tenant) {
                guard try await owners(of: group.id).contains(where: { $0.user.id == user.id }) else { throw .denied() }
            }
        }
        guard group.membershipRule == nil else {
            throw .badRequest("The membership of a dynamic group is its rule's, and can't be changed by hand.")
        }
        return group
    }

    /// What a reference names: a user, or another group.
    fileprivate func member(_ id: ID<GraphType>) async throws(GraphError) -> (member: GroupMember, party: AuditParty) {
        let (store, user, group) = (store, User.ID(id.uuid), Group.ID(id.uuid))
        let found = try await storing { () async throws(StorageError) -> (GroupMember, AuditParty)? in
            if let user = try await store.user(tenantID, user) { return (.user(user.id), user.party) }
            return try await store.group(tenantID, group).map { (.group($0.id), $0.party) }
        }
        guard let found else { throw .notFound(id.description) }
        return found
    }

    fileprivate func isMember(_ member: GroupMember, of group: Group.ID) async throws(GraphError) -> Bool {
        let store = store
        return try await storing { () async throws(StorageError) in
            try await store.isMember(tenantID, member, of: group)
        }
    }
}
