package import Cryptography
package import FoundationEssentials
package import Server
package import Storage
import Synchronization

/// What the outbox needs of the store.
package struct MailQueue: Sendable {
    package var due: @Sendable (_ now: Date, _ limit: Int) async throws(StorageError) -> [OutgoingMail]
    package var nextDue: @Sendable () async throws(StorageError) -> Date?
    package var commit: @Sendable (Step) async throws(StorageError) -> Void

    package init(
        due: @escaping @Sendable (_ now: Date, _ limit: Int) async throws(StorageError) -> [OutgoingMail],
        nextDue: @escaping @Sendable () async throws(StorageError) -> Date?,
        commit: @escaping @Sendable (Step) async throws(StorageError) -> Void
    ) {
        self.due = due
        self.nextDue = nextDue
        self.commit = commit
    }

    package init(_ store: Store) {
        due = { now, limit throws(StorageError) in try await store.dueMail(at: now, limit: limit) }
        nextDue = { () throws(StorageError) in try await store.nextMailDue() }
        commit = { step throws(StorageError) in try await store.commit([step]) }
    }
}

/// When a mail that failed is tried again.
package struct RetrySchedule: Sendable, Hashable {
    /// Short: the first mail to wait may be a code that somebody waits for too.
    package var first: TimeInterval = 5
    package var longest: TimeInterval = 4 * 3600
    /// Counted from the moment the mail was promised; then it is given up.
    package var patience: TimeInterval = 48 * 3600

    package init() {}

    /// Doubling delays, each up to a quarter shorter or longer, so that what failed together does not come back
    /// together. Nil: no more attempts.
    ///
    /// - Parameter randomness: One byte's worth.
    package func nextAttempt(after attempts: Int, promisedAt: Date, now: Date, randomness: UInt8) -> Date? {
        let delay = min(longest, first * Double(1 << min(max(attempts - 1, 0), 20)))
        let next = now.addingTimeInterval(delay * (0.75 + Double(randomness) / 512))
        return next.timeIntervalSince(promisedAt) > patience ? nil : next
    }
}

/// Sends what the store says is waiting, at least once, and keeps at it.
///
/// A mail is a row before it is anything else: whoever promises one commits it with what it tells of, then calls
/// ``wake()``. A crash between sending and noting it sends the mail twice, with one Message-ID. One outbox per
/// installation: the lock beside the database keeps a second server away, so only this process's own mails need
/// keeping apart.
package final class Outbox: Sendable {
    package struct Event: Sendable {
        package let mail: OutgoingMail.ID
        package let outcome: DeliveryOutcome
        /// Nil: delivered or given up.
        package let nextAttemptAt: Date?
    }

    private struct State {
        var isDraining = false
        var again = false
        var runner: Task<Void, Never>?
        /// When the loop will ring, so that a busy day does not pile up timers.
        var rings: Date?
    }

    private let queue: MailQueue
    private let delivery: MailDelivery
    private let schedule: RetrySchedule
    private let environment: Environment
    private let loop: Loop
    private let report: @Sendable (Event) -> Void
    private let state = Mutex(State())
    private let wakes: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// One at a time: a crash then falls between the server's 250 and our commit of one mail at most, and no more than that
    /// one is sent twice.
    private static let width = 1
    private static let batch = 8
    /// How long to leave a store alone that did not answer.
    private static let storageDelay: TimeInterval = 30

    package init(
        queue: MailQueue, delivery: MailDelivery, loop: Loop, schedule: RetrySchedule = RetrySchedule(),
        environment: Environment = .live, report: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.queue = queue
        self.delivery = delivery
        self.schedule = schedule
        self.environment = environment
        self.loop = loop
        self.report = report
        (wakes, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that there is mail. Returns at once.
    package func wake() { bell.yield() }

    /// Begins with what waits from before.
    package func start() {
        state.withLock { state in
            guard state.runner == nil else { return }
            state.runner = Task { [self] in
                for await _ in wakes {
                    let next = await drain()
                    wake(at: next)
                }
            }
        }
        wake()
    }

    /// Finishes the mails in hand and sends no others. They wait in the store.
    package func stop() async {
        bell.finish()
        await state.withLock { $0.runner }?.value
    }

    private func wake(at next: Date?) {
        guard let next else { return }
        let now = environment.now()
        let delay = min(max(next.timeIntervalSince(now), 0.01), 3600)
        let rings = now.addingTimeInterval(delay)
        let isEarlier = state.withLock { state in
            if let earlier = state.rings, earlier > now, earlier <= rings { return false }
            state.rings = rings
            return true
        }
        guard isEarlier else { return }
        loop.submit { [self] loop in
            loop.schedule(after: .milliseconds(Int(delay * 1000) + 1)) {
                self.state.withLock { $0.rings = nil }
                self.wake()
            }
        }
    }

    /// Sends everything that is due, and answers when to look again. Called twice at once, the second call leaves its
    /// work to the first, so no mail is ever in two hands.
    @discardableResult
    package func drain() async -> Date? {
        let isFirst = state.withLock { state in
            state.again = true
            defer { state.isDraining = true }
            return !state.isDraining
        }
        guard isFirst else { return nil }
        var next: Date?
        while state.withLock({ state in
            defer { state.again = false }
            if !state.again { state.isDraining = false }
            return state.again
        }) {
            do throws(StorageError) {
                try await sendDue()
                next = try await queue.nextDue()
            } catch {
                next = environment.now().addingTimeInterval(Self.storageDelay)
            }
        }
        return next
    }

    private func sendDue() async throws(StorageError) {
        while true {
            let mails = try await queue.due(environment.now(), Self.batch)
            guard !mails.isEmpty else { return }
            let failure = await withTaskGroup(of: StorageError?.self) { group in
                var waiting = mails.makeIterator()
                for _ in 0..<Self.width {
                    guard let mail = waiting.next() else { break }
                    group.addTask { await self.send(mail) }
                }
                var failure: StorageError?
                while let finished = await group.next() {
                    failure = failure ?? finished
                    if failure == nil, let mail = waiting.next() { group.addTask { await self.send(mail) } }
                }
                return failure
            }
            if let failure { throw failure }
        }
    }

    /// One attempt, and what the store is told of it. A store that can't be told must be left alone for a while, or the
    /// same mail would be sent again at once, for ever.
    private func send(_ mail: OutgoingMail) async -> StorageError? {
        if mail.recipient.isEmpty { return await note(.dropMail(mail.id, in: mail.tenant)) }
        let outcome = await delivery.deliver(mail)
        let now = environment.now()
        var next: Date?
        let step: Step
        switch outcome {
        case .delivered:
            step = .markMailSent(mail.id, in: mail.tenant, at: now)
        case .refused(let reason):
            step = .giveUpMail(mail.id, in: mail.tenant, error: reason, at: now)
        case .failedForNow(let reason):
            next = schedule.nextAttempt(
                after: mail.attempts + 1, promisedAt: mail.createdAt, now: now,
                randomness: environment.randomBytes(1).first ?? 128)
            step =
                if let next {
                    .markMailFailed(mail.id, in: mail.tenant, error: reason, nextAttemptAt: next)
                } else {
                    .giveUpMail(mail.id, in: mail.tenant, error: reason, at: now)
                }
        }
        if let failure = await note(step) { return failure }
        report(Event(mail: mail.id, outcome: outcome, nextAttemptAt: next))
        return nil
    }

    private func note(_ step: Step) async -> StorageError? {
        do throws(StorageError) {
            try await queue.commit(step)
        } catch .notApplied {
            // Someone else already noted an end for it.
        } catch {
            return error
        }
        return nil
    }
}
