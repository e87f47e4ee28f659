internal import Storage
import Synchronization

/// Connections that read, on their caller's thread. As many are in use at once as there are threads that read.
final class ReaderPool: Sendable {
    private struct Idle {
        var connections: [SQLiteConnection] = []
        var isClosed = false
    }

    private let path: String
    private let limit: Int
    private let idle = Mutex(Idle())

    /// - Parameter limit: How many are kept when nobody uses them.
    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    func rows(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> [Row] {
        try withConnection { connection throws(StorageError) in try connection.rows(statement, arguments) }
    }

    func withConnection<Value>(
        _ body: (SQLiteConnection) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        let connection = try take()
        defer { giveBack(connection) }
        return try body(connection)
    }

    private func take() throws(StorageError) -> SQLiteConnection {
        let kept = try idle.withLock { idle throws(StorageError) in
            guard !idle.isClosed else { throw .closed }
            return idle.connections.popLast()
        }
        if let kept { return kept }
        return try SQLiteConnection(path: path, role: .reader)
    }

    private func giveBack(_ connection: SQLiteConnection) {
        idle.withLock { idle in
            if !idle.isClosed && idle.connections.count < limit { idle.connections.append(connection) }
        }
    }

    func close() {
        let connections = idle.withLock { idle in
            idle.isClosed = true
            defer { idle.connections = [] }
            return idle.connections
        }
        withExtendedLifetime(connections) {}
    }
}
