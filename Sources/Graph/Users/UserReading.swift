internal import Access
internal import Directory
internal import JSON
internal import Storage

/// Who sees what of whom.
extension GraphCall {
    /// How much of this part of the directory the person sees; an application by itself sees what its permissions say.
    func view(of area: DirectoryArea) -> DirectoryView {
        guard case .person(let user, _, let roles) = caller.kind else { return .whole }
        return directoryView(of: area, for: user.userType, roles: roles, level: tenant.guestAccess).view
    }

    /// The user in the path: by id, or by user principal name.
    func storedUser(_ parameter: String = "id") async throws(GraphError) -> StoredUser {
        let name = self.parameter(parameter)
        let store = store
        let found = try await storing { () async throws(StorageError) -> StoredUser? in
            if let id = User.ID(name) { return try await store.storedUser(tenantID, id) }
            guard let user = try await store.user(tenantID, userPrincipalName: name) else { return nil }
            return try await store.storedUser(tenantID, user.id)
        }
        guard let found else { throw .notFound(name) }
        return found
    }

    /// Refuses what the caller's scopes and level do not reach: others, with `User.Read` alone; others at all, as a
    /// restricted guest.
    ///
    /// - Returns: The members that are shown; nil: all.
    func visibleMembers(of user: User) throws(GraphError) -> [String]? {
        guard case .person(let person, let scopes, _) = caller.kind, person.id != user.id else { return nil }
        guard scopes.contains(where: { $0 != .userRead && operation.allowance.delegated.contains($0) }) else {
            throw .denied()
        }
        switch view(of: .otherUser) {
        case .whole: return nil
        case .limited: return DirectoryView.limitedUserProperties.sorted()
        case .identifiers: return ["id"]
        case .none: throw .denied()
        }
    }

    func answer(_ stored: StoredUser, context: String = "users/$entity") async throws(GraphError) -> GraphAnswer {
        let visible = try visibleMembers(of: stored.user)
        var object = try await json(stored.user)
        if let visible {
            for name in object.names where !visible.contains(name) { object[name] = nil }
        }
        return answer(object, of: UserSchema.type, context: context, etag: stored.etag)
    }

    func users(_ query: UserQuery) async throws(GraphError) -> GraphPage {
        let store = store
        guard case .list(let selection, let isDescending, let isExact) = query else {
            let found = try await storing { () async throws(StorageError) in try await few(query) }
            var objects: [JSONObject] = []
            for stored in found { objects.append(try await json(stored.user)) }
            return try await page(of: UserSchema.type, objects)
        }
        var count: Int?
        if options.counts { count = try await self.count(query) }
        return try await page(of: UserSchema.type, isExact: isExact, count: count) {
            key, limit throws(GraphError) -> [PagedItem<User>] in
            let after = try key.map { key throws(GraphError) in try Self.listKey(key) }
            let rows = try await storing { () async throws(StorageError) in
                try await store.users(tenantID, selection, isDescending: isDescending, after: after, limit: limit)
            }
            return rows.map { row in
                let key = selection.key(of: row.user)
                return PagedItem(key: SkipKey(text: key.text, id: key.id.bytes), value: row.user)
            }
        } json: { user throws(GraphError) in
            try await json(user)
        }
    }

    static func listKey(_ key: SkipKey) throws(GraphError) -> UserListKey {
        guard let id = User.ID(bytes: key.id) else { throw .badRequest("The $skiptoken is not one of this list.") }
        return UserListKey(text: key.text, id: id)
    }

    private func few(_ query: UserQuery) async throws(StorageError) -> [StoredUser] {
        switch query {
        case .ids(let ids):
            var found: [StoredUser] = []
            for id in ids { if let user = try await store.storedUser(tenantID, id) { found.append(user) } }
            return found
        case .address(let address): return try await store.users(tenantID, reachedBy: address)
        case .identity(let key): return try await store.storedUsers(tenantID, with: key)
        case .nobody, .list: return []
        }
    }

    /// How many there are. Where the database can't count what the filter asks for, rows are looked at, as many as a
    /// page may look at.
    func count(_ query: UserQuery) async throws(GraphError) -> Int {
        let store = store
        switch query {
        case .list(let selection, _, true):
            return try await storing { () async throws(StorageError) in
                try await store.userCount(tenantID, selection)
            }
        case .list(let selection, let isDescending, false):
            var count = 0
            var looked = 0
            var after: UserListKey?
            while true {
                let key = after
                let rows = try await storing { () async throws(StorageError) in
                    try await store.users(
                        tenantID, selection, isDescending: isDescending, after: key, limit: 500)
                }
                for row in rows where isAsked(.object(try await json(row.user))) { count += 1 }
                guard rows.count == 500, let last = rows.last else { return count }
                looked += rows.count
                guard looked < Self.countLimit else {
                    throw .unsupportedQuery("Too many users to count by this filter: count by one property alone.")
                }
                after = selection.key(of: last.user)
            }
        case .ids, .address, .identity, .nobody:
            let found = try await storing { () async throws(StorageError) in try await few(query) }
            var count = 0
            for row in found where isAsked(.object(try await json(row.user))) { count += 1 }
            return count
        }
    }

    private static let countLimit = 20_000
}
