internal import Directory
internal import JSON
internal import Storage

/// Graph's users: read, listed, counted, and one's own profile.
enum UserResource {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/users", "user.list", "List users", .listUsers,
            query: [.select, .filter, .expand, .top, .orderBy, .count, .search], answers: .collection(UserSchema.type)
        ) { call throws(GraphError) in
            try call.requireEventualForCounts()
            return call.answer(try await call.users(UserQuery(call.options)), context: "users")
        },
        GraphOperation(
            .get, "/users/$count", "user.count", "Count users", .listUsers, query: [.filter, .search],
            answers: .count(UserSchema.type)
        ) { call throws(GraphError) in
            guard call.isEventual else {
                throw .unsupportedQuery("$count needs the header 'ConsistencyLevel: eventual'.")
            }
            let count = try await call.count(UserQuery(call.options))
            return GraphAnswer(status: 200, text: "\(count)")
        },
        GraphOperation(
            .get, "/users/{id}", "user.get", "Get a user, by id or user principal name", .readUser,
            query: [.select, .expand], answers: .entity(UserSchema.type)
        ) { call throws(GraphError) in
            try await call.answer(call.storedUser())
        },
        GraphOperation(
            .get, "/me", "me.get", "Get the signed-in user", .readSelf, query: [.select, .expand],
            answers: .entity(UserSchema.type)
        ) { call throws(GraphError) in
            try await call.answer(call.ownUser())
        },
    ]
}

extension GraphCall {
    var isEventual: Bool { request.consistencyLevel?.lowercased() == "eventual" }

    func requireEventualForCounts() throws(GraphError) {
        guard !options.counts || isEventual else {
            throw .unsupportedQuery("$count needs the header 'ConsistencyLevel: eventual'.")
        }
    }

    /// The person who signed in.
    func ownUser() async throws(GraphError) -> StoredUser {
        guard let user = caller.user else {
            throw .badRequest("/me request is only valid with delegated authentication flow.")
        }
        let store = store
        let found = try await storing { () async throws(StorageError) in
            try await store.storedUser(tenantID, user.id)
        }
        guard let found else { throw .notFound(user.id.description) }
        return found
    }
}
