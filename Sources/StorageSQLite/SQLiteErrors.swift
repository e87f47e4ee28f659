internal import CSQLite
internal import Glibc
internal import Storage

extension SQLiteConnection {
    /// SQLite's result code as ours.
    ///
    /// - Parameters:
    ///   - handle: Where it happened, for the message; nil where nothing was opened.
    ///   - uniqueIndexes: Names by what SQLite's message calls them.
    static func error(code: Int32, handle: OpaquePointer?, uniqueIndexes: [String: String]) -> StorageError {
        let message = String(cString: handle == nil ? sqlite3_errstr(code) : sqlite3_errmsg(handle))
        switch code & 0xFF {
        case SQLITE_CONSTRAINT:
            switch code {
            case SHIM_SQLITE_CONSTRAINT_UNIQUE, SHIM_SQLITE_CONSTRAINT_PRIMARYKEY:
                let columns = String(message.split(separator: ": ", maxSplits: 1).last ?? "")
                return .conflict(constraint: uniqueIndexes[columns] ?? columns)
            default:
                return .refused(message)
            }
        case SQLITE_FULL: return .diskFull
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked
        case SQLITE_CORRUPT: return .corrupted(message)
        case SQLITE_NOTADB: return .corrupted("the file is no SQLite database")
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_NOMEM:
            let number = handle.map { sqlite3_system_errno($0) } ?? 0
            if number == ENOSPC { return .diskFull }
            return .unavailable(number == 0 ? message : "\(message) (\(systemMessage(number)))")
        case SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE: return .refused(message)
        default: return .faulty("\(message) (SQLite \(code))")
        }
    }

    /// Learns what each unique index is called, so that a conflict is named as PostgreSQL names it: SQLite's message
    /// has only the columns. Its own index of a primary key is `<table>_pkey` there.
    func learnUniqueIndexes() throws(StorageError) {
        let found = try query(
            """
            SELECT m.name, i.name, i.origin,
                (SELECT group_concat(m.name || '.' || c.name, ', ') FROM pragma_index_info(i.name) c)
            FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i."unique" = 1
            """)
        for row in found {
            guard case .text(let table) = row.values[0], case .text(let index) = row.values[1],
                case .text(let origin) = row.values[2], case .text(let columns) = row.values[3]
            else { continue }
            uniqueIndexes[columns] = origin == "pk" ? "\(table)_pkey" : index
        }
    }
}
