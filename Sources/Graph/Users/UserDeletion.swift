internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// Deleting, bringing back within thirty days, and erasing for good.
enum UserDeletion {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .delete, "/users/{id}", "user.delete", "Delete a user; restorable for 30 days", .deleteUsers,
            answers: .nothing
        ) { call throws(GraphError) in
            try await call.deleteUser()
        },
        GraphOperation(
            .get, "/directory/deletedItems/graph.user", "deletedItem.list", "List deleted users", .listUsers,
            query: [.select, .filter, .top], answers: .collection(UserSchema.deleted)
        ) { call throws(GraphError) in
            try await call.listDeletedUsers()
        },
        GraphOperation(
            .get, "/directory/deletedItems/{id}", "deletedItem.get", "Get a deleted user", .listUsers,
            query: .entity, answers: .entity(UserSchema.deleted)
        ) { call throws(GraphError) in
            call.answer(
                call.json(try await call.deletedUser()), of: UserSchema.deleted, context: "directoryObjects/$entity")
        },
        GraphOperation(
            .post, "/directory/deletedItems/{id}/restore", "deletedItem.restore", "Bring a deleted user back",
            .deleteUsers, answers: .entity(UserSchema.type)
        ) { call throws(GraphError) in
            try await call.restoreUser()
        },
        GraphOperation(
            .delete, "/directory/deletedItems/{id}", "deletedItem.delete",
            "Erase a deleted user for good, with a receipt in the audit trail", .deleteUsers, answers: .nothing
        ) { call throws(GraphError) in
            let deleted = try await call.deletedUser()
            do throws(StorageError) {
                try await call.installation.erase(deleted.user.id, in: call.tenantID, by: call.caller.party)
            } catch .notApplied {
                throw .notFound(deleted.user.id.description)
            } catch {
                throw GraphError(error)
            }
            return .noContent
        },
    ]
}

extension GraphCall {
    fileprivate func deleteUser() async throws(GraphError) -> GraphAnswer {
        let stored = try await storedUser()
        try requireMatch(stored.etag)
        try await requireReach(over: stored.user)
        try await requireAnotherGlobalAdministrator(than: stored.user)
        var steps = Step.softDeleteUser(stored.user.id, in: tenantID, at: now)
        steps.append(audit("Delete user", on: [stored.user.party]))
        if stored.user.creationType == .invitation {
            steps.append(audit("Delete external user", on: [stored.user.party]))
        }
        let (store, all) = (store, steps)
        let isApplied = try await storing { () async throws(StorageError) in try await store.applies(all) }
        guard isApplied else { throw .notFound(parameter("id")) }
        return .noContent
    }

    fileprivate func deletedUser() async throws(GraphError) -> DeletedUser {
        let id = try id("id", of: User.self)
        let store = store
        let now = now
        let found = try await storing { () async throws(StorageError) in
            try await store.deletedUser(tenantID, id, at: now)
        }
        guard let found else { throw .notFound(id.description) }
        return found
    }

    fileprivate func json(_ deleted: DeletedUser) -> JSONObject {
        var object = plainJSON(deleted.user)
        object["deletedDateTime"] = GraphTime.json(deleted.deletedAt)
        return object
    }

    fileprivate func listDeletedUsers() async throws(GraphError) -> GraphAnswer {
        let (store, now) = (store, now)
        let page = try await page(of: UserSchema.deleted, isExact: options.filter == nil) {
            key, limit throws(GraphError) -> [PagedItem<DeletedUser>] in
            let after = try key.map { key throws(GraphError) in try Self.listKey(key).id }
            let rows = try await storing { () async throws(StorageError) in
                try await store.deletedUsers(tenantID, after: after, limit: limit, at: now)
            }
            return rows.map { PagedItem(key: SkipKey(id: $0.user.id.bytes), value: $0) }
        } json: { deleted throws(GraphError) in
            json(deleted)
        }
        return answer(page, context: "directoryObjects")
    }

    fileprivate func restoreUser() async throws(GraphError) -> GraphAnswer {
        let deleted = try await deletedUser()
        var steps = Step.restoreUser(deleted.user, in: tenantID, at: now)
        steps.append(audit("Restore user", on: [deleted.user.party]))
        let (store, all) = (store, steps)
        do throws(StorageError) {
            try await store.commit(all)
        } catch .notApplied {
            throw .notFound(deleted.user.id.description)
        } catch .conflict {
            throw .badRequest(
                "The user can't be restored: somebody else has their user principal name, address or identity by now.")
        } catch {
            throw GraphError(error)
        }
        return answer(plainJSON(deleted.user), of: UserSchema.type, context: "directoryObjects/$entity")
    }
}
