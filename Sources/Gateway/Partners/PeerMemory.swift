internal import Directory
internal import FoundationEssentials
internal import Storage
internal import Synchronization

/// What this server knows of peers between two looks at the store: until when their metadata counts, how their sign-ins
/// went, and who asked for newer keys. Losing it costs a read, or a minute of figures.
final class PeerMemory: Sendable {
    struct Key: Hashable, Sendable {
        let tenant: Tenant.ID
        let peer: Peer
    }

    /// Since the server started, for metrics.
    struct Counts: Sendable {
        var successes = 0
        /// By rule.
        var failures: [String: Int] = [:]
    }

    /// What is to be written.
    struct Outcome: Sendable {
        var successAt: Date?
        /// Names of the claims of the last success.
        var claims: [String] = []
        var failure: PeerState.Failure?
    }

    private struct Entry {
        var metadata: PeerState.Metadata?
        var readAt = Date.distantPast
        var counts = Counts()
        var outcome: Outcome?
        var askedAt = Date.distantPast
        var flight: Task<Void, Never>?
    }

    /// Seconds after which what the store says of metadata is read again.
    private static let memory = 60.0
    /// Seconds between two requests for newer keys of one peer.
    private static let refetchInterval = 60.0
    /// Of one peer; whatever else fails is counted together.
    private static let mostRules = 64

    private let entries = Mutex<[Key: Entry]>([:])
    /// Told of everything that whoever runs the installation should know.
    let tell: @Sendable (PeerEvent) -> Void

    init(tell: @escaping @Sendable (PeerEvent) -> Void) { self.tell = tell }

    // MARK: Metadata

    /// What was read lately; nil: it is to be read. A nil within: there is nothing to read.
    func metadata(of peer: Peer, in tenant: Tenant.ID, at now: Date) -> PeerState.Metadata?? {
        entries.withLock { entries in
            guard let entry = entries[Key(tenant: tenant, peer: peer)],
                (0...Self.memory).contains(now.timeIntervalSince(entry.readAt))
            else { return nil }
            return .some(entry.metadata)
        }
    }

    func remember(_ metadata: PeerState.Metadata?, of peer: Peer, in tenant: Tenant.ID, at now: Date) {
        entries.withLock { entries in
            entries[Key(tenant: tenant, peer: peer), default: Entry()].metadata = metadata
            entries[Key(tenant: tenant, peer: peer), default: Entry()].readAt = now
        }
    }

    /// What the store says has changed.
    func forget(_ tenant: Tenant.ID) {
        entries.withLock { entries in
            for key in entries.keys where key.tenant == tenant { entries[key]?.readAt = .distantPast }
        }
    }

    /// Runs the work unless it ran within the last minute. However many ask at once, it runs once, and all wait for it.
    func refetch(_ peer: Peer, in tenant: Tenant.ID, at now: Date, _ work: @escaping @Sendable () async -> Void) async {
        let key = Key(tenant: tenant, peer: peer)
        let flight: Task<Void, Never>? = entries.withLock { entries in
            var entry = entries[key] ?? Entry()
            if let flight = entry.flight { return flight }
            let age = now.timeIntervalSince(entry.askedAt)
            guard age < 0 || age >= Self.refetchInterval else { return nil }
            let flight = Task { [self] in
                await work()
                land(key)
            }
            (entry.askedAt, entry.flight) = (now, flight)
            entries[key] = entry
            return flight
        }
        await flight?.value
    }

    private func land(_ key: Key) { entries.withLock { $0[key]?.flight = nil } }

    // MARK: Sign-ins

    func succeeded(_ peer: Peer, in tenant: Tenant.ID, claims: [String], at now: Date) {
        entries.withLock { entries in
            var entry = entries[Key(tenant: tenant, peer: peer)] ?? Entry()
            entry.counts.successes += 1
            entry.outcome = Outcome(successAt: now, claims: claims, failure: entry.outcome?.failure)
            entries[Key(tenant: tenant, peer: peer)] = entry
        }
    }

    func failed(_ peer: Peer, in tenant: Tenant.ID, _ failure: PeerState.Failure) {
        entries.withLock { entries in
            var entry = entries[Key(tenant: tenant, peer: peer)] ?? Entry()
            let isKnown = entry.counts.failures[failure.rule] != nil
            let rule = isKnown || entry.counts.failures.count < Self.mostRules ? failure.rule : "other"
            entry.counts.failures[rule, default: 0] += 1
            entry.outcome = entry.outcome ?? Outcome()
            entry.outcome?.failure = failure
            entries[Key(tenant: tenant, peer: peer)] = entry
        }
    }

    /// What is to be written, which is then forgotten.
    func takeOutcomes() -> [Key: Outcome] {
        entries.withLock { entries in
            var taken: [Key: Outcome] = [:]
            for (key, entry) in entries {
                guard let outcome = entry.outcome else { continue }
                taken[key] = outcome
                entries[key]?.outcome = nil
            }
            return taken
        }
    }

    var counts: [Key: Counts] { entries.withLock { $0.mapValues(\.counts) } }
}
