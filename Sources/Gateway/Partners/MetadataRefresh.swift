package import Directory
internal import FoundationEssentials
package import Storage
internal import Upstream

/// What a look at a peer came to.
package struct CheckedPeer: Sendable {
    package let metadata: PeerState.Metadata
    package let events: [PeerEvent]
    /// Why the metadata could not be read; nil: it was, or there is none to read.
    package let failure: String?
}

extension Installation {
    private static let looksAtOnce = 8
    private static let looksInBatch = 64
    private static let author = "metadata"

    /// Looks at every peer of the installation that is due: reads metadata before it expires, and tells what is to be
    /// told. One server's work at a time, though two do no harm.
    package func refreshDuePeers() async throws(StorageError) {
        while !Task.isCancelled {
            let due = try await store.duePeers(at: now, limit: Self.looksInBatch)
            var waiting = due.makeIterator()
            let results = await withTaskGroup(of: Result<Void, StorageError>.self) { group in
                var results: [Result<Void, StorageError>] = []
                func begin(_ state: PeerState) {
                    group.addTask {
                        do throws(StorageError) {
                            return .success(try await self.look(at: state))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                for _ in 0..<Self.looksAtOnce {
                    if let next = waiting.next() { begin(next) }
                }
                while let result = await group.next() {
                    results.append(result)
                    if let next = waiting.next() { begin(next) }
                }
                return results
            }
            for result in results { try result.get() }
            if due.count < Self.looksInBatch { break }
        }
    }

    private func look(at state: PeerState) async throws(StorageError) {
        guard let snapshot = try await settings.snapshot(state.tenant) else { return }
        guard let known = snapshot.known(state.peer) else {
            try await store.commit([.removePeer(state.peer, in: state.tenant)])
            return
        }
        _ = try await refresh(known, in: state.tenant, from: state.metadata)
    }

    /// Every tenant's peers get a row, so that those which came before there were any are looked at; rows of those that
    /// are gone go.
    package func enrolPeers(_ tenant: Tenant.ID) async throws(StorageError) {
        guard let snapshot = try await settings.snapshot(tenant) else { return }
        let peers = snapshot.knownPeers
        let rows = try await store.peerStates(tenant)
        var steps: [Step] = []
        for known in peers where rows.first(where: { $0.peer == known.peer })?.metadata.isEnrolled != true {
            steps.append(.putPeer(known.peer, PeerState.Metadata(dueAt: now), in: tenant))
        }
        let ids = Set(peers.map(\.peer)).union(snapshot.partners.map { .partner($0.id) })
        for row in rows where !ids.contains(row.peer) { steps.append(.removePeer(row.peer, in: tenant)) }
        guard !steps.isEmpty else { return }
        try await store.commit(steps)
    }

    /// Reads one peer's metadata now, and adopts what it says.
    ///
    /// - Returns: Nil where there is no such peer.
    package func refreshPartner(
        named name: String, in snapshot: TenantSnapshot
    ) async throws(StorageError) -> CheckedPeer? {
        guard let known = snapshot.partner(named: name).flatMap({ KnownPeer($0) }) else { return nil }
        return try await refresh(known, in: snapshot.tenant.id)
    }

    func refresh(_ known: KnownPeer, in tenant: Tenant.ID) async throws(StorageError) -> CheckedPeer {
        let state = try await store.peerState(tenant, known.peer)?.metadata
        return try await refresh(known, in: tenant, from: state ?? PeerState.Metadata())
    }

    private func refresh(
        _ known: KnownPeer, in tenant: Tenant.ID, from old: PeerState.Metadata
    ) async throws(StorageError) -> CheckedPeer {
        var next = old
        var events: [PeerEvent] = []
        var failure: UpstreamError?
        var standing = known
        do throws(UpstreamError) {
            guard known.metadataURL != nil else { throw .misconfigured("") }
            let read = try await readMetadata(of: known)
            (standing, next) = (read.peer, noted(read, after: old))
        } catch {
            failure = known.metadataURL == nil ? nil : error
        }
        if let failure {
            // A server that ends asks nobody to the end.
            guard !Task.isCancelled else { return CheckedPeer(metadata: old, events: [], failure: failure.cause) }
            events += note(failure, of: known, in: tenant, old, &next)
        } else if known.metadataURL == nil {
            (next.failingSince, next.failure) = (nil, nil)
            next.dueAt = old.terms(of: known).nextLook(after: now)
        } else {
            guard let changes = try await adopt(standing, instead: known, in: tenant) else {
                // An administrator changed it meanwhile: it is read again as it is now.
                next.dueAt = now
                try await store.commit([.putPeer(known.peer, next, in: tenant)])
                return CheckedPeer(metadata: next, events: [], failure: nil)
            }
            events += changes
            if old.failingSince != nil { events.append(event(.restored, known, tenant, "it can be read again.")) }
        }
        next.certificateEndsAt = standing.certificateEndsAt
        events += told(of: standing, in: tenant, old, &next)
        try await store.commit(
            [.putPeer(known.peer, next, in: tenant)] + events.map { audit($0, by: Self.author) })
        peers.remember(next, of: known.peer, in: tenant, at: now)
        for event in events { peers.tell(event) }
        return CheckedPeer(metadata: next, events: events, failure: failure?.cause)
    }

    /// What is kept of metadata that was just read.
    func noted(_ read: ReadMetadata, after old: PeerState.Metadata = PeerState.Metadata()) -> PeerState.Metadata {
        let random = environment.randomBytes(1).first ?? 0
        let isFetched = read.peer.metadataURL != nil
        return PeerState.Metadata(
            fetchedAt: now, validUntil: read.validUntil,
            dueAt: isFetched
                ? read.terms.nextFetch(after: now, randomness: random) : read.terms.nextLook(after: now),
            certificateEndsAt: read.peer.certificateEndsAt, warnedDays: old.warnedDays)
    }

    /// Keeps that it could not be read; told at the first of a row, and when the reason is another.
    private func note(
        _ failure: UpstreamError, of known: KnownPeer, in tenant: Tenant.ID, _ old: PeerState.Metadata,
        _ next: inout PeerState.Metadata
    ) -> [PeerEvent] {
        let since = old.failingSince ?? now
        (next.failingSince, next.failure) = (since, "\(failure.rule): \(failure.cause)")
        next.dueAt = old.terms(of: known).retry(after: now, failingSince: since)
        let isTold = old.failingSince != nil && old.failure?.hasPrefix("\(failure.rule):") == true
        if isTold { return [] }
        let change: PeerEvent.Change = failure.rule == "issuer_mismatch" ? .issuer : .failing
        return [event(change, known, tenant, failure.cause + " The last good one counts until it expires.")]
    }

    /// What time alone has brought.
    private func told(
        of known: KnownPeer, in tenant: Tenant.ID, _ old: PeerState.Metadata, _ next: inout PeerState.Metadata
    ) -> [PeerEvent] {
        var events: [PeerEvent] = []
        let terms = next.terms(of: known)
        if terms.isExpired(at: now), let until = next.validUntil, old.dueAt.map({ $0 <= until }) ?? true {
            events.append(
                event(
                    .expired, known, tenant,
                    "it was valid until \(until.iso8601), and its people can't sign in until it is read again."))
        }
        let level = terms.warning(at: now)
        if let level, let end = next.certificateEndsAt, next.warnedDays.map({ level < $0 }) ?? true {
            let what = level == 0 ? "has ended" : "ends in less than \(level == 1 ? "a day" : "\(level) days")"
            events.append(
                event(
                    .certificate, known, tenant,
                    "its last signing certificate \(what): \(end.iso8601). Its key counts for as long as it is named."))
        }
        next.warnedDays = level
        return events
    }

    private func event(
        _ change: PeerEvent.Change, _ known: KnownPeer, _ tenant: Tenant.ID, _ sentence: String
    ) -> PeerEvent {
        PeerEvent(
            tenant: tenant, peer: known.peer, name: known.name, change: change,
            sentence: "The metadata of \(known.name): \(sentence)")
    }

    /// Publishes the peer as its metadata says it is, where that is another than it was.
    ///
    /// - Returns: What changed; nil where the peer's setting is another meanwhile.
    private func adopt(
        _ new: KnownPeer, instead old: KnownPeer, in tenant: Tenant.ID
    ) async throws(StorageError) -> [PeerEvent]? {
        let drift = PeerDrift(from: old, to: new)
        guard drift.isChange else { return [] }
        for _ in 0..<4 {
            settings.forget(tenant)
            guard let snapshot = try await settings.snapshot(tenant), let current = snapshot.known(new.peer) else {
                return nil
            }
            // Another server was first.
            if current == new { return [] }
            guard current == old else { return nil }
            var steps = Step.publish([new.setting], in: tenant, over: snapshot.version, by: Self.author, at: now)
            if case .partner(let partner, let federation) = new {
                // A proof of a domain is for one sign-in page.
                steps += try await partnerDomainSteps(partner, at: federation.signInURL, in: tenant, asOperator: false)
            }
            guard try await store.applies(steps) else { continue }
            settings.forget(tenant)
            return drift.events(of: new, in: tenant)
        }
        return nil
    }
}

extension PeerState.Metadata {
    fileprivate func terms(of known: KnownPeer) -> MetadataTerms {
        MetadataTerms(cacheDuration: nil, validUntil: validUntil, certificateEndsAt: known.certificateEndsAt)
    }

    /// Whether somebody has looked, or will.
    fileprivate var isEnrolled: Bool { fetchedAt != nil || dueAt != nil || certificateEndsAt != nil }
}
