internal import Directory

/// The door that a driver implements.
package protocol Database: Sendable {
    /// Reads. What one statement answers is one moment of the database, and it sees every commit that was answered.
    func rows(_ statement: Statement, _ arguments: [SQLValue]) async throws(StorageError) -> [Row]

    /// Writes the steps, all or none, and returns once they are durable. Answers each step's rows.
    ///
    /// - Throws: ``StorageError/notApplied(step:)`` or ``StorageError/conflict(constraint:)`` when a step could not be
    ///   done; neighbours committed with it are unharmed.
    @discardableResult
    func commit(_ steps: [Step]) async throws(StorageError) -> [[Row]]
}

/// Everything that is kept. Reads are methods, each in its aggregate's file; writes are `Step` factories there, so that
/// a caller puts what belongs together into one commit.
package struct Store: Sendable {
    package let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Writes the steps, all or none, and returns once they are durable.
    package func commit(_ steps: [Step]) async throws(StorageError) { try await database.commit(steps) }

    /// Writes the steps, and says whether they were applied: false when something single-use was already spent.
    package func applies(_ steps: [Step]) async throws(StorageError) -> Bool {
        do {
            try await database.commit(steps)
            return true
        } catch .notApplied {
            return false
        }
    }

    func all<Value: RowDecodable>(
        _ statement: Statement, _ arguments: [SQLValue]
    ) async throws(StorageError) -> [Value] {
        var values: [Value] = []
        for row in try await database.rows(statement, arguments) {
            var reader = RowReader(row)
            values.append(try Value(&reader))
        }
        return values
    }

    func first<Value: RowDecodable>(
        _ statement: Statement, _ arguments: [SQLValue]
    ) async throws(StorageError) -> Value? {
        guard let row = try await database.rows(statement, arguments).first else { return nil }
        var reader = RowReader(row)
        return try Value(&reader)
    }

    /// A step that answers what it took, or nil when there was nothing to take.
    func taken<Value: RowDecodable>(_ step: Step) async throws(StorageError) -> Value? {
        do throws(StorageError) {
            guard let row = try await database.commit([step]).first?.first else { return nil }
            var reader = RowReader(row)
            return try Value(&reader)
        } catch .notApplied {
            return nil
        }
    }
}

/// A row of one column that is an id.
struct SingleID<Subject>: RowDecodable {
    let id: ID<Subject>
    init(_ row: inout RowReader) throws(StorageError) { id = try row.id() }
}

/// A row of one column of bytes.
struct SingleBytes: RowDecodable {
    let bytes: [UInt8]
    init(_ row: inout RowReader) throws(StorageError) { bytes = try row.bytes() }
}

/// A row of one column of text.
struct SingleText: RowDecodable {
    let text: String
    init(_ row: inout RowReader) throws(StorageError) { text = try row.text() }
}

/// A row of one column that is an integer.
struct SingleInteger: RowDecodable {
    let integer: Int64
    init(_ row: inout RowReader) throws(StorageError) { integer = try row.integer() }
}
