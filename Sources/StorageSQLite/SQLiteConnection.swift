internal import CSQLite
internal import Storage

/// One connection with its prepared statements.
// Safe to send: opened without SQLite's mutexes, and used by one thread at a time. The writer's belongs to the writer's
// thread; a reader's is in the pool (nobody uses it) or taken out of it (exactly one caller does).
final class SQLiteConnection: @unchecked Sendable {
    private let handle: OpaquePointer
    /// By the statement's number.
    private var prepared: [PreparedStatement?] = []
    private var controls: [Control: PreparedStatement] = [:]
    /// The names of unique indexes, by the columns that SQLite's messages name. Filled by ``learnUniqueIndexes()``.
    var uniqueIndexes: [String: String] = [:]

    enum Role {
        case writer
        case reader
    }

    init(path: String, role: Role) throws(StorageError) {
        guard Self.isConfigured else { throw .faulty("this SQLite was built for one thread only") }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened, code == SQLITE_OK else {
            let error = Self.error(code: code, handle: opened, uniqueIndexes: [:])
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 10_000)
        try execute("PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;")
        switch role {
        case .writer:
            // The log is copied back between batches, not while callers wait (`CommitQueue`). What is overwritten or
            // deleted is erased, as far as that costs no more writing.
            try execute("PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=FAST; PRAGMA cache_size=-8192;")
        case .reader:
            try execute("PRAGMA query_only=1; PRAGMA cache_size=-2048;")
        }
    }

    deinit {
        for statement in prepared { sqlite3_finalize(statement?.handle) }
        for statement in controls.values { sqlite3_finalize(statement.handle) }
        sqlite3_close_v2(handle)
    }

    private static let isConfigured =
        sqlite3_threadsafe() != 0 && shim_sqlite_configure() == SQLITE_OK && sqlite3_initialize() == SQLITE_OK

    // MARK: Statements of the driver itself

    func execute(_ sql: String) throws(StorageError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// The rows of a statement that is run rarely, and not kept.
    func query(_ sql: String, _ arguments: [SQLValue] = []) throws(StorageError) -> [Row] {
        let statement = try PreparedStatement(sql, parameters: arguments.count, kept: false, on: self)
        defer { sqlite3_finalize(statement.handle) }
        return try run(statement, arguments)
    }

    /// What moves a transaction along.
    enum Control: String {
        case begin = "BEGIN IMMEDIATE"
        case commit = "COMMIT"
        case rollback = "ROLLBACK"
        case savepoint = "SAVEPOINT caller"
        case undo = "ROLLBACK TO caller"
        case release = "RELEASE caller"
    }

    func run(_ control: Control) throws(StorageError) {
        if let statement = controls[control] {
            _ = try run(statement, [])
        } else {
            let statement = try PreparedStatement(control.rawValue, parameters: 0, kept: true, on: self)
            controls[control] = statement
            _ = try run(statement, [])
        }
    }

    // MARK: Statements of the catalogue

    /// Runs the statement to its end and answers its rows.
    func rows(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> [Row] {
        try run(try preparedForm(of: statement), arguments)
    }

    /// Runs one step of a commit: its rows, and whether it did what it was expected to do.
    func perform(_ step: Step) throws(StorageError) -> (rows: [Row], asExpected: Bool) {
        let statement = try preparedForm(of: step.statement)
        let rows = try run(statement, step.arguments)
        switch step.expectation {
        case .any: return (rows, true)
        case .one: return (rows, (statement.columnCount > 0 ? rows.count : Int(sqlite3_changes64(handle))) == 1)
        }
    }

    func prepare(_ statement: Statement) throws(StorageError) { _ = try preparedForm(of: statement) }

    private func preparedForm(of statement: Statement) throws(StorageError) -> PreparedStatement {
        let number = statement.number
        if number < prepared.count, let found = prepared[number] { return found }
        guard StatementCatalogue.lists(statement) else {
            throw .faulty("\(statement.name) is not in the catalogue of statements")
        }
        if number >= prepared.count {
            prepared += Array(repeating: nil, count: max(number + 1, StatementCatalogue.all.count) - prepared.count)
        }
        let made = try PreparedStatement(statement.sql, parameters: statement.parameterCount, kept: true, on: self)
        prepared[number] = made
        return made
    }

    private func run(_ statement: PreparedStatement, _ arguments: [SQLValue]) throws(StorageError) -> [Row] {
        defer {
            // What was bound may be a secret, and would stay until the next use.
            sqlite3_reset(statement.handle)
            sqlite3_clear_bindings(statement.handle)
        }
        try statement.bind(arguments, on: self)
        var rows: [Row] = []
        while true {
            switch sqlite3_step(statement.handle) {
            case SQLITE_ROW: rows.append(statement.row())
            case SQLITE_DONE: return rows
            case let code: throw error(code)
            }
        }
    }

    // MARK: State

    /// Whether SQLite has ended the transaction by itself, as it does when the disk is full.
    var isOutsideTransaction: Bool { sqlite3_get_autocommit(handle) != 0 }

    /// Copies the log into the database.
    ///
    /// - Returns: The frames left in the log that the database does not have; 0 when it has all.
    func checkpoint(truncating: Bool) throws(StorageError) -> Int {
        var inLog: Int32 = 0
        var copied: Int32 = 0
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &inLog, &copied)
        guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else { throw error(code) }
        return Int(inLog - copied)
    }

    /// Called with the pages in the log after each commit of this connection.
    func observeLog(_ count: LogSize) {
        let pointer = Unmanaged.passUnretained(count).toOpaque()
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                if let context { Unmanaged<LogSize>.fromOpaque(context).takeUnretainedValue().pages = Int(pages) }
                return SQLITE_OK
            }, pointer)
    }

    /// The pages in the write-ahead log. The writer's thread only.
    final class LogSize {
        var pages = 0
    }

    /// Copies the whole database, as it is at one moment, into another file.
    func copy(to path: String) throws(StorageError) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard let target = opened, code == SQLITE_OK else {
            let error = Self.error(code: code, handle: opened, uniqueIndexes: [:])
            sqlite3_close_v2(opened)
            throw error
        }
        defer { sqlite3_close_v2(target) }
        guard let backup = sqlite3_backup_init(target, "main", handle, "main") else {
            throw Self.error(code: sqlite3_errcode(target), handle: target, uniqueIndexes: [:])
        }
        let step = sqlite3_backup_step(backup, -1)
        let finish = sqlite3_backup_finish(backup)
        guard step == SQLITE_DONE, finish == SQLITE_OK else {
            throw Self.error(code: finish == SQLITE_OK ? step : finish, handle: target, uniqueIndexes: [:])
        }
    }

    // MARK: Errors

    func error(_ code: Int32) -> StorageError { Self.error(code: code, handle: handle, uniqueIndexes: uniqueIndexes) }

    /// Prepares on this connection; for `PreparedStatement`.
    fileprivate func prepare(_ sql: String, kept: Bool) throws(StorageError) -> OpaquePointer {
        var made: OpaquePointer?
        let flags = kept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = sqlite3_prepare_v3(handle, sql, -1, flags, &made, nil)
        guard code == SQLITE_OK else { throw error(code) }
        guard let made else { throw .faulty("an empty statement") }
        return made
    }
}

