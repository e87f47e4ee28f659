/// Why something was not stored or read. The description is a sentence for whoever runs the installation.
package enum StorageError: Error, Hashable {
    /// A step expected to change one row and did not: already spent, changed meanwhile, or not there. Nothing of its
    /// commit was written. The number counts from 0.
    case notApplied(step: Int)
    /// A row with this key exists. The name is the unique index's, the same on both engines; `<table>_pkey` is the
    /// primary key. Nothing of its commit was written.
    case conflict(constraint: String)
    /// A value that the table does not take.
    case refused(String)
    case diskFull
    /// Somebody else kept the database locked for longer than we wait.
    case locked
    case corrupted(String)
    /// A row that is not what its table says.
    case unreadable(String)
    /// Migrations this program does not know have been applied.
    case newerSchema(found: Int, known: Int)
    /// Another server holds the lock beside the database.
    case inUse(String)
    /// The file cannot be opened, read or written.
    case unavailable(String)
    /// The database was closed; the program is ending.
    case closed
    /// Our own fault: a statement that is not listed, or not SQL.
    case faulty(String)
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notApplied(let step):
            "Nothing was written, because what step \(step + 1) would change is not as expected."
        case .conflict(let constraint): "Nothing was written, because the same key is taken (\(constraint))."
        case .refused(let what): "Nothing was written, because a value is not allowed: \(what)."
        case .diskFull: "The disk that holds the database is full."
        case .locked: "The database is locked by another process."
        case .corrupted(let what): "The database is damaged: \(what). Restore a backup."
        case .unreadable(let what): "The database holds a row that cannot be read: \(what)."
        case .newerSchema(let found, let known):
            "This database was made by a newer version: its schema is number \(found), this program knows \(known)."
        case .inUse(let what): "Another server uses this database: \(what)."
        case .unavailable(let what): "The database cannot be used: \(what)."
        case .closed: "The database is closed."
        case .faulty(let what): "A statement failed through a fault of this program: \(what)."
        }
    }
}
