package import Storage
import Synchronization

/// The database in a file.
package final class SQLiteDatabase: Database {
    package let path: String
    private let queue: CommitQueue
    private let readers: ReaderPool
    private let thread: SystemThread
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var lock: ServerLock?
        var isClosed = false
        var watcher: SQLiteConnection?
    }

    /// Opens the database, makes it where there is none, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - path: The file; made with mode 0600. Its folder must exist.
    ///   - readers: Connections that are kept for reading; one per loop and a few.
    ///   - allowsSecond: Whether another server may hold the lock beside it: for the one that takes over. It takes the
    ///     lock with ``takeLock()`` once the other is gone.
    /// - Throws: ``StorageError/inUse(_:)``, ``StorageError/newerSchema(found:known:)``,
    ///   ``StorageError/corrupted(_:)``, ``StorageError/unavailable(_:)``.
    package static func open(
        path: String, readers: Int = 8, allowsSecond: Bool = false
    ) throws(StorageError) -> SQLiteDatabase {
        try SQLiteDatabase(path: path, readers: readers, allowsSecond: allowsSecond, upTo: Migration.all.count)
    }

    /// With an older schema, for tests of the migrations.
    package init(path: String, readers: Int, allowsSecond: Bool, upTo schema: Int) throws(StorageError) {
        self.path = path
        var lock = try ServerLock(path: path + ".lock")
        if lock == nil && !allowsSecond { throw .inUse(ServerLock.holder(path: path + ".lock")) }
        try makePrivateFile(path)
        let writer = try SQLiteConnection(path: path, role: .writer)
        try writer.migrate(upTo: schema)
        try writer.learnUniqueIndexes()
        let queue = CommitQueue()
        self.queue = queue
        self.readers = ReaderPool(path: path, limit: readers)
        state = Mutex(State(lock: lock.take()))
        thread = try SystemThread { queue.run(on: writer) }
    }

    deinit { close() }

    /// Commits what waits, copies the log into the database, and lets the lock go. Later commits are refused.
    package func close() {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        readers.close()
        queue.close()
        thread.join()
        state.withLock { state in
            state.watcher = nil
            state.lock = nil
        }
    }

    // MARK: Database

    package func rows(_ statement: Statement, _ arguments: [SQLValue]) async throws(StorageError) -> [Row] {
        try readers.rows(statement, arguments)
    }

    @discardableResult
    package func commit(_ steps: [Step]) async throws(StorageError) -> [[Row]] {
        if steps.isEmpty { return [] }
        return try await queue.commit(steps)
    }

    // MARK: The file

    /// Changes with every commit, of this process or another. Asking costs about a microsecond.
    package func dataVersion() throws(StorageError) -> Int64 {
        try state.withLock { state throws(StorageError) in
            guard !state.isClosed else { throw .closed }
            if state.watcher == nil { state.watcher = try SQLiteConnection(path: path, role: .reader) }
            guard case .integer(let version)? = try state.watcher?.query("PRAGMA data_version").first?.values.first
            else {
                throw .faulty("PRAGMA data_version has no answer")
            }
            return version
        }
    }

    /// Tries to take the lock beside the database, for a server that was opened while another held it.
    ///
    /// - Returns: Whether this process holds it now.
    package func takeLock() throws(StorageError) -> Bool {
        try state.withLock { state throws(StorageError) in
            if state.isClosed { throw .closed }
            if state.lock == nil { state.lock = try ServerLock(path: path + ".lock") }
            return state.lock != nil
        }
    }

    /// Copies the database as it is at one moment into another file, made with mode 0600, while it is in use. The
    /// copy appears under its name once it is whole.
    package func backup(to target: String) throws(StorageError) {
        let part = target + ".part"
        try removeFile(part)
        try makePrivateFile(part)
        do throws(StorageError) {
            try SQLiteConnection(path: path, role: .reader).copy(to: part)
            try renameDurably(part, to: target)
        } catch {
            try? removeFile(part)
            throw error
        }
    }

    /// Copies the log into the database and empties it, as far as readers allow.
    package func checkpoint() throws(StorageError) {
        let connection = try SQLiteConnection(path: path, role: .writer)
        _ = try connection.checkpoint(truncating: true)
    }

    /// The number of the last migration that was applied.
    package func schemaVersion() throws(StorageError) -> Int {
        try readers.withConnection { connection throws(StorageError) in try connection.appliedMigrations() }
    }

    /// Prepares every statement of the catalogue: for the tests, and for `doctor`.
    package func prepareAll() throws(StorageError) {
        try readers.withConnection { connection throws(StorageError) in
            for statement in StatementCatalogue.all { try connection.prepare(statement) }
        }
    }

    /// Runs SQL in any SQLite file, made where there is none: for tests that need a file somebody else left.
    package static func execute(_ sql: String, inFileAt path: String) throws(StorageError) {
        try makePrivateFile(path)
        try SQLiteConnection(path: path, role: .writer).execute(sql)
    }
}
