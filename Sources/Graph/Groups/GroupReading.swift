internal import Access
internal import Directory
internal import Gateway
internal import JSON
internal import Storage

extension StoredGroup {
    var etag: String { "W/\"\(revision)\"" }
}

extension Group {
    var party: AuditParty { AuditParty(kind: "Group", id: id.description, name: displayName) }

    var json: JSONObject {
        [
            "id": .string(id.description), "displayName": .string(displayName), "description": .text(description),
            "createdDateTime": GraphTime.json(createdAt),
            "groupTypes": .array(membershipRule == nil ? [] : [.string(GroupSchema.dynamic)]),
            "mailEnabled": false, "mailNickname": .null, "securityEnabled": true,
            "membershipRule": .text(membershipRule?.text),
            "membershipRuleProcessingState": membershipRule == nil ? .null : "On",
            "visibility": isHidden ? "HiddenMembership" : .null,
        ]
    }

    /// A group inside another object: with its type.
    var member: JSONObject {
        [
            "@odata.type": "#microsoft.graph.group", "id": .string(id.description), "displayName": .string(displayName),
            "description": .text(description),
        ]
    }
}

extension GraphCall {
    /// The group in the path.
    func storedGroup() async throws(GraphError) -> StoredGroup {
        let id = try id("id", of: Group.self)
        let store = store
        let found = try await storing { () async throws(StorageError) in try await store.storedGroup(tenantID, id) }
        guard let found else { throw .notFound(id.description) }
        return found
    }

    /// Refuses a person whose level does not reach to groups; hidden members are for administrators and owners.
    func requireView(of group: Group, membersToo: Bool) async throws(GraphError) {
        guard case .person(let user, _, let roles) = caller.kind else { return }
        guard view(of: .group) > .none else { throw .denied() }
        guard membersToo, group.isHidden else { return }
        let reads: [DirectoryRole] = [.globalAdministrator, .globalReader, .userAdministrator, .groupsAdministrator]
        if roles.contains(where: reads.contains) { return }
        guard try await owners(of: group.id).contains(where: { $0.user.id == user.id }) else { throw .denied() }
    }

    func owners(of group: Group.ID) async throws(GraphError) -> [StoredUser] {
        let store = store
        return try await storing { () async throws(StorageError) in try await store.owners(tenantID, of: group) }
    }

    func json(_ group: Group) async throws(GraphError) -> JSONObject {
        var object = group.json
        if options.expand.contains("owners") {
            object["owners"] = .array(try await owners(of: group.id).map { .object(defaults($0.user)) })
        }
        return object
    }

    func groups() async throws(GraphError) -> GraphPage {
        let store = store
        return try await page(of: GroupSchema.type, isExact: options.filter == nil && options.search == nil) {
            key, limit throws(GraphError) -> [PagedItem<Group>] in
            let after = key.flatMap { Group.ID(bytes: $0.id) }
            let rows = try await storing { () async throws(StorageError) in
                try await store.storedGroups(tenantID, after: after, limit: limit)
            }
            return rows.map { PagedItem(key: SkipKey(id: $0.group.id.bytes), value: $0.group) }
        } json: { group throws(GraphError) in
            try await json(group)
        }
    }

    /// Direct members: who was put there, or whom the rule admits.
    func members(of group: Group) async throws(GraphError) -> GraphPage {
        let store = store
        if let rule = group.membershipRule {
            let selection: UserSelection = rule.userType.map { .type($0) } ?? .all
            return try await page(of: GroupSchema.object) { key, limit throws(GraphError) -> [PagedItem<User>] in
                let after = try key.map { key throws(GraphError) in try Self.listKey(key) }
                let rows = try await storing { () async throws(StorageError) in
                    try await store.users(tenantID, selection, after: after, limit: limit)
                }
                return rows.map { PagedItem(key: SkipKey(id: $0.user.id.bytes), value: $0.user) }
            } json: { user throws(GraphError) in
                rule.admits(user) ? defaults(user) : nil
            }
        }
        return try await page(of: GroupSchema.object, isExact: true) {
            key, limit throws(GraphError) -> [PagedItem<GroupMember>] in
            let members = try await storing { () async throws(StorageError) in
                try await store.members(tenantID, of: group.id, after: key?.id ?? [], limit: limit)
            }
            return members.map { PagedItem(key: SkipKey(id: $0.idBytes), value: $0) }
        } json: { member throws(GraphError) in
            switch member {
            case .user(let id):
                let user = try await storing { () async throws(StorageError) in try await store.user(tenantID, id) }
                return user.map { defaults($0) }
            case .group(let id):
                let group = try await storing { () async throws(StorageError) in try await store.group(tenantID, id) }
                return group?.member
            }
        }
    }

    /// The groups that a user is in: objects, or ids alone for whom the level shows no more.
    func memberships(of user: User, isTransitive: Bool) async throws(GraphError) -> GraphAnswer {
        let store = store
        let isSelf = caller.user?.id == user.id
        let view = view(of: isSelf ? .ownGroups : .groupList)
        guard view > .none else { throw .denied() }
        let ids = try await storing { () async throws(StorageError) -> [Group.ID] in
            if isTransitive { return try await store.groups(tenantID, of: user).all }
            let assigned = try await store.groups(tenantID, directlyOf: .user(user.id))
            let ruled = try await store.groups(tenantID, ruledInto: user)
            return assigned + ruled.filter { !assigned.contains($0) }
        }
        var objects: [JSONObject] = []
        for id in ids {
            guard view == .whole else {
                objects.append(["@odata.type": "#microsoft.graph.group", "id": .string(id.description)])
                continue
            }
            let group = try await storing { () async throws(StorageError) in try await store.group(tenantID, id) }
            if let group { objects.append(group.member) }
        }
        return answer(try await page(of: GroupSchema.object, objects), context: "directoryObjects")
    }
}

extension GroupMember {
    var idBytes: [UInt8] {
        switch self {
        case .user(let user): user.bytes
        case .group(let group): group.bytes
        }
    }
}
