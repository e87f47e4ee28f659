internal import Directory
internal import FoundationEssentials
package import Storage

extension Installation {
    /// Seconds within which claims that change again are not told again.
    private static let claimsQuiet: Double = 86_400

    /// Writes what sign-ins showed since the last time, in one commit: no sign-in writes this itself.
    package func recordPeerExperience() async throws(StorageError) {
        var steps: [Step] = []
        var events: [PeerEvent] = []
        for (key, outcome) in peers.takeOutcomes() {
            guard let snapshot = try await settings.snapshot(key.tenant) else { continue }
            let old = try await store.peerState(key.tenant, key.peer)?.experience ?? PeerState.Experience()
            var next = old
            if let failure = outcome.failure { next.lastFailure = failure }
            if let at = outcome.successAt {
                next.lastSuccessAt = at
                if old.lastSuccessAt == nil {
                    next.claims = outcome.claims
                } else if next.claims != outcome.claims {
                    (next.claimsBefore, next.claims, next.claimsChangedAt) = (old.claims, outcome.claims, at)
                    let isTold = old.claimsChangedAt.map { at.timeIntervalSince($0) < Self.claimsQuiet } ?? false
                    if let event = claimsEvent(key, next, in: snapshot), !isTold { events.append(event) }
                }
            }
            guard next != old else { continue }
            steps.append(.putPeer(key.peer, next, in: key.tenant))
        }
        steps += events.map { audit($0, by: "sign-in") }
        guard !steps.isEmpty else { return }
        try await store.commit(steps)
        for event in events { peers.tell(event) }
    }

    /// Told where a claim is gone: a new one harms nobody.
    private func claimsEvent(
        _ key: PeerMemory.Key, _ next: PeerState.Experience, in snapshot: TenantSnapshot
    ) -> PeerEvent? {
        let gone = next.claimsBefore.filter { !next.claims.contains($0) }
        guard !gone.isEmpty, case .partner(let id) = key.peer, let name = snapshot.partner(id)?.name else { return nil }
        return PeerEvent(
            tenant: key.tenant, peer: key.peer, name: name, change: .claims,
            sentence: "The last person of \(name) came without \(gone.joined(separator: ", ")).")
    }
}
