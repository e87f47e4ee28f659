internal import Access
package import Directory
internal import FoundationEssentials
internal import JSON
package import Storage

extension Installation {
    /// Makes a job of the lines and begins with it. Returns once all are durable; the work goes on by itself, and after a
    /// restart too.
    package func inviteMany(
        _ lines: [InvitationJobLine], name: String, of snapshot: TenantSnapshot, by party: InvitingParty
    ) async throws(StorageError) -> InvitationJob {
        let job = try await beginInvitationJob(name: name, of: snapshot.tenant.id, by: party)
        try await addLines(lines, to: job.id, in: snapshot.tenant.id)
        return try await startInvitationJob(job.id, in: snapshot.tenant.id) ?? job
    }

    /// A job whose lines arrive in several parts. It does nothing until it is started.
    package func beginInvitationJob(
        name: String, of tenant: Tenant.ID, by party: InvitingParty
    ) async throws(StorageError) -> InvitationJob {
        let job = InvitationJob(
            tenant: tenant, id: newID(), name: name, invitedBy: party.user, inviter: party.json, createdAt: now)
        try await store.commit([
            .insertInvitationJob(job),
            audit(
                "Bulk invite users - started (bulk)", in: tenant, actor: party.audited,
                details: [("JobId", job.id.description)]),
        ])
        return job
    }

    package func addLines(
        _ lines: [InvitationJobLine], to job: InvitationJob.ID, in tenant: Tenant.ID
    ) async throws(StorageError) {
        var rest = lines[...]
        while !rest.isEmpty {
            try await store.commit(rest.prefix(500).map { .insertInvitationJobLine($0, of: job, in: tenant) })
            rest = rest.dropFirst(500)
        }
    }

    package func startInvitationJob(
        _ id: InvitationJob.ID, in tenant: Tenant.ID
    ) async throws(StorageError) -> InvitationJob? {
        try await store.commit([.startInvitationJob(id, in: tenant)])
        wakeInvitationJobs()
        return try await store.invitationJob(tenant, id)
    }

    /// Works on open jobs in the background, if nobody does.
    package func wakeInvitationJobs() {
        Task { try? await workOnInvitationJobs() }
    }

    /// Works on open jobs, the oldest first, until there is none or the time is over. Called twice at once, the second
    /// call leaves the work to the first.
    ///
    /// - Parameter seconds: Nil: until there is none.
    package func workOnInvitationJobs(forSeconds seconds: Double? = nil) async throws(StorageError) {
        guard invitationDesk.take() else { return }
        let clock = ContinuousClock()
        let end = seconds.map { clock.now + .seconds($0) }
        do throws(StorageError) {
            repeat {
                try await workWhile { !Task.isCancelled && end.map { clock.now < $0 } ?? true }
            } while !invitationDesk.leave()
        } catch {
            invitationDesk.giveUp()
            throw error
        }
    }

    private func workWhile(_ goesOn: () -> Bool) async throws(StorageError) {
        while goesOn() {
            guard let job = try await store.openInvitationJob() else { return }
            let lines = try await store.waitingInvitationJobLines(job.tenant, job.id, limit: 64)
            guard !lines.isEmpty else {
                try await finish(job)
                continue
            }
            guard let snapshot = try await settings.snapshot(job.tenant) else { return }
            let party = try await invitingParty(of: job)
            // Side by side, so that their commits share one write to the disk.
            let failure = await withTaskGroup(of: StorageError?.self) { group in
                for line in lines { group.addTask { await self.invite(line, of: job, at: snapshot, by: party) } }
                return await group.reduce(nil) { $0 ?? $1 }
            }
            if let failure { throw failure }
        }
    }

    private func invite(
        _ line: InvitationJobLine, of job: InvitationJob, at snapshot: TenantSnapshot, by party: InvitingParty?
    ) async -> StorageError? {
        func refused(_ reason: String) async -> StorageError? {
            var line = line
            line.state = .failure
            line.reason = reason
            do throws(StorageError) {
                _ = try await store.applies([.endInvitationJobLine(line, of: job.id, in: job.tenant)])
                return nil
            } catch {
                return error
            }
        }
        guard let party else { return await refused("Whoever began this is not here any more.") }
        guard let address = try? EmailAddress(reading: line.address) else { return await refused("no address") }
        let request = InvitationRequest(
            address: address, redirectURL: line.redirectURL, message: line.message, sendsMail: line.sendsMail)
        func done(_ issued: IssuedInvitation) -> [Step] {
            var line = line
            line.state = .success
            line.user = issued.user.id
            line.invitation = issued.invitation.id
            return [.endInvitationJobLine(line, of: job.id, in: job.tenant)]
        }
        do throws(InvitationRefusal) {
            _ = try await commit(adding: done) { () async throws(InvitationRefusal) in
                try await prepare(request, to: snapshot, by: party)
            }
            return nil
        } catch .storage(.notApplied) {
            return nil
        } catch .storage(let error) {
            return error
        } catch {
            return await refused(error.sentence)
        }
    }

    private func finish(_ job: InvitationJob) async throws(StorageError) {
        let progress = try await store.invitationJobProgress(job.tenant, job.id)
        _ = try await store.applies([
            .finishInvitationJob(job.id, in: job.tenant, at: now),
            audit(
                "Bulk invite users - finished (bulk)", in: job.tenant,
                actor: AuditParty(user: job.invitedBy, name: job.inviter["name"]?.string ?? ""),
                details: [
                    ("JobId", job.id.description), ("Success", "\(progress.succeeded)"),
                    ("Failure", "\(progress.failed)"), ("Total", "\(job.total)"),
                ]),
        ])
    }

    /// As the inviter is now: who has lost the right, or is gone, invites nobody with what is left of the file.
    private func invitingParty(of job: InvitationJob) async throws(StorageError) -> InvitingParty? {
        let name = job.inviter["name"]?.string ?? ""
        guard let id = job.invitedBy else {
            return InvitingParty(job.inviter["kind"]?.string == "application" ? .application : .command, name: name)
        }
        guard let user = try await store.user(job.tenant, id), user.accountEnabled else { return nil }
        return InvitingParty(user, roles: try await store.directoryRoles(job.tenant, ofUser: id))
    }
}

extension InvitingParty {
    fileprivate var json: JSONValue {
        let kind = if case .application = inviter { "application" } else { "command" }
        return ["name": .string(name), "kind": .string(kind)]
    }
}