/// A compiled statement, and where its placeholders are.
struct PreparedStatement {
    let handle: OpaquePointer
    let columnCount: Int32
    /// SQLite numbers `$2` as 1 when it comes first, so each placeholder is looked up by its name. 0: not used.
    private let indexes: [Int32]

    fileprivate init(
        _ sql: String, parameters: Int, kept: Bool, on connection: SQLiteConnection
    ) throws(StorageError) {
        handle = try connection.prepare(sql, kept: kept)
        columnCount = sqlite3_column_count(handle)
        let statement = handle
        indexes = (0..<parameters).map { sqlite3_bind_parameter_index(statement, "$\($0 + 1)") }
    }

    fileprivate func bind(_ arguments: [SQLValue], on connection: SQLiteConnection) throws(StorageError) {
        guard arguments.count == indexes.count else {
            throw .faulty("\(arguments.count) arguments for \(indexes.count) placeholders")
        }
        for (argument, index) in zip(arguments, indexes) where index > 0 {
            let code =
                switch argument {
                case .null: sqlite3_bind_null(handle, index)
                case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
                case .text(let text): Self.bind(text, to: handle, index)
                case .bytes(let bytes):
                    bytes.withUnsafeBytes { shim_sqlite_bind_blob(handle, index, $0.baseAddress, $0.count) }
                }
            guard code == SQLITE_OK else { throw connection.error(code) }
        }
    }

    private static func bind(_ text: String, to handle: OpaquePointer, _ index: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { shim_sqlite_bind_text(handle, index, $0.baseAddress, $0.count) }
    }

    fileprivate func row() -> Row {
        var values: [SQLValue] = []
        values.reserveCapacity(Int(columnCount))
        for column in 0..<columnCount { values.append(value(column)) }
        return Row(values)
    }

    private func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER:
            return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, column)
            let count = Int(sqlite3_column_bytes(handle, column))
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, column)
            let count = Int(sqlite3_column_bytes(handle, column))
            return .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default:
            // STRICT tables hold nothing else; a real number could only come from an expression, and we have none.
            return .null
        }
    }
}
