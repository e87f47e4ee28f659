import Synchronization

/// One SQL statement in the dialect that both engines share, with placeholders `$1…$n`.
///
/// Made once, beside the aggregate that uses it, and listed in ``StatementCatalogue``: a driver refuses one that is not
/// listed, so that whatever can run is also prepared on PostgreSQL by the tests.
package final class Statement: Sendable {
    /// Small and unique in the process, so that a connection finds its prepared form in an array.
    package let number: Int
    /// Stable from run to run, a PostgreSQL identifier.
    package let name: String
    package let sql: String
    package let parameterCount: Int

    init(_ name: String, _ sql: String) {
        number = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue
        self.name = name
        self.sql = sql
        parameterCount = Self.parameterCount(sql)
    }

    private static let made = Atomic<Int>(0)

    /// The greatest `$n`. Our statements have no `$` in a literal.
    private static func parameterCount(_ sql: String) -> Int {
        var greatest = 0
        for part in sql.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).dropFirst() {
            let digits = part.prefix { (48...57).contains($0) }
            greatest = max(greatest, digits.reduce(0) { $0 * 10 + Int($1) - 48 })
        }
        return greatest
    }
}

/// One write of a commit.
package struct Step: Sendable {
    package let statement: Statement
    package let arguments: [SQLValue]
    package let expectation: Expectation

    package enum Expectation: Sendable {
        /// Whatever it changes, it is done.
        case any
        /// It changes (or, if it answers rows, answers) exactly one row; otherwise its commit does not happen.
        case one
    }

    init(_ statement: Statement, _ arguments: [SQLValue], _ expectation: Expectation = .any) {
        precondition(arguments.count == statement.parameterCount, "\(statement.name) takes \(statement.parameterCount)")
        self.statement = statement
        self.arguments = arguments
        self.expectation = expectation
    }
}

/// The names of some columns, and the pieces of SQL that are made of them.
struct Columns {
    let names: [String]

    init(_ names: String...) { self.names = names }

    /// `a, b, c`
    var list: String { names.joined(separator: ", ") }

    /// `u.a, u.b, u.c`
    func list(of alias: String) -> String { names.map { "\(alias).\($0)" }.joined(separator: ", ") }

    /// `$1, $2, $3`
    func placeholders(from first: Int = 1) -> String {
        names.indices.map { "$\(first + $0)" }.joined(separator: ", ")
    }

    /// `a = $1, b = $2, c = $3`
    func assignments(from first: Int) -> String {
        names.enumerated().map { "\($1) = $\(first + $0)" }.joined(separator: ", ")
    }
}
