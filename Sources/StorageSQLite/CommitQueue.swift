internal import Storage
import Synchronization

/// The writes that wait, and the thread that commits them together.
///
/// While one batch is being made durable the next one gathers, so the batches grow with the load by themselves and
/// nobody waits for company when there is none.
final class CommitQueue: Sendable {
    typealias Answer = Result<[[Row]], StorageError>

    private struct Waiting: Sendable {
        let steps: [Step]
        let continuation: CheckedContinuation<Answer, Never>
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let work = Semaphore()

    /// Callers of one transaction: an answer is never later than this many neighbours' work.
    private static let batchLimit = 1024

    /// Pages (of 4 KiB) in the log from which it is copied back after a batch.
    private static let checkpointAt = 4000

    func commit(_ steps: [Step]) async throws(StorageError) -> [[Row]] {
        let answer = await withCheckedContinuation { continuation in
            let first: Bool? = queue.withLock { queue in
                guard !queue.isClosed else { return nil }
                queue.waiting.append(Waiting(steps: steps, continuation: continuation))
                return queue.waiting.count == 1
            }
            switch first {
            case true?: work.signal()
            case false?: break
            case nil: continuation.resume(returning: .failure(.closed))
            }
        }
        return try answer.get()
    }

    /// Lets the thread finish what waits and end; later commits are refused.
    func close() {
        queue.withLock { $0.isClosed = true }
        work.signal()
    }

    // MARK: On the writer's thread

    /// Commits until closed.
    func run(on connection: SQLiteConnection) {
        let log = SQLiteConnection.LogSize()
        connection.observeLog(log)
        var batch: [Waiting] = []
        while true {
            let isClosed = queue.withLock { queue in
                swap(&batch, &queue.waiting)
                return queue.isClosed
            }
            if batch.isEmpty {
                if isClosed { break }
                work.wait()
                continue
            }
            for start in stride(from: 0, to: batch.count, by: Self.batchLimit) {
                let part = batch[start..<min(start + Self.batchLimit, batch.count)]
                let answers = Self.commit(part.map(\.steps), on: connection)
                for (waiting, answer) in zip(part, answers) { waiting.continuation.resume(returning: answer) }
                // A log that cannot be copied now (readers are in it) is copied later; nothing is lost meanwhile. On a
                // full disk the log begins anew in its own space, if the database has room for what it holds.
                if log.pages >= Self.checkpointAt || answers.contains(where: { $0.isDiskFull }) {
                    _ = try? connection.checkpoint(truncating: false)
                }
            }
            batch.removeAll(keepingCapacity: batch.count <= Self.batchLimit)
        }
        connection.observeLog(log)
        _ = try? connection.checkpoint(truncating: true)
    }

    /// One transaction for all; answers each caller's own. Nothing is answered before it is durable.
    private static func commit(_ callers: [[Step]], on connection: SQLiteConnection) -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(callers.count)
        do throws(StorageError) {
            try connection.run(.begin)
            for steps in callers { answers.append(try perform(steps, on: connection)) }
            try connection.run(.commit)
            return answers
        } catch {
            if !connection.isOutsideTransaction { try? connection.run(.rollback) }
            return callers.map { _ in .failure(error) }
        }
    }

    /// One caller's steps, in a savepoint of their own. What is thrown concerns everybody: the transaction is gone, or
    /// the savepoint could not be undone.
    private static func perform(_ steps: [Step], on connection: SQLiteConnection) throws(StorageError) -> Answer {
        try connection.run(.savepoint)
        do throws(StorageError) {
            var rows: [[Row]] = []
            rows.reserveCapacity(steps.count)
            for (number, step) in steps.enumerated() {
                let result = try connection.perform(step)
                guard result.asExpected else { throw .notApplied(step: number) }
                rows.append(result.rows)
            }
            try connection.run(.release)
            return .success(rows)
        } catch {
            if connection.isOutsideTransaction { throw error }
            try connection.run(.undo)
            try connection.run(.release)
            return .failure(error)
        }
    }
}

extension CommitQueue.Answer {
    fileprivate var isDiskFull: Bool {
        if case .failure(.diskFull) = self { return true }
        return false
    }
}
