internal import FoundationEssentials
internal import Storage

extension SQLiteConnection {
    /// Marks the file as ours ("Vest"), so that another program's database is not taken for one.
    private static let applicationID: Int64 = 0x5665_7374

    /// Brings the tables up to date, in one transaction.
    ///
    /// - Throws: ``StorageError/newerSchema(found:known:)`` where the file has migrations that this program lacks; then
    ///   nothing was touched.
    func migrate(upTo target: Int) throws(StorageError) {
        let marked = try number("PRAGMA application_id")
        let tables = try number("SELECT count(*) FROM sqlite_master")
        guard marked == Self.applicationID || (marked == 0 && tables == 0) else {
            throw .corrupted("the file is another program's database")
        }
        // Nothing is written where nothing changes, so that a database opens on a full disk.
        if marked == Self.applicationID, try appliedMigrations() == target { return }
        // The write-ahead log: readers never wait for the writer. It is a property of the file, and stays.
        try execute("PRAGMA journal_mode=WAL")
        try execute("BEGIN IMMEDIATE")
        do throws(StorageError) {
            try execute("PRAGMA application_id=\(Self.applicationID)")
            try execute(SQLDialect.sqlite.spell(Migration.table))
            let applied = try appliedMigrations()
            guard applied <= Migration.all.count else {
                throw .newerSchema(found: applied, known: Migration.all.count)
            }
            for migration in Migration.all where migration.number > applied && migration.number <= target {
                for statement in migration.statements(in: .sqlite) { try execute(statement) }
                _ = try query(
                    "INSERT INTO schema_versions (number, name, applied_at) VALUES ($1, $2, $3)",
                    [.integer(Int64(migration.number)), .text(migration.name), .time(Date())])
            }
            try execute("COMMIT")
        } catch {
            if !isOutsideTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// The number of the last migration that was applied; our mark and this table were made in one transaction.
    func appliedMigrations() throws(StorageError) -> Int {
        Int(try number("SELECT coalesce(max(number), 0) FROM schema_versions"))
    }

    private func number(_ sql: String) throws(StorageError) -> Int64 {
        guard case .integer(let number)? = try query(sql).first?.values.first else {
            throw .faulty("\(sql) has no answer")
        }
        return number
    }
}
