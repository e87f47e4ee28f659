internal import FoundationEssentials
internal import Outbound
internal import Synchronization

/// What providers publish, kept in memory: fresh for as long as they say, the last good one longer, failures shortly.
/// However many ask at once, one request leaves.
final class DocumentCache<Value: Sendable>: Sendable {
    struct Key: Hashable, Sendable {
        let address: String
        /// A document fetched under one policy never serves another.
        let policy: EgressPolicy
    }

    /// A document just fetched, and how long its sender lets us keep it, in seconds; nil: not said.
    struct Loaded: Sendable {
        let value: Value
        let lifetime: TimeInterval?
    }

    typealias Load = @Sendable () async -> Result<Loaded, UpstreamError>

    private struct Entry {
        var value: Value?
        var fetchedAt = Date.distantPast
        var freshUntil = Date.distantPast
        var failure: UpstreamError?
        /// After a failure, nobody is asked before then.
        var retryAt = Date.distantPast
        var refetchedAt = Date.distantPast
        var flight: Task<Result<Value, UpstreamError>, Never>?
    }

    private enum Step {
        case answer(Result<Value, UpstreamError>)
        case wait(Task<Result<Value, UpstreamError>, Never>)
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let now: @Sendable () -> Date

    static var shortest: TimeInterval { 5 * 60 }
    static var longest: TimeInterval { 24 * 3600 }
    static var usual: TimeInterval { 3600 }
    static var refetchInterval: TimeInterval { 60 }
    private static var failureInterval: TimeInterval { 10 }
    private static var mostEntries: Int { 16_384 }

    init(now: @escaping @Sendable () -> Date) { self.now = now }

    /// The document: a fresh one, a fetched one, or, when the provider can't be asked, the last good one for up to a day.
    func value(for key: Key, load: @escaping Load) async throws(UpstreamError) -> Value {
        try await answer(entries.withLock { step(&$0, key, refetches: false, load) })
    }

    /// The document fetched anew although a fresh one is there, at most once a minute; nil: too soon.
    func refetched(for key: Key, load: @escaping Load) async throws(UpstreamError) -> Value? {
        let step: Step? = entries.withLock { entries in
            if let flight = entries[key]?.flight { return .wait(flight) }
            guard now().timeIntervalSince(entries[key]?.refetchedAt ?? .distantPast) >= Self.refetchInterval else {
                return nil
            }
            return self.step(&entries, key, refetches: true, load)
        }
        guard let step else { return nil }
        return try await answer(step)
    }

    private func answer(_ step: Step) async throws(UpstreamError) -> Value {
        switch step {
        case .answer(let result): try result.get()
        case .wait(let task): try await task.value.get()
        }
    }

    private func step(_ entries: inout [Key: Entry], _ key: Key, refetches: Bool, _ load: @escaping Load) -> Step {
        let now = now()
        var entry = entries[key] ?? Entry()
        if !refetches {
            if let value = entry.value, now < entry.freshUntil { return .answer(.success(value)) }
            if let flight = entry.flight { return .wait(flight) }
            if now < entry.retryAt, let failure = entry.failure { return .answer(Self.fallback(entry, failure, now)) }
        }
        if entries.count >= Self.mostEntries {
            entries = entries.filter { $0.value.flight != nil || now < $0.value.fetchedAt + Self.longest }
        }
        let task = Task { [self] in settle(key, await load()) }
        entry.flight = task
        if refetches { entry.refetchedAt = now }
        entries[key] = entry
        return .wait(task)
    }

    private func settle(_ key: Key, _ result: Result<Loaded, UpstreamError>) -> Result<Value, UpstreamError> {
        entries.withLock { entries in
            let now = now()
            var entry = entries[key] ?? Entry()
            entry.flight = nil
            defer { entries[key] = entry }
            switch result {
            case .success(let loaded):
                entry.value = loaded.value
                entry.fetchedAt = now
                entry.freshUntil = now + min(max(loaded.lifetime ?? Self.usual, Self.shortest), Self.longest)
                entry.failure = nil
                return .success(loaded.value)
            case .failure(let failure):
                entry.failure = failure
                entry.retryAt = now + Self.failureInterval
                return Self.fallback(entry, failure, now)
            }
        }
    }

    private static func fallback(_ entry: Entry, _ failure: UpstreamError, _ now: Date) -> Result<Value, UpstreamError>
    {
        if let value = entry.value, now < entry.fetchedAt + longest { return .success(value) }
        return .failure(failure)
    }
}
