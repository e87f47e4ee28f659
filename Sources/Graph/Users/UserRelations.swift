internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Whom a user reports to, who stands for a guest, and which groups they are in.
enum UserRelations {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/users/{id}/manager", "user.manager.get", "Get a user's manager", .readUser,
            query: .entity, answers: .entity(UserSchema.type)
        ) { call throws(GraphError) in
            let stored = try await call.storedUser()
            _ = try call.visibleMembers(of: stored.user)
            guard let id = stored.user.manager else { throw .notFound("manager") }
            return try await call.answer(call.known(id), context: "directoryObjects/$entity")
        },
        GraphOperation(
            .put, "/users/{id}/manager/$ref", "user.manager.set", "Set a user's manager", .writeUsers,
            body: References.shape, answers: .nothing
        ) { call throws(GraphError) in
            let manager = try await call.known(call.reference(of: User.self))
            return try await call.relate("Set user's manager") { user throws(GraphError) in
                guard manager.user.id != user.id else { throw .badRequest("Nobody is their own manager.") }
                user.manager = manager.user.id
            }
        },
        GraphOperation(
            .delete, "/users/{id}/manager/$ref", "user.manager.remove", "Remove a user's manager", .writeUsers,
            answers: .nothing
        ) { call throws(GraphError) in
            try await call.relate("Remove user's manager") { user throws(GraphError) in user.manager = nil }
        },
        GraphOperation(
            .get, "/users/{id}/directReports", "user.directReports.list", "List who reports to a user", .listUsers,
            query: [.select, .top], answers: .collection(UserSchema.type)
        ) { call throws(GraphError) in
            let stored = try await call.storedUser()
            let page = try await call.users(
                .list(.reports(of: stored.user.id), isDescending: false, isExact: true))
            return call.answer(page, context: "directoryObjects")
        },
        GraphOperation(
            .get, "/users/{id}/sponsors", "user.sponsors.list", "List a guest's sponsors", .listUsers,
            query: .entity, answers: .collection(UserSchema.type)
        ) { call throws(GraphError) in
            let stored = try await call.storedUser()
            let page = try await call.users(.ids(stored.user.sponsors))
            return call.answer(page, context: "directoryObjects")
        },
        GraphOperation(
            .post, "/users/{id}/sponsors/$ref", "user.sponsors.add", "Add a sponsor to a guest", .writeUsers,
            body: References.shape, answers: .nothing
        ) { call throws(GraphError) in
            let sponsor = try await call.known(call.reference(of: User.self)).user.id
            return try await call.relate("Add user sponsor") { user throws(GraphError) in
                guard !user.sponsors.contains(sponsor) else {
                    throw .badRequest("One or more added object references already exist for 'sponsors'.")
                }
                guard user.sponsors.count < User.sponsorLimit else {
                    throw .badRequest("A user has at most \(User.sponsorLimit) sponsors.")
                }
                user.sponsors.append(sponsor)
            }
        },
        GraphOperation(
            .delete, "/users/{id}/sponsors/{sponsor}/$ref", "user.sponsors.remove", "Remove a sponsor of a guest",
            .writeUsers, answers: .nothing
        ) { call throws(GraphError) in
            let sponsor = try call.id("sponsor", of: User.self)
            return try await call.relate("Remove user sponsor") { user throws(GraphError) in
                guard user.sponsors.contains(sponsor) else { throw .notFound(sponsor.description) }
                user.sponsors.removeAll { $0 == sponsor }
            }
        },
    ]
}

extension GraphCall {
    /// A user whom a reference names.
    func known(_ id: User.ID) async throws(GraphError) -> StoredUser {
        let store = store
        let found = try await storing { () async throws(StorageError) in try await store.storedUser(tenantID, id) }
        guard let found else { throw .notFound(id.description) }
        return found
    }

    /// Changes the user in the path, over the version that was read.
    func relate(
        _ activity: String, _ change: (inout User) throws(GraphError) -> Void
    ) async throws(GraphError) -> GraphAnswer {
        let stored = try await storedUser()
        try requireMatch(stored.etag)
        try await requireReach(over: stored.user)
        var user = stored.user
        try change(&user)
        try await commit([
            .replaceUser(stored, with: user, in: tenantID), audit(activity, on: [user.party]),
        ])
        return .noContent
    }
}
