import Storage
import StorageSQLite
import Synchronization

/// What answering costs, in order: reads, commits with their steps, random draws, password hashes. Two requests with the
/// same work can't be told apart by how long they take.
final class WorkLog: Sendable {
    private let done = Mutex<[String]>([])

    func note(_ piece: String) { done.withLock { $0.append(piece) } }

    /// Everything since the last call.
    func take() -> [String] {
        done.withLock { done in
            defer { done = [] }
            return done
        }
    }
}

/// The database, with a note of each use.
struct LoggedDatabase: Database {
    let database: SQLiteDatabase
    let work: WorkLog

    func rows(_ statement: Statement, _ arguments: [SQLValue]) async throws(StorageError) -> [Row] {
        work.note("read \(statement.name)")
        return try await database.rows(statement, arguments)
    }

    @discardableResult
    func commit(_ steps: [Step]) async throws(StorageError) -> [[Row]] {
        work.note("commit " + steps.map(\.statement.name).joined(separator: " + "))
        return try await database.commit(steps)
    }
}
